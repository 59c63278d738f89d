"use strict";
// The index of a set of maps: its language, its search, and what its links pass on.
(function () {
  const root = document.documentElement;
  const HTML_LANG = { zh: "zh-Hans", en: "en" };
  const words = JSON.parse(document.getElementById("site-words").textContent);
  const all = (selector, within) => [...(within || document).querySelectorAll(selector)];
  const box = document.getElementById("site-find");
  const count = document.querySelector(".site-count");
  const nothing = document.querySelector(".site-nothing");
  const tiles = all(".site-tile");
  const start = root.dataset.lang;
  // Each link's file and what the page wrote after its "#".
  const links = all(".site-tile a").map((link) => {
    const [file, hash = ""] = link.getAttribute("href").split("#");
    return { link, file, hash };
  });

  /** The language that the address asks for, if it is one of ours. */
  function asked() {
    const lang = new URLSearchParams(location.hash.slice(1)).get("lang");
    return Object.keys(HTML_LANG).includes(lang) ? lang : null;
  }

  function setLanguage(lang) {
    root.dataset.lang = lang;
    root.lang = HTML_LANG[lang];
    document.title = words.title[lang];
    for (const node of all("[data-attribute]")) node.setAttribute(node.dataset.attribute, node.dataset[lang]);
    for (const button of all(".site-lang button")) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    }
    for (const { link, file, hash } of links) {
      const own = [hash, lang === start ? "" : `lang=${lang}`].filter(Boolean).join("&");
      link.setAttribute("href", own ? `${file}#${own}` : file);
    }
    find();
  }

  /** Show the tiles that hold every word of the search box, in either language. */
  function find() {
    const sought = box.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    for (const tile of tiles) tile.hidden = !sought.every((word) => tile.dataset.find.includes(word));
    for (const part of all(".site-group, .site-section")) {
      part.hidden = !all(".site-tile", part).some((tile) => !tile.hidden);
    }
    const shown = tiles.filter((tile) => !tile.hidden).length;
    nothing.hidden = shown > 0;
    const told = words.shown[root.dataset.lang].replace("{shown}", shown).replace("{all}", tiles.length);
    count.textContent = sought.length ? told : "";
  }

  function clear() {
    box.value = "";
    find();
    box.focus();
  }

  for (const button of all(".site-lang button")) {
    button.addEventListener("click", () => {
      // Kept in the address, so that a way back or a copied address opens the same.
      try { history.replaceState(null, "", `#lang=${button.dataset.lang}`); } catch { /* a viewer without a history */ }
      setLanguage(button.dataset.lang);
    });
  }
  // The ways within the page leave the address as it is: it holds the language.
  for (const link of all(".site-skip, .site-bar nav a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const head = document.querySelector(link.hash);
      if (head.closest("[hidden]")) clear();
      head.scrollIntoView();
      head.focus({ preventScroll: true });
    });
  }
  document.querySelector(".site-find").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".site-clear").addEventListener("click", clear);
  box.addEventListener("input", find);
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") clear(); });
  addEventListener("hashchange", () => { const lang = asked(); if (lang) setLanguage(lang); });
  addEventListener("pageshow", find);

  setLanguage(asked() || start);
  root.dataset.ready = "";
})();

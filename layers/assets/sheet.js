"use strict";
(function () {
  const make = Atlas.make;
  const PAPERS = ["A4", "A3"];
  const MARGIN = "8mm";
  // Between the margins, less a hair: what is a pixel too high begins a second page.
  const HEIGHT = { A4: (193.5 / 25.4) * 96, A3: (280.5 / 25.4) * 96 };
  // Where the legend may stand (beside the map in one to three columns, or below it) and how large
  // its words, in CSS pixels, best first. Nine and a half are seven points: the smallest that is read
  // without trouble.
  const PLACES = {
    A4: [["one", 12.5], ["one", 11.5], ["one", 10.5], ["two", 11.5], ["two", 10.5], ["two", 9.5],
      ["three", 10.5], ["three", 9.5], ["below", 10.5], ["below", 9.5]],
    A3: [["one", 15], ["one", 13.5], ["one", 12], ["two", 13], ["two", 11], ["three", 11], ["three", 10],
      ["below", 12], ["below", 10]],
  };
  // A picture is one sheet, however small its words get.
  const SMALLEST = [["three", 8.5], ["three", 7.5], ["three", 6.5], ["three", 5.5]];
  const NEXT = { A4: ["next", 12.5], A3: ["next", 14] };
  const LEAST_MAP = 0.5; // of the height between head and foot that a legend below the map leaves it

  // --- head and foot ------------------------------------------------------------------------

  /** Title and who made the map: logo and office where they are given, else the program's name. */
  Atlas.fillHead = function (ui, data) {
    ui.title.textContent = data.title;
    ui.subtitle.textContent = data.subtitle;
    ui.brand.textContent = data.brand;
    const { office = "", logo = "" } = data.imprint || {};
    if (!ui.headEnd) {
      ui.headEnd = make("div", "atlas-head-end");
      ui.brand.replaceWith(ui.headEnd);
      ui.logo = make("img", "atlas-logo");
      ui.office = make("p", "atlas-office");
      if (logo) ui.headEnd.append(ui.logo);
      ui.headEnd.append(ui.office, ui.brand);
    }
    ui.logo.hidden = !logo;
    // The office stands beside it.
    ui.logo.alt = office ? "" : data.words["sheet.logo"] || "";
    if (logo && ui.logo.getAttribute("src") !== logo) ui.logo.src = logo;
    ui.office.textContent = office;
    ui.office.hidden = !office;
    ui.brand.hidden = Boolean(office || logo);
  };

  /** What the map is not, who made it and when, its approval number; what it is of; its sources. */
  Atlas.fillFoot = function (node, data) {
    const line = make("p", "atlas-disclaimer"), about = make("p", "atlas-about");
    line.append(make("strong", null, data.disclaimer));
    for (const [name, text] of imprintWords(data)) line.append(make("span", `atlas-${name}`, text));
    about.append(make("span", null, data.coordinates));
    if (data.imprint) about.append(...dates(data).map((text) => make("span", "atlas-dates", text)));
    node.replaceChildren(line, about, ...data.sources.map((text) => make("p", null, text)),
      make("p", "atlas-software", data.software));
  };

  /** Of what years and periods the things shown are. */
  function dates({ choropleth, periods = [], words, lang }) {
    const listed = [...periods, ...(choropleth ? [`${choropleth.short} ${choropleth.period_text}`] : [])];
    const list = listed.join(lang === "zh" ? "、" : ", ");
    return list ? [Atlas.fill(words["sheet.dates"], { list })] : [];
  }

  /** The fields of the imprint; the approval number is left open, to be filled in by hand. */
  function imprintWords({ imprint, words }) {
    if (!imprint) return [];
    const field = (name, value) => [name, Atlas.fill(words[`sheet.${name}`], { value })];
    return [
      ...(imprint.office ? [field("maker", imprint.office)] : []),
      ...(imprint.date ? [field("made", imprint.date)] : []),
      field("approval", imprint.approval || words["sheet.blank"]),
    ];
  }

  // --- the sheet ----------------------------------------------------------------------------

  /** The page laid out as a sheet of paper, and back. */
  function Sheet(host) {
    const { root, ui, map } = host;
    const main = ui.side.parentNode;
    let kept = null; // how the page was, while it is a sheet

    /** Set where the legend stands; say whether all of it has room there. */
    function arrange([place, font]) {
      root.dataset.legend = place;
      root.style.setProperty("--sheet-font", `${font}px`);
      const parts = place === "next" ? [ui.side] : [];
      root.append(...parts, ui.card);
      if (place !== "next") main.append(ui.side);
      root.style.setProperty("--sheet-main", "0px");
      const height = (node) => node.getBoundingClientRect().height;
      const room = HEIGHT[root.dataset.paper] - height(ui.head) - height(ui.foot);
      root.style.setProperty("--sheet-main", `${Math.floor(room)}px`);
      if (place === "next") return true;
      if (ui.legend.scrollWidth > ui.legend.clientWidth + 1) return false;
      if (place === "below") return height(ui.stage) >= LEAST_MAP * room;
      const end = ui.side.getBoundingClientRect().bottom;
      const last = [...ui.legend.querySelectorAll("li, p, summary, h3")]
        .reduce((low, node) => Math.max(low, node.getBoundingClientRect().bottom), 0);
      return last <= end - 4;
    }

    function enter(paper, single) {
      if (kept) leave();
      const view = map.getBounds(), moved = Boolean(host.moved?.());
      kept = { moved, view: [map.getCenter(), map.getZoom()], focus: document.activeElement, at: [scrollX, scrollY],
        nodes: [[main, [...main.childNodes]], [root, [...root.childNodes]]],
        retina: L.Browser.retina, scrolled: [ui.side, ui.card.lastElementChild].filter(Boolean).map((node) => [node, node.scrollTop]) };
      root.classList.add("atlas-paper");
      root.dataset.paper = paper;
      // What is drawn point by point is printed with twice as many.
      L.Browser.retina = true;
      const place = [...PLACES[paper], ...(single ? SMALLEST : [])].find(arrange);
      if (!place) arrange(NEXT[paper]);
      // A reader's own view is shown whole, else the map's.
      if (moved) {
        map.invalidateSize({ animate: false });
        map.fitBounds(view, { animate: false });
      } else host.fit();
      root.dataset.sheet = paper;
    }

    function leave() {
      if (!kept) return;
      const { moved, view, nodes, focus, at, scrolled, retina } = kept;
      kept = null;
      L.Browser.retina = retina;
      root.classList.remove("atlas-paper");
      for (const name of ["paper", "legend", "sheet"]) delete root.dataset[name];
      for (const name of ["--sheet-font", "--sheet-main"]) root.style.removeProperty(name);
      for (const [node, children] of nodes) node.append(...children);
      for (const [node, top] of scrolled) node.scrollTop = top;
      if (focus?.isConnected && focus !== document.body) focus.focus({ preventScroll: true });
      if (moved) {
        map.invalidateSize({ animate: false });
        map.setView(...view, { animate: false });
      } else host.fit();
      window.scrollTo(...at);
    }

    return { enter, leave };
  }

  /** Tell the printer the paper: a rule of a style sheet that the page's policy allows. */
  function pageOf(paper) {
    const style = document.styleSheets[document.styleSheets.length - 1], last = style.cssRules.length - 1;
    if (style.cssRules[last]?.cssText.startsWith("@page")) style.deleteRule(last);
    style.insertRule(`@page { size: ${paper} landscape; margin: ${MARGIN}; }`, style.cssRules.length);
  }

  // --- the tool -----------------------------------------------------------------------------

  /** The choice of paper beside the button. */
  function menuOf(host, print) {
    const menu = make("div", "atlas-print-menu"), title = make("p");
    menu.hidden = true;
    menu.setAttribute("role", "group");
    const buttons = PAPERS.map((paper) => {
      const button = make("button");
      button.type = "button";
      button.dataset.paper = paper;
      button.addEventListener("click", () => {
        close();
        print(paper);
      });
      return button;
    });
    menu.append(title, ...buttons);
    host.ui.stage.append(menu);
    let opener = null;
    function shut() {
      menu.hidden = true;
      opener?.setAttribute("aria-expanded", "false");
    }
    function close() {
      if (menu.hidden) return;
      shut();
      opener?.focus({ preventScroll: true });
    }
    /** Escape, in the menu and on its button. */
    function escape(event) {
      if (event.key !== "Escape" || menu.hidden) return;
      event.stopPropagation();
      close();
    }
    menu.addEventListener("keydown", escape);
    // A press elsewhere, or the focus.
    for (const name of ["pointerdown", "focusin"]) {
      document.addEventListener(name, ({ target }) => {
        if (!menu.hidden && !menu.contains(target) && !opener?.contains(target)) shut();
      });
    }
    return { close, escape, isOpen: () => !menu.hidden, open(from) {
      opener = from;
      title.textContent = host.word("sheet.paper");
      menu.setAttribute("aria-label", title.textContent);
      for (const button of buttons) button.textContent = host.word("sheet.landscape", { paper: button.dataset.paper });
      menu.hidden = false;
      const home = host.ui.stage.getBoundingClientRect(), box = from.getBoundingClientRect();
      menu.style.left = `${box.right - home.left + 8}px`;
      menu.style.top = `${Math.max(4, Math.min(box.top - home.top, home.height - menu.offsetHeight - 4))}px`;
      from.setAttribute("aria-expanded", "true");
      buttons[0].focus({ preventScroll: true });
    } };
  }

  Atlas.tools.push((host) => {
    const sheet = Sheet(host), asked = Atlas.hash().get("sheet");
    const pinned = PAPERS.includes(asked), single = Atlas.hash().has("single");
    let paper = pinned ? asked : PAPERS[0];
    const menu = menuOf(host, (chosen) => {
      paper = chosen;
      pageOf(paper);
      window.print();
    });
    const button = host.button({ id: "print", word: "sheet.print",
      icon: "M6 7.5V3h8v4.5M6 14.5H3.5v-7h13v7H14M6 11.5h8V17H6z",
      act: () => (menu.isOpen() ? menu.close() : menu.open(button)) });
    button.addEventListener("keydown", menu.escape);
    button.setAttribute("aria-haspopup", "true");
    button.setAttribute("aria-expanded", "false");
    if (pinned) {
      pageOf(paper);
      document.documentElement.classList.add("atlas-on-sheet");
      // After every redrawing anew: in the other language the legend is of another length.
      host.on("shown", () => sheet.enter(paper, single));
      return;
    }
    window.addEventListener("beforeprint", () => sheet.enter(paper));
    window.addEventListener("afterprint", () => sheet.leave());
  });
})();

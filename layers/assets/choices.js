"use strict";
// What the map shows: theme, metric and year above the legend, the language in the head.
Atlas.tools.push((host) => {
  const make = Atlas.make;
  const box = make("div", "atlas-choices");
  host.ui.side.prepend(box);

  function picker(id, word, options, chosen, act) {
    const row = make("label", "atlas-choice"), name = make("span", null, host.word(word)), select = make("select");
    select.id = `atlas-choice-${id}`;
    for (const [value, text] of options) {
      const option = make("option", null, text);
      option.value = value;
      option.selected = value === chosen;
      select.append(option);
    }
    // A choice of one says what is shown.
    select.disabled = options.length < 2;
    select.addEventListener("change", () => act(select.value));
    row.append(name, select);
    return row;
  }

  /** Fill the pickers anew; the one in use keeps the focus. */
  function fill() {
    const focus = document.activeElement?.id;
    const { theme, metric, period } = host.choice(), { themes, choropleths } = host.doc();
    const rows = [];
    if (themes.length > 1) {
      rows.push(picker("theme", "file.theme", themes.map(({ id, label }) => [id, label]), theme,
        (value) => host.set({ theme: value })));
    }
    const metrics = new Map(choropleths.map((one) => [one.metric, `${one.short} (${one.unit})`]));
    rows.push(picker("metric", "file.metric", [["", host.word("file.metric.none")], ...metrics], metric || "",
      (value) => host.set({ metric: value || null })));
    if (metric) {
      const periods = choropleths.filter((one) => one.metric === metric);
      rows.push(picker("period", "file.period", periods.map((one) => [one.period, one.period_text]), period,
        (value) => host.set({ period: value })));
    }
    box.replaceChildren(...rows);
    if (focus?.startsWith("atlas-choice-")) document.getElementById(focus)?.focus({ preventScroll: true });
  }

  const language = make("button", "atlas-language");
  language.type = "button";
  language.addEventListener("click", () => host.set({ lang: host.other() }));
  host.ui.tools.append(language);

  // Back to the index of the set that the file is one of, in the language chosen.
  const { home } = host.doc(), back = make("a", "atlas-home");
  if (home) host.ui.tools.prepend(back);

  function speak() {
    back.textContent = `‹ ${host.word("file.home")}`;
    back.href = `${home}#lang=${host.lang()}`;
    language.textContent = host.word("file.language");
    language.lang = host.other() === "zh" ? "zh-Hans" : "en";
    language.setAttribute("aria-label", host.word("file.language"));
  }

  host.on("shown", () => {
    fill();
    speak();
  });
});

"use strict";
// A presentation inside the file: one theme or park after the other, the map beside large words.
Atlas.tools.push((host) => {
  const make = Atlas.make, { root, ui } = host;
  const NEXT = ["ArrowRight", "PageDown", " ", "Enter"], PREVIOUS = ["ArrowLeft", "PageUp", "Backspace"];
  // How large the words may be, best first; style and limits are in present.css.
  const FITS = [1, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62, 0.56, 0.5];
  // Where a legend has no room: in how many columns, and how small its words may get, best first.
  const TIGHT = [["", ""], ["2", ""], ["2", "10px"], ["3", "10px"], ["2", "9.5px"], ["3", "9.5px"]];
  const MANY = 11; // entries of a legend that stand in two columns from there on
  const FEWEST = 3; // figures that stay as long as there are other words to leave out
  const SWIPE = 45; // pixels
  const GLIDE = 1.1; // seconds
  const KEYS = ["next", "previous", "ends", "jump", "language", "help", "leave"];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const main = ui.stage.closest("main"), drawn = host.pane("present", 440);
  let kept = null; // how the page was, while it is a presentation
  let step = 0, digits = "", marks = null, shown = null;
  let paused = false; // while it is printed

  // --- what a stop says -----------------------------------------------------------------------

  const panel = make("section", "atlas-present-panel"), body = make("div", "atlas-present-body");
  const line = make("footer", "atlas-present-line"), notice = make("p"), counter = make("p", "atlas-present-counter");
  const keys = make("dl", "atlas-present-keys");
  panel.tabIndex = -1;
  panel.append(body);
  keys.hidden = true;
  /** What a hand or a mouse has in the place of keys: [name, sign, what it does]. */
  const buttons = [["previous", "‹", () => go(step - 1)], ["next", "›", () => go(step + 1)],
    ["language", "", () => host.set({ lang: host.other() })], ["help", "?", () => help()],
    ["leave", "×", () => leave()]].map(([name, sign, act]) => {
    const node = make("button", name === "leave" ? "atlas-close" : null, sign);
    node.type = "button";
    node.dataset.act = name;
    node.addEventListener("click", act);
    return node;
  });
  const controls = make("div", "atlas-present-buttons");
  controls.append(buttons[0], counter, ...buttons.slice(1));
  line.append(notice, controls);

  const stops = () => host.doc().stops;

  function texts(tag, className, words) {
    return words ? [make(tag, className, words)] : [];
  }

  /** A title that is rather broken after its colon or commas than elsewhere. */
  function heading(text) {
    const node = make("h1");
    for (const part of text.split(/(?<=[：，、])|(?<=[:,])(?=\s)/)) {
      if (/^\s/.test(part)) node.append(" ");
      node.append(make("span", null, part.trim()));
    }
    return node;
  }

  /** One figure, large: its notes are numbered below all of them. */
  function figureBox(figure, notes) {
    const box = make("div", "atlas-present-figure"), name = make("dt", null, figure.name), value = make("dd");
    const number = make("strong", null, figure.value), { about } = figure;
    if (about) value.append(make("span", "atlas-present-about", host.word(`present.mark.${about}`)));
    value.append(number);
    // Unit and year on a line of their own, so that all figures stand alike.
    value.append(make("span", "atlas-present-unit", [figure.unit, figure.period].join(" · ")));
    for (const note of figure.notes) {
      if (!notes.includes(note)) notes.push(note);
      value.lastChild.append(Atlas.footnote(notes.indexOf(note) + 1));
    }
    box.dataset.notes = figure.notes.map((note) => notes.indexOf(note) + 1).join(" ");
    box.append(name, value, make("dd", "atlas-present-small", figure.source));
    return box;
  }

  function parkParts(stop) {
    const card = host.doc().cards[stop.id], list = make("dl", "atlas-present-figures"), notes = [];
    list.append(...stop.figures.map((figure) => figureBox(figure, notes)));
    const chips = make("ul", "atlas-present-chips");
    chips.setAttribute("aria-label", host.word("present.industries"));
    chips.append(...stop.industries.map((text) => make("li", null, text)));
    return [...texts("p", "atlas-present-over", card.kind), heading(card.name),
      ...texts("p", "atlas-present-gist", stop.position), ...(stop.industries.length ? [chips] : []),
      ...(stop.figures.length ? [list] : []),
      ...notes.map((text, i) => make("p", "atlas-present-small atlas-present-note", `${i + 1} ${text}`))];
  }

  /** The legend of a theme: what is coloured, without what is said of lines and of doubt. */
  function legendOf({ legend, words, projects, sketches, choropleth }) {
    const box = make("div", "atlas-present-legend");
    const told = ({ layer }, { heading: head, element, swatch }) => head || element
      || (layer !== "scheme" && swatch.fill && (choropleth || !sketches));
    const plain = legend.map((section) => ({ ...section, notes: [], more: null,
      entries: section.entries.filter((entry) => told(section, entry))
        .map((entry) => ({ ...entry, element: null, tail: "" })) }));
    Atlas.fillLegend(box, plain.filter(({ entries }) => entries.length), words, new Set(), () => {});
    if (projects) box.append(Atlas.projectLegend({ ...projects.legend, notes: [] }));
    box.classList.toggle("atlas-present-many", box.querySelectorAll("li").length > MANY);
    return box;
  }

  function themeParts(stop) {
    const data = host.payload(), own = data.own_title || !stop.title;
    return [...texts("p", "atlas-present-over", own ? "" : stop.over),
      heading(own ? data.title : stop.title),
      ...texts("p", "atlas-present-gist", data.subtitle), legendOf(data)];
  }

  function fillLine(stop) {
    const { disclaimer, imprint = {}, cited = [] } = host.payload(), { logo, office, date, approval } = imprint;
    const sources = [...new Set((stop.figures || []).map(({ source }) => source))];
    const list = (sources.length ? sources : cited).join(host.word("present.separator"));
    const told = host.word(sources.length ? "present.figures" : "present.sources", { list });
    const parts = [office, date && host.word("sheet.made", { value: date }),
      approval && host.word("sheet.approval", { value: approval }), list && told, host.word("present.licence")];
    const picture = logo ? [make("img", "atlas-present-logo")] : [];
    for (const node of picture) Object.assign(node, { src: logo, alt: office ? "" : host.word("sheet.logo") });
    notice.replaceChildren(...picture, make("strong", null, disclaimer),
      ...parts.filter(Boolean).map((text) => make("span", null, text)));
  }

  function fillButtons() {
    for (const node of buttons) {
      const { act } = node.dataset;
      node.title = host.word(act === "leave" ? "present.end" : `present.keys.${act}`);
      node.setAttribute("aria-label", node.title);
      if (act !== "language") continue;
      node.textContent = host.other() === "zh" ? "中" : "EN";
      node.lang = host.other() === "zh" ? "zh-Hans" : "en";
    }
  }

  function help() {
    keys.hidden = !keys.hidden;
  }

  const count = (word = "present.counter") =>
    host.word(word, { step: step + 1, number: digits, count: stops().length });

  function fillKeys() {
    keys.replaceChildren(...KEYS.flatMap((name) => [
      make("dt", null, host.word(`present.keys.${name}.on`)), make("dd", null, host.word(`present.keys.${name}`))]));
    keys.setAttribute("aria-label", host.word("present.keys"));
  }

  /** Make the words as large as there is room for; then leave out figures, industries, position, figures. */
  function fitWords() {
    const all = (one) => [...body.querySelectorAll(one)];
    const figures = all(".atlas-present-figure"), spare = all(".atlas-present-chips").concat(all(".atlas-present-gist"));
    const roomy = () => body.scrollHeight <= body.clientHeight + 1 && body.scrollWidth <= body.clientWidth + 1
      && figures.every((node) => node.scrollWidth <= node.clientWidth + 1);
    const hide = (nodes, from, to) => nodes.forEach((node, i) => { node.hidden = i >= from && i < to; });
    const notes = all(".atlas-present-note");
    // A note goes with the last figure that it is of.
    const hideNotes = () => notes.forEach((node, i) => {
      node.hidden = !figures.some((box) => !box.hidden && box.dataset.notes.split(" ").includes(String(i + 1)));
    });
    const last = figures.length, least = Math.min(last, FEWEST);
    const cuts = [...Array(last - least + 1).keys()].map((cut) => [last - cut, 0]);
    body.classList.remove("atlas-present-scroll");
    body.scrollTop = 0;
    const looks = all(".atlas-present-legend").length ? TIGHT : TIGHT.slice(0, 1);
    const fewer = [...Array(Math.max(0, least - 1)).keys()].map((cut) => [least - 1 - cut, spare.length]);
    const steps = [...cuts, ...spare.map((_, i) => [least, i + 1]), ...fewer];
    for (const [[columns, size], [most, spared]] of looks.flatMap((look) => steps.map((one) => [look, one]))) {
      panel.style.setProperty("--columns", columns);
      panel.style.setProperty("--least", size);
      hide(figures, most, last);
      hideNotes();
      hide(spare, 0, spared);
      for (const fit of FITS) {
        panel.style.setProperty("--fit", fit);
        if (roomy()) return;
      }
    }
    for (const name of ["--columns", "--least"]) panel.style.setProperty(name, "");
    hide(figures, least, last);
    hide(spare, 0, 0);
    hideNotes();
    body.classList.add("atlas-present-scroll");
  }

  // --- the map --------------------------------------------------------------------------------

  /** Draw a park's edge on top and make the others faint; return its extent. */
  function mark(park) {
    const { zones, scale, choropleth } = host.payload(), own = zones.filter((zone) => zone.park === park);
    marks?.remove();
    marks = null;
    root.dataset.at = park ? "park" : "theme";
    host.classZones("atlas-aside", (id) => Boolean(park) && !own.some(({ zone }) => zone === id));
    if (!own.length) return null;
    const inside = choropleth ? {} : { fill: true, fillColor: "#1f4e79", fillOpacity: 0.22 };
    marks = L.featureGroup(Atlas.outline(own, scale, drawn,
      { className: "atlas-now", color: "#0f2f4d", weight: 4, ...inside }));
    marks.addTo(host.map);
    return marks.getBounds();
  }

  let flying = false; // whether the map is on its way

  /** On its way the map is drawn anew: what was drawn before reaches but a little beyond its frame. */
  function follow() {
    if (flying) host.map.fire("viewreset");
  }

  /** Show an extent, of null the theme's; gliding there from what was seen before. */
  function frame(extent, glide, from) {
    const { map } = host;
    map.invalidateSize({ animate: false });
    const { x, y } = map.getSize(), pad = Math.round(Math.min(x, y) * (extent ? 0.16 : 0.05));
    const options = { padding: [pad, pad], maxZoom: 14.25 }, bounds = extent || host.payload().fit.bounds;
    const gliding = glide && !calm.matches;
    // Another theme has begun with its own view.
    if (gliding && from) map.setView(...from, { animate: false });
    flying = false;
    delete root.dataset.stop;
    if (gliding) map.flyToBounds(bounds, { ...options, duration: GLIDE });
    else map.fitBounds(bounds, { ...options, animate: false });
    flying = gliding;
  }

  function arrived() {
    flying = false;
    if (kept) root.dataset.stop = String(step + 1);
  }

  // --- going through --------------------------------------------------------------------------

  /** The theme a stop is on: its own; a park is on the parks', else on the last one before it. */
  function themeAt(index) {
    const stop = stops()[index], plain = host.doc().themes.find(({ kind }) => kind === "parks");
    if (stop.kind === "park" && plain) return plain.id;
    const before = stops().slice(0, index + 1).reverse().find(({ kind }) => kind === "theme");
    return before ? before.id : kept.choice.theme;
  }

  function draw() {
    const stop = stops()[step], park = stop.kind === "park" ? stop.id : null;
    // The same stop in the other language stays where it is.
    const glide = shown !== null && shown !== step;
    shown = step;
    digits = "";
    panel.setAttribute("aria-label", host.word("present.region"));
    body.replaceChildren(...(park ? parkParts(stop) : themeParts(stop)));
    panel.dataset.kind = stop.kind;
    fillLine(stop);
    fillButtons();
    fillKeys();
    counter.textContent = count();
    fitWords();
    frame(mark(park), glide, from);
    from = null;
    remember();
    host.say([count(), ...[...body.querySelectorAll("h1, .atlas-present-over")].map((node) => node.textContent)].join(" · "));
  }

  /** Keep the stop in the address, so that a page that is opened again goes on there. */
  function remember() {
    const pairs = Atlas.hash();
    if (kept) pairs.set("present", step + 1);
    else pairs.delete("present");
    try { history.replaceState(null, "", `#${new URLSearchParams([...pairs])}`); } catch { /* no history */ }
  }

  let from = null; // what was seen before the step

  function go(index) {
    keys.hidden = true;
    const last = stops().length - 1;
    if (index > last && step === last) {
      digits = "";
      counter.textContent = `${count()} · ${host.word("present.last")}`;
      host.say(host.word("present.last.said"));
      return;
    }
    step = Math.max(0, Math.min(index, last));
    const theme = themeAt(step);
    from = [host.map.getCenter(), host.map.getZoom()];
    if (theme !== host.choice().theme) host.set({ theme }); // which draws
    else draw();
  }

  function typed(digit) {
    digits = (digits + digit).slice(-3);
    counter.textContent = count("present.jump");
  }

  function press(event) {
    const { key = "", target } = event, press = target.tagName === "BUTTON" && [" ", "Enter"].includes(key);
    if (event.ctrlKey || event.altKey || event.metaKey || press) return;
    if (/^[0-9]$/.test(key)) typed(key);
    else if (key === "Enter" && digits) go(Number(digits) - 1);
    else if (NEXT.includes(key)) go(step + 1);
    else if (PREVIOUS.includes(key)) go(step - 1);
    else if (["ArrowDown", "ArrowUp"].includes(key)) body.scrollBy(0, key === "ArrowDown" ? 60 : -60);
    else if (key === "Home") go(0);
    else if (key === "End") go(stops().length - 1);
    else if (key.toLowerCase() === "l") host.set({ lang: host.other() });
    else if (key === "?") help();
    else if (key === "Escape") leave();
    else if (key === "Tab") turn(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Move the focus round the slide and its buttons. */
  function turn(by) {
    const all = [panel, ...buttons], at = Math.max(0, all.indexOf(document.activeElement));
    all[(at + by + all.length) % all.length].focus();
  }

  // --- a hand -----------------------------------------------------------------------------------

  let down = null, swiped = false;

  function touch(event) {
    // A second finger: this is no stroke, and no tap either.
    down = event.isPrimary ? [event.clientX, event.clientY, event.pointerId] : null;
    swiped = !event.isPrimary;
  }

  function lift(event) {
    if (!down || event.pointerId !== down[2]) return;
    const [x, y] = [event.clientX - down[0], event.clientY - down[1]];
    down = null;
    swiped = Math.abs(x) > SWIPE && Math.abs(x) > Math.abs(y);
    if (swiped) go(step + (x < 0 ? 1 : -1));
  }

  function tap(event) {
    if (swiped || event.target.closest("button")) return;
    go(step + (event.clientX >= innerWidth / 2 ? 1 : -1));
  }

  // --- beginning and end --------------------------------------------------------------------------

  function resized() {
    if (!kept || paused) return;
    fitWords();
    frame(marks?.getBounds(), false);
  }

  function fullscreen() {
    const on = Boolean(document.fullscreenElement);
    // A browser may leave the full screen to print.
    if (kept?.full && !on && !paused) leave();
    else if (kept) kept.full = on;
  }

  const HEARD = [[document, "keydown", press], [root, "pointerdown", touch], [root, "pointerup", lift],
    [root, "click", tap], [window, "resize", resized],
    [document, "fullscreenchange", fullscreen]];

  function start(first = 0) {
    if (kept || root.classList.contains("atlas-paper")) return;
    const { map } = host;
    kept = { choice: host.choice(), element: host.element(), project: host.project(), focus: document.activeElement, moved: host.moved(),
      view: [map.getCenter(), map.getZoom()], scrolled: [scrollX, scrollY], full: false,
      dated: document.activeElement?.dataset?.zone };
    step = first;
    shown = null;
    root.classList.add("atlas-presenting");
    main.prepend(panel);
    main.append(keys);
    root.append(line);
    ui.stage.inert = true;
    for (const [node, name, act] of HEARD) node.addEventListener(name, act, true);
    map.on("moveend", arrived).on("move", follow);
    panel.focus({ preventScroll: true });
    // Asked by hand only: a browser refuses it otherwise.
    if (navigator.userActivation?.isActive !== false) document.documentElement.requestFullscreen?.()?.catch(() => {});
    host.set({ theme: themeAt(step) });
  }

  function leave() {
    if (!kept) return;
    const { map } = host, was = kept;
    kept = null;
    for (const [node, name, act] of HEARD) node.removeEventListener(name, act, true);
    map.off("moveend", arrived).off("move", follow);
    map.stop();
    if (document.fullscreenElement) document.exitFullscreen()?.catch(() => {});
    mark(null);
    delete root.dataset.at;
    delete root.dataset.stop;
    root.classList.remove("atlas-presenting");
    ui.stage.inert = false;
    for (const node of [panel, line, keys]) node.remove();
    const { theme, metric, period } = was.choice;
    host.set({ theme, metric, period });
    if (was.element && was.element !== host.element()) host.chooseElement(was.element);
    if (was.project && was.project !== host.project()) host.chooseProject(was.project);
    map.invalidateSize({ animate: false });
    if (was.moved) map.setView(...was.view, { animate: false });
    else host.fit();
    scrollTo(...was.scrolled);
    const again = was.focus?.isConnected ? was.focus : was.dated && ui.map.querySelector(`[data-zone="${was.dated}"]`);
    (again || ui.map).focus?.({ preventScroll: true });
    remember();
  }

  // On paper a slide is a sheet with its map; afterwards the presentation goes on.
  host.onPaper(() => {
    if (!kept) return;
    frame(marks?.getBounds(), false);
    root.classList.remove("atlas-presenting");
    paused = true;
  }, () => {
    if (!paused) return;
    paused = false;
    root.classList.add("atlas-presenting");
    resized();
  });

  host.button({ id: "present", word: "present.start", icon: "M2.5 3.5h15M4 3.5v9h12v-9M10 12.5v2.5M6.5 17.5L10 15l3.5 2.5",
    act: () => start(), before: "print" });
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (kept || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    // One letter is a command on the map and its buttons only: who dictates says letters all the time.
    if (["p", "P"].includes(key) && ui.map.contains(target)) start();
  });

  /** The stop that the address asks for, -1 for none. */
  function asked() {
    const text = Atlas.hash().get("present");
    if (text === undefined) return -1;
    return Math.max(0, Math.min(Math.trunc(Number(text) - 1) || 0, stops().length - 1));
  }
  // After the first drawing, which writes the address anew.
  let first = asked();
  host.on("shown", () => {
    // An address typed meanwhile may ask for another theme than the stop's.
    if (kept && themeAt(step) !== host.choice().theme) host.set({ theme: themeAt(step) });
    else if (kept) draw();
    else if (first >= 0) {
      const begin = first;
      first = -1;
      start(begin);
    }
  });
  window.addEventListener("hashchange", () => {
    const at = asked();
    // After what else the address asks for.
    if (at >= 0) setTimeout(() => (kept ? go(at) : start(at)));
  });
});

"use strict";
// What only a file has around its map: the choice of theme, metric, year and language, a toolbar, a
// dock for panels. In the app these things stand beside the map.
(function () {
  const make = Atlas.make;

  /** The file's address after "#", as a Map: what a link into the file asks for. */
  Atlas.hash = function () {
    const pairs = new URLSearchParams(location.hash.slice(1));
    return new Map(pairs);
  };

  function remember(choice, card, panel, start) {
    const pairs = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...choice, ...card, ...panel })) if (value) pairs.set(name, value);
    // No metric is a choice as well, and so is no card in a file that begins with one.
    if (!choice.metric) pairs.set("metric", "none");
    if ((start.park || start.element) && !Object.values(card).some(Boolean)) pairs.set("park", "none");
    try { history.replaceState(null, "", `#${pairs}`); } catch { /* a viewer without a history */ }
  }

  /** A choice with what the address asks for and the file has. */
  function asAsked(choice, { langs, themes, choropleths }) {
    const asked = Atlas.hash();
    choice = { ...choice };
    const take = (name, known) => { if (known.includes(asked.get(name))) choice[name] = asked.get(name); };
    take("lang", langs);
    take("theme", themes.map(({ id }) => id));
    if (asked.get("metric") === "none") return { ...choice, metric: null, period: null };
    take("metric", choropleths.map(({ metric }) => metric));
    const periods = choropleths.filter(({ metric }) => metric === choice.metric).map(({ period }) => period);
    if (!periods.includes(choice.period)) choice.period = periods[periods.length - 1] || null;
    take("period", periods);
    return choice;
  }

  /** A row of buttons at the map's left edge, and panels below the map. */
  function furnish(core, host) {
    const bar = make("div", "leaflet-bar atlas-tools");
    bar.setAttribute("role", "group");
    L.DomEvent.disableClickPropagation(bar);
    const Control = L.Control.extend({ onAdd: () => bar });
    const column = make("div", "atlas-column"), dock = make("div", "atlas-dock");
    dock.hidden = true;
    core.ui.stage.before(column);
    column.append(core.ui.stage, dock);
    const buttons = [], panels = [];
    // The keyboard is still on the button that opened a panel.
    bar.addEventListener("keydown", (event) => {
      const open = panels.find((panel) => panel.isOpen());
      if (event.key !== "Escape" || event.defaultPrevented || !open) return;
      event.preventDefault();
      open.close();
    });

    function label({ node, word }) {
      node.title = host.word(word);
      node.setAttribute("aria-label", host.word(word));
    }

    host.button = function ({ id, icon, word, pressed, act, before }) {
      const node = make("button");
      node.type = "button";
      node.dataset.tool = id;
      if (pressed) node.setAttribute("aria-pressed", "false");
      const svg = Atlas.svg("svg", { width: 20, height: 20, viewBox: "0 0 20 20", "aria-hidden": "true" });
      svg.append(Atlas.svg("path", { d: icon }));
      node.append(svg);
      node.addEventListener("click", act);
      const next = bar.querySelector(`[data-tool="${before}"]`);
      bar.insertBefore(node, before ? next : null);
      const own = { node, word };
      buttons.push(own);
      label(own);
      return node;
    };

    /** What the address says of the panel that is open: its id, and what it holds (`address`). */
    host.openPanel = function () {
      const open = panels.find((panel) => panel.isOpen());
      return open ? { panel: open.id, ...open.address() } : {};
    };

    /** Open the panel that the address names, with what it says that it holds. */
    host.askPanel = function (asked) {
      const panel = panels.find(({ id }) => id === asked.panel);
      panel?.restore(asked);
      panel?.open();
    };

    /** A panel of the dock and, with an icon, the button of the toolbar that opens and closes it. */
    host.panel = function ({ id, word, icon, before }) {
      const node = make("section", "atlas-panel"), body = make("div", "atlas-panel-body"), tools = make("div", "atlas-panel-bar");
      const head = make("div", "atlas-panel-head"), title = make("h2"), shut = make("button", "atlas-panel-close", "×");
      title.id = `atlas-panel-${id}`;
      shut.type = "button";
      node.setAttribute("aria-labelledby", title.id);
      node.dataset.panel = id;
      node.hidden = true;
      head.append(title, tools, shut);
      node.append(head, body);
      dock.append(node);
      let changed = () => {};
      const panel = {
        id, node: body, bar: tools, address: () => ({}), restore() {},
        isOpen: () => !node.hidden,
        open() {
          if (!node.hidden) return;
          for (const other of panels) if (other !== panel) other.close();
          swap(true);
          // Below the map on a phone: half of the map stays in sight above it.
          if (Atlas.narrow.matches) dock.scrollIntoView({ block: "center" });
        },
        close() {
          if (node.hidden) return;
          const inside = node.contains(document.activeElement);
          swap(false);
          if (inside) (bar.querySelector(`[data-tool="${id}"]`) || core.ui.map).focus({ preventScroll: true });
        },
        on(act) { changed = act; },
        label() {
          title.textContent = host.word(word);
          shut.setAttribute("aria-label", host.word("file.close"));
        },
      };
      function swap(open) {
        node.hidden = !open;
        dock.hidden = !open;
        dock.dataset.open = open ? id : "";
        column.classList.toggle("atlas-docked", open);
        button?.setAttribute("aria-pressed", String(open));
        core.resized();
        changed(open);
        host.note();
      }
      const button = icon && host.button({ id, icon, word, before, pressed: true,
        act: () => (panel.isOpen() ? panel.close() : panel.open()) });
      shut.addEventListener("click", panel.close);
      node.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        panel.close();
      });
      panels.push(panel);
      panel.label();
      return panel;
    };

    host.on("shown", () => {
      bar.setAttribute("aria-label", host.word("file.tools"));
      buttons.forEach(label);
      panels.forEach((panel) => panel.label());
    });
    new Control({ position: "topleft" }).addTo(core.map());
  }

  /**
   * Open a document. `core` is what draws: `show(payload)`, `ui`, `map()`, `data()`, `state()`,
   * `openPark`, `openElement`, `openProject`, `closeCard`, `fit`, `resized()`, `on(event, act)` and
   * `emit(event)`.
   */
  Atlas.openFile = function (stored, core) {
    const spoken = new Map();
    const doc = () => {
      if (!spoken.has(choice.lang)) spoken.set(choice.lang, Atlas.inLanguage(stored, choice.lang));
      return spoken.get(choice.lang);
    };
    let choice = asAsked(stored.start, stored);
    const host = {
      root: document.getElementById("atlas"), fit: core.fit,
      get ui() { return core.ui; },
      get map() { return core.map(); },
      payload: () => core.data(), doc, lang: () => choice.lang,
      /** The language that is not shown. */
      other: () => (choice.lang === "zh" ? "en" : "zh"),
      choice: () => ({ lang: choice.lang, theme: choice.theme, metric: choice.metric, period: choice.period }),
      park: () => core.state().selected || null, element: () => core.state().element || null,
      project: () => core.state().project || null,
      choosePark: core.openPark, chooseElement: core.openElement, chooseProject: core.openProject, closeCard: core.closeCard,
      on: core.on,
      /** Whether the reader has moved the map. */
      moved: () => Boolean(core.state().free),
      /** A text of the current language, with its {places} filled. */
      word: (key, values = {}) => Atlas.fill(doc().words[key] ?? key, values),
      say(text) { core.ui.status.textContent = text; },
      /** A pane of the map for drawing that is not clicked: {pane, renderer}. */
      pane(pane, zIndex) {
        core.map().createPane(pane).style.zIndex = zIndex;
        return { pane, renderer: L.svg({ pane, padding: 0.5 }) };
      },
      /** Give the zones that pass a test a class, and take it from the others. */
      classZones(name, test) {
        for (const path of core.ui.map.querySelectorAll("path.atlas-park")) path.classList.toggle(name, test(path.dataset.zone));
      },
      /** Place the names anew: something stands on the map that they keep clear of. */
      relabel: () => core.state().labels.layout(),
      quiet(on) { host.root.classList.toggle("atlas-quiet", on); },
      /** The names of parks, zones, elements and projects in the other language, by kind and id. */
      otherNames() {
        const other = Atlas.inLanguage(stored, host.other());
        const { sketches = [], projects } = Atlas.compose(other, choice);
        const named = (kind, items) => items.map(({ id, name }) => [`${kind} ${id}`, name]);
        // A park and its one zone share an id.
        return new Map([...named("park", Object.values(other.cards)), ...named("element", sketches),
          ...named("zone", other.zones.map(({ zone, name }) => ({ id: zone, name }))),
          ...named("project", projects?.items || [])]);
      },
      /** Every period of a metric, in order. */
      periods: (metric) => doc().choropleths.filter((one) => one.metric === metric).map(({ period }) => period),
      set(change) {
        const next = { ...choice, ...change };
        const periods = host.periods(next.metric);
        if (!periods.length) next.metric = next.period = null;
        else if (!periods.includes(next.period)) next.period = periods[periods.length - 1];
        choice = next;
        core.show(Atlas.compose(doc(), choice));
      },
    };
    /** Open the card that the address names; without one, what the file itself begins with. */
    function openAsked(asked, start = {}) {
      const { cards, sketches, projects } = core.data();
      const { park, element, project } = ["park", "element", "project"].some((name) => asked[name]) ? asked : start;
      const has = (items, wanted) => items?.some(({ id }) => id === wanted);
      if (has(Object.values(cards), park)) host.choosePark(park, { pan: true });
      else if (has(sketches, element)) host.chooseElement(element);
      else if (has(projects?.items, project)) host.chooseProject(project);
      else if (park === "none" && !core.ui.card.hidden) host.closeCard();
    }
    /** Write what is shown into the address. */
    const note = host.note = () => remember(host.choice(),
      { park: host.park(), element: host.element(), project: host.project() }, host.openPanel(), stored.start);
    host.set({});
    furnish(core, host);
    host.on("shown", note);
    host.on("chosen", note);
    for (const tool of Atlas.tools) tool(host);
    const first = Object.fromEntries(Atlas.hash());
    openAsked(first, stored.start);
    host.askPanel(first);
    // An address typed into an open file.
    window.addEventListener("hashchange", () => {
      const asked = Object.fromEntries(Atlas.hash());
      host.set(asAsked(choice, stored));
      openAsked(asked);
      host.askPanel(asked);
    });
    core.emit("shown");
  };
})();

"use strict";
(function () {
  const make = Atlas.make;
  const EDGES = { solid: null, dashed: "6 4", dotted: "1.5 4" };
  const root = document.getElementById("atlas");
  const read = (id) => {
    const node = document.getElementById(id);
    return node && JSON.parse(node.textContent);
  };
  const base = read("atlas-basemap");
  const own = read("atlas-data");
  const off = new Set(); // layers the reader has switched off
  let baseHeight = 640; // of the frame, as the app asks for it
  let data = null, map = null, ui = null, state = {};

  // --- the page around the map -------------------------------------------------------------

  function buildPage() {
    const head = make("header", "atlas-head");
    const titles = make("div");
    const nodes = { title: make("h1"), subtitle: make("p", "atlas-subtitle"), brand: make("p", "atlas-brand") };
    titles.append(nodes.title, nodes.subtitle);
    head.append(titles, nodes.brand);
    const main = make("main", "atlas-main");
    const stage = make("div", "atlas-stage");
    nodes.map = make("div", "atlas-map");
    nodes.map.id = "map";
    nodes.north = make("div", "atlas-north");
    const arrow = Atlas.svg("svg", { width: 22, height: 34, viewBox: "0 0 22 34", "aria-hidden": "true" });
    arrow.append(
      Atlas.svg("path", { d: "M11 0L20 32L11 26Z", fill: "#1d2a35" }),
      Atlas.svg("path", { d: "M11 0L2 32L11 26Z", fill: "#ffffff", stroke: "#1d2a35", "stroke-width": 1 }),
    );
    nodes.northText = make("span");
    nodes.north.append(nodes.northText, arrow);
    stage.append(nodes.map, nodes.north);
    const side = make("div", "atlas-side");
    nodes.legend = make("section", "atlas-legend");
    nodes.switches = make("div", "atlas-switches");
    side.append(nodes.legend, nodes.switches);
    nodes.card = make("aside", "atlas-card");
    nodes.card.hidden = true;
    main.append(stage, side, nodes.card);
    nodes.foot = make("footer", "atlas-foot");
    // What a screen reader says when a card opens beside the map.
    nodes.status = make("p", "atlas-status");
    nodes.status.setAttribute("role", "status");
    nodes.status.setAttribute("aria-live", "polite");
    root.replaceChildren(Atlas.definitions(), head, main, nodes.foot, nodes.status);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !nodes.card.hidden) closeByReader();
    });
    return nodes;
  }

  function buildMap() {
    // Leaflet focuses the map on a press and puts back its own window's scroll position, not that of
    // a page around the frame: the app's page would jump to the map's top edge.
    ui.map.focus = () => HTMLElement.prototype.focus.call(ui.map, { preventScroll: true });
    map = L.map(ui.map, {
      attributionControl: false, zoomControl: false, zoomSnap: 0.25, zoomDelta: 0.5,
      wheelPxPerZoomLevel: 110, minZoom: 7.5, maxZoom: 17, maxBoundsViscosity: 0.8,
      maxBounds: [[29.9, 119.6], [32.6, 123.4]],
    });
    const renderer = (name, zIndex) => {
      map.createPane(name).style.zIndex = zIndex;
      return L.svg({ pane: name, padding: 0.3 });
    };
    state = {
      areas: renderer("sketch-areas", 410), parks: renderer("parks", 420),
      lines: renderer("sketch-lines", 430),
      // Above the labels, which would rather cover a dot than be missing.
      projects: renderer("projects", 630), zones: new Map(), group: {}, symbols: [],
    };
    map.on("zoomend", () => {
      if (!data) return;
      restyle();
      Atlas.spreadProjects(map, state.symbols);
    });
    map.setView([31.1, 121.42], 11);
    state.base = Atlas.drawBasemap(map, base);
    const scale = L.control.scale({ position: "bottomright", imperial: false, maxWidth: 130 }).addTo(map);
    state.labels = Atlas.Labels(map, () =>
      [ui.north, scale.getContainer(), state.zoom?.getContainer()].filter(Boolean));
    map.on("movestart", () => { if (!state.fitting) state.atFit = false; });
    map.on("move zoomend moveend", () => state.link?.moved());
    // A frame may be narrow, or hidden, until the page around it is laid out: a map that the reader
    // has not moved is fitted again to its new size.
    new ResizeObserver(() => {
      map.invalidateSize({ pan: false });
      if (state.pendingFit || state.atFit) fit();
      if (data) join();
    }).observe(ui.map);
  }

  function zoomControl(words) {
    const bar = make("div", "leaflet-bar atlas-zoom");
    const button = (text, title, act) => {
      const node = make("button", null, text);
      node.type = "button";
      node.title = title;
      node.setAttribute("aria-label", title);
      node.addEventListener("click", act);
      bar.append(node);
    };
    button("+", words["control.zoom_in"], () => map.zoomIn(1));
    button("−", words["control.zoom_out"], () => map.zoomOut(1));
    button("⌂", words["control.home"], fit);
    L.DomEvent.disableClickPropagation(bar);
    const Control = L.Control.extend({ onAdd: () => bar });
    if (state.zoom) state.zoom.remove();
    state.zoom = new Control({ position: "topleft" }).addTo(map);
  }

  function fit() {
    const size = map.getSize();
    state.pendingFit = !(size.x > 50 && size.y > 50);
    if (state.pendingFit) return;
    const pad = size.x > 700 ? 34 : 16;
    state.fitting = true;
    // The north arrow has the corner at the right.
    const right = data.trace ? Math.max(pad, 44) : pad;
    map.fitBounds(data.fit.bounds,
      { paddingTopLeft: [pad, pad], paddingBottomRight: [right, pad], animate: false });
    state.fitting = false;
    state.atFit = true;
  }

  /** Move together with the other maps of the payload's link; a map without a size yet waits. */
  function join() {
    const name = data.link || "";
    if (state.pendingFit || (state.link?.name || "") === name) return;
    state.link?.leave();
    const view = () => [map.getCenter().lat, map.getCenter().lng, map.getZoom()];
    state.link = Atlas.link(name, view, ([lat, lng, zoom]) => {
      state.atFit = false;
      map.setView([lat, lng], zoom, { animate: false });
    });
  }

  // --- layers ------------------------------------------------------------------------------

  const FAINT = { color: "#8a9199", weight: 0.9, opacity: 0.8, fillColor: "#8a9199", fillOpacity: 0.06 };

  function zoneStyle(zone) {
    if (zone.faint) return { ...FAINT, dashArray: null };
    const fill = { none: "url(#atlas-hatch)", zero: state.choropleth?.zero }[zone.class]
      || (zone.class === null ? "#cfc8bb" : state.choropleth.colours[zone.class]);
    return {
      color: "#5b4636", weight: 1.3, opacity: 1, dashArray: EDGES[zone.edge], fillColor: fill,
      // Closer in, the streets below matter more than the colour.
      fillOpacity: Atlas.ramp([[12, 1], [15, 0.55]])(map.getZoom())
        * (zone.class === null ? 0.5 : zone.class === "none" ? 0.75 : 0.9),
    };
  }

  function tooltip(title, lines) {
    const node = make("div");
    node.append(make("strong", null, title));
    for (const text of lines) node.append(make("div", null, text));
    return node;
  }

  /** Make a drawn path work like a button: hover, focus, click, Enter; `zone` is its id, if any. */
  function behave(layer, title, lines, aria, act, zone) {
    layer.bindTooltip(tooltip(title, lines), { sticky: true, className: "atlas-tip", opacity: 1 });
    layer.on("click", () => {
      layer.closeTooltip();
      act();
      state.opener = { layer, zone };
    });
    layer.on("add", () => {
      const path = layer.getElement();
      path.setAttribute("tabindex", "0");
      path.setAttribute("role", "button");
      path.setAttribute("aria-label", aria);
      path.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        act();
        state.opener = { layer, zone };
        ui.card.querySelector("button").focus({ preventScroll: true });
      });
    });
  }

  function drawParks() {
    state.group.parks?.remove();
    state.zones.clear();
    state.choropleth = data.choropleth;
    const group = L.layerGroup();
    for (const zone of data.zones) {
      const layer = L.polygon(Atlas.decode(zone.shape, "area", data.scale),
        { renderer: state.parks, pane: "parks", className: "atlas-park", lineJoin: "round", ...zoneStyle(zone) });
      const title = zone.park_name ? `${zone.name} · ${zone.park_name}` : zone.name;
      behave(layer, title, zone.tip, zone.aria, () => choose(zone, true), zone.zone);
      layer.on("add", () => { layer.getElement().dataset.zone = zone.zone; });
      layer.on("mouseover", () => layer.setStyle({ weight: zoneStyle(zone).weight + 1 }));
      layer.on("mouseout", () => layer.setStyle({ weight: zoneStyle(zone).weight }));
      layer.addTo(group);
      state.zones.set(zone.zone, { zone, layer });
    }
    state.group.parks = group;
    if (!off.has("parks")) group.addTo(map);
  }

  const sketch = (id) => data.sketches?.find((item) => item.id === id);

  function drawScheme() {
    state.group.scheme?.remove();
    const group = L.layerGroup();
    const panes = { areas: state.areas, lines: state.lines };
    state.sketches = Atlas.drawSketches(data.sketches || [], data.scale, group, panes, (layer, item, dot) => {
      const title = dot ? dot.names.join(data.lang === "zh" ? "、" : ", ") : item.name;
      const joint = data.lang === "zh" ? "：" : ": ";
      const lines = dot ? [item.head + joint + item.name, dot.line] : [item.head, item.gist];
      behave(layer, title, lines, `${title}. ${lines.join(" ")}`,
        () => chooseElement(item.id, dot?.names));
      layer.on("add", () => {
        layer.getElement().classList.add(dot ? "atlas-member" : "atlas-sketch", `atlas-mark-${item.mark}`);
        layer.getElement().dataset.element = item.id;
      });
    });
    state.group.scheme = group;
    if (!off.has("scheme")) group.addTo(map);
  }

  function drawTrace() {
    state.group.trace?.remove();
    state.group.network?.remove();
    if (!data.trace) return;
    const groups = { trace: L.layerGroup(), network: L.layerGroup() };
    const panes = { areas: state.areas, parks: state.parks, lines: state.lines };
    Atlas.drawTrace(data.trace, data.scale, groups, panes, {
      edge: (layer, item) => behave(layer, item.name, item.facts, `${item.name}. ${item.facts.join(" ")}`, () => {
        Atlas.showSketch(ui.card, item, data.words, closeByReader);
        announce(item.name, item.role);
      }),
      other: (layer, item) => behave(layer, item.name, item.facts, `${item.name}. ${item.facts.join(" ")}`,
        () => send({ pick: item.id })),
    });
    for (const name of ["network", "trace"]) {
      state.group[name] = groups[name];
      if (!off.has(name)) groups[name].addTo(map);
    }
  }

  // --- projects ----------------------------------------------------------------------------

  function drawProjects() {
    state.group.projects?.remove();
    state.symbols = [];
    if (!data.projects) return;
    const group = L.layerGroup();
    state.symbols = Atlas.drawProjects(group, data.projects.items, data.scale, state.projects,
      (layer, item) => behave(layer, item.name, item.tip, item.aria, () => {
        state.selected = state.element = null;
        restyle();
        Atlas.showSketch(ui.card, item, data.words, closeByReader);
        announce(item.name, item.role);
      }));
    state.group.projects = group;
    if (!off.has("projects")) group.addTo(map);
    Atlas.spreadProjects(map, state.symbols);
  }

  function fillLegend() {
    Atlas.fillLegend(ui.legend, data.legend, data.words, off, (id, button) => {
      chooseElement(id);
      state.opener = { element: id };
      if (button.matches(":focus-visible")) ui.card.querySelector("button").focus({ preventScroll: true });
    });
    if (!data.projects || off.has("projects")) return;
    ui.legend.append(Atlas.projectLegend(data.projects.legend));
  }

  // Names with the least choice of place come first: pins, then small areas, then lines.
  const RANK = { pin: 9, core: 10, ring: 12, patch: 11, ribbon: 11, belt: 13, arrow: 14 };
  const NAMED = 3; // names of one dot in sight
  const PARKS_FROM = 10.5; // zoom that names the parks under a scheme

  /** Labels of an element and of its members' dots. */
  function sketchLabels(item) {
    const at = ([x, y]) => [y / data.scale, x / data.scale], own = { colour: item.colour, group: "scheme" };
    const labels = item.dots.map(([x, y, names, , kind]) => ({ ...own, kind: "member", at: at([x, y]),
      lines: names.length > NAMED ? [...names.slice(0, NAMED), `+${names.length - NAMED}`] : names,
      // A park closer in has a name of its own.
      rank: 40, anchor: "point", from: 9, to: kind === "park" ? PARKS_FROM : 30,
      dot: Atlas.dotRadius(names) + 1 }));
    if (!item.form) return labels;
    const pin = item.form === "point" && { anchor: "point", dot: 7, lift: 14, box: Atlas.pinBox };
    labels.push({ ...own, kind: "sketch", at: at(item.label), lines: [item.name], rank: RANK[item.mark] || 12,
      anchor: "area", ...Atlas.spots(item, data.scale), ...pin });
    return labels;
  }

  function drawLabels() {
    const labels = Atlas.traceLabels(data.trace, data.scale);
    const scheme = Boolean(data.sketches);
    for (const item of data.sketches || []) labels.push(...sketchLabels(item));
    // A park that is an element has its name already.
    const named = new Set((data.sketches || []).filter((item) => item.form).map((item) => item.name));
    for (const zone of data.zones.filter((one) => !one.faint && !named.has(one.short) && !named.has(one.name))) {
      const lines = zone.value ? [zone.short, zone.value] : [zone.short];
      labels.push({ kind: "park", at: [zone.at[1] / data.scale, zone.at[0] / data.scale], lines,
        rank: scheme ? 30 : 20, group: "parks", from: scheme ? PARKS_FROM : 0 });
    }
    for (const { item, label } of state.symbols) {
      labels.push({ kind: "project", at: label, lines: [item.name], rank: 45, group: "projects",
        anchor: "point", from: 12.75, dot: item.radius });
    }
    state.labels.setOwn(labels);
  }

  // --- choosing ----------------------------------------------------------------------------

  function restyle() {
    for (const { zone, layer } of state.zones.values()) {
      layer.setStyle(zoneStyle(zone));
    }
    // The chosen park gets an outline of its own: lifting its area would hide smaller parks.
    state.halo?.remove();
    const chosen = [...state.zones.values()].filter(({ zone }) => zone.park === state.selected);
    state.halo = L.layerGroup(chosen.map(({ layer }) => L.polygon(layer.getLatLngs(), {
      renderer: state.parks, pane: "parks", className: "atlas-chosen", color: "#0f2f4d",
      weight: 3.2, fill: false, interactive: false,
    })));
    if (!off.has("parks")) state.halo.addTo(map);
    for (const [id, layer] of state.sketches || []) {
      layer.getElement()?.classList.toggle("atlas-open", id === state.element && !state.selected);
    }
  }

  function choose(zone, byReader) {
    state.element = null;
    openPark(zone.park);
    if (byReader) tell(zone.zone, zone.park);
  }

  /** Open an element's card as a reader asks for it, from the map, the legend or a park's card. */
  function chooseElement(id, names) {
    openElement(id, names);
    reveal(id);
    send({ element: id });
  }

  /** Open an element's card; `names` are the members to unfold in it. */
  function openElement(id, names) {
    const item = sketch(id);
    state.selected = null;
    state.element = id;
    Atlas.showElement(ui.card, item, data.words, closeByReader, openMember, names);
    restyle();
    announce(item.name, item.card.head);
  }

  /** Open the card of an element's member, with a way back. */
  function openMember(park) {
    openPark(park);
    panTo(park);
    tell(null, park);
    ui.card.querySelector("button").focus({ preventScroll: true });
  }

  /** Where an element's card was left for a park's: its name and how to go back there. */
  function wayBack() {
    const item = state.element && sketch(state.element);
    return item && [item.name, () => {
      const park = state.selected;
      chooseElement(item.id);
      ui.card.querySelector(`.atlas-open-park[data-park="${park}"]`)?.focus();
    }];
  }

  /** Tell the app which park the reader chose, null for none. */
  function tell(zone, park) {
    send({ zone, park });
  }

  function send(value) {
    if (own) return;
    state.seq = (state.seq || 0) + 1;
    post("streamlit:setComponentValue", { dataType: "json", value: { ...value, seq: state.seq } });
  }

  function openPark(park) {
    state.selected = park;
    restyle();
    const card = data.cards[park];
    Atlas.showPark(ui.card, card, data.choropleth?.metric, data.words, closeByReader, wayBack());
    announce(card.name, card.kind);
  }

  /** Say which card is open; the same words again are not said twice. */
  function announce(...texts) {
    const words = texts.join(data.lang === "zh" ? "，" : ", ");
    if (ui.status.textContent !== words) ui.status.textContent = words;
  }

  function closeByReader() {
    const { selected, element } = state;
    closeCard();
    if (element) send({ element: null });
    if (selected || !element) tell(null, null);
  }

  function closeCard() {
    ui.card.hidden = true;
    state.selected = state.element = null;
    restyle();
    ui.status.textContent = "";
    focusOpener();
  }

  /** Give the focus back to what opened the card, as it is drawn now, else to the map. */
  function focusOpener() {
    if (!state.opener) return;
    const { zone, element, layer: drawn } = state.opener;
    const layer = state.zones.get(zone)?.layer || drawn;
    const own = element ? ui.legend.querySelector(`[data-element="${CSS.escape(element)}"]`) : layer.getElement();
    (own?.isConnected ? own : ui.map).focus({ preventScroll: true });
    layer?.closeTooltip(); // the focus opens it
    state.opener = null;
  }

  /** Move the map, if need be, so that an element lies in the part of it that no card covers. */
  function reveal(id) {
    const layer = state.sketches.get(id);
    if (!layer || off.has("scheme")) return;
    const bounds = layer.getBounds && layer.options.draw === undefined ? layer.getBounds()
      : L.latLngBounds([layer.getLatLng()]);
    const home = ui.map.getBoundingClientRect(), card = ui.card.getBoundingClientRect();
    const under = card.left < home.left + home.width / 2 ? Math.max(0, home.bottom - card.top) : 0;
    const room = L.latLngBounds(map.containerPointToLatLng([0, home.height - under]),
      map.containerPointToLatLng([home.width, 0]));
    if (room.contains(bounds)) return;
    map.fitBounds(bounds, { maxZoom: map.getZoom(), animate: false, paddingTopLeft: [16, 30],
      paddingBottomRight: [16, 16 + under] });
  }

  function panTo(park) {
    const layers = [...state.zones.values()].filter(({ zone }) => zone.park === park);
    if (!layers.length) return;
    const bounds = L.featureGroup(layers.map(({ layer }) => layer)).getBounds();
    if (!map.getBounds().intersects(bounds)) map.panTo(bounds.getCenter());
  }

  // --- one payload -------------------------------------------------------------------------

  function toggle(id, on) {
    if (on) off.delete(id); else off.add(id);
    if (id === "roads" || id === "rail") state.base(id, on);
    else if (state.group[id]) {
      if (on) state.group[id].addTo(map); else state.group[id].remove();
      fillLegend();
      restyle();
    }
    state.labels.toggle(id, on);
  }

  function show(payload) {
    const before = data;
    data = payload;
    if (!map) {
      ui = buildPage();
      buildMap();
    }
    document.documentElement.lang = data.html_lang;
    document.title = data.title;
    ui.title.textContent = data.title;
    ui.subtitle.textContent = data.subtitle;
    ui.brand.textContent = data.brand;
    ui.northText.textContent = data.words["control.north"];
    ui.map.setAttribute("aria-label", data.words["control.map"]);
    ui.map.setAttribute("role", "application");
    const warning = make("strong", null, data.disclaimer);
    const line = make("p", "atlas-disclaimer");
    line.append(warning, make("span", null, data.coordinates));
    ui.foot.replaceChildren(line, ...data.sources.map((text) => make("p", null, text)),
      make("p", "atlas-software", data.software));
    fillLegend();
    Atlas.fillSwitches(ui.switches, data.layers, data.words, off, toggle);
    if (!before || before.lang !== data.lang) {
      zoomControl(data.words);
    }
    if (!before || before.lang !== data.lang || before.trace || data.trace) {
      // A line that the trace names is not named a second time.
      const named = new Set(data.trace?.lines.map((line) => line.name));
      state.labels.setBase(base.labels.filter((label) => !named.has(label[1])), data.lang, base.scale);
    }
    fitFrame();
    map.invalidateSize({ pan: false });
    if (!before || before.fit.key !== data.fit.key) fit();
    drawScheme();
    drawParks();
    drawTrace();
    drawProjects();
    drawLabels();
    followElement(before);
    followSelection(before);
    join();
    root.dataset.ready = String(Number(root.dataset.ready || 0) + 1);
  }

  /** Say whether a card would say the same as before: what the reader unfolded stays. */
  function same(item, before) {
    const old = before?.sketches?.find((one) => one.id === item.id);
    return before?.lang === data.lang && JSON.stringify(old?.card) === JSON.stringify(item.card);
  }

  /** Open the element's card the payload names, once; fill the open one anew. */
  function followElement(before) {
    const asked = data.element;
    if (state.element && !sketch(state.element)) state.element = null;
    if (asked && asked !== before?.element && asked !== state.element && sketch(asked)) {
      openElement(asked);
      reveal(asked);
    } else if (!asked && before?.element && before.element === state.element && !state.selected) {
      closeCard(); // closed beside the map
    } else if (state.element && !state.selected && !same(sketch(state.element), before)) {
      openElement(state.element);
    } else if (state.element) restyle();
  }

  /** Open the card the payload names, once; keep what the reader opened since. */
  function followSelection(before) {
    const asked = data.selected;
    if (asked && data.cards[asked] && asked !== before?.selected && asked !== state.selected) {
      openPark(asked);
      panTo(asked);
    } else if (!asked && before?.selected && before.selected === state.selected) {
      closeCard(); // closed beside the map
    } else if (state.selected && data.cards[state.selected]) {
      openPark(state.selected);
    } else if (before && !ui.card.hidden && !state.element) closeCard();
  }

  /** Make a trace's frame high enough that legend and footer are whole, whatever wraps in them. */
  function fitFrame() {
    if (own || !data.trace) return;
    root.style.height = `${baseHeight}px`;
    const side = ui.legend.parentNode;
    const more = Math.max(root.scrollHeight - root.clientHeight, side.scrollHeight - side.clientHeight);
    const height = baseHeight + (more > 0 ? Math.min(more + 1, 900) : 0);
    root.style.height = `${height}px`;
    if (height !== state.height) post("streamlit:setFrameHeight", { height });
    state.height = height;
  }

  // --- Streamlit's component protocol: only in the app's frame ------------------------------

  function post(type, values) {
    window.parent.postMessage({ isStreamlitMessage: true, type, ...values }, "*");
  }

  if (own) show(own);
  else {
    root.classList.add("atlas-component");
    let width = 0;
    new ResizeObserver(() => {
      if (!data?.trace || root.clientWidth === width) return;
      width = root.clientWidth;
      fitFrame();
    }).observe(root);
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || event.data?.type !== "streamlit:render") return;
      const { payload, height } = event.data.args || {};
      if (!payload) return;
      baseHeight = height || 640;
      root.style.height = `${baseHeight}px`;
      if (!payload.trace) post("streamlit:setFrameHeight", { height: baseHeight });
      show(payload);
    });
    post("streamlit:componentReady", { apiVersion: 1 });
  }
})();

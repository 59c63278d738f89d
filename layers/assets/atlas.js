"use strict";
// The page: drawing a payload, choosing, the app's messages.
//
// Scripts and styles keep to what Chromium 88 (2021) knows: offices read the page in browsers built
// on Chromium 86 to 108, as 360 and QQ are, and nothing translates it for them.
(function () {
  const make = Atlas.make;
  // None of them is a sketch's dash: see sketches.js.
  const EDGES = { solid: null, dashed: "10 3 1.5 3 1.5 3", dotted: "1.5 4" };
  const root = document.getElementById("atlas");
  const read = (id) => {
    const node = document.getElementById(id);
    return node && JSON.parse(node.textContent);
  };
  const base = read("atlas-basemap");
  const packed = read("atlas-data"); // none in the app, which sends it
  const own = packed && Atlas.unpack(packed);
  const off = new Set(); // layers the reader has switched off
  const LEAST = 80; // pixels a side from which a map can be fitted
  const SHARE = 0.68; // of a narrow frame's height, as the app asks for it, that is the map's
  let baseHeight = 640; // of the frame, as the app asks for it
  const listeners = { shown: [], chosen: [] };
  const narrow = Atlas.narrow;
  let data = null, map = null, ui = null, state = {};

  const emit = (event) => {
    if (event === "chosen") state.labels.prefer(state.selected || null);
    listeners[event].forEach((act) => act());
  };

  // --- the page around the map -------------------------------------------------------------

  function buildPage() {
    const head = make("header", "atlas-head");
    const titles = make("div");
    const nodes = { title: make("h1"), subtitle: make("p", "atlas-subtitle"), brand: make("p", "atlas-brand") };
    titles.append(nodes.title, nodes.subtitle);
    nodes.tools = make("div", "atlas-head-tools"); // empty in the app
    head.append(titles, nodes.tools, nodes.brand);
    const main = make("main", "atlas-main");
    const stage = make("div", "atlas-stage");
    nodes.map = make("div", "atlas-map");
    nodes.map.id = "map";
    nodes.north = make("div", "atlas-north");
    const arrow = Atlas.svg("svg", { width: 22, height: 34, viewBox: "0 0 22 34", "aria-hidden": "true" });
    arrow.append(
      Atlas.svg("path", { d: "M11 0L20 32L11 26Z" }), Atlas.svg("path", { d: "M11 0L2 32L11 26Z" }),
    );
    nodes.northText = make("span");
    nodes.north.append(nodes.northText, arrow);
    stage.append(nodes.map, nodes.north);
    const side = make("div", "atlas-side");
    nodes.legend = make("section", "atlas-legend");
    nodes.switches = make("div", "atlas-switches");
    side.append(nodes.legend, nodes.switches);
    nodes.side = side;
    nodes.head = head;
    nodes.stage = stage;
    side.addEventListener("scroll", showMore, { passive: true });
    nodes.card = make("aside", "atlas-card");
    nodes.card.hidden = true;
    // The card first: what lies below it is named by its style.
    main.append(stage, nodes.card, side);
    nodes.foot = make("footer", "atlas-foot");
    // What a screen reader says when a card opens beside the map.
    nodes.status = make("p", "atlas-status");
    nodes.status.setAttribute("role", "status");
    nodes.status.setAttribute("aria-live", "polite");
    root.replaceChildren(Atlas.definitions(), head, main, nodes.foot, nodes.status);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing && !nodes.card.hidden) closeByReader();
    });
    return nodes;
  }

  function buildMap() {
    // Leaflet focuses the map on a press and puts back its own window's scroll position, not that of
    // a page around the frame: the app's page would jump to the map's top edge.
    ui.map.focus = () => HTMLElement.prototype.focus.call(ui.map, { preventScroll: true });
    map = L.map(ui.map, {
      attributionControl: false, zoomControl: false, trackResize: false, zoomSnap: 0.25, zoomDelta: 0.5,
      wheelPxPerZoomLevel: 110, minZoom: 7.5, maxZoom: 17, maxBoundsViscosity: 0.8,
      maxBounds: [[29.9, 119.6], [32.6, 123.4]],
    });
    const renderer = (name, zIndex) => {
      map.createPane(name).style.zIndex = zIndex;
      return L.svg({ pane: name, padding: 0.3 });
    };
    state = {
      // In the order of the Tab key: what a layout is about before the parks.
      areas: renderer("sketch-areas", 410), lines: renderer("sketch-lines", 430),
      parks: renderer("parks", 420),
      // Above the labels, which would rather cover a dot than be missing.
      projects: renderer("projects", 630), zones: new Map(), group: {}, symbols: [], heads: [],
      pendingFit: true,
    };
    map.on("zoomend", () => {
      if (!data) return;
      restyle();
      Atlas.spreadProjects(map, state.symbols);
    });
    map.setView([31.1, 121.42], 11);
    state.base = Atlas.drawBasemap(map, base);
    // Only in the app.
    state.tiles = Atlas.onlineTiles?.(map, { quietly, changed: fillAround, cover(shapes, names) {
      state.base.cover(shapes);
      state.labels.cover(names);
    } });
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 130 }).addTo(map);
    state.labels = Atlas.Labels(map, () =>
      [ui.north, ...ui.map.querySelectorAll(".leaflet-control, .atlas-badge-map")],
      () => (off.has("scheme") ? [] : state.heads));
    map.on("movestart", () => { if (!state.fitting) state.free = true; });
    map.on("move zoomend moveend", () => { if (!state.fitting) state.link?.moved(); });
    new ResizeObserver(() => {
      if (!data || !measure()) return;
      if (state.pendingFit || !state.free) start();
      join();
    }).observe(ui.map);
  }

  /** Do what moves the map for another reason than the reader's hand. */
  function quietly(act) {
    state.fitting = true;
    try { act(); } finally { state.fitting = false; }
  }

  /** Take the map's size anew, unless its frame is hidden or not laid out yet; say whether it has one. */
  function measure() {
    if (ui.map.clientWidth < LEAST || ui.map.clientHeight < LEAST) return false;
    quietly(() => map.invalidateSize({ animate: false }));
    return true;
  }

  /** Fit a map that begins, or whose frame changed before the reader moved it. */
  function start() {
    fit();
    state.link?.greet();
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
    button("⌂", words["control.home"], () => {
      fit();
      state.link?.moved();
    });
    L.DomEvent.disableClickPropagation(bar);
    const Control = L.Control.extend({ onAdd: () => bar });
    if (state.zoom) state.zoom.remove();
    state.zoom = new Control({ position: "topleft" }).addTo(map);
    // Above the toolbar, also when it is made anew.
    const node = state.zoom.getContainer();
    node.parentNode.prepend(node);
  }

  function fit() {
    state.pendingFit = !measure();
    state.free = false;
    if (state.pendingFit) return;
    fitTo(data.fit.bounds);
    state.home = viewNow();
  }

  function fitTo(box) {
    const size = map.getSize(), pad = Math.min(size.x, size.y) > 300 && size.x > 700 ? 34 : 16;
    // The north arrow has the corner at the right.
    const right = data.trace ? Math.max(pad, 44) : pad;
    quietly(() => map.fitBounds(box,
      { paddingTopLeft: [pad, pad], paddingBottomRight: [right, pad], animate: false }));
  }

  const viewNow = () => [map.getCenter().lat, map.getCenter().lng, map.getZoom()];
  const setView = ([lat, lng, zoom]) =>
    quietly(() => map.setView([lat, lng], zoom, { animate: false }));

  /** Say whether the middle of an extent is in sight at a view. */
  function sees([lat, lng, zoom], box) {
    const half = map.getSize().divideBy(2), middle = map.project([lat, lng], zoom);
    const at = map.project(L.latLngBounds(box).getCenter(), zoom);
    return Math.abs(at.x - middle.x) < half.x && Math.abs(at.y - middle.y) < half.y;
  }

  /**
   * Of two maps that meet the wider view stays, so that nothing goes out of sight; where one of them
   * would see nothing of its own, what holds both.
   */
  function meet(view, extent, before) {
    const own = homeView(), box = data.fit.bounds;
    const theirs = view[2] < own[2] || (view[2] === own[2] && before);
    const wide = theirs ? view : own;
    if (sees(wide, box) && sees(wide, extent)) setView(wide);
    else fitTo(L.latLngBounds(box).extend(L.latLngBounds(extent)));
  }

  /** The view a map meets others with: its own extent's, until the reader has moved it. */
  const homeView = () => (state.free ? viewNow() : state.home);

  /** Move together with the other maps of the payload's link; a map without a size yet waits. */
  function join() {
    const name = data.link || "";
    if (state.pendingFit || (state.link?.name || "") === name) return;
    state.link?.leave();
    state.link = Atlas.link(name, {
      view: viewNow, home: homeView, extent: () => data.fit.bounds, meet,
      ready: () => !state.pendingFit,
      follow(view) {
        setView(view);
        state.free = true;
      },
    });
  }

  // --- layers ------------------------------------------------------------------------------

  const FAINT = { weight: 0.9, opacity: 0.8, fillOpacity: 0.06 };

  // What is drawn above it has the colour.
  const DRAWN = { weight: 0.8, opacity: 0.6, fillOpacity: 0.01 };

  /** Say whether a zone is only below what a layout or an industry is about. */
  const passive = (zone) => Boolean(data.sketches && !data.choropleth && data.states[zone.zone]);

  function zoneStyle(zone) {
    const { edge, faint, paper, park } = Atlas.colours;
    if (passive(zone)) {
      return { dashArray: null, ...(data.states[zone.zone] === "drawn" ? { color: edge, fillColor: paper, ...DRAWN }
        : { color: faint, fillColor: faint, ...FAINT }) };
    }
    const own = Atlas.zoneClass(zone, data), { choropleth } = data;
    const fill = { none: "url(#atlas-hatch)", zero: choropleth?.zero }[own]
      || (own === null ? park : choropleth.colours[own]);
    return {
      color: edge, weight: 1.3, opacity: 1, dashArray: EDGES[zone.edge], fillColor: fill,
      // Closer in, the streets below matter more than the colour.
      fillOpacity: Atlas.ramp([[12, 1], [15, 0.55]])(map.getZoom())
        * (own === null ? 0.5 : own === "none" ? 0.75 : 0.9),
    };
  }

  function tooltip(title, lines) {
    const node = make("div");
    node.append(make("strong", null, title));
    for (const text of lines) node.append(make("div", null, text));
    return node;
  }

  /** Put the tooltip of what the keyboard reached beside it, so that it does not cover it. */
  function tipBeside(layer, path) {
    const tip = layer.getTooltip(), node = tip?.getElement();
    if (!node) return;
    const home = ui.map.getBoundingClientRect(), box = path.getBoundingClientRect();
    const left = Math.max(box.left, home.left) - home.left, right = Math.min(box.right, home.right) - home.left;
    const top = Math.max(box.top, home.top) - home.top, bottom = Math.min(box.bottom, home.bottom) - home.top;
    const wide = node.offsetWidth + 16, high = node.offsetHeight + 16;
    const middle = Math.max(wide / 2, Math.min((left + right) / 2, home.width - wide / 2));
    const level = Math.max(high / 2, Math.min((top + bottom) / 2, home.height - high / 2));
    const [direction, at] = [
      ["top", [middle, top], top >= high], ["bottom", [middle, bottom], home.height - bottom >= high],
      ["right", [right, level], home.width - right >= wide], ["left", [left, level], left >= wide],
      // It fills the map: the tooltip keeps to the edge.
      ["top", [middle, home.height], true],
    ].find(([, , room]) => room);
    tip.options.direction = direction;
    layer.openTooltip(map.containerPointToLatLng(at));
    tip.options.direction = "auto";
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
      path.addEventListener("focus", () => tipBeside(layer, path));
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
    const group = L.layerGroup();
    for (const zone of data.zones) {
      const layer = L.polygon(Atlas.decode(zone.shape, "area", data.scale),
        { renderer: state.parks, pane: "parks", className: "atlas-park", lineJoin: "round",
          interactive: !passive(zone), ...zoneStyle(zone) });
      layer.on("add", () => { layer.getElement().dataset.zone = zone.zone; });
      state.zones.set(zone.zone, { zone, layer });
      if (passive(zone)) {
        layer.addTo(group);
        continue;
      }
      const title = zone.park_name ? `${zone.name} · ${zone.park_name}` : zone.name;
      const told = Atlas.zoneTip(zone, data), detail = told.join(" ") || data.cards[zone.park]?.name || zone.name;
      behave(layer, title, [...told, data.words["tip.hint"]],
        Atlas.fill(data.words["aria.park"], { name: zone.name, detail }), () => choose(zone, true), zone.zone);
      layer.on("mouseover", () => layer.setStyle({ weight: zoneStyle(zone).weight + 1 }));
      layer.on("mouseout", () => layer.setStyle({ weight: zoneStyle(zone).weight }));
      layer.addTo(group);
    }
    state.group.parks = group;
    if (!off.has("parks")) group.addTo(map);
  }

  const sketch = (id) => data.sketches?.find((item) => item.id === id);

  function drawScheme() {
    state.group.scheme?.remove();
    const group = L.layerGroup();
    const panes = { areas: state.areas, lines: state.lines };
    // An industry's areas are of many layouts and lie on each other.
    const light = data.fit.key.startsWith("industry-");
    const bind = (layer, item, dot) => {
      const title = dot ? dot.names.join(data.lang === "zh" ? "、" : ", ") : item.name;
      const joint = data.lang === "zh" ? "：" : ": ";
      const lines = dot ? [item.head + joint + item.name, dot.line] : [item.head, item.gist];
      behave(layer, title, lines, `${title}. ${lines.join(" ")}`,
        () => chooseElement(item.id, dot?.names));
      layer.on("add", () => {
        layer.getElement().classList.add(dot ? "atlas-member" : "atlas-sketch", `atlas-mark-${item.mark}`);
        layer.getElement().dataset.element = item.id;
      });
    };
    const drawn = Atlas.drawSketches(data.sketches || [], data.scale, group, panes, light, bind);
    state.sketches = drawn.layers;
    state.heads = drawn.heads;
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
        state.project = null;
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
      (layer, item) => behave(layer, item.name, item.tip, item.aria, () => openProject(item)));
    state.group.projects = group;
    if (!off.has("projects")) group.addTo(map);
    Atlas.spreadProjects(map, state.symbols);
  }

  const project = (id) => [...(data.projects?.items || []), ...(data.own?.items || [])].find((item) => item.id === id);

  /** What the app's user uploaded, above the parks; its cards are like a project's. */
  function drawOwn() {
    state.group.own?.remove();
    if (!data.own) return;
    const group = L.layerGroup();
    Atlas.drawOwn(map, group, data.own, data.scale,
      (layer, item) => behave(layer, item.name, item.tip, item.aria, () => openProject(item)));
    state.group.own = group;
    if (!off.has("own")) group.addTo(map);
  }

  /** Move the map to the user's data, once. */
  function showOwn(before) {
    if (!data.own || data.own.key === before?.own?.key || state.pendingFit) return;
    fitTo(data.own.bounds);
    state.free = true;
  }

  function openProject(item) {
    state.selected = state.element = null;
    state.project = item.id;
    restyle();
    Atlas.showSketch(ui.card, item, data.words, closeByReader);
    announce(item.name, item.role);
    emit("chosen");
  }

  function fillLegend() {
    Atlas.fillLegend(ui.legend, data.legend, data.words, off, (id, button) => {
      // Where the legend is below the map, the map comes into sight first.
      if (narrow.matches) ui.stage.scrollIntoView({ block: own ? "start" : "nearest" });
      chooseElement(id);
      state.opener = { element: id };
      if (button.matches(":focus-visible")) ui.card.querySelector("button").focus({ preventScroll: true });
    });
    if (data.own && !off.has("own")) ui.legend.firstChild.after(Atlas.ownLegend(data.own.legend));
    if (!data.projects || off.has("projects")) return;
    ui.legend.append(Atlas.projectLegend(data.projects.legend));
  }

  // Names with the least choice of place come first: pins, then small areas, then lines.
  const RANK = { pin: 9, core: 10, ring: 12, patch: 11, ribbon: 11, belt: 13, arrow: 14 };
  const NAMED = 3; // names of one dot in sight
  const PARKS_FROM = 10.5; // zoom that names the parks under a scheme

  /** The lines of a dot's label; of several names each is marked, for one may take two lines. */
  function namesOf(names) {
    if (names.length === 1) return names;
    const lines = names.slice(0, NAMED).map((name) => `· ${name}`);
    return names.length > NAMED ? [...lines, `+${names.length - NAMED}`] : lines;
  }

  /** Labels of an element and of its members' dots. */
  function sketchLabels(item) {
    const at = ([x, y]) => [y / data.scale, x / data.scale], own = { colour: item.colour, group: "scheme" };
    const labels = item.dots.map(([x, y, names, , kind]) => ({ ...own, kind: "member", at: at([x, y]),
      lines: namesOf(names),
      // A park closer in has a name of its own.
      rank: 40, anchor: "point", from: 9, to: kind === "park" ? PARKS_FROM : 30,
      dot: Atlas.dotRadius(names) + 1 }));
    if (!item.form) return labels;
    const pin = item.form === "point" && { anchor: "point", dot: 7, lift: 14, box: Atlas.pinBox };
    labels.push({ ...own, kind: "sketch", at: at(item.label), lines: [item.name], rank: RANK[item.mark] || 12,
      anchor: "area", ...Atlas.spots(item, data.scale), ...pin });
    return labels;
  }

  const zoneSpots = new WeakMap();

  /** Places for a zone's name in the zone. */
  function spotsOf(zone) {
    if (!zoneSpots.has(zone)) {
      zoneSpots.set(zone, Atlas.spots({ form: "area", shape: zone.shape, label: zone.at }, data.scale));
    }
    return zoneSpots.get(zone);
  }

  /** The park whose ground shows at a place; of several zones the one drawn last. */
  function parkAt(lat, lng) {
    for (let i = data.zones.length - 1; i >= 0; i -= 1) {
      const zone = data.zones[i];
      if (!passive(zone) && spotsOf(zone).holds(lat, lng)) return zone.park;
    }
    return null;
  }

  function drawLabels() {
    const labels = Atlas.traceLabels(data.trace, data.scale);
    const scheme = Boolean(data.sketches);
    for (const item of data.sketches || []) labels.push(...sketchLabels(item));
    // A park that is an element has its name already.
    const named = new Set((data.sketches || []).filter((item) => item.form).map((item) => item.name));
    // The smallest first, which has the least choice.
    for (const zone of [...data.zones].reverse().filter((one) => !passive(one) && !named.has(one.short) && !named.has(one.name))) {
      const lines = [zone.short, Atlas.zoneLabel(zone, data)].filter(Boolean);
      labels.push({ kind: "park", at: [zone.at[1] / data.scale, zone.at[0] / data.scale], lines, ...spotsOf(zone),
        park: zone.park, owner: parkAt,
        rank: (scheme ? 30 : 20) + (lines.length > 1 ? 0 : 1), group: "parks", from: scheme ? PARKS_FROM : 0 });
    }
    if (data.own) labels.push(...Atlas.ownLabels(data.own, data.scale));
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
      renderer: state.parks, pane: "parks", className: "atlas-chosen", color: Atlas.colours.chosen,
      weight: 3.2, fill: false, interactive: false,
    })));
    if (!off.has("parks")) state.halo.addTo(map);
    for (const [id, layer] of state.sketches || []) {
      layer.getElement()?.classList.toggle("atlas-open", id === state.element && !state.selected);
    }
  }

  function choose(zone, byReader) {
    if (!data.cards[zone.park]) return;
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
    if (!item) return;
    state.selected = state.project = null;
    state.element = id;
    Atlas.showElement(ui.card, item, data.words, closeByReader,
      { openPark: openMember, parks: data.cards, names });
    restyle();
    announce(item.name, item.card.head);
    emit("chosen");
  }

  /** Open the card of an element's member, with a way back. */
  function openMember(park) {
    if (!data.cards[park]) return;
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
    const card = data.cards[park];
    if (!card) return;
    state.selected = park;
    state.project = null;
    restyle();
    Atlas.showPark(ui.card, card, data.choropleth?.metric, data.words, closeByReader, wayBack());
    announce(card.name, card.kind);
    emit("chosen");
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
    const inside = ui.card.contains(document.activeElement);
    ui.card.hidden = true;
    state.selected = state.element = state.project = null;
    restyle();
    ui.status.textContent = "";
    focusOpener(inside);
    emit("chosen");
  }

  /** Give the focus back to what opened the card, as it is drawn now, else to the map. */
  function focusOpener(inside) {
    if (!state.opener) {
      if (inside) ui.map.focus();
      return;
    }
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
    const at = L.bounds([bounds.getNorthWest(), bounds.getSouthEast()]
      .map((corner) => map.latLngToContainerPoint(corner)));
    const least = L.point(16, 30), most = L.point(home.width - 16, home.height - under - 16);
    const size = at.getSize();
    if (size.x > most.x - least.x || size.y > most.y - least.y) {
      map.fitBounds(bounds, { maxZoom: map.getZoom(), animate: false, paddingTopLeft: [16, 30],
        paddingBottomRight: [16, 16 + under] });
      return;
    }
    // No further than need be: what else was in sight, here and on a linked map, stays so.
    const short = (low, high, from, to) => (low < from ? low - from : Math.max(0, high - to));
    const by = [short(at.min.x, at.max.x, least.x, most.x), short(at.min.y, at.max.y, least.y, most.y)];
    if (by.some(Boolean)) map.panBy(by, { animate: false });
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
    if (id === "roads" || id === "rail") state.base.toggle(id, on);
    else if (state.group[id]) {
      if (on) state.group[id].addTo(map); else state.group[id].remove();
      fillLegend();
      restyle();
    }
    state.labels.toggle(id, on);
  }

  /** Draw what is finished: see compose.js. */
  function show(payload) {
    const before = data;
    data = payload;
    if (!map) {
      ui = buildPage();
      buildMap();
      watchFrame();
    }
    document.documentElement.lang = data.html_lang;
    document.title = data.title;
    // Beside other things of the app a map does without heading and legend.
    root.classList.toggle("atlas-small", Boolean(data.small));
    Atlas.fillHead(ui, data);
    ui.northText.textContent = data.words["control.north"];
    ui.map.setAttribute("aria-label", data.words["control.map"]);
    ui.map.setAttribute("role", "application");
    fillLegend();
    if (!before || before.lang !== data.lang) zoomControl(data.words);
    state.labels.once(() => draw(before));
    emit("shown");
    root.dataset.ready = String(Number(root.dataset.ready || 0) + 1);
  }

  /** Open or close the card that is asked for; the map stays as it is drawn. */
  function follow(asked) {
    const before = data;
    data = { ...data, ...asked };
    state.labels.once(() => {
      followElement(before);
      followSelection(before);
    });
    root.dataset.ready = String(Number(root.dataset.ready) + 1);
  }

  /** Fill the foot and the switches; below online tiles there is nothing of the basemap to switch. */
  function fillAround() {
    const seen = state.tiles?.seen() && data.tiles;
    Atlas.fillFoot(ui.foot, seen ? { ...data, sources: [seen.attribution, ...data.sources] } : data);
    const layers = seen ? data.layers.filter(({ id }) => !["roads", "rail", "names"].includes(id)) : data.layers;
    Atlas.fillSwitches(ui.switches, [...(data.own ? [data.own.layer] : []), ...layers], data.words, off, toggle);
  }

  /** Draw the map anew, after what was there before. */
  function draw(before) {
    if (!before || before.lang !== data.lang || before.trace || data.trace) {
      // A line that the trace names is not named a second time.
      const named = new Set(data.trace?.lines.map((line) => line.name));
      state.labels.setBase(base.labels.filter((label) => !named.has(label[1])), data.lang, base.scale);
    }
    fillAround(); // its height is the map's as well
    fitFrame();
    measure();
    state.base.repaint();
    state.tiles?.show(data.tiles);
    if (!before || before.fit.key !== data.fit.key) start();
    drawScheme();
    drawParks();
    drawTrace();
    drawProjects();
    drawOwn();
    drawLabels();
    showOwn(before);
    followElement(before);
    followSelection(before);
    join();
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
    } else if (project(state.project)) openProject(project(state.project));
    else if (before && !ui.card.hidden && !state.element) closeCard();
  }

  /**
   * Make the app's frame as high as what is in it: where legend and footer stand below the map, and
   * for a trace beside it as well, both are whole, and the map keeps its height.
   */
  function fitFrame() {
    if (own || !data || root.clientWidth < LEAST) return;
    root.style.setProperty("--frame", `${baseHeight}px`);
    root.style.setProperty("--stage", `${Math.max(320, Math.round(SHARE * baseHeight))}px`);
    // A scroll bar that is about to go would make everything higher than it is.
    root.style.overflow = "hidden";
    root.style.height = `${baseHeight}px`;
    const below = narrow.matches || data.trace ? root.scrollHeight - root.clientHeight : 0;
    const beside = !narrow.matches && data.trace ? ui.side.scrollHeight - ui.side.clientHeight : 0;
    const more = Math.max(below, beside), height = baseHeight + (more > 0 ? more + 1 : 0);
    root.style.height = `${height}px`;
    root.style.overflow = "";
    if (height !== state.height) post("streamlit:setFrameHeight", { height });
    state.height = height;
    showMore();
  }

  /** Mark a legend that goes on below its edge. */
  function showMore() {
    const rest = ui.side.scrollHeight - ui.side.clientHeight - ui.side.scrollTop;
    ui.side.classList.toggle("atlas-more", rest > 3);
  }

  // --- Streamlit's component protocol: only in the app's frame ------------------------------

  function post(type, values) {
    window.parent.postMessage({ isStreamlitMessage: true, type, ...values }, "*");
  }

  // What is around the map may wrap, unfold or be filled anew.
  function watchFrame() {
    const observer = new ResizeObserver(() => (own ? showMore() : fitFrame()));
    for (const node of [ui.head, ui.side, ui.legend, ui.switches, ui.foot]) observer.observe(node);
  }

  const core = {
    show, fit, emit, closeCard,
    get ui() { return ui; },
    map: () => map, data: () => data, state: () => state,
    openPark(id, { pan = false } = {}) {
      state.element = state.opener = null;
      openPark(id);
      if (pan) panTo(id);
    },
    openElement(id) {
      state.opener = null;
      openElement(id);
      reveal(id);
    },
    openProject(id, { pan } = {}) {
      state.opener = null;
      openProject(project(id));
      const { home } = state.symbols.find(({ item }) => item.id === id);
      if (pan && !map.getBounds().pad(-0.1).contains(home)) map.panTo(home);
    },
    /** The map's frame has another size. */
    resized() {
      const free = state.free, view = viewNow();
      if (!measure()) return;
      if (free) setView(view); else fit();
      state.free = free;
    },
    on(event, act) { listeners[event].push(act); },
  };

  if (own) {
    if (own.themes) Atlas.openFile(own, core);
    else show(Atlas.finish(own));
  } else {
    root.classList.add("atlas-component");
    let drawn = ""; // what the last message wanted, without the open card
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || event.data?.type !== "streamlit:render") return;
      const { payload, height } = event.data.args || {};
      if (!payload) return;
      baseHeight = height || 640;
      const { base } = event.data.theme || event.data.args.theme || {};
      const paint = (scheme) => {
        Atlas.setScheme(scheme);
        show(Atlas.finish(Atlas.toned(payload)));
      };
      // Most runs of the app change nothing here, or only which card is open.
      const { selected, element, ...rest } = payload, wanted = JSON.stringify([rest, height, base]);
      if (wanted === drawn) follow({ selected, element });
      else paint(base);
      drawn = wanted;
      // Paper is white.
      window.onbeforeprint = () => paint("light");
      window.onafterprint = () => paint(base);
    });
    post("streamlit:componentReady", { apiVersion: 1 });
  }
})();

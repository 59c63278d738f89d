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
    // A frame may be narrow, or hidden, until the page around it is laid out: a map that the reader
    // has not moved is fitted again to its new size.
    new ResizeObserver(() => {
      map.invalidateSize({ pan: false });
      if (state.pendingFit || state.atFit) fit();
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

  // --- layers ------------------------------------------------------------------------------

  function zoneStyle(zone) {
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

  function drawScheme() {
    state.group.scheme?.remove();
    const group = L.layerGroup();
    const panes = { areas: state.areas, lines: state.lines };
    Atlas.drawSketches(data.sketches || [], data.scale, group, panes, (layer, item, member) => {
      const title = member ? member.name : item.name;
      const joint = data.lang === "zh" ? "：" : ": ";
      const lines = member ? [item.role + joint + item.name, member.where] : [item.gist, item.facts[0]];
      behave(layer, title, lines, `${title}. ${lines.join(" ")}`, () => {
        state.selected = null;
        restyle();
        Atlas.showSketch(ui.card, item, data.words, closeByReader);
        announce(item.name, item.role);
      });
      layer.on("add", () => {
        layer.getElement().classList.add(member ? "atlas-member" : "atlas-sketch");
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
        state.selected = null;
        restyle();
        Atlas.showSketch(ui.card, item, data.words, closeByReader);
        announce(item.name, item.role);
      }));
    state.group.projects = group;
    if (!off.has("projects")) group.addTo(map);
    Atlas.spreadProjects(map, state.symbols);
  }

  function fillLegend() {
    Atlas.fillLegend(ui.legend, data.legend, data.words, off);
    if (!data.projects || off.has("projects")) return;
    ui.legend.append(Atlas.projectLegend(data.projects.legend));
  }

  function drawLabels() {
    const labels = Atlas.traceLabels(data.trace, data.scale);
    const scheme = Boolean(data.sketches);
    for (const item of data.sketches || []) {
      const point = item.form === "point";
      labels.push({ kind: "sketch", at: [item.label[1] / data.scale, item.label[0] / data.scale],
        lines: [item.name], colour: item.colour, rank: point ? 12 : 10, group: "scheme", dot: point ? 7 : 0,
        anchor: point ? "point" : "centre" });
      for (const [x, y, name] of item.members) {
        labels.push({ kind: "member", at: [y / data.scale, x / data.scale], lines: [name],
          colour: item.colour, rank: 40, group: "scheme", anchor: "point", from: 9, dot: 4 });
      }
    }
    for (const zone of data.zones) {
      const lines = zone.value ? [zone.short, zone.value] : [zone.short];
      labels.push({ kind: "park", at: [zone.at[1] / data.scale, zone.at[0] / data.scale], lines,
        rank: scheme ? 30 : 20, group: "parks", from: scheme ? 10.5 : 0 });
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
  }

  function choose(zone, byReader) {
    openPark(zone.park);
    if (byReader) tell(zone.zone, zone.park);
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
    Atlas.showPark(ui.card, card, data.choropleth?.metric, data.words, closeByReader);
    announce(card.name, card.kind);
  }

  /** Say which card is open; the same words again are not said twice. */
  function announce(...texts) {
    const words = texts.join(data.lang === "zh" ? "，" : ", ");
    if (ui.status.textContent !== words) ui.status.textContent = words;
  }

  function closeByReader() {
    closeCard();
    tell(null, null);
  }

  function closeCard() {
    ui.card.hidden = true;
    state.selected = null;
    restyle();
    ui.status.textContent = "";
    focusOpener();
  }

  /** Give the focus back to what opened the card, as it is drawn now, else to the map. */
  function focusOpener() {
    if (!state.opener) return;
    const layer = state.zones.get(state.opener.zone)?.layer || state.opener.layer;
    const path = layer.getElement();
    (path?.isConnected ? path : ui.map).focus({ preventScroll: true });
    layer.closeTooltip(); // the focus opens it
    state.opener = null;
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
    followSelection(before);
    root.dataset.ready = String(Number(root.dataset.ready || 0) + 1);
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
    } else if (before && !ui.card.hidden) closeCard();
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

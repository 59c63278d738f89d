"use strict";
(function () {
  // Fill or line of each kind of the basemap, and the line around it. Everything is pale: the parks
  // are the map's subject. dark.js has those of a dark map.
  Atlas.ground = {
    sea: ["#cfe0e8"], neighbour: ["#ebe9e4"], land: ["#f8f6f1", "#b9c6cd"], water: ["#cfe0e8"], river: ["#cfe0e8"],
    stream: ["#cfe0e8"], border: ["#aab4bb"], "border-focus": ["#7d8a94"], tertiary: ["#ffffff", "#dedbd3"],
    secondary: ["#ffffff", "#d9d5cc"], primary: ["#ffffff", "#d3cec4"], trunk: ["#fdfbf6", "#c6c0b4"],
    motorway: ["#f1ece0", "#b8b1a3"], express: ["#f1ece0", "#c4beb2"], rail: ["#a5a5ab"], metro: ["#b9b0c9"],
  };
  const road = (from, widths) => ({ group: "roads", casing: true, from, widths });
  // How each kind is drawn. `from` is the first zoom that shows it; `widths` are [zoom, pixels] pairs.
  const STYLES = {
    sea: { area: true },
    neighbour: { area: true },
    land: { area: true, widths: [[8, 0.6], [13, 1]] },
    water: { area: true },
    river: { widths: [[8.5, 0.6], [12, 2], [15, 5]] },
    stream: { from: 10.5, widths: [[10.5, 0.7], [13, 1.8], [16, 5]] },
    border: { dash: "5 3 1 3", widths: [[8, 0.7], [13, 1.2]] },
    "border-focus": { dash: "8 3 1.5 3", widths: [[8, 1.1], [13, 2]] },
    tertiary: road(12.5, [[12.5, 0.8], [14, 2], [16, 5]]),
    secondary: road(11.75, [[11.75, 0.8], [14, 2.6], [16, 6]]),
    primary: road(11, [[11, 0.9], [14, 3.2], [16, 8]]),
    trunk: road(10, [[10, 0.9], [12, 2], [16, 9]]),
    motorway: road(9, [[9, 1], [12, 2.4], [16, 10]]),
    express: road(9, [[9, 0.8], [12, 1.8], [16, 8]]),
    rail: { group: "rail", dash: "7 5", from: 11.5, widths: [[11, 0.8], [15, 2]] },
    metro: { group: "rail", from: 9.5, widths: [[9, 0.5], [12, 1], [15, 2]] },
  };

  /** What Leaflet paints a kind with. */
  function paint(kind, casing) {
    const [main, line] = Atlas.ground[kind];
    if (STYLES[kind].area) return { fillColor: main, color: line };
    return { color: casing ? line : main };
  }

  /**
   * Draw the basemap on a canvas behind everything. Return `{ toggle(group, on), cover(on), repaint() }`:
   * the switch of its groups; whether it is out of sight; to be called when `Atlas.ground` may be another.
   */
  Atlas.drawBasemap = function (map, data) {
    // Leaflet's canvas passes the pointer's movements on at most every 32 ms and drops those between,
    // the last as well: the map itself is told of all.
    Object.assign(map.createPane("basemap").style, { zIndex: 150, pointerEvents: "none" });
    const renderer = L.canvas({ pane: "basemap", padding: 0.3 });
    const hidden = new Set();
    const layers = [];
    let painted = Atlas.ground;
    const add = (kind, make, extra) => {
      const options = { renderer, interactive: false, smoothFactor: 0.7, ...make, ...paint(kind, extra.casing) };
      layers.push({ kind, style: STYLES[kind], extra, layer: extra.area
        ? L.polygon(extra.at, options) : L.polyline(extra.at, options) });
    };
    const decoded = data.shapes.map(([kind, form, shape]) =>
      [kind, form, Atlas.decode(shape, form, data.scale)]);
    // All casings lie below all roads, so that crossings look like crossings.
    const casings = decoded.filter(([kind]) => STYLES[kind] && STYLES[kind].casing);
    const draw = (kind, form, at, casing) => {
      const style = STYLES[kind];
      if (!style) return;
      add(kind, {
        stroke: Boolean(style.widths), dashArray: casing ? null : style.dash,
        lineCap: style.dash ? "butt" : "round", fill: Boolean(style.area), fillOpacity: 1,
      }, { at, area: form === "area", casing });
    };
    // The ground is drawn as well: paper would leave what is behind the canvas out. West of the
    // basemap's edge there is land.
    const ground = (kind, west, east) => add(kind, { stroke: false, fill: true, fillOpacity: 1 },
      { at: [[28, west], [28, east], [34, east], [34, west]], area: true });
    ground("sea", 117, 127);
    const edge = L.polyline(decoded.filter(([kind]) => kind === "neighbour")
      .map(([, , at]) => at.flat(2)));
    if (edge.getLatLngs().length) ground("neighbour", 117, edge.getBounds().getWest());
    decoded.filter(([kind]) => !STYLES[kind]?.casing && STYLES[kind]?.group !== "rail")
      .forEach(([kind, form, at]) => draw(kind, form, at, false));
    casings.forEach(([kind, form, at]) => draw(kind, form, at, true));
    casings.forEach(([kind, form, at]) => draw(kind, form, at, false));
    decoded.filter(([kind]) => STYLES[kind]?.group === "rail")
      .forEach(([kind, form, at]) => draw(kind, form, at, false));

    function refresh() {
      const zoom = map.getZoom();
      for (const { style, extra, layer } of layers) {
        const on = zoom >= (style.from || 0) && !hidden.has(style.group);
        if (on && style.widths) {
          layer.options.weight = Atlas.ramp(style.widths)(zoom) + (extra.casing ? 1.4 : 0);
        }
        if (on !== map.hasLayer(layer)) {
          if (on) layer.addTo(map); else layer.remove();
        }
      }
      // Layers come and go with the zoom; what is drawn first must stay below.
      for (const { layer } of layers) if (map.hasLayer(layer)) layer.bringToFront();
    }
    map.on("zoomend", refresh);
    refresh();
    return {
      toggle(group, on) {
        if (on) hidden.delete(group); else hidden.add(group);
        refresh();
      },
      cover(on) { map.getPane("basemap").classList.toggle("atlas-covered", on); },
      repaint() {
        if (painted === Atlas.ground) return;
        painted = Atlas.ground;
        for (const { kind, extra, layer } of layers) layer.setStyle(paint(kind, extra.casing));
      },
    };
  };
})();

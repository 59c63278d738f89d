"use strict";
(function () {
  const WATER = "#cfe0e8";
  const road = (color, casing, from, widths) => ({ group: "roads", color, casing, from, widths });
  // How each kind of the basemap is drawn. `from` is the first zoom that shows it; `widths` are
  // [zoom, pixels] pairs. Everything is pale: the parks are the map's subject.
  const STYLES = {
    neighbour: { fill: "#ebe9e4" },
    land: { fill: "#f8f6f1", color: "#b9c6cd", widths: [[8, 0.6], [13, 1]] },
    water: { fill: WATER },
    river: { color: WATER, widths: [[8.5, 0.6], [12, 2], [15, 5]] },
    stream: { color: WATER, from: 10.5, widths: [[10.5, 0.7], [13, 1.8], [16, 5]] },
    border: { color: "#aab4bb", dash: "5 3 1 3", widths: [[8, 0.7], [13, 1.2]] },
    "border-focus": { color: "#7d8a94", dash: "8 3 1.5 3", widths: [[8, 1.1], [13, 2]] },
    tertiary: road("#ffffff", "#dedbd3", 12.5, [[12.5, 0.8], [14, 2], [16, 5]]),
    secondary: road("#ffffff", "#d9d5cc", 11.75, [[11.75, 0.8], [14, 2.6], [16, 6]]),
    primary: road("#ffffff", "#d3cec4", 11, [[11, 0.9], [14, 3.2], [16, 8]]),
    trunk: road("#fdfbf6", "#c6c0b4", 10, [[10, 0.9], [12, 2], [16, 9]]),
    motorway: road("#f1ece0", "#b8b1a3", 9, [[9, 1], [12, 2.4], [16, 10]]),
    express: road("#f1ece0", "#c4beb2", 9, [[9, 0.8], [12, 1.8], [16, 8]]),
    rail: { group: "rail", color: "#a5a5ab", dash: "7 5", from: 11.5, widths: [[11, 0.8], [15, 2]] },
    metro: { group: "rail", color: "#b9b0c9", from: 9.5, widths: [[9, 0.5], [12, 1], [15, 2]] },
  };

  /** Draw the basemap on a canvas behind everything; return a switch for its groups. */
  Atlas.drawBasemap = function (map, data) {
    map.createPane("basemap").style.zIndex = 150;
    const renderer = L.canvas({ pane: "basemap", padding: 0.3 });
    const hidden = new Set();
    const layers = [];
    const add = (kind, style, make, extra) => {
      const options = { renderer, interactive: false, smoothFactor: 0.7, ...make };
      layers.push({ kind, style, extra, layer: extra.area
        ? L.polygon(extra.at, options) : L.polyline(extra.at, options) });
    };
    const decoded = data.shapes.map(([kind, form, shape]) =>
      [kind, form, Atlas.decode(shape, form, data.scale)]);
    // All casings lie below all roads, so that crossings look like crossings.
    const casings = decoded.filter(([kind]) => STYLES[kind] && STYLES[kind].casing);
    const draw = (kind, form, at, casing) => {
      const style = STYLES[kind];
      if (!style) return;
      add(kind, style, {
        stroke: Boolean(style.color || casing), color: casing ? style.casing : style.color,
        dashArray: casing ? null : style.dash, lineCap: style.dash ? "butt" : "round",
        fill: Boolean(style.fill), fillColor: style.fill, fillOpacity: 1,
      }, { at, area: form === "area", casing });
    };
    // The ground is drawn as well: paper would leave what is behind the canvas out. West of the
    // basemap's edge there is land.
    const ground = (name, fill, west, east) => add(name, { fill },
      { stroke: false, fill: true, fillColor: fill, fillOpacity: 1 },
      { at: [[28, west], [28, east], [34, east], [34, west]], area: true });
    ground("sea", WATER, 117, 127);
    const edge = L.polyline(decoded.filter(([kind]) => kind === "neighbour")
      .map(([, , at]) => at.flat(2)));
    if (edge.getLatLngs().length) ground("neighbour", STYLES.neighbour.fill, 117, edge.getBounds().getWest());
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
    return (group, on) => {
      if (on) hidden.delete(group); else hidden.add(group);
      refresh();
    };
  };
})();

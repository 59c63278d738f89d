"use strict";
// A user's own features, above the parks: sent by the app, in no file.
(function () {
  const make = Atlas.make;
  const LINE = "#8f2a66", FILL = "#cc79a7"; // told apart from the parks' sand and brown by the colour-blind too
  const ink = () => Atlas.tone(LINE), paper = () => Atlas.colours.paper;
  const DASH = { area: "9 4", traced: "2 4", line: null };
  const kindOf = (item) => (item.traced ? "traced" : item.form);

  /** Leaflet layers of a feature: [those only seen, those that take the pointer]. */
  function layersOf(item, scale, own) {
    const dash = DASH[kindOf(item)] || null;
    if (item.form === "point") {
      const at = [];
      for (let i = 0; i < item.shape.length; i += 2) {
        at.push(Atlas.decode(item.shape.slice(i, i + 2), "point", scale));
      }
      return [[], at.map((one) => L.circleMarker(one, { ...own, radius: 6.5, color: paper(), weight: 2,
        opacity: 1, fillColor: ink(), fillOpacity: 1, className: "atlas-own" }))];
    }
    const at = Atlas.decode(item.shape, item.form, scale);
    const draw = item.form === "area" ? L.polygon : L.polyline;
    const casing = draw(at, { ...own, interactive: false, fill: false, color: paper(), weight: 5, opacity: 0.9,
      lineJoin: "round" });
    const shape = draw(at, { ...own, color: ink(), weight: 2.4, opacity: 1, dashArray: dash, lineJoin: "round",
      fill: item.form === "area", fillColor: FILL, fillOpacity: 0.3, className: "atlas-own" });
    return [[casing], [shape]];
  }

  /** Draw a user's features into a group; each is clicked through `behave(layer, item)`. */
  Atlas.drawOwn = function (map, group, part, scale, behave) {
    if (!map.getPane("own")) map.createPane("own").style.zIndex = 440;
    map.ownRenderer = map.ownRenderer || L.svg({ pane: "own", padding: 0.3 });
    const own = { renderer: map.ownRenderer, pane: "own" };
    const drawn = part.items.map((item) => [item, layersOf(item, scale, own)]);
    // Large ones first: a small one within stays within reach.
    const size = (item) => (item.form === "area" ? item.shape.length : 0);
    for (const [, [below]] of drawn) below.forEach((layer) => layer.addTo(group));
    for (const [item, [, above]] of drawn.sort((a, b) => size(b[0]) - size(a[0]))) {
      for (const layer of above) {
        behave(layer, item);
        layer.on("add", () => { layer.getElement().dataset.own = item.id; });
        layer.addTo(group);
      }
    }
  };

  /** Names of the features that may have one. */
  Atlas.ownLabels = function (part, scale) {
    if (!part) return [];
    return part.items.filter((item) => item.label).map((item) => ({
      kind: "own", at: Atlas.decode(item.at, "point", scale), lines: [item.name], colour: ink(), rank: 25,
      group: "own", from: 10.5, anchor: "point", dot: item.form === "point" ? 7 : 11,
    }));
  };

  /** The section of the legend. */
  Atlas.ownLegend = function (legend) {
    const box = make("section", "atlas-legend-section"), list = make("ul");
    box.dataset.layer = "own";
    for (const entry of legend.entries) {
      const line = make("li"), svg = Atlas.svg("svg", { width: 30, height: 18, viewBox: "0 0 30 18", "aria-hidden": "true" });
      if (entry.kind === "point") {
        svg.append(Atlas.svg("circle", { cx: 15, cy: 9, r: 5.5, fill: ink(), stroke: paper(), "stroke-width": 1.5 }));
      } else if (entry.kind === "line") {
        svg.append(Atlas.svg("line", { x1: 2, y1: 9, x2: 28, y2: 9, stroke: ink(), "stroke-width": 2.4 }));
      } else {
        svg.append(Atlas.svg("rect", { x: 2, y: 2.5, width: 26, height: 13, fill: FILL, "fill-opacity": 0.3, stroke: ink(),
          "stroke-width": 2.2, "stroke-dasharray": entry.kind === "traced" ? "2 3" : "6 3" }));
      }
      line.append(svg, make("span", null, entry.label));
      list.append(line);
    }
    box.append(make("h3", null, legend.title), list, make("p", "atlas-note", legend.note));
    return box;
  };
})();

"use strict";
(function () {
  // How a stretch of ring is drawn, by how it is known: `dash` in pixels, `weight`, round dots or not.
  const KINDS = {
    measured: { weight: 5, dash: null },
    border: { weight: 5, dash: "16 5 3 5" },
    bridged: { weight: 5.5, dash: "0.1 9", round: true },
    extended: { weight: 4, dash: "11 7" },
    straight: { weight: 4, dash: "5 6" },
    found: { weight: 3, dash: null, opacity: 0.55 },
  };
  const NETWORK = {
    road: { weight: 1.2 },
    river: { weight: 1.4 },
    bank: { as: "river", weight: 1.2, dashArray: "2 3" },
    rail: { weight: 1.3, dashArray: "7 4" },
    metro: { weight: 1.2, dashArray: "3 3" },
    border: { weight: 1.3, dashArray: "8 3 2 3" },
    line: { as: "road", weight: 1.2 },
  };

  /** SVG attributes of a stretch in the legend, lowest first. */
  Atlas.strokes = function (kind, colour) {
    const style = KINDS[kind];
    if (!style) return [{ stroke: colour, "stroke-width": kind === "network" ? 1.4 : 4 }];
    return [{ stroke: colour, "stroke-width": style.weight, "stroke-opacity": style.opacity || 1,
      "stroke-dasharray": style.dash || "none", "stroke-linecap": style.round ? "round" : "butt" }];
  };

  function drawEdge(item, at, group, panes, bind) {
    const style = KINDS[item.kind];
    const options = { renderer: panes.lines, pane: "sketch-lines", interactive: false, lineJoin: "round" };
    if (item.kind !== "found") {
      L.polyline(at, { ...options, color: Atlas.colours.paper, weight: style.weight + 3.5, opacity: 0.9,
        className: "atlas-casing" }).addTo(group);
    }
    const line = L.polyline(at, { ...options, color: item.colour, weight: style.weight,
      opacity: style.opacity || 1, dashArray: style.dash, lineCap: style.round ? "round" : "butt",
      className: "atlas-edge" }).addTo(group);
    line.on("add", () => {
      const data = line.getElement().dataset;
      data.kind = item.kind;
      data.side = item.side || "";
      data.feature = item.feature || "";
    });
    // A dashed line has holes: the pointer meets a whole one.
    const hit = L.polyline(at, { renderer: panes.lines, pane: "sketch-lines", color: item.colour,
      weight: 16, opacity: 0, className: "atlas-hit" });
    bind(hit, item);
    hit.addTo(group);
  }

  /** Draw the lines around, the zone, other zones and the ring's stretches. */
  Atlas.drawTrace = function (trace, scale, groups, panes, bind) {
    for (const line of trace.lines) {
      const at = Atlas.decode(line.shape, "line", scale);
      const kind = line.kind in NETWORK ? line.kind : "line", { as = kind, ...style } = NETWORK[kind];
      style.color = Atlas.colours[as];
      if (line.colour) Object.assign(style, { color: line.colour, weight: 2.4, opacity: 0.5, dashArray: null });
      const layer = L.polyline(at, { renderer: panes.areas, pane: "sketch-areas", className: "atlas-network",
        ...style });
      layer.bindTooltip(Atlas.make("span", null, line.name),
        { sticky: true, className: "atlas-tip", opacity: 1 });
      layer.addTo(groups.network);
    }
    for (const item of trace.others) {
      const layer = L.polygon(Atlas.decode(item.shape, "area", scale), { renderer: panes.parks,
        pane: "parks", color: Atlas.colours.other, weight: 1.6, fillColor: Atlas.colours.otherFill, fillOpacity: 0.16,
        className: "atlas-other" });
      bind.other(layer, item);
      layer.addTo(groups.trace);
    }
    if (trace.area) {
      L.polygon(Atlas.decode(trace.area, "area", scale), { renderer: panes.areas, pane: "sketch-areas",
        stroke: false, fillColor: Atlas.colours.area, fillOpacity: 0.2, interactive: false,
        className: "atlas-area" }).addTo(groups.trace);
    }
    for (const item of trace.edges) {
      drawEdge(item, Atlas.decode(item.shape, "line", scale), groups.trace, panes, bind.edge);
    }
  };

  /** Labels of the ring's features, of other zones and of the lines around. */
  Atlas.traceLabels = function (trace, scale) {
    if (!trace) return [];
    return trace.labels.map((label) => ({
      kind: label.kind, at: [label.at[1] / scale, label.at[0] / scale], lines: [label.text],
      colour: label.colour, rank: label.rank, group: label.group, angle: label.angle || 0, out: label.out,
      anchor: label.kind === "side" ? "beside" : label.angle === null ? "centre" : "line",
      from: label.from || 0,
    }));
  };
})();

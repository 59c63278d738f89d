"use strict";
(function () {
  const AREA = {
    belt: { fillOpacity: 0.15, weight: 1.6, dashArray: "7 5" },
    ribbon: { fillOpacity: 0.34, weight: 1.4, dashArray: "7 5" },
    core: { fillOpacity: 0.16, weight: 2.4, dashArray: "3 5" },
    ring: { fillOpacity: 0.06, weight: 2, dashArray: "10 6" },
  };

  /** Shared SVG patterns and arrow heads; the legend's swatches use them as well. */
  Atlas.definitions = function () {
    const svg = Atlas.svg("svg", { width: 0, height: 0, "aria-hidden": "true", class: "atlas-defs" });
    const defs = Atlas.svg("defs");
    const hatch = Atlas.svg("pattern", {
      id: "atlas-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    });
    hatch.append(
      Atlas.svg("rect", { width: 6, height: 6, fill: "#eeeeec" }),
      Atlas.svg("rect", { width: 1.6, height: 6, fill: "#8d9398" }),
    );
    defs.append(hatch);
    svg.append(defs);
    return svg;
  };

  /** Put an arrow head of a line's colour at both its ends. */
  function arrows(path, colour, index) {
    const id = `atlas-arrow-${index}`;
    const svg = path.ownerSVGElement;
    if (!svg) return;
    let marker = document.getElementById(id);
    if (marker) marker.remove();
    marker = Atlas.svg("marker", {
      id, viewBox: "0 0 10 10", refX: 7, refY: 5, markerWidth: 30, markerHeight: 30,
      markerUnits: "userSpaceOnUse", orient: "auto-start-reverse",
    });
    marker.append(Atlas.svg("path", { d: "M0 0L10 5L0 10L2.5 5Z", fill: colour }));
    svg.prepend(marker);
    path.setAttribute("marker-end", `url(#${id})`);
    path.setAttribute("marker-start", `url(#${id})`);
  }

  function drawOne(item, index, scale, group, panes) {
    const at = Atlas.decode(item.shape, item.form, scale);
    const colour = item.colour;
    if (item.form === "area") {
      const style = AREA[item.mark] || AREA.belt;
      return L.polygon(at, { renderer: panes.areas, pane: "sketch-areas", color: colour,
        fillColor: colour, lineJoin: "round", ...style }).addTo(group);
    }
    if (item.form === "line") {
      const broad = L.polyline(at, { renderer: panes.lines, pane: "sketch-lines", color: colour,
        weight: 17, opacity: 0.26, lineCap: "butt" }).addTo(group);
      const spine = L.polyline(at, { renderer: panes.lines, pane: "sketch-lines", color: colour,
        weight: 2.2, opacity: 0.95, dashArray: "11 6", interactive: false }).addTo(group);
      if (item.mark === "arrow") spine.on("add", () => arrows(spine.getElement(), colour, index));
      return broad;
    }
    return L.circleMarker(at, { renderer: panes.lines, pane: "sketch-lines", radius: 7,
      color: "#ffffff", weight: 2, fillColor: colour, fillOpacity: 1 }).addTo(group);
  }

  /** Draw a scheme's elements and their members; return Leaflet layers by element id. */
  Atlas.drawSketches = function (items, scale, group, panes, bind) {
    const order = { area: 0, line: 1, point: 2 };
    const sorted = [...items].sort((a, b) => order[a.form] - order[b.form]);
    for (const [index, item] of sorted.entries()) {
      for (const [x, y, name, where] of item.members) {
        const dot = L.circleMarker([y / scale, x / scale], { renderer: panes.lines,
          pane: "sketch-lines", radius: 3.4, color: item.colour, weight: 1.6,
          fillColor: "#ffffff", fillOpacity: 1 }).addTo(group);
        bind(dot, item, { name, where });
      }
      bind(drawOne(item, index, scale, group, panes), item, null);
    }
  };
})();

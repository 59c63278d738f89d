"use strict";
(function () {
  const make = Atlas.make;

  /** How a project's symbol looks, on the map and in the legend: precision is in its edge. */
  function projectStyle({ colour, precision, hollow }) {
    // Opaque tints: a colour that shone through would be another one over a dark park.
    const { white, ...edge } = {
      point: { color: hollow ? colour : Atlas.colours.ink, weight: 1.8, opacity: 1, white: 0 },
      park: { color: colour, weight: 5, opacity: 0.4, white: 0.2 },
      town: { color: colour, weight: 1.8, opacity: 1, dashArray: "3.5 2.5", white: 0.5 },
    }[precision];
    const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)), paper = parts(Atlas.colours.paper);
    const tint = parts(colour).map((part, i) => Math.round(part + (paper[i] - part) * (hollow ? 1 : white)));
    return { ...edge, fillColor: `rgb(${tint.join(",")})`, fillOpacity: 1 };
  }

  /** Room a symbol takes, in pixels: small ones get enough to be hit. */
  const projectRoom = (item) => Math.max(item.radius + 2.5, 8);

  /**
   * Draw the projects' symbols into a group; each is clicked through `behave(layer, item)`.
   * Returns the symbols, which `Atlas.spreadProjects` puts where they have room.
   */
  Atlas.drawProjects = function (group, items, scale, renderer, behave) {
    const own = { renderer, pane: "projects" };
    return items.map((item) => {
      const home = L.latLng(Atlas.decode(item.at, "point", scale));
      const lead = L.polyline([home, home], { ...own, color: Atlas.colours.ink, weight: 1, opacity: 0.55,
        interactive: false }).addTo(group);
      const disc = L.circleMarker(home, { ...own, radius: item.radius, className: "atlas-project-disc",
        interactive: false, ...projectStyle(item) }).addTo(group);
      const hit = L.circleMarker(home, { ...own, radius: projectRoom(item), stroke: false,
        fillOpacity: 0, className: "atlas-project" });
      behave(hit, item);
      hit.on("add", () => { hit.getElement().dataset.project = item.id; });
      return { item, home, lead, disc, hit: hit.addTo(group), label: [0, 0] };
    });
  };

  /** Stand the symbols side by side: sites stay where they are, the others make room. */
  Atlas.spreadProjects = function (map, placed) {
    const symbols = placed.map((symbol, i) => {
      const { x, y } = map.latLngToLayerPoint(symbol.home), fixed = symbol.item.precision === "point";
      // Those at one anchor start apart, each in a direction of its own (the golden angle).
      const far = fixed ? 0 : 1 + i * 0.2, turn = i * 2.4;
      return { symbol, fixed, room: projectRoom(symbol.item), home: { x, y },
        x: x + far * Math.cos(turn), y: y + far * Math.sin(turn) };
    });
    for (let round = 0, moved = true; moved && round < 400; round += 1) {
      moved = false;
      for (const [i, a] of symbols.entries()) {
        for (const b of symbols.slice(i + 1)) {
          const dx = b.x - a.x, dy = b.y - a.y, apart = Math.hypot(dx, dy) || 0.01;
          const short = a.room + b.room - apart;
          if (short <= 0.2 || (a.fixed && b.fixed)) continue;
          moved = true;
          // A large symbol gives way less than a small one.
          const share = a.fixed ? 0 : b.fixed ? 1 : b.room ** 2 / (a.room ** 2 + b.room ** 2);
          const push = short / apart;
          a.x -= dx * push * share;
          a.y -= dy * push * share;
          b.x += dx * push * (1 - share);
          b.y += dy * push * (1 - share);
        }
      }
    }
    for (const { symbol, x, y, home } of symbols) {
      const at = map.layerPointToLatLng([x, y]);
      symbol.disc.setLatLng(at);
      symbol.hit.setLatLng(at);
      const away = Math.hypot(x - home.x, y - home.y) > symbol.item.radius;
      symbol.lead.setLatLngs(away ? [symbol.home, at] : []);
      [symbol.label[0], symbol.label[1]] = [at.lat, at.lng];
    }
  };

  /** The projects' section of the legend: what size, edge and colour mean. */
  Atlas.projectLegend = function (section) {
    const box = make("section", "atlas-legend-section");
    box.dataset.layer = "projects";
    box.append(make("h3", null, section.title));
    for (const group of section.groups) {
      const list = make("ul");
      const wide = Math.max(30, ...group.entries.map((entry) => Math.ceil(2 * entry.radius + 6)));
      for (const entry of group.entries) {
        const line = make("li"), style = projectStyle(entry);
        const high = Math.max(18, Math.ceil(2 * entry.radius + 6));
        const picture = Atlas.svg("svg", { width: wide, height: high, "aria-hidden": "true" });
        picture.append(Atlas.svg("circle", { cx: wide / 2, cy: high / 2, r: entry.radius,
          fill: style.fillColor, "fill-opacity": style.fillOpacity, stroke: style.color,
          "stroke-width": style.weight, "stroke-opacity": style.opacity,
          "stroke-dasharray": style.dashArray || "none" }));
        line.append(picture, make("span", null, entry.label));
        list.append(line);
      }
      box.append(make("h4", null, group.title), list);
    }
    for (const note of section.notes) box.append(make("p", "atlas-note", note));
    return box;
  };
})();

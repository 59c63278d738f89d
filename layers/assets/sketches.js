"use strict";
(function () {
  // One look a mark. Edges are dashed and fills light: a sketch must not pass for surveyed bounds.
  const AREA = {
    belt: { fillOpacity: 0.17, weight: 1.6, dashArray: "8 5" },
    ribbon: { fillOpacity: 0.34, weight: 1.4, dashArray: "5 3" },
    core: { fillOpacity: 0.28, weight: 2.4, dashArray: "3 4" },
    ring: { fillOpacity: 0.13, weight: 1.8, dashArray: "12 5" },
    patch: { fillOpacity: 0.28, weight: 1.5, dashArray: "5 4" },
  };
  // Where elements of several layouts lie on each other.
  const LIGHT = { belt: 0.11, ring: 0.09, patch: 0.18 };
  const TAIL_DEG = 0.025; // an arrow head points as the line's last two kilometres or so do
  const PIN = { width: 8, height: 23 }; // half its width, and its height above the place, in pixels

  const SQUARE = 4; // half the side of the sign of a whole district, in pixels
  const SQUARE_BOX = [-SQUARE, -SQUARE, SQUARE, SQUARE];
  const HEAD = 27; // side of an arrow head, in pixels

  /** SVG path of a map pin whose point is at x, y. */
  Atlas.pinPath = (x, y) => `M${x} ${y}C${x - 2} ${y - 6} ${x - 8} ${y - 9} ${x - 8} ${y - 15}`
    + `A8 8 0 1 1 ${x + 8} ${y - 15}C${x + 8} ${y - 9} ${x + 2} ${y - 6} ${x} ${y}Z`;
  const eyePath = (x, y) => `M${x - 3} ${y - 15}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z`;

  const squarePath = (x, y) => `M${x - SQUARE} ${y - SQUARE}h${2 * SQUARE}v${2 * SQUARE}h${-2 * SQUARE}Z`;

  /** A sign of fixed size at a place, drawn by `options.draw(x, y)` within `options.box` of pixels. */
  const Sign = L.CircleMarker.extend({
    _updatePath() {
      if (this._map) this._renderer._setPath(this, this.options.draw(this._point.x, this._point.y));
    },
    _updateBounds() {
      const { x, y } = this._point;
      const [left, top, right, bottom] = this.options.box || Atlas.pinBox;
      this._pxBounds = L.bounds([x + left, y + top], [x + right, y + bottom]);
    },
    _containsPoint(point) { return this._pxBounds.contains(point); },
  });

  /** Shared SVG patterns and arrow heads; the legend's swatches use them as well. */
  Atlas.definitions = function () {
    const svg = Atlas.svg("svg", { width: 0, height: 0, "aria-hidden": "true", class: "atlas-defs" });
    const defs = Atlas.svg("defs", { id: "atlas-defs" });
    const hatch = Atlas.svg("pattern", {
      id: "atlas-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    });
    hatch.append(
      Atlas.svg("rect", { width: 6, height: 6, class: "atlas-hatch" }),
      Atlas.svg("rect", { width: 1.6, height: 6 }),
    );
    defs.append(hatch);
    svg.append(defs);
    return svg;
  };

  /** Return the address of an arrow head in a colour; each is made once. */
  function arrow(colour) {
    const id = `atlas-arrow-${colour.replace(/\W/g, "")}`;
    if (!document.getElementById(id)) {
      const marker = Atlas.svg("marker", { id, viewBox: "0 0 10 10", refX: 7, refY: 5, markerWidth: HEAD,
        markerHeight: HEAD, markerUnits: "userSpaceOnUse", orient: "auto" });
      marker.append(Atlas.svg("path", { d: "M0 0L10 5L0 10L2.5 5Z", fill: colour, stroke: Atlas.colours.paper,
        "stroke-width": 0.5 }));
      document.getElementById("atlas-defs").append(marker);
    }
    return `url(#${id})`;
  }

  const apart = ([ay, ax], [by, bx]) => Math.hypot(ay - by, (ax - bx) * 0.86);

  /** The two ends of a line of one or more parts that lie farthest apart: [where from, end] each. */
  function tips(parts) {
    const ends = parts.flatMap((part) => [part, [...part].reverse()]);
    const pairs = ends.flatMap((a, i) => ends.slice(i + 1).map((b) => [a, b]));
    const far = ([a, b]) => apart(a[0], b[0]);
    return pairs.reduce((best, pair) => (far(pair) > far(best) ? pair : best))
      .map((walk) => [walk.find((at) => apart(at, walk[0]) > TAIL_DEG) || walk[walk.length - 1], walk[0]]);
  }

  function drawArea(item, at, group, panes, look) {
    const style = { color: item.colour, fillColor: item.colour, lineJoin: "round",
      ...(AREA[item.mark] || AREA.patch) };
    if (look.light && item.mark in LIGHT) style.fillOpacity = LIGHT[item.mark];
    const area = L.polygon(at, { renderer: panes.areas, pane: "sketch-areas", ...style }).addTo(group);
    if (!["core", "patch"].includes(item.mark)) return area;
    // What is made of parks has their outline: its own edge lies above theirs, and is clicked there.
    const edge = { renderer: panes.lines, pane: "sketch-lines", className: "atlas-edge-above", fill: false };
    L.polygon(at, { ...style, ...edge, color: Atlas.colours.paper, weight: style.weight + 2, opacity: 0.85, dashArray: null })
      .on("click", () => area.fire("click")).addTo(group);
    L.polygon(at, { ...style, ...edge, interactive: false }).addTo(group);
    return area;
  }

  function drawLine(item, at, group, panes, look) {
    const own = { renderer: panes.lines, pane: "sketch-lines", color: item.colour, noClip: true };
    const broad = L.polyline(at, { ...own, weight: 15, opacity: 0.24, lineCap: "butt" }).addTo(group);
    const spine = { ...own, weight: 2.2, opacity: 0.95, interactive: false };
    L.polyline(at, { ...spine, dashArray: "11 6" }).addTo(group);
    if (item.mark !== "arrow") return broad;
    for (const tip of tips(at)) {
      look.heads.push(tip);
      const head = L.polyline(tip, { ...spine, stroke: false, className: "atlas-head-of-line" });
      head.on("add", () => head.getElement().setAttribute("marker-end", arrow(item.colour)));
      head.addTo(group);
    }
    return broad;
  }

  function drawPin(item, at, group, panes) {
    const own = { renderer: panes.lines, pane: "sketch-lines", fillOpacity: 1 };
    const pin = new Sign(at, { ...own, draw: Atlas.pinPath, color: Atlas.colours.paper, weight: 1.6,
      fillColor: item.colour }).addTo(group);
    new Sign(at, { ...own, draw: eyePath, stroke: false, fillColor: Atlas.colours.paper, interactive: false })
      .addTo(group);
    return pin;
  }

  const DRAW = { area: drawArea, line: drawLine, point: drawPin };

  /** Degrees across: large areas are drawn first, so that small ones on them can be clicked. */
  function extent({ form, at }) {
    if (form === "point") return 0;
    const { _southWest: low, _northEast: high } = L.polyline(at).getBounds();
    return (high.lat - low.lat) * (high.lng - low.lng);
  }

  /**
   * Draw a scheme's elements and their members' dots into a group; `bind(layer, item, dot)` makes
   * them work. `light` is for many areas on each other. Return the elements' layers by id, and the
   * arrow heads: [where from, tip] each.
   */
  Atlas.drawSketches = function (items, scale, group, panes, light, bind) {
    const look = { light, heads: [] };
    const order = { area: 0, line: 1, point: 3 };
    const drawn = items.filter((item) => item.form)
      .map((item) => ({ item, form: item.form, at: Atlas.decode(item.shape, item.form, scale) }))
      .sort((a, b) => order[a.form] - order[b.form] || extent(b) - extent(a));
    const layers = new Map();
    const draw = ({ item, form, at }) => {
      const layer = DRAW[form](item, at, group, panes, look);
      bind(layer, item, null);
      layers.set(item.id, layer);
    };
    drawn.filter(({ form }) => form !== "point").forEach(draw);
    for (const item of items) {
      for (const [x, y, names, line, kind] of item.dots) {
        const own = { renderer: panes.lines, pane: "sketch-lines", color: item.colour, weight: 1.8,
          fillColor: Atlas.colours.paper, fillOpacity: 1 };
        const at = [y / scale, x / scale];
        const dot = (kind === "district" ? new Sign(at, { ...own, draw: squarePath, box: SQUARE_BOX })
          : L.circleMarker(at, { ...own, radius: Atlas.dotRadius(names) })).addTo(group);
        bind(dot, item, { names, line });
      }
    }
    drawn.filter(({ form }) => form === "point").forEach(draw);
    return { layers, heads: look.heads };
  };

  /** The room an arrow head takes, from the points of `heads` in pixels. */
  Atlas.headBox = function (from, tip) {
    const long = Math.hypot(tip.x - from.x, tip.y - from.y) || 1, back = 0.2 * HEAD, half = HEAD / 2;
    const x = tip.x - (back * (tip.x - from.x)) / long, y = tip.y - (back * (tip.y - from.y)) / long;
    return [x - half, y - half, x + half, y + half];
  };

  /** A dot that stands for several members is larger. */
  Atlas.dotRadius = (names) => (names.length > 1 ? 5 : 3.6);

  /** The room signs take above or around their place, [left, top, right, bottom] in pixels. */
  Atlas.pinBox = [-PIN.width, -PIN.height, PIN.width, 0];
})();

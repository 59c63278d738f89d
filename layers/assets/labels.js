"use strict";
(function () {
  // [first zoom, last zoom] of the basemap's names, and their rank after the map's own labels.
  const RANGE = {
    province: [7, 12], sea: [7, 12], district: [8.5, 12.4], town: [10.9, 16],
    river: [10, 17], road: [12.2, 18], metro: [12.2, 18], rail: [12, 18],
  };
  // Tried in this order, in units of the label's own size.
  const AROUND = {
    centre: [[0, 0], [0, -0.9], [0, 0.9], [0.55, 0], [-0.55, 0], [0, -1.8], [0, 1.8],
      [0.9, -0.6], [-0.9, -0.6], [0.9, 0.6], [-0.9, 0.6], [1.2, 0], [-1.2, 0]],
    // An area's name rather meets a dot than goes far.
    area: [[0, 0], [0, -0.9], [0, 0.9], [0.58, 0], [-0.58, 0], [0.55, -0.8], [-0.55, -0.8],
      [0.55, 0.8], [-0.55, 0.8], [0, -1.3], [0, 1.3]],
    point: [[0.5, 0], [-0.5, 0], [0, -0.5], [0, 0.5], [0.5, -0.7], [0.5, 0.7], [-0.5, -0.7],
      [-0.5, 0.7]],
    line: [[0, 0]],
  };

  /** Squares along a label's direction that together cover it, for the collision test. */
  function boxes(x, y, width, height, angle) {
    if (!angle) return [[x - width / 2, y - height / 2, x + width / 2, y + height / 2]];
    const count = Math.max(1, Math.round(width / height)), step = width / count;
    const cos = Math.cos((angle * Math.PI) / 180), sin = Math.sin((angle * Math.PI) / 180);
    const result = [];
    for (let i = 0; i < count; i += 1) {
      const along = (i + 0.5) * step - width / 2;
      const cx = x + along * cos, cy = y + along * sin, half = height / 2;
      result.push([cx - half, cy - half, cx + half, cy + half]);
    }
    return result;
  }

  const FAR = [6, 12, 18, 24, 30, 36, 42, 48, 54]; // pixels between a place and the name it sends away
  const LEAD_MOST = 60; // pixels: a longer line is no help, the legend has the name
  const TURNS = [...Array(32).keys()].map((i) => (i * Math.PI) / 16);
  const ROUNDS = 5; // orders in which the names are tried until every element has its own
  const TRIED = new Set(["sketch", "park"]); // kinds whose names are tried again before the others
  const LEAD_FROM = 16; // pixels from which a name needs a line to its place
  // Points of a label, in units of its size from its middle.
  const SAMPLES = [...Array(13).keys()].flatMap((i) => [...Array(7).keys()].map((j) => [i / 12 - 0.5, j / 6 - 0.5]));
  const LARGE_PX = 7; // radius from which a symbol would hide a good part of a name

  function clash(a, b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }

  function outside(box, frame) {
    return box[0] < frame[0] || box[1] < frame[1] || box[2] > frame[2] || box[3] > frame[3];
  }

  /**
   * Labels that never overlap: the higher rank is placed first, what finds no room is hidden.
   * `furniture` has the nodes over the map that no label goes under, `heads` the arrow heads, as
   * [where from, tip], that none goes over.
   */
  Atlas.Labels = function (map, furniture, heads) {
    const pane = map.createPane("labels");
    pane.style.zIndex = 620;
    pane.style.pointerEvents = "none";
    pane.setAttribute("aria-hidden", "true");
    let items = [];
    const groups = { base: [], own: [] };
    const hidden = new Set();
    let covered = false; // the names of the basemap stand in what lies over it
    let preferred = null; // the park whose name must not be missing
    const chosen = (item) => Number(item.owner !== undefined && item.park === preferred);
    let held = false, stale = false; // while much changes, labels are placed once, at its end

    function element(item) {
      if (item.node) return item.node;
      const node = Atlas.make("div", `atlas-label atlas-label-${item.kind}`);
      for (const [i, text] of item.lines.entries()) {
        node.append(Atlas.make("span", i ? "atlas-label-value" : "atlas-label-name", text));
      }
      if (item.colour) node.style.color = item.colour;
      node.style.visibility = "hidden";
      pane.append(node);
      item.node = node;
      return node;
    }

    /** Make the nodes of labels that have none; all are measured at once, for the page is laid out once. */
    function prepare(wanted) {
      const fresh = wanted.filter((item) => !item.node);
      fresh.forEach(element);
      const sizes = fresh.map(({ node }) => [textWidth(node), node.offsetHeight]);
      for (const [i, item] of fresh.entries()) {
        const [width, height] = sizes[i];
        item.node.style.width = `${width}px`;
        item.width = width + 4;
        item.height = height + 2;
      }
    }

    /** The width of a label's longest line: where a name wraps, its box is wider than its words. */
    function textWidth(node) {
      const range = document.createRange(), wide = [...node.children].map((line) => {
        range.selectNodeContents(line);
        const boxes = [...range.getClientRects()];
        return boxes.length
          ? Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left)) : 0;
      });
      return Math.ceil(Math.max(...wide)) + 1;
    }

    /** Find room for a label; the main ones would rather meet a small dot, or a large, than be missing. */
    function place(item, taken, dots, frame) {
      const all = dots.map(({ box }) => box), large = dots.filter(({ big }) => big).map(({ box }) => box);
      const near = candidates(item), far = item.kind === "sketch" ? farFrom(item) : [];
      const any = (others) => attempt(item, near, others, taken, frame);
      if (any([...taken, ...all])) return true;
      if (item.rank >= 30 && !chosen(item)) return false;
      const away = (others) => item.kind === "sketch"
        && lead(item, attempt(item, far, others, taken, frame));
      const mild = [...taken, ...large];
      return any(mild) || away(mild) || any(taken) || away(taken);
    }

    /** The way from a place to the nearest edge of its name at a spot: [x, y, dx, dy]. */
    function wayTo(item, spot) {
      const { x, y } = map.latLngToLayerPoint(item.at), from = y - (item.lift || 0);
      const nearest = (at, middle, half) => Math.max(middle - half, Math.min(at, middle + half));
      return [x, from, nearest(x, spot[0], item.width / 2) - x,
        nearest(from, spot[1], item.height / 2) - from];
    }

    /** Draw the line that leads from a place to its name further off. */
    function lead(item, spot) {
      if (!spot) return false;
      const [x, from, dx, dy] = wayTo(item, spot);
      if (Math.hypot(dx, dy) < LEAD_FROM) return true;
      item.lead = Atlas.make("div", "atlas-lead");
      item.lead.style.color = item.colour;
      item.lead.style.width = `${Math.hypot(dx, dy)}px`;
      item.lead.style.transform = `translate(${x}px, ${from}px) rotate(${Math.atan2(dy, dx)}rad)`;
      pane.append(item.lead);
      return true;
    }

    /** Every place a label may stand, best first: [x, y, angle] in the layer's pixels. */
    function candidates(item) {
      if (item.along) return item.along.flatMap((spot) => byLine(item, spot));
      const around = aroundAt(item);
      if (!item.within) return around;
      const places = item.within.map(({ at }) => map.latLngToLayerPoint(at)).map(({ x, y }) => [x, y, 0]);
      const whole = places.filter(([x, y]) => liesIn(item, x, y));
      const all = [...whole, ...around.slice(0, 1), ...places, ...around];
      if (!item.owner) return all;
      const own = all.filter((spot) => stands(item, spot));
      return own.length || !chosen(item) ? own : all;
    }

    /** Whether a park's name would be read as that park's: it touches it, and all others far less. */
    function stands(item, [x, y]) {
      const count = new Map();
      for (const [dx, dy] of SAMPLES) {
        const { lat, lng } = map.layerPointToLatLng([x + dx * item.width, y + dy * item.height]);
        const park = item.owner(lat, lng);
        count.set(park, (count.get(park) || 0) + 1);
      }
      const own = count.get(item.park) || 0;
      return own > 1 && [...count].every(([park, points]) => !park || park === item.park || own >= 2 * points);
    }

    /** Further off in every direction: the last resort of a name that must not be missing. */
    function farFrom(item) {
      const { x, y } = map.latLngToLayerPoint(item.at);
      return FAR.flatMap((reach) => TURNS.map((turn) => [x + Math.cos(turn) * (item.width / 2 + reach),
        y - (item.lift || 0) + Math.sin(turn) * (item.height / 2 + reach), 0]))
        .filter((spot) => Math.hypot(...wayTo(item, spot).slice(2)) <= LEAD_MOST);
    }

    function aroundAt(item) {
      const { x, y } = map.latLngToLayerPoint(item.at);
      const lift = item.lift || 0, gap = item.anchor === "point" ? 5 + (item.dot || 3) : 0;
      return (item.anchor === "beside" ? beside(item) : AROUND[item.anchor]).map(([dx, dy]) => [
        x + dx * item.width + Math.sign(dx) * gap,
        // A sign stands above its place: names beside it keep to its head, names below to its foot.
        y + dy * item.height + (dy > 0 ? gap : Math.sign(dy) * gap - lift), item.angle]);
    }

    /** Places beside a line at one of its points, on either side, then on it. */
    function byLine(item, { at, turn, angle }) {
      const { x, y } = map.latLngToLayerPoint(at);
      const normal = ((turn + 90) * Math.PI) / 180, nx = Math.cos(normal), ny = Math.sin(normal);
      // A level name reaches the line with its corner, one that follows it with its long side.
      const half = angle === turn ? item.height / 2
        : Math.abs(nx) * item.width / 2 + Math.abs(ny) * item.height / 2;
      return [-1, 1, 0].map((side) => [x + nx * side * (half + 9), y + ny * side * (half + 9), angle]);
    }

    /** Say whether a whole label at x, y lies in its area. */
    function liesIn(item, x, y) {
      const half = item.width / 2, high = item.height / 2;
      return [[-half, -high], [half, -high], [-half, high], [half, high]].every(([dx, dy]) => {
        const { lat, lng } = map.layerPointToLatLng([x + dx, y + dy]);
        return item.holds(lat, lng);
      });
    }

    function attempt(item, places, others, taken, frame) {
      for (const [x, y, angle] of places) {
        const cover = boxes(x, y, item.width, item.height, angle);
        // A name cut off by the map's edge is worse than none.
        if (cover.some((box) => outside(box, frame))) continue;
        if (cover.some((box) => others.some((other) => clash(box, other)))) continue;
        taken.push(...cover);
        item.node.style.transform =
          `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, -50%)` +
          (angle ? ` rotate(${angle}deg)` : "");
        item.node.style.visibility = "visible";
        return [x, y];
      }
      return null;
    }

    /** Places beside a line: first on the side that `out` points to, then on the other, further off. */
    function beside(item) {
      const [ox, oy] = item.out;
      const reach = Math.abs(ox) * item.width / 2 + Math.abs(oy) * item.height / 2 + 7;
      const along = [-oy * item.width * 0.6, ox * item.width * 0.6];
      const places = [];
      for (const far of [reach, -reach, reach + 16, -reach - 16]) {
        for (const shift of [0, 1, -1]) {
          places.push([(ox * far + along[0] * shift) / item.width, (oy * far + along[1] * shift) / item.height]);
        }
      }
      return places;
    }

    /** What lies over the map: buttons, north arrow, scale. */
    function furnitureBoxes(corner) {
      const home = map.getContainer().getBoundingClientRect();
      return furniture().map((node) => {
        const box = node.getBoundingClientRect();
        const x = box.left - home.left + corner.x, y = box.top - home.top + corner.y;
        return [x, y, x + box.width, y + box.height];
      });
    }

    /** The dots that names belong to: a name must not hide another place's dot. */
    function dotBoxes(view) {
      return items.filter((item) => item.dot && !hidden.has(item.group) && view.contains(item.at))
        .map(({ at, dot, box }) => {
          const { x, y } = map.latLngToLayerPoint(at);
          const [left, top, right, bottom] = box || [-dot, -dot, dot, dot];
          return { box: [x + left, y + top, x + right, y + bottom], big: dot >= LARGE_PX };
        });
    }

    /** Place all labels in an order; return the names of elements and parks that found no room. */
    function placeAll(order) {
      const zoom = map.getZoom();
      const view = map.getBounds().pad(0.15);
      const corner = map.containerPointToLayerPoint([0, 0]), size = map.getSize();
      const frame = [corner.x, corner.y, corner.x + size.x, corner.y + size.y];
      const point = (at) => map.latLngToLayerPoint(at);
      const taken = [...furnitureBoxes(corner),
        ...heads().map(([from, tip]) => Atlas.headBox(point(from), point(tip)))];
      const dots = dotBoxes(view), lost = [];
      const fits = (item) => zoom >= item.from && zoom <= item.to && !hidden.has(item.group)
        && !(covered && item.group === "names")
        && (item.within || item.along || view.contains(item.at));
      const wanted = new Set(order.filter(fits));
      prepare([...wanted]);
      for (const item of order) {
        item.lead?.remove();
        if (wanted.has(item) && place(item, taken, dots, frame)) continue;
        if (item.node) item.node.style.visibility = "hidden";
        if (wanted.has(item) && TRIED.has(item.kind) && view.contains(item.at)) lost.push(item);
      }
      return lost;
    }

    /** Place all labels; names of elements and parks that find no room are tried again first. */
    function layout() {
      stale = held;
      if (held) return;
      let order = items, best = items, fewest = Infinity, lost = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const early = lost;
        order = [...early, ...order.filter((item) => !early.includes(item))];
        lost = placeAll(order);
        if (lost.length < fewest) [best, fewest] = [order, lost.length];
        if (!lost.length) return;
      }
      placeAll(best);
    }

    function collect() {
      items = [...groups.own, ...groups.base]
        .sort((a, b) => chosen(b) - chosen(a) || a.rank - b.rank);
      layout();
    }

    function clear(group) {
      for (const item of group) {
        item.node?.remove();
        item.lead?.remove();
      }
    }

    map.on("zoomstart", () => pane.classList.add("atlas-zooming"));
    map.on("zoomend moveend resize", () => {
      layout();
      pane.classList.remove("atlas-zooming");
    });

    return {
      /** Names of the basemap in one language. */
      setBase(labels, lang, scale) {
        clear(groups.base);
        groups.base = labels.flatMap(([kind, zh, en, rank, spots, angles]) =>
          Array.from({ length: spots.length / 2 }, (_, i) => ({
            kind, at: [spots[2 * i + 1] / scale, spots[2 * i] / scale],
            lines: [lang === "zh" ? zh : en], group: "names",
            rank: 100 + rank, angle: angles[i] || 0, from: RANGE[kind][0], to: RANGE[kind][1],
            anchor: angles.length ? "line" : "centre",
          })));
        collect();
      },
      /** The map's own labels: {kind, at, lines, rank, group, anchor, from}; see Atlas.spots as well. */
      setOwn(labels) {
        clear(groups.own);
        groups.own = labels.map((label) => ({ from: 0, to: 30, angle: 0, anchor: "centre", ...label }));
        collect();
      },
      /** Give one park's names the first choice of place, and one in any case; null for none. */
      prefer(park) {
        if (park === preferred) return;
        preferred = park;
        collect();
      },
      toggle(group, on) {
        if (on) hidden.delete(group); else hidden.add(group);
        layout();
      },
      cover(on) {
        if (on === covered) return;
        covered = on;
        layout();
      },
      layout,
      /** Do what changes much, and place the labels once when it is done. */
      once(act) {
        if (held) return act();
        held = true;
        try { act(); } finally { held = false; }
        if (stale) layout();
        return undefined;
      },
    };
  };
})();

"use strict";
(function () {
  const GRID = 24; // points a side of the grid that is searched for room inside an area
  const MOST = 20; // places tried for one name
  const ALONG = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
  const STEEP = 52; // degrees from which a name along a line is hard to read
  const SQUASH = 0.86; // a degree of longitude against one of latitude at Shanghai

  /** Say whether a point is in an area: rings of [lat, lng], holes by the even-odd rule. */
  function holds(rings, lat, lng) {
    let inside = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const [ay, ax] = ring[i], [by, bx] = ring[j];
        if (ay > lat !== by > lat && lng < ((bx - ax) * (lat - ay)) / (by - ay) + ax) inside = !inside;
      }
    }
    return inside;
  }

  const apart = ([ay, ax], [by, bx]) => Math.hypot(ay - by, (ax - bx) * SQUASH);

  /** The grid's points inside an area, as [lat, lng]. */
  function gridInside(rings) {
    const flat = rings.flat(), side = (pick, of) => of(...flat.map(pick));
    const south = side((at) => at[0], Math.min), north = side((at) => at[0], Math.max);
    const west = side((at) => at[1], Math.min), east = side((at) => at[1], Math.max);
    const found = [];
    for (let i = 0.5; i < GRID; i += 1) {
      for (let j = 0.5; j < GRID; j += 1) {
        const at = [south + ((north - south) * i) / GRID, west + ((east - west) * j) / GRID];
        if (holds(rings, ...at)) found.push(at);
      }
    }
    return found;
  }

  /** Places in an area: far from its edge, and far from the places before. */
  function inArea(parts, label) {
    const rings = parts.flat(), vertices = rings.flat();
    const roomy = gridInside(rings)
      .map((at) => ({ at, room: Math.min(...vertices.map((vertex) => apart(at, vertex))) }));
    const spots = [label];
    for (const one of roomy) one.far = apart(one.at, label);
    while (roomy.length && spots.length < MOST) {
      const score = ({ room, far }) => Math.min(room * 2, far);
      const best = roomy.reduce((a, b) => (score(b) > score(a) ? b : a));
      roomy.splice(roomy.indexOf(best), 1);
      spots.push(best.at);
      for (const one of roomy) one.far = Math.min(one.far, apart(one.at, best.at));
    }
    return spots.map((at) => ({ at }));
  }

  /** The point at a share of a line's length. */
  function pointAt(line, share) {
    const steps = line.slice(1).map((at, i) => apart(line[i], at));
    let left = steps.reduce((sum, step) => sum + step, 0) * share;
    for (const [i, step] of steps.entries()) {
      if (left <= step && step > 0) {
        const part = left / step, [a, b] = [line[i], line[i + 1]];
        return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
      }
      left -= step;
    }
    return line[line.length - 1];
  }

  /** Places beside a line, with its direction there; a steep name is better level. */
  function alongLine(parts) {
    const line = parts.reduce((a, b) => (b.length > a.length ? b : a));
    return ALONG.map((share) => {
      const [ay, ax] = pointAt(line, share - 0.06), [by, bx] = pointAt(line, share + 0.06);
      let turn = (-Math.atan2(by - ay, (bx - ax) * SQUASH) * 180) / Math.PI;
      if (turn > 90) turn -= 180;
      if (turn < -90) turn += 180;
      return { at: pointAt(line, share), turn, angle: Math.abs(turn) > STEEP ? 0 : turn };
    });
  }

  /**
   * Places where an element's name belongs, best first: inside an area, beside a line. With
   * `holds(lat, lng)` for areas, which tells whether a point lies in it.
   */
  Atlas.spots = function (item, scale) {
    const at = Atlas.decode(item.shape, item.form, scale);
    const label = Atlas.decode(item.label, "point", scale);
    if (item.form === "line") return { along: alongLine(at) };
    if (item.form !== "area") return {};
    const rings = at.flat(), box = L.latLngBounds(rings.flat());
    const south = box.getSouth(), west = box.getWest(), north = box.getNorth(), east = box.getEast();
    const near = (lat, lng) => lat >= south && lat <= north && lng >= west && lng <= east;
    return { within: inArea(at, label), holds: (lat, lng) => near(lat, lng) && holds(rings, lat, lng) };
  };
})();

"use strict";
// Measuring on the map. Lengths and areas are geodesic, on the ellipsoid WGS 84: Leaflet's own are
// of a sphere, and up to 0.3 % off here.
(function () {
  const make = Atlas.make;
  const A = 6378137, F = 1 / 298.257223563, B = A * (1 - F);
  const E = Math.sqrt(F * (2 - F)), RAD = Math.PI / 180;

  /** Metres between two [lat, lng]: Vincenty's inverse solution. */
  function distance(p, q) {
    const L = (q[1] - p[1]) * RAD;
    const u = Math.atan((1 - F) * Math.tan(p[0] * RAD)), v = Math.atan((1 - F) * Math.tan(q[0] * RAD));
    const su = Math.sin(u), cu = Math.cos(u), sv = Math.sin(v), cv = Math.cos(v);
    let lambda = L, before, sinS, cosS, sigma, cos2A, cosM;
    for (let i = 0; i < 30; i += 1) {
      const sl = Math.sin(lambda), cl = Math.cos(lambda);
      sinS = Math.hypot(cv * sl, cu * sv - su * cv * cl);
      if (!sinS) return 0;
      cosS = su * sv + cu * cv * cl;
      sigma = Math.atan2(sinS, cosS);
      const sinA = (cu * cv * sl) / sinS;
      cos2A = 1 - sinA * sinA;
      cosM = cos2A ? cosS - (2 * su * sv) / cos2A : 0;
      const c = (F / 16) * cos2A * (4 + F * (4 - 3 * cos2A));
      before = lambda;
      lambda = L + (1 - c) * F * sinA * (sigma + c * sinS * (cosM + c * cosS * (2 * cosM * cosM - 1)));
      if (Math.abs(lambda - before) < 1e-13) break;
    }
    const k = (cos2A * (A * A - B * B)) / (B * B);
    const a = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
    const b = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
    const turn = b * sinS * (cosM + (b / 4) * (cosS * (2 * cosM * cosM - 1)
      - (b / 6) * cosM * (4 * sinS * sinS - 3) * (4 * cosM * cosM - 3)));
    return B * a * (sigma - turn);
  }

  const q = (sin) => (1 - E * E) * (sin / (1 - E * E * sin * sin) + Math.atanh(E * sin) / E);
  const POLE = q(1);

  /**
   * Square metres of a ring of [lat, lng], on the sphere of the ellipsoid's area with the latitudes
   * that keep areas: the sum of the strips between its edges and the equator.
   */
  function area(ring) {
    const half = ring.map(([lat]) => Math.tan(Math.asin(q(Math.sin(lat * RAD)) / POLE) / 2));
    let sum = 0;
    for (let i = 0; i < ring.length; i += 1) {
      const j = (i + 1) % ring.length, step = (ring[j][1] - ring[i][1]) * RAD;
      sum += 2 * Math.atan((Math.tan(step / 2) * (half[i] + half[j])) / (1 + half[i] * half[j]));
    }
    return Math.abs(sum) * A * A * POLE / 2;
  }

  const side = (a, b, c) => Math.sign((b[1] - a[1]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[1] - a[1]));
  const within = (a, b, c) => [0, 1].every((k) =>
    Math.min(a[k], b[k]) <= c[k] && c[k] <= Math.max(a[k], b[k]));

  function meet(a, b, c, d) {
    const [s, t, u, v] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
    return (s !== t && u !== v) || (!s && within(a, b, c)) || (!t && within(a, b, d))
      || (!u && within(c, d, a)) || (!v && within(c, d, b));
  }

  /** Say whether two edges of a ring that are no neighbours meet: then it bounds no one area. */
  function crosses(ring) {
    const n = ring.length, at = (i) => ring[i % n];
    for (let i = 0; i < n; i += 1) {
      for (let j = i + 2; j < n; j += 1) {
        if ((j + 1) % n !== i && meet(at(i), at(i + 1), at(j), at(j + 1))) return true;
      }
    }
    return false;
  }

  Atlas.geodesy = { distance, area, crosses };

  const SMALL = [[1000, 0], [100, 1], [10, 2], [1, 3]]; // decimals of a number from a size on

  /** A number as it is read, with four or five figures that count. */
  function number(value) {
    const decimals = (SMALL.find(([least]) => value >= least) || [0, 4])[1];
    return value.toLocaleString("en", { minimumFractionDigits: 0, maximumFractionDigits: decimals });
  }

  const metres = (value) => (value < 1000 ? `${number(Math.round(value * 10) / 10)} m` : `${number(value / 1000)} km`);

  const NEAR = 12; // pixels from a point that are on it
  const STEP = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  const coarse = matchMedia("(pointer: coarse)");

  Atlas.tools.push(function (host) {
    const { map, ui } = host;
    let points = [], closed = false, closedAt = 0, active = false, keys = false, hover = null;
    let group = null, markers = [], lines = null, unfolded = false;
    const box = make("section", "atlas-measure"), cross = make("div", "atlas-cross");
    box.hidden = cross.hidden = true;
    cross.setAttribute("aria-hidden", "true");
    ui.stage.append(cross, box);
    const { pane, renderer } = host.pane("measure", 645);
    map.createPane("measure-points").style.zIndex = 646;
    const button = host.button({
      id: "measure", before: "print", icon: "M2.5 13.5L13.5 2.5L17.5 6.5L6.5 17.5ZM5.5 10.5L7.5 12.5M8 8L9.5 9.5M10.5 5.5L12.5 7.5",
      word: "tool.measure", pressed: true, act: () => (active ? leave() : enter()),
    });

    const last = () => points[points.length - 1];
    const total = () => points.reduce((sum, p, i) => (i ? sum + distance(points[i - 1], p) : 0), 0);
    const line = (options) => L.polyline([], { renderer, pane, interactive: false, ...options });

    function enter() {
      active = true;
      button.setAttribute("aria-pressed", "true");
      group = L.layerGroup().addTo(map);
      lines = {
        fill: L.polygon([], { renderer, pane, interactive: false, stroke: false, fillColor: "#1f4e79", fillOpacity: 0.16 }),
        casing: line({ color: "#ffffff", weight: 5.5, opacity: 0.9 }),
        line: line({ color: "#1f4e79", weight: 2.5 }),
        next: line({ color: "#1f4e79", weight: 1.6, dashArray: "5 5" }),
      };
      for (const layer of Object.values(lines)) group.addLayer(layer);
      host.quiet(true);
      map.doubleClickZoom.disable();
      map.on("click", clicked).on("mousemove", moved).on("move", follow);
      window.addEventListener("keydown", typed, true);
      host.root.classList.add("atlas-measuring");
      keys = button.matches(":focus-visible");
      box.hidden = false;
      ui.map.focus();
      redraw();
      host.say(host.word(hint()));
    }

    function leave() {
      if (!active) return;
      clear();
      active = false;
      group.remove();
      host.quiet(false);
      map.doubleClickZoom.enable();
      map.off("click", clicked).off("mousemove", moved).off("move", follow);
      window.removeEventListener("keydown", typed, true);
      host.root.classList.remove("atlas-measuring");
      box.hidden = cross.hidden = true;
      button.setAttribute("aria-pressed", "false");
      button.focus({ preventScroll: true });
    }

    // --- points ----------------------------------------------------------------------------

    function add(latlng) {
      if (closed) clear();
      points.push([latlng.lat, latlng.lng]);
      redraw();
      host.say(points.length > 1 ? `${host.word("tool.measure.total")} ${metres(total())}` : host.word("tool.measure.started"));
    }

    function close() {
      if (closed || points.length < 3) return;
      closed = true;
      closedAt = Date.now();
      redraw();
      host.say(areaLines().join(" "));
    }

    function undo() {
      if (closed) closed = false;
      else points.pop();
      redraw();
    }

    function clear() {
      points = [];
      closed = false;
      hover = null;
      redraw();
    }

    const near = (p, at) => map.latLngToContainerPoint(p).distanceTo(at) < NEAR;

    /** What the keyboard does at the map's centre: a point on the first or last one closes. */
    function addAtCentre() {
      const at = map.getSize().divideBy(2);
      if (!closed && points.length && (near(points[0], at) || near(last(), at))) close();
      else add(map.getCenter());
    }

    // --- what the reader does --------------------------------------------------------------

    function clicked(event) {
      keys = false;
      // The second click of a double one, or a hand that was quick.
      if (!closed || Date.now() - closedAt > 500) add(event.latlng);
    }

    function moved(event) {
      // A finger that taps is nowhere before the next tap.
      if (keys || coarse.matches) return;
      hover = [event.latlng.lat, event.latlng.lng];
      redrawNext();
    }

    function follow() {
      if (keys) redrawNext();
    }

    function typed(event) {
      const { target, key } = event;
      const free = target === document.body || ui.map.contains(target);
      // A presentation and the parts around the map have keys of their own.
      if (!(free || box.contains(target)) || host.root.classList.contains("atlas-presenting")
        || event.ctrlKey || event.metaKey || event.altKey) return;
      const onMap = free && target.tagName !== "BUTTON";
      if (key === "Escape") {
        if (points.length) clear(); else leave();
      } else if (key === "Backspace") undo();
      else if (key === "Enter" && onMap) {
        if (keys) addAtCentre(); else close();
      } else if (STEP[key] && onMap) {
        keys = true;
        map.panBy(L.point(STEP[key]).multiplyBy(event.shiftKey ? 4 : 40), { animate: false });
        redraw();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    }

    function hint() {
      if (closed) return "tool.measure.again";
      if (keys) return "tool.measure.hint_keys";
      return coarse.matches ? "tool.measure.hint_touch" : "tool.measure.hint";
    }

    // --- drawing ---------------------------------------------------------------------------

    function redraw() {
      for (const marker of markers) marker.remove();
      markers = points.map((point, i) => {
        const first = i === 0 && points.length > 2 && !closed;
        const icon = L.divIcon({ className: `atlas-vertex${first ? " atlas-vertex-first" : ""}`, iconSize: null });
        const marker = L.marker(point, { pane: "measure-points", icon, draggable: true, keyboard: false });
        marker.on("drag", () => {
          const { lat, lng } = marker.getLatLng();
          points[i] = [lat, lng];
          redrawLines();
        });
        marker.on("click", () => { if (i === 0 || i === points.length - 1) close(); });
        return marker.addTo(group);
      });
      redrawLines();
    }

    function redrawLines() {
      if (!active) return;
      const path = closed ? [...points, points[0]] : points;
      lines.casing.setLatLngs(path);
      lines.line.setLatLngs(path);
      lines.fill.setLatLngs(closed ? points : []);
      redrawNext();
    }

    /** Draw what the next point would add, and say it. */
    function redrawNext() {
      const at = keys ? [map.getCenter().lat, map.getCenter().lng] : hover;
      const next = points.length && !closed && at;
      lines.next.setLatLngs(next ? [last(), at] : []);
      cross.hidden = !keys;
      fill(next ? distance(last(), at) : 0);
    }

    function areaLines() {
      if (crosses(points)) return [host.word("tool.measure.crossed")];
      const km2 = area(points) / 1e6;
      return [`${number(km2)} km²`, `${number(km2 * 100)} ${host.word("tool.measure.ha")}`,
        `${number(km2 * 1500)} ${host.word("tool.measure.mu")}`];
    }

    function row(label, values) {
      const node = make("div");
      node.append(make("dt", null, host.word(label)), ...values.map((text) => make("dd", null, text)));
      return node;
    }

    /** Fill the box; `next` is the length to where the pointer is, 0 without one. */
    function fill(next) {
      const list = make("dl");
      const ends = closed ? [...points, points[0]] : points;
      const parts = ends.slice(1).map((p, i) => distance(ends[i], p));
      if (closed) list.append(row("tool.measure.area", areaLines()));
      const sum = parts.reduce((a, b) => a + b, 0);
      if (parts.length) list.append(row(closed ? "tool.measure.perimeter" : "tool.measure.total", [metres(sum)]));
      if (parts.length && !closed) list.append(row("tool.measure.segment", [metres(parts[parts.length - 1])]));
      if (next) list.append(row("tool.measure.next", [`+ ${metres(next)}`]));
      if (!box.firstChild) frame();
      keepFold();
      const more = make("details");
      more.open = unfolded;
      more.append(make("summary", null, host.word("tool.measure.segments", { n: parts.length })));
      more.append(make("p", null, parts.map((part, i) => `${i + 1}: ${metres(part)}`).join("  ")));
      box.querySelector(".atlas-measure-body").replaceChildren(
        list, ...(parts.length > 1 ? [more] : []), make("p", "atlas-note", host.word(hint())));
      for (const [name, off] of [["undo", !points.length], ["close", closed || points.length < 3], ["clear", !points.length]]) {
        const node = box.querySelector(`[data-act=${name}]`);
        // A button that has nothing more to do would take the keyboard with it.
        if (off && node === document.activeElement) ui.map.focus();
        node.disabled = off;
      }
    }

    /** Whether the list of lengths is unfolded outlives its words. */
    function keepFold() {
      const more = box.querySelector("details");
      if (more) unfolded = more.open;
    }

    /** The box's own parts: a heading, what `fill` puts in, and the buttons. */
    function frame() {
      const bar = make("p", "atlas-measure-bar");
      for (const [name, act] of [["undo", undo], ["close", close], ["clear", clear], ["leave", leave]]) {
        const node = make("button", "atlas-tool-button", host.word(`tool.measure.${name}`));
        node.type = "button";
        node.dataset.act = name;
        node.addEventListener("click", act);
        bar.append(node);
      }
      box.setAttribute("aria-label", host.word("tool.measure"));
      box.replaceChildren(make("div", "atlas-measure-body"), bar);
    }

    host.on("shown", () => {
      keepFold();
      box.replaceChildren();
      if (active) redrawLines();
    });
  });
})();

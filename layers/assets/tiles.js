"use strict";
// Online basemaps, only in the app: see layers/tiles.py. The offline basemap stays in sight until
// tiles lie over all of it, and comes back where and when they do not.
(function () {
  const PATIENCE_MS = 6000; // without a single tile: after that they are held to be out of reach

  // --- GCJ-02, as geo/crs.py -----------------------------------------------------------------

  const AXIS_M = 6378245, ECCENTRICITY_2 = 0.00669342162296594323;
  const CHINA = [[0.8, 72], [55.8, 137.9]]; // nothing is shifted elsewhere
  const { PI, sin, cos, sqrt, abs } = Math;

  /** The offset in degrees at a place in WGS 84: [lat, lng]. */
  function offset(lat, lng) {
    const x = lng - 105, y = lat - 35, root = sqrt(abs(x));
    if (lat < CHINA[0][0] || lat > CHINA[1][0] || lng < CHINA[0][1] || lng > CHINA[1][1]) return [0, 0];
    const common = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
    let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common;
    north += ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3;
    north += ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
    let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common;
    east += ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3;
    east += ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
    const phi = (lat * PI) / 180, w = 1 - ECCENTRICITY_2 * sin(phi) ** 2;
    const meridian = (AXIS_M * (1 - ECCENTRICITY_2)) / (w * sqrt(w)), parallel = (AXIS_M / sqrt(w)) * cos(phi);
    return [(north / meridian) * (180 / PI), (east / parallel) * (180 / PI)];
  }

  function toGcj({ lat, lng }) {
    const [north, east] = offset(lat, lng);
    return L.latLng(lat + north, lng + east);
  }

  function fromGcj({ lat, lng }) {
    let at = [lat, lng];
    for (let i = 0; i < 6; i += 1) { // each step leaves a thousandth of the error
      const [north, east] = offset(...at);
      at = [lat - north, lng - east];
    }
    return L.latLng(...at);
  }

  // Everything the map knows stays in WGS 84. The shift is in the projection, to pixels and back:
  // what is drawn lies where the tiles have it, and a click is told in WGS 84.
  const mercator = L.Projection.SphericalMercator;
  Atlas.crs = {
    wgs84: L.CRS.EPSG3857,
    gcj02: L.extend({}, L.CRS.EPSG3857, {
      projection: L.extend({}, mercator, {
        project: (at) => mercator.project(toGcj(at)),
        unproject: (point) => fromGcj(mercator.unproject(point)),
      }),
    }),
  };

  // --- tiles ---------------------------------------------------------------------------------

  /** A notice at the map's edge, which names keep clear of. */
  function noticeOn(map) {
    const node = Atlas.make("div", "atlas-tiles-notice");
    node.hidden = true;
    node.setAttribute("role", "status");
    const Control = L.Control.extend({ onAdd: () => node });
    new Control({ position: "bottomleft" }).addTo(map);
    return node;
  }

  /**
   * Return `{ show(tiles), seen() }`. `show` takes the payload's tiles, or nothing for the offline
   * basemap; `seen` says whether tiles are in sight. `quietly(act)` moves the map for another reason
   * than the reader's; `cover(shapes, names)` says what of the offline basemap is out of sight;
   * `changed()` is told when `seen` is another.
   */
  Atlas.onlineTiles = function (map, { quietly, cover, changed }) {
    const notice = noticeOn(map);
    let shown = null, layers = [], tiles = new Map(), zoom = null, timer = null, seen = false;

    /** Say what is in sight now; "late" is the end of patience. */
    function settle(next) {
      const now = [...tiles.values()].filter((one) => one.zoom === zoom);
      const count = (state) => now.filter((one) => one.state === state).length;
      const came = count("came"), failed = count("failed"), before = seen;
      const waiting = layers.some((layer) => layer.isLoading());
      // Those of another zoom or place are waited for before the names come back.
      seen = Boolean(shown) && ((came > 0 && came >= failed) || (seen && waiting && next !== "late"));
      if (!waiting || !shown) clearTimeout(timer);
      const lost = !seen && (next === "late" || (failed > 0 && !waiting));
      if (lost || seen || !shown) notice.hidden = !lost;
      cover(seen && !waiting && !failed, seen);
      if (seen !== before) changed();
    }

    function wait() {
      clearTimeout(timer);
      timer = setTimeout(settle, PATIENCE_MS, "late");
      settle();
    }

    function follow(layer) {
      const put = (state) => ({ tile, coords }) => {
        if (state === "asked") zoom = coords.z;
        tiles.set(tile, { state, zoom: coords.z });
        if (state !== "asked") settle();
      };
      layer.on("loading", wait);
      layer.on("tileloadstart", put("asked"));
      layer.on("tileload", put("came"));
      layer.on("tileerror", put("failed"));
      layer.on("tileunload", ({ tile }) => tiles.delete(tile));
      layer.on("load", () => settle());
    }

    /** Lay the map out in another projection, at the place and zoom it has. */
    function project(crs) {
      if (map.options.crs === crs) return;
      const centre = map.getCenter(), level = map.getZoom();
      map.options.crs = crs;
      quietly(() => {
        map.setView(centre, level, { reset: true, animate: false });
        map.panBy([0, 0]); // what is drawn stands on whole pixels again
      });
    }

    function begin(wanted) {
      for (const layer of layers) layer.remove();
      clearTimeout(timer);
      [layers, tiles, shown] = [[], new Map(), wanted];
      project(Atlas.crs[wanted?.crs] || Atlas.crs.wgs84);
      if (!wanted) return;
      layers = wanted.layers.map((url, i) => L.tileLayer(url, {
        subdomains: wanted.subdomains, maxNativeZoom: wanted.max_zoom, maxZoom: 22, zIndex: i + 1,
        // Providers ask who shows their tiles: they are told the app's host, not what it shows.
        referrerPolicy: "strict-origin",
      }));
      layers.forEach(follow);
      for (const layer of layers) layer.addTo(map);
    }

    return {
      show(wanted = null) {
        const key = (one) => JSON.stringify(one && [one.id, one.layers]);
        if (wanted) notice.textContent = wanted.notice;
        if (key(wanted) === key(shown)) return;
        begin(wanted);
        settle();
      },
      seen: () => seen,
    };
  };
})();

"use strict";
// Two parks side by side.
(function () {
  const make = Atlas.make, hold = Atlas.hold, svg = Atlas.svg;
  const SIDES = ["a", "b"], COLOURS = { a: "#1f4e79", b: "#a8480c" };
  const wide = { width: 360, height: 150, left: 46, right: 20, top: 12, bottom: 22 };

  Atlas.tools.push(function (host) {
    const { map } = host;
    const chosen = { a: null, b: null };
    let outlines = null;
    const panel = host.panel({ id: "compare", word: "tool.compare", before: "print",
      icon: "M3 3.5H8.5V16.5H3ZM11.5 3.5H17V16.5H11.5ZM5 7H6.5M5 10H6.5M13.5 7H15M13.5 10H15" });
    // The outlines below the names, the letters above them.
    const own = host.pane("compare", 425);
    map.createPane("compare-letters").style.zIndex = 640;
    let asked = false; // by the address, whose parks a park that is chosen does not replace
    panel.address = () => ({ ...chosen });
    panel.restore = ({ a, b }) => {
      const known = (id) => host.doc().table.parks.some((park) => park.id === id);
      if (known(a)) chosen.a = a;
      if (known(b)) chosen.b = b;
      if (chosen.a === chosen.b) chosen.b = null;
      asked = true;
      if (panel.isOpen()) draw();
    };
    panel.on((open) => {
      if (open) {
        if (!asked) take(host.park());
        asked = false;
        draw();
      } else outline();
    });

    /** Let a park that is clicked be the second, or the first while there is none; not one without a row. */
    function take(park) {
      if (!host.doc().table.parks.some(({ id }) => id === park) || SIDES.some((side) => chosen[side] === park)) return;
      chosen[chosen.a ? "b" : "a"] = park;
    }

    function draw() {
      const focused = document.activeElement?.closest("[data-panel=compare] [data-key]")?.dataset.key;
      const scroll = panel.node.scrollTop, figures = Atlas.figures(host);
      panel.bar.replaceChildren(...picker(figures));
      panel.node.replaceChildren(...(chosen.a && chosen.b ? contents(figures)
        : [make("p", "atlas-note", host.word("tool.compare.hint"))]));
      panel.node.scrollTop = scroll;
      if (focused) panel.bar.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
      outline();
      host.note();
    }

    // --- the choice ------------------------------------------------------------------------

    const badge = (side) => make("b", `atlas-badge atlas-badge-${side}`, side.toUpperCase());

    function picker(figures) {
      const swap = make("button", "atlas-tool-button", host.word("tool.compare.swap"));
      swap.type = "button";
      swap.dataset.key = "swap";
      swap.addEventListener("click", () => {
        [chosen.a, chosen.b] = [chosen.b, chosen.a];
        draw();
      });
      const [first, second] = SIDES.map((side) => {
        const list = make("select"), other = chosen[side === "a" ? "b" : "a"];
        list.dataset.key = side;
        list.setAttribute("aria-label", host.word(`tool.compare.park_${side}`));
        list.append(new Option(host.word("tool.compare.none"), ""));
        for (const park of figures.table.parks) {
          const option = new Option(park.short, park.id, false, park.id === chosen[side]);
          option.disabled = park.id === other;
          list.append(option);
        }
        list.addEventListener("change", () => {
          chosen[side] = list.value || null;
          draw();
        });
        return hold("label", null, badge(side), list);
      });
      return [first, swap, second];
    }

    // --- the two ---------------------------------------------------------------------------

    function contents(figures) {
      const cards = SIDES.map((side) => host.payload().cards[chosen[side]]);
      const parks = SIDES.map((side) => figures.table.parks.find(({ id }) => id === chosen[side]));
      if (!cards.every(Boolean) || !parks.every(Boolean)) return [make("p", "atlas-note", host.word("tool.compare.hint"))];
      const marks = Atlas.footnotes(), body = make("tbody");
      body.append(row(host.word("tool.table.kind"), cards.map((card) => [card.kind]),
        cards[0].kind === cards[1].kind ? host.word("tool.compare.same") : ""));
      for (const metric of figures.table.metrics) body.append(metricRow(figures, metric, marks));
      body.append(areaRow(parks), zonesRow(cards, parks));
      for (const name of ["industries", "position"]) body.append(factRow(figures.table.labels[name], cards, name === "industries"));
      const head = hold("tr", null, make("td"), ...SIDES.map((side, i) => {
        const cell = hold("th", null, badge(side), ` ${parks[i].short}`);
        cell.scope = "col";
        return cell;
      }), make("th", null, host.word("tool.compare.difference")));
      head.lastChild.scope = "col";
      const table = hold("table", "atlas-compare", hold("thead", null, head), body);
      table.setAttribute("aria-label", host.word("tool.compare"));
      const chart = chartOf(figures, parks, marks);
      return [hold("div", "atlas-compare-parts", table, hold("div", "atlas-compare-side", chart, marks.list(),
        ...figures.units(figures.table.metrics).map((text) => make("p", "atlas-note", text)), sourcesOf(cards, parks)))];
    }

    function row(label, cells, difference, differs) {
      const head = make("th", null, label), last = make("td", differs ? "atlas-differs" : "atlas-same", difference);
      head.scope = "row";
      return hold("tr", null, head, ...cells.map((children) => hold("td", null, ...children)), last);
    }

    /** What the cards say in words; of a list, what both have. */
    function factRow(label, cards, listed) {
      const texts = cards.map((card) => card.facts.find(([name]) => name === label)?.[1] || "");
      const cells = texts.map((text) => [text || host.word("tool.compare.unstated")]);
      if (!listed || texts.includes("")) return row(label, cells, "");
      const comma = host.word("tool.compare.comma"), own = texts.map((text) => text.split(comma));
      const both = own[0].filter((one) => own[1].includes(one));
      return row(label, cells, both.length ? host.word("tool.compare.common", { list: both.join(comma) })
        : host.word("tool.compare.nothing_common"), !both.length);
    }

    /** Whether cells hold one figure to go by: the only one, or the whole park's before its zones'. */
    const comparable = (cells) => cells.length === 1 || (cells.length > 1 && !cells[0].zonal);

    /** A park's latest figures of a metric: the column and its cells; without a number why. */
    function latest(figures, metric, park) {
      const columns = [...metric.columns].reverse();
      const of = (column) => figures.cells(metric.id, column.period, park);
      const column = columns.find((one) => of(one).some(({ value }) => value != null)) || columns[0];
      return { column, cells: of(column), stated: of(column).some(({ value }) => value != null) };
    }

    /** Whether two figures are of like ground, term and words, as far as is told; nothing is nothing of any. */
    function sameScope(figures, a, b) {
      const [x, y] = [a, b].map(({ cells }) => cells[0]);
      return [x, y].some((cell) => !figures.amount(cell)) || figures.scope(x) === figures.scope(y);
    }

    function metricRow(figures, metric, marks) {
      const [a, b] = SIDES.map((side) => latest(figures, metric, chosen[side]));
      const label = hold("span", null, metric.short, make("small", null, metric.unit));
      const single = [a, b].every(({ stated, cells }) => stated && comparable(cells));
      const alike = single && a.column.period === b.column.period;
      const values = alike && sameScope(figures, a, b) ? [a, b].map(({ cells }) => figures.amount(cells[0])) : null;
      const [words, differs] = difference(figures, a, b, single, alike, values);
      const line = row(null, [a, b].map((one, i) => stated(figures, one, marks, i, values)), words, differs);
      line.firstChild.append(label);
      return line;
    }

    function stated(figures, { column, cells, stated: any }, marks, side, values) {
      const parts = cells.map((cell) => hold("span", cell.value == null ? null : "atlas-amount",
        cell.value == null ? host.word("tool.compare.unstated") : figures.text(cell), ...marks.mark(figures.notes(cell))));
      const joined = parts.flatMap((part, i) => (i ? [" / ", part] : [part]));
      if (!any) return joined.length ? joined : [host.word("tool.compare.unstated")];
      const when = make("small", null, [column.text, column.kind].filter(Boolean).join(" · "));
      return [...joined, when, ...(values ? [bar(values, side)] : [])];
    }

    function bar(values, side) {
      const most = Math.max(...values), node = make("i", `atlas-bar atlas-bar-${SIDES[side]}`);
      node.style.width = `${most ? (100 * values[side]) / most : 0}%`;
      node.setAttribute("aria-hidden", "true");
      return node;
    }

    /** The difference in words, and whether there is one to point at. */
    function difference(figures, a, b, single, alike, values) {
      if (!a.stated && !b.stated) return [host.word("tool.compare.neither"), false];
      if (!a.stated || !b.stated) return [host.word("tool.compare.only", { side: a.stated ? "A" : "B" }), true];
      if (!single) return [host.word("tool.compare.by_zone"), false];
      if (!alike) return [host.word("tool.compare.unlike"), false];
      if (!values) return [host.word("tool.compare.scope"), false];
      return [inWords(values, [a, b].some(({ cells }) => cells[0].mark)), values[0] !== values[1]];
    }

    function inWords([a, b], about) {
      if (a === b) return host.word("tool.compare.equal");
      const [more, less, great, small] = a > b ? ["A", "B", a, b] : ["B", "A", b, a];
      if (!small) return host.word("tool.compare.only_zero", { less });
      const many = great >= 2 * small, ratio = many ? great / small : (100 * (great - small)) / small;
      const value = ratio.toLocaleString("en", { maximumFractionDigits: ratio < 10 ? 1 : 0 });
      const n = about ? host.word("tool.table.mark.about", { value }) : value;
      return host.word(many ? "tool.compare.times" : "tool.compare.more", { more, less, n });
    }

    function areaRow(parks) {
      const values = parks.map(({ area }) => (area ? Number(area.replaceAll(",", "")) : null));
      const both = values.every((value) => value !== null);
      const cells = parks.map(({ area }, i) => [area || host.word("tool.compare.unknown"), ...(both ? [bar(values, i)] : [])]);
      const line = row(null, cells, both ? inWords(values, false) : "", both && values[0] !== values[1]);
      line.firstChild.append(hold("span", null, host.word("tool.compare.area"), make("small", null, "km²")));
      return line;
    }

    function zonesRow(cards, parks) {
      const cells = cards.map((card, i) => [hold("ul", null, ...card.zones.map((zone, k) => {
        const area = parks[i].zones[k];
        return make("li", null, [zone.name, area && `${area} km²`, zone.level].filter(Boolean).join(" · "));
      }))]);
      return row(host.word("tool.compare.zones"), cells, "");
    }

    function sourcesOf(cards, parks) {
      const box = hold("div", "atlas-compare-sources", make("h3", null, host.word("tool.compare.sources")));
      for (const text of new Set(cards.flatMap((card) => card.documents))) box.append(make("p", "atlas-source", text));
      cards.forEach((card, i) => {
        const more = hold("details", null, make("summary", null, host.word("tool.compare.places", { park: parks[i].short })));
        for (const group of card.groups) more.append(make("p", "atlas-source", `${group.title}: ${group.sources.join("; ")}`));
        more.dataset.side = SIDES[i];
        box.append(more);
      });
      return box;
    }

    // --- over the years --------------------------------------------------------------------

    function chartOf(figures, parks, marks) {
      const metric = figures.table.metrics.find(({ id }) => id === figures.table.series);
      const columns = (metric?.columns || []).filter(({ period }) => /^\d{4}$/.test(period));
      const series = SIDES.map((side) => columns.flatMap(({ period }) => {
        const found = figures.cells(metric.id, period, chosen[side]);
        return comparable(found) && found[0].value != null
          ? [{ year: Number(period), value: figures.amount(found[0]), text: figures.text(found[0]), notes: figures.notes(found[0]) }] : [];
      }));
      const box = make("figure", "atlas-chart");
      if (!metric) return box;
      const caption = make("figcaption", null, `${metric.short} (${metric.unit})`);
      box.append(caption);
      series.forEach((points, i) => {
        const noted = [...new Set(points.flatMap(({ notes }) => notes))];
        caption.append(hold("span", null, badge(SIDES[i]), ...(points.length ? marks.mark(noted) : [` ${host.word("tool.compare.unstated")}`])));
      });
      if (series.flat().length) {
        const spoken = series.map((points, i) => {
          const told = points.map(({ year, text }) => `${year} ${text}`).join(", ");
          return `${SIDES[i].toUpperCase()} ${parks[i].short}: ${told || host.word("tool.compare.unstated")}`;
        });
        box.append(plot(series, `${metric.short} (${metric.unit}). ${spoken.join(". ")}`));
      }
      return box;
    }

    /** The lines; years without a figure are gaps in them. */
    function plot(series, label) {
      const all = series.flat(), years = [...new Set(all.map(({ year }) => year))].sort();
      const first = years[0], span = Math.max(1, years[years.length - 1] - first);
      const most = Math.max(...all.map(({ value }) => value)) || 1, unit = 10 ** Math.floor(Math.log10(most));
      const step = [0.2, 0.5, 1, 2].map((k) => k * unit).find((k) => most / k <= 5) || 5 * unit;
      const top = Math.ceil(most / step) * step;
      const { width, height, left, right, bottom } = wide;
      const x = (year) => left + ((year - first) / span) * (width - left - right);
      const y = (value) => height - bottom - (value / top) * (height - bottom - wide.top);
      const node = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
      const text = (at, words, anchor) => {
        const item = svg("text", { ...at, "text-anchor": anchor });
        item.textContent = words;
        node.append(item);
      };
      for (let value = 0; value <= top + step / 2; value += step) {
        node.append(svg("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: "atlas-grid" }));
        text({ x: left - 6, y: y(value) + 3.5 }, value.toLocaleString("en"), "end");
      }
      for (const year of years) text({ x: x(year), y: height - 6 }, year, "middle");
      series.forEach((points, i) => drawLine(node, points, SIDES[i], x, y));
      return node;
    }

    function drawLine(node, points, side, x, y) {
      const colour = COLOURS[side];
      points.forEach((point, i) => {
        const before = points[i - 1];
        if (before?.year === point.year - 1) {
          node.append(svg("line", { x1: x(before.year), y1: y(before.value), x2: x(point.year), y2: y(point.value),
            stroke: colour, "stroke-width": 2, ...(side === "b" ? { "stroke-dasharray": "5 3" } : {}) }));
        }
        const mark = side === "a" ? svg("circle", { cx: x(point.year), cy: y(point.value), r: 3.2, fill: colour })
          : svg("rect", { x: x(point.year) - 3, y: y(point.value) - 3, width: 6, height: 6, fill: colour });
        const title = svg("title");
        title.textContent = `${side.toUpperCase()} ${point.year}: ${point.text}`;
        mark.append(title);
        node.append(mark);
      });
    }

    // --- on the map ------------------------------------------------------------------------

    function outline() {
      outlines?.remove();
      outlines = null;
      if (panel.isOpen()) outlines = L.layerGroup(marked()).addTo(map);
      host.relabel();
    }

    /** Each park's outline, and its letter at its northern tip. */
    function marked() {
      const { zones, scale } = host.payload(), layers = [];
      for (const side of SIDES) {
        const lines = Atlas.outline(zones.filter(({ park }) => park === chosen[side]), scale, own,
          { color: COLOURS[side], weight: 3, className: `atlas-side-${side}`, dashArray: side === "b" ? "9 4" : null });
        layers.push(...lines);
        const north = lines.flatMap((line) => line.getLatLngs().flat(2)).reduce((a, b) => (a && a.lat >= b.lat ? a : b), null);
        const icon = L.divIcon({ className: `atlas-badge atlas-badge-${side} atlas-badge-map`, html: side.toUpperCase(), iconSize: null });
        if (north) layers.push(L.marker(north, { icon, pane: "compare-letters", interactive: false, keyboard: false }));
      }
      return layers;
    }

    host.on("shown", () => { if (panel.isOpen()) draw(); });
    host.on("chosen", () => {
      if (!panel.isOpen()) return;
      take(host.park());
      draw();
    });
  });
})();

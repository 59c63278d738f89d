"use strict";
(function () {
  const make = Atlas.make;

  // How a mark's swatch is drawn: its attributes, besides the colour of edge and fill.
  const SKETCH = {
    belt: { rx: 5, "fill-opacity": 0.2, "stroke-dasharray": "6 3.5" },
    patch: { rx: 1.5, "fill-opacity": 0.28, "stroke-dasharray": "4 3" },
    core: { r: 7.4, "fill-opacity": 0.28, "stroke-width": 2.2, "stroke-dasharray": "2.4 2.4" },
    none: { r: 6.5, fill: "none", "stroke-width": 1.3, "stroke-dasharray": "1.5 2.5" },
  };

  function sketchSwatch(mark, fill, shape) {
    const edge = { fill, stroke: fill, "stroke-width": 1.5 };
    if (mark === "arrow") {
      shape("line", { x1: 1, y1: 9, x2: 29, y2: 9, stroke: fill, "stroke-width": 9, "stroke-opacity": 0.24 });
      shape("line", { x1: 2, y1: 9, x2: 23, y2: 9, stroke: fill, "stroke-width": 2, "stroke-dasharray": "5 3" });
      shape("path", { d: "M20 4L29 9L20 14L22 9Z", fill });
    } else if (mark === "ribbon") {
      shape("path", { d: "M1 14L11 3L19 3L29 14L21 14L15 8L9 14Z", ...edge, "fill-opacity": 0.34,
        "stroke-width": 1.2, "stroke-dasharray": "3 2" });
    } else if (mark === "ring") {
      shape("path", { d: "M15 1a8 8 0 1 1 0 16a8 8 0 1 1 0-16M15 5.4a3.6 3.6 0 1 0 0 7.2a3.6 3.6 0 1 0 0-7.2Z",
        ...edge, "fill-opacity": 0.16, "stroke-width": 1.3, "stroke-dasharray": "5 2" });
    } else if (mark === "pin") {
      shape("path", { d: Atlas.pinPath(15, 18), fill, transform: "translate(2.2 2.6) scale(.85)" });
      shape("circle", { cx: 15, cy: 5.2, r: 2.4, fill: Atlas.colours.paper });
    } else if (mark === "dot") {
      shape("circle", { cx: 15, cy: 9, r: 3.6, fill: Atlas.colours.paper, stroke: fill, "stroke-width": 1.8 });
    } else if (mark === "square") {
      shape("rect", { x: 11, y: 5, width: 8, height: 8, fill: Atlas.colours.paper, stroke: fill, "stroke-width": 1.8 });
    } else if (mark === "core" || mark === "none") {
      shape("circle", { cx: 15, cy: 9, ...edge, ...(mark === "none" && { stroke: Atlas.colours.absent }), ...SKETCH[mark] });
    } else {
      shape("rect", { x: 1.5, y: 2.5, width: 27, height: 13, ...edge, ...(SKETCH[mark] || SKETCH.patch) });
    }
  }

  function parkSwatch(fill, edge, shape) {
    const park = ["park", "faint"].includes(fill), dash = { dashed: "8 2 1.4 2 1.4 2", dotted: "1.2 2.6" }[edge] || "none";
    shape("rect", { x: 1.5, y: 2, width: 27, height: 14, rx: 1.5,
      fill: fill === "hatch" ? "url(#atlas-hatch)" : park ? Atlas.colours.park : fill || "none",
      "fill-opacity": { park: 0.55, faint: 0.2 }[fill] || 1, stroke: Atlas.colours[fill === "faint" ? "faint" : "edge"], "stroke-width": 1.3,
      "stroke-dasharray": dash });
  }

  /** A legend entry's picture. */
  function swatch({ mark, fill, edge }) {
    const svg = Atlas.svg("svg", { width: 30, height: 18, viewBox: "0 0 30 18", "aria-hidden": "true" });
    const shape = (tag, attributes) => svg.append(Atlas.svg(tag, attributes));
    if (mark === "stroke") {
      Atlas.strokes(edge, fill).forEach((style) => shape("line", { x1: 2, y1: 9, x2: 28, y2: 9, ...style }));
    } else if (mark === "area") parkSwatch(fill, edge, shape);
    else sketchSwatch(mark, fill, shape);
    return svg;
  }

  /** One line of the legend; one that stands for an element is a button that opens its card. */
  function entryLine(entry, open) {
    const item = make("li", entry.element ? "atlas-opens" : null), holder = entry.element ? make("button", "atlas-entry") : item;
    holder.append(swatch(entry.swatch), make("span", "atlas-entry-name", entry.label));
    if (entry.tail) holder.append(make("span", "atlas-tail", entry.tail));
    if (!entry.element) return item;
    holder.type = "button";
    holder.dataset.element = entry.element;
    holder.classList.toggle("atlas-unplaced", entry.swatch.mark === "none");
    holder.addEventListener("click", () => open(entry.element, holder));
    item.append(holder);
    return item;
  }

  /** The entries of a section: a heading begins a list of its own. */
  function entryLists(entries, open) {
    const nodes = [];
    for (const entry of entries) {
      if ("heading" in entry) nodes.push(...(entry.heading ? [make("h4", null, entry.heading)] : []), make("ul"));
      else {
        let list = nodes[nodes.length - 1];
        if (list?.tagName !== "UL") nodes.push(list = make("ul"));
        list.append(entryLine(entry, open));
      }
    }
    return nodes;
  }

  /** Fill the legend; sections of layers that are off are left out. `open(id)` opens an element. */
  Atlas.fillLegend = function (node, sections, words, off, open) {
    node.replaceChildren(make("h2", null, words.legend));
    // A layout is what its map is about: it goes before the parks below it.
    const order = [...sections].sort((a, b) => (b.layer === "scheme") - (a.layer === "scheme"));
    for (const section of order.filter((one) => !off.has(one.layer))) {
      const box = make("section", "atlas-legend-section");
      box.dataset.layer = section.layer;
      box.append(make("h3", null, section.title), ...entryLists(section.entries, open));
      if (section.entries.some((entry) => entry.element && entry.swatch.mark === "none")) {
        box.append(...entryLists([{ label: words["card.unlocated"], swatch: { mark: "none" } }]));
      }
      if (section.more) {
        const more = make("details");
        more.append(make("summary", null, section.more[0]), make("p", null, section.more[1]));
        box.append(more);
      }
      for (const note of section.notes) box.append(make("p", "atlas-note", note));
      node.append(box);
    }
  };

  /** Fill the layer switches; `change(id, on)` is told of every click. */
  Atlas.fillSwitches = function (node, layers, words, off, change) {
    const set = make("fieldset");
    set.append(make("legend", null, words.layers));
    for (const layer of layers) {
      const label = make("label"), box = make("input");
      box.type = "checkbox";
      box.checked = !off.has(layer.id);
      box.dataset.layer = layer.id;
      box.addEventListener("change", () => change(layer.id, box.checked));
      label.append(box, make("span", null, layer.label));
      set.append(label);
    }
    node.replaceChildren(set);
  };

  function figureTable(group, words) {
    const box = make("section", "atlas-group");
    const head = make("h4", null, group.title);
    head.append(make("span", "atlas-unit", group.unit));
    const table = make("table"), body = make("tbody");
    for (const row of group.rows) {
      const line = make("tr");
      const period = make("th", null, row.period);
      period.scope = "row";
      line.append(period, make("td", "atlas-number", row.value), make("td", "atlas-kind", row.kind));
      body.append(line);
      if (row.notes.length) {
        const note = make("tr", "atlas-row-note"), cell = make("td");
        cell.colSpan = 3;
        for (const text of row.notes) cell.append(make("div", null, text));
        note.append(cell);
        body.append(note);
      }
    }
    table.append(body);
    table.setAttribute("aria-label", `${group.title} (${group.unit}) ${words["card.value"]}`);
    box.append(head, table);
    for (const source of group.sources) box.append(make("p", "atlas-source", source));
    return box;
  }

  function zoneBox(zone, words) {
    const box = make("section", "atlas-zone");
    const head = make("h4", null, zone.name);
    if (zone.level) head.append(make("span", "atlas-level", zone.level));
    box.append(head);
    for (const text of zone.lines) box.append(make("p", null, text));
    if (zone.decisions.length) {
      const more = make("details"), list = make("ul");
      more.append(make("summary", null, `${words["card.decisions"]} (${zone.decisions.length})`));
      for (const text of zone.decisions) list.append(make("li", null, text));
      more.append(list);
      box.append(more);
    }
    if (zone.clause) box.append(make("p", "atlas-clause", zone.clause));
    return box;
  }

  function facts(pairs) {
    const list = make("dl");
    for (const [label, text] of pairs) list.append(make("dt", null, label), make("dd", null, text));
    return list;
  }

  /** The way back to the card that this one was opened from: [its name, what to do]. */
  function backButton([name, act], words) {
    const button = make("button", "atlas-back", `‹ ${words["card.back"]} ${name}`);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  /** Fill a card and show it; `back` is as of `backButton`, or nothing. */
  Atlas.openCard = function (node, kind, name, words, close, parts, back) {
    const bar = make("div", "atlas-card-bar");
    const title = make("div");
    if (back) title.append(backButton(back, words));
    title.append(make("p", "atlas-card-kind", kind), make("h2", null, name));
    const button = make("button", "atlas-close", "×");
    button.type = "button";
    button.setAttribute("aria-label", words["card.close"]);
    button.addEventListener("click", close);
    bar.append(title, button);
    const body = make("div", "atlas-card-body");
    body.append(...parts);
    // Scrollable parts must be reachable by keyboard.
    body.tabIndex = 0;
    // A card that is filled anew keeps the focus it had.
    const focused = node.contains(document.activeElement);
    node.replaceChildren(bar, body);
    node.setAttribute("aria-label", name);
    node.hidden = false;
    if (focused) button.focus({ preventScroll: true });
  };

  /** Show a park's card; the figures of the metric on the map come first. */
  Atlas.showPark = function (node, card, metric, words, close, back) {
    const parts = [];
    if (card.facts.length) parts.push(facts(card.facts));
    parts.push(make("h3", null, words["card.figures"]));
    if (!card.groups.length) parts.push(make("p", null, words["card.no_figures"]));
    const groups = [...card.groups].sort((a, b) => (b.metric === metric) - (a.metric === metric));
    parts.push(...groups.map((group) => figureTable(group, words)));
    if (card.documents.length) parts.push(make("h3", null, words["card.documents"]));
    parts.push(...card.documents.map((text) => make("p", "atlas-source", text)));
    parts.push(make("h3", null, words["card.zones"]), ...card.zones.map((zone) => zoneBox(zone, words)));
    Atlas.openCard(node, card.kind, card.name, words, close, parts, back);
  };

  /** Show what a stretch of ring or a project is. */
  Atlas.showSketch = function (node, item, words, close) {
    const parts = [make("p", "atlas-gist", item.gist)];
    parts.push(...item.facts.map((text) => make("p", null, text)));
    Atlas.openCard(node, item.role, item.name, words, close, parts);
  };
})();

"use strict";
(function () {
  const make = Atlas.make;

  /** A legend entry's picture. */
  function swatch({ mark, fill, edge }) {
    const svg = Atlas.svg("svg", { width: 30, height: 18, viewBox: "0 0 30 18", "aria-hidden": "true" });
    const dash = { dashed: "4 2.5", dotted: "1.2 2.6", solid: "none" }[edge] || "none";
    const shape = (tag, attributes) => svg.append(Atlas.svg(tag, attributes));
    if (mark === "arrow") {
      shape("line", { x1: 1, y1: 9, x2: 29, y2: 9, stroke: fill, "stroke-width": 9, "stroke-opacity": 0.26 });
      shape("line", { x1: 2, y1: 9, x2: 23, y2: 9, stroke: fill, "stroke-width": 2, "stroke-dasharray": "5 3" });
      shape("path", { d: "M20 4L29 9L20 14L22 9Z", fill });
    } else if (mark === "stroke") {
      Atlas.strokes(edge, fill).forEach((style) => shape("line", { x1: 2, y1: 9, x2: 28, y2: 9, ...style }));
    } else if (mark === "pin") {
      shape("circle", { cx: 15, cy: 9, r: 5.5, fill, stroke: "#ffffff", "stroke-width": 1.5 });
    } else if (mark === "dot") {
      shape("circle", { cx: 15, cy: 9, r: 3.4, fill: "#ffffff", stroke: fill, "stroke-width": 1.6 });
    } else if (mark === "core" || mark === "ring") {
      shape("circle", { cx: 15, cy: 9, r: 7.5, fill, "fill-opacity": mark === "core" ? 0.18 : 0.06,
        stroke: fill, "stroke-width": 1.8, "stroke-dasharray": "2.4 2.6" });
    } else {
      const sketch = mark !== "area";
      const park = fill === "park";
      shape("rect", { x: 1.5, y: 2, width: 27, height: 14, rx: 1.5,
        fill: fill === "hatch" ? "url(#atlas-hatch)" : park ? "#cfc8bb" : fill || "none",
        "fill-opacity": sketch ? (mark === "ribbon" ? 0.34 : 0.16) : park ? 0.55 : 1,
        stroke: sketch ? fill : "#5b4636", "stroke-width": 1.3, "stroke-dasharray": dash });
    }
    return svg;
  }

  /** Fill the legend; sections of layers that are off are left out. */
  Atlas.fillLegend = function (node, sections, words, off) {
    node.replaceChildren(make("h2", null, words.legend));
    for (const section of sections.filter((one) => !off.has(one.layer))) {
      const box = make("section", "atlas-legend-section");
      box.dataset.layer = section.layer;
      box.append(make("h3", null, section.title));
      const list = make("ul");
      for (const entry of section.entries) {
        const item = make("li");
        item.append(swatch(entry.swatch), make("span", null, entry.label));
        list.append(item);
      }
      box.append(list);
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

  function openWith(node, kind, name, words, close, parts) {
    const bar = make("div", "atlas-card-bar");
    const title = make("div");
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
  }

  /** Show a park's card; the figures of the metric on the map come first. */
  Atlas.showPark = function (node, card, metric, words, close) {
    const parts = [];
    if (card.facts.length) parts.push(facts(card.facts));
    parts.push(make("h3", null, words["card.figures"]));
    if (!card.groups.length) parts.push(make("p", null, words["card.no_figures"]));
    const groups = [...card.groups].sort((a, b) => (b.metric === metric) - (a.metric === metric));
    parts.push(...groups.map((group) => figureTable(group, words)));
    if (card.documents.length) parts.push(make("h3", null, words["card.documents"]));
    parts.push(...card.documents.map((text) => make("p", "atlas-source", text)));
    parts.push(make("h3", null, words["card.zones"]), ...card.zones.map((zone) => zoneBox(zone, words)));
    openWith(node, card.kind, card.name, words, close, parts);
  };

  /** Show what a scheme's element is and how it was drawn. */
  Atlas.showSketch = function (node, item, words, close) {
    const parts = [make("p", "atlas-gist", item.gist)];
    parts.push(...item.facts.map((text) => make("p", null, text)));
    openWith(node, item.role, item.name, words, close, parts);
  };
})();

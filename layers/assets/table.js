"use strict";
// The parks' figures, or the projects, as a table beside the map.
(function () {
  const make = Atlas.make, { hold, amount } = Atlas;

  Atlas.tools.push(function (host) {
    const { ui } = host;
    let sort = null, years = false, listed = "projects";
    const panel = host.panel({ id: "table", word: "tool.table", before: "print",
      icon: "M2.5 3.5H17.5V16.5H2.5ZM2.5 7.5H17.5M2.5 12H17.5M8 7.5V16.5" });
    panel.on((open) => {
      if (open) draw();
      else hint(null);
    });

    /** The columns: the map's metric first, at the map's period; the others at their latest. */
    function columns(figures) {
      const { metric, period } = host.choice();
      const { metrics } = figures.table;
      const one = (record, column, key) => ({ ...record, ...column, key, onMap: record.id === metric && column.period === period });
      const chosen = metrics.find(({ id }) => id === metric);
      if (years && chosen?.columns.length > 1) return chosen.columns.map((column) => one(chosen, column, `${metric}/${column.period}`));
      const rest = metrics.filter((record) => record !== chosen);
      return (chosen ? [chosen, ...rest] : rest).map((record) =>
        one(record, record === chosen ? record.columns.find((column) => column.period === period) : record.columns[record.columns.length - 1], record.id));
    }

    function sorted(figures, shown) {
      const rows = figures.table.parks.map((park) => ({ ...park, kind: host.payload().cards[park.id]?.kind || "" }));
      const column = shown.find(({ key }) => key === sort?.key);
      if (!sort || !(column || ["park", "kind"].includes(sort.key))) return rows;
      const value = column ? (row) => amount(figures.cells(column.id, column.period, row.id)[0])
        : (row) => (sort.key === "park" ? row.short : row.kind);
      return inOrder(rows, value);
    }

    function inOrder(rows, value) {
      const order = new Intl.Collator(host.payload().html_lang, { numeric: true }).compare;
      return rows.sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        // What is missing is last either way.
        if (x === null || y === null) return (x === null) - (y === null);
        return sort.way * (typeof x === "number" ? x - y : order(x, y));
      });
    }

    // --- the panel -------------------------------------------------------------------------

    function unitOf(unit, note) {
      const node = make("small", null, `(${unit})`);
      if (note) node.title = note;
      return node;
    }

    function heading(key, name, unit, line, numeric, note) {
      const on = sort?.key === key ? sort.way : 0;
      const node = make("button", "atlas-sort");
      node.type = "button";
      node.dataset.key = key;
      node.append(hold("span", null, name, ...(unit ? [unitOf(unit, note)] : [])), ...(line ? [make("small", null, line)] : []));
      const arrow = make("i", null, on > 0 ? "▲" : on < 0 ? "▼" : "↕");
      arrow.setAttribute("aria-hidden", "true");
      node.firstChild.append(arrow);
      node.addEventListener("click", () => {
        // Numbers begin with the largest; a third click brings back the plan's order.
        const first = numeric ? -1 : 1;
        sort = !on ? { key, way: first } : on === first ? { key, way: -first } : null;
        draw();
      });
      const head = hold("th", numeric ? "atlas-number" : null, node);
      head.scope = "col";
      head.setAttribute("aria-sort", on > 0 ? "ascending" : on < 0 ? "descending" : "none");
      return head;
    }

    function figureCell(figures, column, park, marks) {
      const node = make("td", "atlas-number"), found = figures.cells(column.id, column.period, park.id);
      if (column.onMap) node.classList.add("atlas-on-map");
      (found.length ? found : [{ value: null }]).forEach((cell, i) => {
        if (i) node.append(" / ");
        const text = hold("span", null, figures.text(cell));
        if (cell.value == null) text.title = host.word("tool.table.unstated");
        node.append(text, ...marks.mark(figures.notes(cell)));
      });
      return node;
    }

    function rowOf(figures, park, shown, marks) {
      const name = make("button", null, park.short), row = make("tr");
      name.type = "button";
      const head = hold("th", null, name);
      head.scope = "row";
      row.dataset.park = park.id;
      row.append(head, make("td", null, park.kind), ...shown.map((column) => figureCell(figures, column, park, marks)));
      // Not for a reader who only marks a number to copy it.
      row.addEventListener("click", () => { if (getSelection().isCollapsed) choose(park.id); });
      row.addEventListener("mouseenter", () => hint(park.id));
      row.addEventListener("mouseleave", () => hint(null));
      name.addEventListener("focus", () => hint(park.id));
      name.addEventListener("blur", () => hint(null));
      return row;
    }

    /** The totals that the plan itself states; no other ones are made. */
    function totalRow(figures, shown, marks) {
      const totals = shown.map(({ id, period }) => figures.table.totals[id]?.[period]);
      if (!totals.some(Boolean)) return [];
      const head = make("th", null, figures.total());
      head.scope = "row";
      return [hold("tfoot", null, hold("tr", null, head, make("td"), ...totals.map((cell, i) => {
        const node = make("td", shown[i].onMap ? "atlas-number atlas-on-map" : "atlas-number");
        if (cell) node.append(make("span", null, figures.text(cell)), ...marks.mark(figures.notes(cell)));
        return node;
      })))];
    }

    /** Whether the rows are the projects, which only a theme of projects has. */
    const ofProjects = () => Boolean(host.payload().projects) && listed === "projects";

    /** What the rows are, where there is a choice. */
    function choice() {
      if (!host.payload().projects) return [];
      const box = make("span", "atlas-table-choice");
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", host.word("tool.table.rows"));
      for (const name of ["parks", "projects"]) {
        const node = make("button", "atlas-tool-button", host.word(`tool.table.${name}`));
        node.type = "button";
        node.dataset.key = name;
        node.setAttribute("aria-pressed", String((name === "projects") === ofProjects()));
        node.addEventListener("click", () => {
          listed = name;
          sort = null;
          draw();
        });
        box.append(node);
      }
      return [box];
    }

    function draw() {
      const focused = document.activeElement?.closest("[data-panel=table] [data-key]")?.dataset.key;
      const scroll = panel.node.querySelector(".atlas-table-frame")?.scrollLeft || 0;
      if (ofProjects()) drawProjects();
      else drawParks();
      panel.node.querySelector(".atlas-table-frame").scrollLeft = scroll;
      if (focused) panel.node.parentNode.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
      mark();
    }

    /** Put a table and what stands below it into the panel, and the buttons above it. */
    function put(label, table, below, bar) {
      const frame = hold("div", "atlas-table-frame", table, hold("div", "atlas-table-foot", ...below));
      table.setAttribute("aria-label", label);
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", label);
      // Where more columns are to the right, the cut edge says so.
      const more = () => panel.node.classList.toggle("atlas-wider", frame.scrollLeft + frame.clientWidth < frame.scrollWidth - 2);
      frame.addEventListener("scroll", more);
      new ResizeObserver(more).observe(frame);
      panel.node.replaceChildren(frame, make("div", "atlas-table-edge"));
      panel.bar.replaceChildren(...choice(), ...bar);
    }

    function copyButton(text) {
      const copy = make("button", "atlas-tool-button", host.word("tool.table.copy"));
      copy.type = "button";
      copy.dataset.key = "copy";
      copy.addEventListener("click", () => copyText(text()));
      return copy;
    }

    // --- the projects ----------------------------------------------------------------------

    const FIELDS = ["name", "category", "amount", "period", "place", "precision", "source"];

    function sortedProjects() {
      const rows = [...host.payload().projects.rows];
      if (!FIELDS.includes(sort?.key)) return rows;
      const value = (row) => (sort.key === "amount" ? amount({ value: row.amount || null }) : row[sort.key] || null);
      return inOrder(rows, value);
    }

    function projectRow(item, drawn) {
      const row = make("tr"), name = make(drawn ? "button" : "span", null, item.name), head = hold("th", null, name);
      head.scope = "row";
      row.dataset.project = item.id;
      row.append(head, ...FIELDS.slice(1).map((field) => {
        const node = make("td", field === "amount" ? "atlas-number" : null, item[field] || "—");
        if (!item[field]) node.title = host.word("tool.table.unstated");
        return node;
      }));
      if (!drawn) return row;
      name.type = "button";
      row.addEventListener("click", () => {
        if (!getSelection().isCollapsed) return;
        if (Atlas.narrow.matches) ui.stage.scrollIntoView({ block: "nearest" });
        host.chooseProject(item.id, { pan: true });
      });
      return row;
    }

    function drawProjects() {
      const rows = sortedProjects(), drawn = new Set(host.payload().projects.items.map(({ id }) => id));
      const unit = host.word("tool.table.projects.unit");
      const head = FIELDS.map((field) => heading(field, host.word(`tool.table.projects.${field}`),
        field === "amount" ? unit : "", "", field === "amount"));
      const table = hold("table", "atlas-table atlas-table-projects", hold("thead", null, hold("tr", null, ...head)),
        hold("tbody", null, ...rows.map((item) => projectRow(item, drawn.has(item.id)))));
      const lines = () => [FIELDS.map((field) => host.word(`tool.table.projects.${field}`) + (field === "amount" ? ` (${unit})` : "")),
        ...rows.map((item) => FIELDS.map((field) => (field === "amount" ? item.amount.replaceAll(",", "") : item[field]) || "—")),
        [], [host.word("tool.table.unstated_dash")]];
      put(host.word("tool.table.projects"), table, [make("p", null, host.word("tool.table.unstated_dash"))],
        [copyButton(() => asLines(lines())), make("span", "atlas-note", host.word("tool.table.projects.hint"))]);
    }

    // --- the parks -------------------------------------------------------------------------

    function drawParks() {
      const figures = Atlas.figures(host), shown = columns(figures), marks = Atlas.footnotes();
      const head = hold("tr", null, heading("park", host.word("tool.table.park"), "", "", false),
        heading("kind", host.word("tool.table.kind"), "", "", false));
      for (const column of shown) {
        // All years of one metric: what tells the columns apart is above its name.
        const all = column.key !== column.id;
        const line = [all && column.short, column.onMap && host.word("tool.table.on_map"), !all && column.text, column.kind];
        const node = heading(column.key, all ? column.text : column.short, column.unit, line.filter(Boolean).join(" · "), true, column.unit_note);
        node.classList.toggle("atlas-on-map", column.onMap);
        head.append(node);
      }
      const rows = sorted(figures, shown);
      const body = hold("tbody", null, ...rows.map((park) => rowOf(figures, park, shown, marks)));
      const table = hold("table", "atlas-table", hold("thead", null, head), body, ...totalRow(figures, shown, marks));
      put(host.word("tool.table"), table, [marks.list(),
        ...figures.units(shown).map((text) => make("p", null, text)),
        make("p", null, sources(figures, shown))], controls(figures, rows, shown));
    }

    function controls(figures, rows, shown) {
      const metric = figures.table.metrics.find(({ id }) => id === host.choice().metric);
      const box = make("input"), words = metric ? host.word("tool.table.years", { metric: metric.short }) : host.word("tool.table.years_none");
      box.type = "checkbox";
      box.checked = years && Boolean(metric);
      box.disabled = !metric;
      box.dataset.key = "years";
      box.addEventListener("change", () => {
        years = box.checked;
        draw();
      });
      const switched = metric?.columns.length === 1 ? [] : [hold("label", null, box, make("span", null, words))];
      return [...switched, copyButton(() => asText(figures, rows, shown)), make("span", "atlas-note", host.word("tool.table.hint"))];
    }

    const sources = (figures, shown) => host.word("tool.table.sources", {
      list: [...new Set(shown.flatMap((column) => column.sources))].map((i) => figures.table.sources[i]).join(host.word("tool.table.between")),
    });

    // --- with the map ----------------------------------------------------------------------

    function choose(park) {
      if (Atlas.narrow.matches) ui.stage.scrollIntoView({ block: "nearest" });
      host.choosePark(park, { pan: true });
    }

    /** Light up a park's zones on the map, of null none. */
    function hint(park) {
      const zones = host.payload().zones.filter((zone) => zone.park === park).map(({ zone }) => zone);
      host.classZones("atlas-hinted", (zone) => zones.includes(zone));
    }

    /** Mark the chosen park's row and bring it into the frame. */
    function mark() {
      const frame = panel.node.querySelector(".atlas-table-frame");
      for (const row of panel.node.querySelectorAll("tbody tr")) {
        const own = row.dataset.project ? row.dataset.project === host.project() : row.dataset.park === host.park();
        if (!own) row.removeAttribute("aria-current");
        else {
          row.setAttribute("aria-current", "true");
          const top = row.offsetTop - frame.querySelector("thead").offsetHeight;
          const bottom = row.offsetTop + row.offsetHeight + (frame.querySelector("tfoot")?.offsetHeight || 0) - frame.clientHeight;
          if (frame.scrollTop > top) frame.scrollTop = top;
          if (frame.scrollTop < bottom) frame.scrollTop = bottom;
        }
      }
    }

    // --- to take away ----------------------------------------------------------------------

    /** The table as a spreadsheet takes it: bare numbers, and what is said of them in a column. */
    function asText(figures, rows, shown) {
      const name = (column) => `${column.short} (${[column.unit, column.text, column.kind].filter(Boolean).join(", ")})`;
      const head = [host.word("tool.table.park"), host.word("tool.table.kind"), ...shown.map(name), host.word("tool.table.remarks")];
      const lines = rows.map((park) => {
        const said = [];
        const values = shown.map((column) => figures.cells(column.id, column.period, park.id).map((cell) => {
          const words = [...(cell.mark ? [figures.text(cell)] : []), ...figures.notes(cell)];
          if (words.length) said.push(`${column.short} ${column.text}: ${words.join("; ")}`);
          return cell.value == null ? "—" : cell.value.replaceAll(",", "");
        }).join(" / ") || "—");
        return [park.short, park.kind, ...values, said.join(" | ")];
      });
      const totals = shown.map(({ id, period }) => figures.table.totals[id]?.[period]);
      const noted = shown.flatMap((column, i) => (totals[i] ? [`${column.short} ${column.text}: ${figures.notes(totals[i]).join("; ")}`] : []));
      const total = noted.length ? [[figures.total(), "",
        ...totals.map((cell) => (cell ? cell.value.replaceAll(",", "") : "")), noted.join(" | ")]] : [];
      const all = [head, ...lines, ...total, [], [host.word("tool.table.unstated_dash")],
        ...figures.units(shown).map((text) => [text]), [sources(figures, shown)]];
      return asLines(all);
    }

    const asLines = (all) => all.map((line) => line.map(Atlas.plainCell).join("\t")).join("\n");

    /** Copy, or, where the browser does not let a file do so, show the text marked to be copied. */
    async function copyText(text) {
      try {
        await navigator.clipboard.writeText(text);
        tell(host.word("tool.table.copied"));
      } catch {
        const area = make("textarea", "atlas-copy");
        area.value = text;
        area.readOnly = true;
        area.setAttribute("aria-label", host.word("tool.table.copy"));
        panel.node.querySelector(".atlas-copy")?.remove();
        panel.node.prepend(area);
        area.focus();
        area.select();
        tell(host.word("tool.table.copy_by_hand"));
      }
    }

    function tell(words) {
      panel.bar.querySelector(".atlas-note").textContent = words;
      host.say(words);
    }

    host.on("shown", () => { if (panel.isOpen()) draw(); });
    host.on("chosen", () => { if (panel.isOpen()) mark(); });
  });
})();

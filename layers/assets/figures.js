"use strict";
// What table, comparison and presentation make of the file's figures: numbers, marks, footnotes.
(function () {
  const make = Atlas.make;

  /** Make an element with children. */
  const hold = (tag, className, ...children) => {
    const node = make(tag, className);
    node.append(...children);
    return node;
  };
  Atlas.hold = hold;

  /** A cell's number, before it was converted to another unit; null where there is none. */
  const amount = Atlas.amount = (cell) => (cell?.value == null ? null : Number((cell.raw || cell.value).replaceAll(",", "")));

  /** What table and comparison ask of the file's figures; see `layers.table`. */
  Atlas.figures = function (host) {
    const table = host.doc().table;
    const cells = (metric, period, park) => table.figures[metric]?.[period]?.[park] || [];
    const text = ({ value, mark }) => (mark ? host.word(`tool.table.mark.${mark}`, { value }) : value ?? "—");
    const notes = (cell) => (cell.notes || []).map((index) => table.notes[index]);
    const scope = (cell) => String(cell.scope || []);
    // What the plan's own totals are of may be more than the rows.
    const total = () => host.word(table.partial ? "tool.table.total.all" : "tool.table.total");
    const units = (shown) => [...new Set(shown.map(({ unit_note }) => unit_note))].filter(Boolean);
    return { table, cells, text, notes, scope, amount, total, units };
  };

  /**
   * A footnote's mark. Its number is drawn by the style (attr): whoever marks a number to copy it
   * would otherwise take the note's along as further digits.
   */
  Atlas.footnote = function (number, text) {
    const node = make("sup", "atlas-footnote");
    node.dataset.note = String(number);
    if (text) node.title = text;
    return node;
  };

  /** Notes that are numbered in the order they are first met; `list()` is them below. */
  Atlas.footnotes = function () {
    const met = [];
    const mark = (texts) => {
      met.push(...texts.filter((text) => !met.includes(text)));
      return texts.map((text) => met.indexOf(text)).sort((a, b) => a - b)
        .map((index) => Atlas.footnote(index + 1, met[index]));
    };
    const list = () => hold("ol", "atlas-marks", ...met.map((text) => make("li", null, text)));
    return { mark, list };
  };

  /** Text that no spreadsheet takes for a formula or for more than one cell. */
  Atlas.plainCell = function (text) {
    const line = text.replace(/[\t\r\n]+/g, " ");
    const quoted = line.startsWith('"') ? `"${line.replaceAll('"', '""')}"` : line;
    return /^[=+\-@＝＋－＠]/.test(quoted) ? `'${quoted}` : quoted;
  };
})();

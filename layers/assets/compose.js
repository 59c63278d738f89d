"use strict";
// From what a file stores to what it shows. A *payload* is one map in one language; a *document*
// has all themes, choropleths and languages of a file (layers/document.py).
(function () {
  /** Undo layers/packing.py, share: the pool's entries stand wherever they are named. */
  Atlas.unpack = function ({ pool, data }) {
    const entries = [];
    const whole = (part) => {
      if (Array.isArray(part)) return part.map(whole);
      if (part === null || typeof part !== "object") return part;
      const keys = Object.keys(part);
      if (keys.length === 1 && keys[0] === "=") return entries[part["="]];
      return Object.fromEntries(keys.map((key) => [key, whole(part[key])]));
    };
    for (const entry of pool) entries.push(whole(entry));
    return whole(data);
  };

  /** Undo layers/packing.py, merge: the tree of one language. */
  Atlas.inLanguage = function (tree, lang) {
    if (Array.isArray(tree)) return tree.map((part) => Atlas.inLanguage(part, lang));
    if (tree === null || typeof tree !== "object") return tree;
    const keys = Object.keys(tree);
    if (keys.length === 2 && "zh" in tree && "en" in tree) return tree[lang];
    return Object.fromEntries(keys.map((key) => [key, Atlas.inLanguage(tree[key], lang)]));
  };

  /** Fill the {places} of a text. */
  Atlas.fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) =>
    (name in values ? String(values[name]) : whole));

  const amount = (choropleth, value) => choropleth.amount.replace("{}", value.number);

  /** What the choropleth says of a zone in a tooltip: its value, and what else that covers. */
  Atlas.zoneTip = function (zone, { choropleth, zones, words, lang }) {
    if (!choropleth) return [];
    const metric = `${choropleth.short} (${choropleth.period_text})`, value = choropleth.values[zone.zone];
    if (!value) return [Atlas.fill(words["tip.none"], { metric })];
    const lines = [Atlas.fill(words["tip.value"], { metric, amount: amount(choropleth, value) })];
    if (value.covers) {
      const names = value.covers.map((id) => zones.find((one) => one.zone === id)?.name || id);
      lines.push(Atlas.fill(words["tip.shared"], { count: value.count, zones: names.join(lang === "zh" ? "、" : ", ") }));
    }
    return lines.concat(value.notes || []);
  };

  /** The value in a zone's label, "" where it stands in none; one for several zones says so. */
  Atlas.zoneLabel = function (zone, { choropleth, words }) {
    const value = choropleth?.values[zone.zone];
    if (!value?.label) return "";
    const number = choropleth.on_map.replace("{}", value.number);
    return value.count ? Atlas.fill(words["label.joint"], { count: value.count, value: number }) : number;
  };

  /** The number of a zone's class, "zero", "none", or null when no metric is shown. */
  Atlas.zoneClass = (zone, { choropleth }) =>
    (choropleth ? choropleth.values[zone.zone]?.class ?? "none" : null);

  /** Put what the choropleth adds into title, subtitle, legend and sources of a payload. */
  Atlas.finish = function (payload) {
    const { choropleth, note } = payload;
    // In a file the projects are a theme of their own; on the app's map they lie over a metric's.
    const sketches = payload.sketches || payload.kind === "projects";
    const noted = (text) => [text, note].filter(Boolean).join(" · ");
    if (!choropleth) return { ...payload, subtitle: noted(payload.subtitle) };
    const rest = payload.legend.filter(({ layer }) => layer !== "parks");
    const title = sketches || payload.own_title ? payload.title : choropleth.title;
    const subtitle = payload.own_subtitle ? payload.subtitle
      : sketches ? payload.subtitle + choropleth.coloured : choropleth.subtitle;
    return { ...payload, title, subtitle: noted(subtitle), legend: [choropleth.legend, ...rest],
      sources: [choropleth.source, ...payload.sources].filter(Boolean),
      cited: [...new Set([...(payload.cited || []), ...(choropleth.cited || [])])] };
  };

  /** The payload of a choice {theme, metric, period} of a document in one language. */
  Atlas.compose = function (doc, { theme, metric, period }) {
    const { themes, choropleths, start, ...shared } = doc;
    const own = themes.find((one) => one.id === theme);
    const choropleth = choropleths.find((one) => one.metric === metric && one.period === period) || null;
    // A subtitle of the maker's own is of what the file shows first.
    const first = theme === start.theme && metric === start.metric && period === start.period;
    return Atlas.finish({ ...shared, ...own, choropleth, own_subtitle: own.own_subtitle && first });
  };
})();

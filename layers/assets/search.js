"use strict";
// Finding a park, an element of the layout shown or a project, by a part of its name in either language.
Atlas.tools.push((host) => {
  const make = Atlas.make;
  const MOST = 8; // hits listed
  const box = make("div", "atlas-search"), input = make("input"), list = make("ul");
  input.type = "search";
  input.autocomplete = "off";
  input.spellcheck = false;
  list.id = "atlas-hits";
  list.hidden = true;
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id],
    ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  box.append(input, list);
  host.ui.tools.prepend(box);
  let hits = [], at = -1;

  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s·—–-]+/g, "");

  /** Everything that can be found: {name, kind, texts, act}. */
  function known() {
    const { cards, zones, sketches = [], projects, words } = host.payload(), other = host.otherNames();
    const parks = Object.values(cards).map((card) => {
      const own = zones.filter(({ park }) => park === card.id);
      return { name: card.name, kind: card.kind, act: () => host.choosePark(card.id, { pan: true }),
        texts: [card.name, card.id, other.get(`park ${card.id}`), ...own.flatMap(({ name, short, zone }) => [name, short, zone, other.get(`zone ${zone}`)])] };
    });
    const elements = sketches.map((item) => ({ name: item.name, kind: item.card.head || words.legend,
      act: () => host.chooseElement(item.id), texts: [item.name, other.get(`element ${item.id}`)] }));
    const planned = (projects?.items || []).map((item) => ({ name: item.name, kind: item.role,
      act: () => host.chooseProject(item.id, { pan: true }), texts: [item.name, other.get(`project ${item.id}`)] }));
    return [...parks, ...elements, ...planned];
  }

  /** What a text finds: names that begin with it before names that hold it. */
  function find(text) {
    const wanted = plain(text);
    if (!wanted) return [];
    const rank = ({ texts }) => {
      const places = texts.filter(Boolean).map((one) => plain(one).indexOf(wanted)).filter((place) => place >= 0);
      return places.length ? Math.min(...places) : Infinity;
    };
    return known().map((one) => [rank(one), one]).filter(([place]) => place < Infinity)
      .sort(([a], [b]) => a - b).slice(0, MOST).map(([, one]) => one);
  }

  function mark(place) {
    at = place;
    for (const [i, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(i === at));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `atlas-hit-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  }

  /** Forget what was found: it may be of a theme or a language that is no longer shown. */
  function forget() {
    hits = [];
    list.replaceChildren();
    mark(-1);
    show(false);
  }

  function fill() {
    hits = find(input.value);
    const none = input.value.trim() && !hits.length;
    list.replaceChildren(...hits.map((hit, i) => {
      const item = make("li");
      item.id = `atlas-hit-${i}`;
      item.setAttribute("role", "option");
      item.append(make("span", null, hit.name), make("span", "atlas-hint", hit.kind));
      // Before the field loses the focus, which closes the list.
      item.addEventListener("pointerdown", (event) => event.preventDefault());
      item.addEventListener("click", () => take(hit));
      return item;
    }));
    if (none) {
      const item = make("li", "atlas-no-hit", host.word("file.search.none"));
      item.setAttribute("role", "option");
      item.setAttribute("aria-disabled", "true");
      list.append(item);
    }
    show(Boolean(hits.length || none));
    mark(hits.length ? 0 : -1);
  }

  function take(hit) {
    forget();
    input.value = hit.name;
    hit.act();
  }

  // What an input method has not finished is no name yet, and its Enter no choice.
  input.addEventListener("input", (event) => { if (!event.isComposing) fill(); });
  input.addEventListener("compositionend", fill);
  input.addEventListener("focus", () => { if (input.value) input.select(); });
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) fill();
      else if (hits.length) mark((at + step + hits.length) % hits.length);
    } else if (event.key === "Enter" && hits[at] && !list.hidden) take(hits[at]);
    else if (event.key === "Escape" && (!list.hidden || input.value)) {
      event.preventDefault();
      forget();
      input.value = "";
    }
  });
  host.on("shown", () => {
    forget();
    input.placeholder = host.word("file.search");
    input.setAttribute("aria-label", host.word("file.search"));
    list.setAttribute("aria-label", host.word("file.search.hits"));
  });
});

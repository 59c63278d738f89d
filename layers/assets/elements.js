"use strict";
(function () {
  const make = Atlas.make;
  const SHOWN = 12; // members of one list in sight; the rest are behind a word
  const OPEN = 24; // with more members than this in all, the plan's groups start closed

  /** Industries as chips; those of the same words of the plan stand together, the words after them. */
  function chips(industries) {
    const list = make("ul", "atlas-chips");
    for (const words of new Set(industries.map(([, , own]) => own))) {
      const line = make("li");
      for (const [tag, name] of industries.filter(([, , own]) => own === words)) {
        const chip = make("span", "atlas-chip", name);
        chip.dataset.tag = tag;
        line.append(chip);
      }
      line.append(make("q", null, words));
      list.append(line);
    }
    return list;
  }

  /** Figures as a table, their notes and sources below. */
  function figures(owner) {
    if (!owner.figures.length) return [];
    const table = make("table", "atlas-lines"), body = make("tbody");
    for (const { label, value, period, kind, printed } of owner.figures) {
      const row = make("tr"), head = make("th", null, label), when = make("td", "atlas-when");
      head.scope = "row";
      when.append(make("div", null, period), make("div", null, kind));
      if (printed) head.append(make("q", null, printed));
      row.append(head, make("td", "atlas-number", value), when);
      body.append(row);
    }
    table.append(body);
    return [table, ...owner.figure_notes.map((text) => make("p", "atlas-note", text)),
      ...owner.figure_sources.map((text) => make("p", "atlas-source", text))];
  }

  /** Members and their parts at every depth, without the plan's groups. */
  function count(members) {
    return members.reduce((sum, { where, parts }) => sum + (where ? 1 : 0) + count(parts), 0);
  }

  function parkButton(member, words, openPark) {
    const button = make("button", "atlas-open-park", words["card.open_park"]);
    button.type = "button";
    button.dataset.park = member.park;
    button.setAttribute("aria-label", `${words["card.open_park"]}: ${member.name}`);
    button.addEventListener("click", () => openPark(member.park));
    return button;
  }

  /** One member: its name in a line, the rest when it is opened. */
  function memberLine(member, tools) {
    const item = make("li", member.located ? null : "atlas-unlocated"), more = make("details");
    item.dataset.member = member.name;
    const head = make("summary");
    head.append(make("span", "atlas-member-name", member.name));
    const tags = member.industries.map(([, name]) => name);
    if (!member.located) head.append(make("span", "atlas-hint", tools.words["card.unlocated"]));
    else if (tags.length) head.append(make("span", "atlas-hint", [...new Set(tags)].join(" · ")));
    more.append(head, make("p", "atlas-where", member.where));
    if (member.industries.length) more.append(chips(member.industries));
    more.append(...figures(member));
    if (member.source) more.append(make("p", "atlas-source", member.source));
    item.append(more);
    if (tools.parks[member.park]) {
      item.classList.add("atlas-with-park");
      item.append(parkButton(member, tools.words, tools.openPark));
    }
    if (member.parts.length) item.append(memberList(member.parts, tools));
    return item;
  }

  /** A group of the plan: a sub-heading over its members. */
  function groupLine(group, tools) {
    const item = make("li", "atlas-member-group"), more = make("details"), head = make("summary");
    more.open = tools.total <= OPEN;
    head.append(make("span", "atlas-member-name", group.name), make("span", "atlas-count", count(group.parts)));
    more.append(head);
    if (group.industries.length) more.append(chips(group.industries));
    more.append(...figures(group));
    if (group.source) more.append(make("p", "atlas-source", group.source));
    more.append(memberList(group.parts, tools));
    item.append(more);
    return item;
  }

  function memberList(members, tools) {
    const list = make("ul", "atlas-members");
    const line = (member) => (member.where || !member.parts.length ? memberLine : groupLine)(member, tools);
    // A list of one or two more is not worth a click.
    const whole = members.length <= SHOWN + 2;
    list.append(...members.slice(0, whole ? members.length : SHOWN).map(line));
    if (whole) return list;
    const rest = make("details", "atlas-rest"), more = make("ul", "atlas-members");
    rest.append(make("summary", null, `${tools.words["card.rest"]} (${members.length - SHOWN})`), more);
    more.append(...members.slice(SHOWN).map(line));
    const holder = make("li");
    holder.append(rest);
    list.append(holder);
    return list;
  }

  function section(title, ...parts) {
    const box = make("section");
    box.append(make("h3", null, title), ...parts);
    return box;
  }

  /** Open the lines of some members, whatever they are folded into, and bring the first in view. */
  function unfold(node, names) {
    const lines = [...node.querySelectorAll("[data-member]")].filter((line) => names.includes(line.dataset.member));
    for (const line of lines) {
      line.classList.add("atlas-sought");
      line.querySelector("details").open = true;
      for (let box = line.closest("details"); box; box = box.parentNode.closest("details")) box.open = true;
    }
    const body = node.querySelector(".atlas-card-body");
    if (lines.length) body.scrollTop += lines[0].getBoundingClientRect().top - body.getBoundingClientRect().top - 48;
  }

  /**
   * Show an element's card. `openPark(id)` opens a member's park, which must be one of `parks`;
   * `names` are members to unfold.
   */
  Atlas.showElement = function (node, item, words, close, { openPark, parks, names = [] }) {
    const { card } = item, parts = [];
    const total = count(card.members);
    const unshaped = card.unshaped ?? (item.form ? "" : words["card.unlocated"]);
    if (unshaped) parts.push(make("p", "atlas-unlocated", unshaped));
    if (card.gist) parts.push(make("p", "atlas-gist", card.gist));
    if (card.quote) parts.push(make("q", "atlas-quote", card.quote));
    if (card.industries.length) parts.push(section(words["card.industries"], chips(card.industries)));
    if (card.figures.length) parts.push(section(words["card.figures"], ...figures(card)));
    if (card.members.length) {
      parts.push(section(`${words["card.members"]} (${total})`,
        memberList(card.members, { words, openPark, parks, total })));
    }
    parts.push(section(words["card.how"], make("p", null, card.how)));
    if (card.decision) parts.push(section(words["card.decisions"], make("p", null, card.decision)));
    parts.push(section(words["card.source"], make("p", "atlas-source", card.source)));
    Atlas.openCard(node, card.head, card.name, words, close, parts);
    unfold(node, names);
  };
})();

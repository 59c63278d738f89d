"use strict";
(function () {
  const make = Atlas.make;
  const PAPERS = ["A4", "A3"];
  const MARGIN = "8mm";
  // Between the margins, less a hair: what is a pixel too high begins a second page.
  const HEIGHT = { A4: (193.5 / 25.4) * 96, A3: (280.5 / 25.4) * 96 };
  // Where the legend may stand (beside the map in one to three columns, or below it) and how large
  // its words, in CSS pixels, best first. Nine and a half are seven points: the smallest that is read
  // without trouble.
  const PLACES = {
    A4: [["one", 12.5], ["one", 11.5], ["one", 10.5], ["two", 11.5], ["two", 10.5], ["two", 9.5],
      ["three", 10.5], ["three", 9.5], ["below", 10.5], ["below", 9.5]],
    A3: [["one", 15], ["one", 13.5], ["one", 12], ["two", 13], ["two", 11], ["three", 11], ["three", 10],
      ["below", 12], ["below", 10]],
  };
  // A picture is one sheet, however small its words get.
  const SMALLEST = [["three", 8.5], ["three", 7.5], ["three", 6.5], ["three", 5.5]];
  const NEXT = { A4: ["next", 12.5], A3: ["next", 14] };
  // What follows the map is rather made smaller than to leave a last page with little on it.
  const SMALLER = [1, 0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.79];
  const LITTLE = 0.22, BRIM = 0.88; // of a page: where pages end costs room that is not foreseen
  const LEAST_MAP = 0.5; // of the height between head and foot that a legend below the map leaves it

  // --- head and foot ------------------------------------------------------------------------

  /** Title and who made the map: logo and office where they are given, else the program's name. */
  Atlas.fillHead = function (ui, data) {
    ui.title.textContent = data.title;
    ui.subtitle.textContent = data.subtitle;
    ui.brand.textContent = data.brand;
    const { office = "", logo = "" } = data.imprint || {};
    if (!ui.headEnd) {
      ui.headEnd = make("div", "atlas-head-end");
      ui.brand.replaceWith(ui.headEnd);
      ui.logo = make("img", "atlas-logo");
      ui.office = make("p", "atlas-office");
      if (logo) ui.headEnd.append(ui.logo);
      ui.headEnd.append(ui.office, ui.brand);
    }
    ui.logo.hidden = !logo;
    // The office stands beside it.
    ui.logo.alt = office ? "" : data.words["sheet.logo"] || "";
    if (logo && ui.logo.getAttribute("src") !== logo) ui.logo.src = logo;
    ui.office.textContent = office;
    ui.office.hidden = !office;
    ui.brand.hidden = Boolean(office || logo);
  };

  /** What the map is not, who made it and when, its approval number; what it is of; its sources. */
  Atlas.fillFoot = function (node, data) {
    const line = make("p", "atlas-disclaimer"), about = make("p", "atlas-about");
    line.append(make("strong", null, data.disclaimer));
    for (const [name, text] of imprintWords(data)) line.append(make("span", `atlas-${name}`, text));
    about.append(make("span", null, data.coordinates));
    if (data.imprint) about.append(...dates(data).map((text) => make("span", "atlas-dates", text)));
    node.replaceChildren(line, about, ...data.sources.map((text) => make("p", null, text)),
      make("p", "atlas-software", data.software));
  };

  /** Of what years and periods the things shown are. */
  function dates({ choropleth, periods = [], words, lang }) {
    const listed = [...periods, ...(choropleth ? [`${choropleth.short} ${choropleth.period_text}`] : [])];
    const list = listed.join(lang === "zh" ? "、" : ", ");
    return list ? [Atlas.fill(words["sheet.dates"], { list })] : [];
  }

  /** The fields of the imprint; the approval number is left open, to be filled in by hand. */
  function imprintWords({ imprint, words }) {
    if (!imprint) return [];
    const field = (name, value) => [name, Atlas.fill(words[`sheet.${name}`], { value })];
    return [
      ...(imprint.office ? [field("maker", imprint.office)] : []),
      ...(imprint.date ? [field("made", imprint.date)] : []),
      field("approval", imprint.approval || words["sheet.blank"]),
    ];
  }

  // --- the sheet ----------------------------------------------------------------------------

  /** The page laid out as a sheet of paper, and back. */
  function Sheet(host) {
    const { root, ui, map } = host;
    const main = ui.side.parentNode, column = ui.stage.parentNode;
    const heard = []; // who is told before the page is a sheet, and after it was one
    let kept = null; // how the page was, while it is a sheet
    const height = (node) => node.getBoundingClientRect().height;

    /** Set where the legend stands; say whether all of it has room there. */
    function arrange([place, font]) {
      root.dataset.legend = place;
      root.style.setProperty("--sheet-font", `${font}px`);
      const parts = place === "next" ? [ui.side] : [];
      root.append(...parts, ...kept.after, ui.card);
      if (place !== "next") main.append(ui.side);
      root.style.setProperty("--sheet-main", "0px");
      const room = HEIGHT[root.dataset.paper] - height(ui.head) - height(ui.foot);
      root.style.setProperty("--sheet-main", `${Math.floor(room)}px`);
      if (place === "next") return true;
      if (ui.legend.scrollWidth > ui.legend.clientWidth + 1) return false;
      if (place === "below") return height(ui.stage) >= LEAST_MAP * room;
      const end = ui.side.getBoundingClientRect().bottom;
      const last = [...ui.legend.querySelectorAll("li, p, summary, h3")]
        .reduce((low, node) => Math.max(low, node.getBoundingClientRect().bottom), 0);
      return last <= end - 4;
    }

    /** The open panel of the dock that is printed as well, if there is one. */
    function openPanel() {
      const panel = column.querySelector(".atlas-panel:not([hidden])");
      const full = root.dataset.at === undefined && panel?.querySelector(".atlas-table, .atlas-compare");
      return full ? panel : null;
    }

    /** Set where the legend stands; a list of what is numbered stands in it, else on a page of its own. */
    function place(paper, single) {
      const places = [...PLACES[paper], ...(single ? SMALLEST : [])], list = kept.list;
      if (list) {
        ui.legend.append(list);
        // The map is what the sheet is for.
        if (places.filter(([where]) => ["one", "two"].includes(where)).some(arrange)) return;
        kept.after.unshift(list);
      }
      if (!places.find(arrange)) arrange(NEXT[paper]);
    }

    /** Make what follows the map smaller where its last page would have little on it. */
    function settle(node, page) {
      const tried = SMALLER.map((zoom) => {
        node.style.zoom = zoom;
        return { zoom, pages: height(node) / page, fits: node.scrollWidth <= node.clientWidth + 1 };
      });
      // A browser makes all pages smaller where one is too wide, the map's too.
      const narrow = tried.filter(({ fits }) => fits);
      const good = narrow.find(({ pages }) => pages < BRIM || (pages % 1 > LITTLE && pages % 1 < BRIM));
      node.style.zoom = (good || narrow[0] || tried[tried.length - 1]).zoom;
    }

    /** Unfold what is folded, for paper has no way to. */
    function unfold() {
      const folded = [ui.side, ui.card, ...kept.after].flatMap((node) => [...node.querySelectorAll("details:not([open])")]);
      for (const node of folded) node.open = true;
      return folded;
    }

    function enter(paper, single) {
      if (kept) leave();
      for (const { before } of heard) before();
      const view = map.getBounds(), moved = Boolean(host.moved?.());
      kept = { moved, view: [map.getCenter(), map.getZoom()], focus: document.activeElement, at: [scrollX, scrollY],
        nodes: [main, column, root].map((node) => [node, [...node.childNodes]]), after: [],
        retina: L.Browser.retina, scrolled: [ui.side, ui.card.lastElementChild].filter(Boolean).map((node) => [node, node.scrollTop]) };
      root.classList.add("atlas-paper");
      root.dataset.paper = paper;
      const panel = openPanel();
      if (panel) {
        kept.after.push(panel.parentNode);
        root.dataset.panel = panel.dataset.panel;
      }
      // What is drawn point by point is printed with twice as many.
      L.Browser.retina = true;
      kept.list = single ? null : projectList(host);
      kept.folded = unfold();
      place(paper, single);
      for (const node of [...kept.after, ui.card]) if (!node.hidden) settle(node, HEIGHT[paper]);
      pageOf(paper, running(host.payload()));
      // A reader's own view is shown whole, else the map's.
      if (moved) {
        map.invalidateSize({ animate: false });
        map.fitBounds(view, { animate: false });
      } else host.fit();
      if (kept.list) kept.numbers = numbersOf(host);
      root.dataset.sheet = paper;
    }

    function leave() {
      if (!kept) return;
      const { moved, view, nodes, focus, at, scrolled, retina, after, list, numbers, folded } = kept;
      kept = null;
      L.Browser.retina = retina;
      root.classList.remove("atlas-paper");
      for (const name of ["paper", "legend", "sheet", "panel"]) delete root.dataset[name];
      for (const name of ["--sheet-font", "--sheet-main"]) root.style.removeProperty(name);
      list?.remove();
      numbers?.remove();
      for (const node of [...after, ui.card]) node.style.zoom = "";
      for (const node of folded) node.open = false;
      for (const [node, children] of nodes) node.append(...children.filter((one) => one.isConnected));
      for (const [node, top] of scrolled) node.scrollTop = top;
      if (focus?.isConnected && focus !== document.body) focus.focus({ preventScroll: true });
      if (moved) {
        map.invalidateSize({ animate: false });
        map.setView(...view, { animate: false });
      } else host.fit();
      window.scrollTo(...at);
      for (const told of heard) told.after();
    }

    return { enter, leave, hear(before, after) { heard.push({ before, after }); } };
  }

  /** The projects on the map by number, largest first; null where none is drawn. */
  function projectList(host) {
    const { projects } = host.payload();
    if (!projects || !host.ui.map.querySelector("path.atlas-project")) return null;
    const box = make("section", "atlas-legend-section atlas-paper-list"), list = make("ol");
    for (const { name, amount } of projects.items) {
      const line = make("li");
      line.append(make("span", null, name), make("span", "atlas-tail", amount));
      list.append(line);
    }
    box.append(make("h3", null, host.word("sheet.projects")), list);
    return box;
  }

  /** Their numbers on the map, where their signs have found room. */
  function numbersOf(host) {
    const { map, ui } = host, home = ui.map.getBoundingClientRect(), pane = "sheet-numbers";
    if (!map.getPane(pane)) map.createPane(pane).style.zIndex = 641;
    const markers = host.payload().projects.items.map(({ id }, i) => {
      const box = ui.map.querySelector(`path.atlas-project[data-project="${CSS.escape(id)}"]`).getBoundingClientRect();
      const at = map.containerPointToLatLng([(box.left + box.right) / 2 - home.left, (box.top + box.bottom) / 2 - home.top]);
      const icon = L.divIcon({ className: "atlas-number-mark", html: make("span", null, String(i + 1)), iconSize: null });
      return L.marker(at, { icon, pane, interactive: false, keyboard: false });
    });
    return L.layerGroup(markers).addTo(map);
  }

  /** What every page after the first says below: what the map is not, and whose it is. */
  function running(data) {
    const own = imprintWords(data).filter(([name]) => name !== "approval" || data.imprint.approval);
    return [data.disclaimer, ...own.map(([, text]) => text)].join("  ·  ");
  }

  /** A text as a string of a style sheet. */
  const quoted = (text) => JSON.stringify(text.replace(/["\\]/g, "”").replace(/\s+/g, " "));

  /** Tell the printer the paper: rules of a style sheet that the page's policy allows. */
  function pageOf(paper, below = "") {
    const look = "font: 8.5px sans-serif; color: #46535e;";
    const style = document.styleSheets[document.styleSheets.length - 1], last = style.cssRules.length - 1;
    for (let i = last; style.cssRules[i]?.cssText.startsWith("@page"); i -= 1) style.deleteRule(i);
    const add = (rule) => style.insertRule(rule, style.cssRules.length);
    add(`@page { size: ${paper} landscape; margin: ${MARGIN}; @bottom-left { content: ${quoted(below)}; ${look} }
      @bottom-right { content: counter(page) " / " counter(pages); ${look} } }`);
    // The first one is the map's, which has all of it in its foot.
    add("@page :first { @bottom-left { content: none; } @bottom-right { content: none; } }");
  }

  // --- the tool -----------------------------------------------------------------------------

  /** The choice of paper beside the button. */
  function menuOf(host, print) {
    const menu = make("div", "atlas-print-menu"), title = make("p");
    menu.hidden = true;
    menu.setAttribute("role", "group");
    const buttons = PAPERS.map((paper) => {
      const button = make("button");
      button.type = "button";
      button.dataset.paper = paper;
      button.addEventListener("click", () => {
        close();
        print(paper);
      });
      return button;
    });
    menu.append(title, ...buttons);
    host.ui.stage.append(menu);
    let opener = null;
    function shut() {
      menu.hidden = true;
      opener?.setAttribute("aria-expanded", "false");
    }
    function close() {
      if (menu.hidden) return;
      shut();
      opener?.focus({ preventScroll: true });
    }
    /** Escape, in the menu and on its button. */
    function escape(event) {
      if (event.key !== "Escape" || menu.hidden) return;
      event.stopPropagation();
      close();
    }
    menu.addEventListener("keydown", escape);
    // A press elsewhere, or the focus.
    for (const name of ["pointerdown", "focusin"]) {
      document.addEventListener(name, ({ target }) => {
        if (!menu.hidden && !menu.contains(target) && !opener?.contains(target)) shut();
      });
    }
    return { close, escape, isOpen: () => !menu.hidden, open(from) {
      opener = from;
      title.textContent = host.word("sheet.paper");
      menu.setAttribute("aria-label", title.textContent);
      for (const button of buttons) button.textContent = host.word("sheet.landscape", { paper: button.dataset.paper });
      menu.hidden = false;
      const home = host.ui.stage.getBoundingClientRect(), box = from.getBoundingClientRect();
      // Beside the button; on a phone, where there is no room, below it.
      menu.style.left = "0";
      const beside = box.right - home.left + 8, last = home.width - menu.offsetWidth - 8;
      const top = beside > last ? box.bottom - home.top + 6 : box.top - home.top;
      menu.style.left = `${Math.max(4, Math.min(beside, last))}px`;
      menu.style.top = `${Math.max(4, Math.min(top, home.height - menu.offsetHeight - 4))}px`;
      from.setAttribute("aria-expanded", "true");
      buttons[0].focus({ preventScroll: true });
    } };
  }

  Atlas.tools.push((host) => {
    const sheet = Sheet(host), asked = Atlas.hash().get("sheet");
    const pinned = PAPERS.includes(asked), single = Atlas.hash().has("single");
    const usual = PAPERS.includes(host.doc().paper) ? host.doc().paper : PAPERS[0];
    let paper = pinned ? asked : usual;
    host.onPaper = sheet.hear;
    const menu = menuOf(host, (chosen) => {
      paper = chosen;
      pageOf(paper);
      window.print();
    });
    const button = host.button({ id: "print", word: "sheet.print",
      icon: "M6 7.5V3h8v4.5M6 14.5H3.5v-7h13v7H14M6 11.5h8V17H6z",
      act: () => (menu.isOpen() ? menu.close() : menu.open(button)) });
    button.addEventListener("keydown", menu.escape);
    button.setAttribute("aria-haspopup", "true");
    button.setAttribute("aria-expanded", "false");
    if (pinned) {
      pageOf(paper);
      document.documentElement.classList.add("atlas-on-sheet");
      // After every redrawing anew: in the other language the legend is of another length.
      host.on("shown", () => sheet.enter(paper, single));
      return;
    }
    pageOf(paper);
    window.addEventListener("beforeprint", () => sheet.enter(paper));
    window.addEventListener("afterprint", () => sheet.leave());
  });
})();

"use strict";
// The one global name of the page's own scripts.
var Atlas = {};
// What a file has around its map registers here: see host.js.
Atlas.tools = [];
// The colours that scripts set themselves, by what they are for; dark.js, in the app only, has others.
Atlas.colours = {
  ink: "#1d2a35", paper: "#ffffff", edge: "#5b4636", park: "#cfc8bb", faint: "#8a9199", chosen: "#0f2f4d",
  absent: "#6b7680", other: "#4a5660", otherFill: "#8b98a3", area: "#f0c419",
  road: "#9c9990", river: "#83abc8", rail: "#8f8a97", metro: "#a89cc0", border: "#6c7882",
};

(function () {
  // Undo layers/geometry.py. The first LAST digits end a number, after the others it goes on.
  const LAST = 64;
  const DIGITS = [...Array(94).keys()].map((i) => String.fromCharCode(0x21 + i))
    .filter((digit) => !"\"&'<>\\,;".includes(digit));
  const VALUE = []; // by character code
  DIGITS.forEach((digit, i) => { VALUE[digit.charCodeAt(0)] = i; });
  const MORE = DIGITS.length - LAST;

  /** Return the whole numbers of a packed text; the last bit of each is its sign. */
  function numbers(text) {
    const result = [];
    let number = 0, weight = 1;
    for (let i = 0; i < text.length; i += 1) {
      const value = VALUE[text.charCodeAt(i)];
      number += value * weight;
      weight *= MORE;
      if (value >= LAST) continue;
      result.push(number % 2 ? -(number + 1) / 2 : number / 2);
      number = 0;
      weight = 1;
    }
    return result;
  }

  /** Return a reader of packed lines: each begins where the one before ended. */
  function reader(scale) {
    let x = 0, y = 0;
    return (text) => {
      const steps = numbers(text), points = [];
      for (let i = 0; i < steps.length; i += 2) {
        x += steps[i];
        y += steps[i + 1];
        points.push([y / scale, x / scale]);
      }
      return points;
    };
  }

  /** Return Leaflet positions of an encoded geometry; form is "area", "line" or "point". */
  Atlas.decode = function (shape, form, scale) {
    if (form === "point") return [shape[1] / scale, shape[0] / scale];
    const read = reader(scale), lines = (text) => (text ? text.split(",").map(read) : []);
    if (form === "line") return lines(shape);
    return shape ? shape.split(";").map(lines) : [];
  };

  /** Make an element; data only ever enters as text, never as markup. */
  Atlas.make = function (tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  };

  /** Make an SVG element with attributes. */
  Atlas.svg = function (tag, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    return node;
  };

  /** Whether the window is a phone's: as in the style sheets. */
  Atlas.narrow = matchMedia("(max-width: 760px)");

  /**
   * Return layers that outline zones of a payload, each line with a white casing below it. `own` is
   * where they are drawn: {pane, renderer}; `style` that of the line.
   */
  Atlas.outline = function (zones, scale, own, style) {
    const draw = (zone, look) => L.polygon(Atlas.decode(zone.shape, "area", scale),
      { ...own, interactive: false, fill: false, lineJoin: "round", ...look });
    return [...zones.map((zone) => draw(zone, { color: Atlas.colours.paper, weight: 2 * style.weight, opacity: 0.9 })),
      ...zones.map((zone) => draw(zone, style))];
  };

  /** Return a piecewise linear function through [x, y] pairs, constant outside them. */
  Atlas.ramp = function (pairs) {
    return (x) => {
      if (x <= pairs[0][0]) return pairs[0][1];
      for (let i = 1; i < pairs.length; i += 1) {
        const [x0, y0] = pairs[i - 1], [x1, y1] = pairs[i];
        if (x <= x1) return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
      }
      return pairs[pairs.length - 1][1];
    };
  };
})();

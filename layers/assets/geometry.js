"use strict";
// The one global name of the page's own scripts.
var Atlas = {};

(function () {
  // Undo layers/geometry.py: whole numbers, each the step from the vertex before.
  function line(steps, scale) {
    const points = [];
    let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      points.push([y / scale, x / scale]);
    }
    return points;
  }

  /** Return Leaflet positions of an encoded geometry; form is "area", "line" or "point". */
  Atlas.decode = function (shape, form, scale) {
    if (form === "area") return shape.map((rings) => rings.map((ring) => line(ring, scale)));
    if (form === "line") return shape.map((part) => line(part, scale));
    return [shape[1] / scale, shape[0] / scale];
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

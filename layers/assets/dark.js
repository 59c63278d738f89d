"use strict";
// The map on a dark page. Only in the app: a file, a picture and a sheet of paper are always light.
//
// Ground and names are in dark.css; here are the colours that scripts set. A colour of the payload
// (`Atlas.toned`) is one of TONES or, where it would not stand out from the dark ground, is mixed
// with white until it does. More is lighter on the dark, as it is darker on the light: the ramp of
// the parks runs the other way round, and the legend with it.
(function () {
  const LEAST = 4.6; // contrast with the land
  const light = { colours: Atlas.colours, ground: Atlas.ground };
  const dark = {
    colours: {
      ink: "#e3eaf0", paper: "#11181d", edge: "#d6b08a", park: "#6d675c", faint: "#8d99a3", chosen: "#ffffff",
      absent: "#98a6b2", other: "#b4c0ca", otherFill: "#8b98a3", area: "#f0c419",
      road: "#7d8790", river: "#4f86a8", rail: "#857f92", metro: "#8c80ac", border: "#8c9aa6",
    },
    ground: {
      sea: ["#142f41"], neighbour: ["#1a2127"], land: ["#1f272e", "#3a4a56"], water: ["#142f41"], river: ["#173a50"],
      stream: ["#173a50"], border: ["#46545f"], "border-focus": ["#7f909d"], tertiary: ["#2d373f", "#1a2026"],
      secondary: ["#313c45", "#1a2026"], primary: ["#37434c", "#1a2026"], trunk: ["#3e4a53", "#181e23"],
      motorway: ["#4a4d4d", "#181e23"], express: ["#434a4f", "#181e23"], rail: ["#4c565f"], metro: ["#4d4a66"],
    },
  };
  // Each light colour of the payload, and its dark one; tests/test_browser_dark.py measures both.
  const TONES = {
    // layers/classes.py: the classes of a choropleth, and zero, which lies below all of them.
    "#fbe6bf": "#6a3a24", "#f1bb78": "#955026", "#dc8648": "#c0762f", "#b2532b": "#e0a75a", "#74291a": "#f8e2b6",
    "#ffffff": "#0c1115",
    // layers/schemes/sketches.py: ink, green, blue, violet, mauve, stone.
    "#190944": "#f5f6f7", "#33614c": "#5ca685", "#275bc8": "#81cdfb", "#49008c": "#8787fb", "#8c477d": "#b783ad",
    "#4b3d4c": "#bcbbbc",
    // layers/projects.py: the plan's categories, and none.
    "#004c99": "#8c9efe", "#d46ab0": "#e0649e", "#5cc3f5": "#66dbfe", "#008f6b": "#199153", "#16181d": "#f6f7f7", "#5d6670": "#98a3ad",
    // layers/finder/map.py: a park out of the question, nearly the land's own colour.
    "#e9e7e2": "#2a333a",
    // layers/trace.py: ground and lines of the legend.
    "#d9dde0": "#3a444c", "#9c9990": dark.colours.road,
  };
  const PAINTED = new Set(["colour", "colours", "zero", "fill"]); // keys of the payload that hold colours

  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  /** Relative luminance, as WCAG 2.1 defines it. */
  function luminance(rgb) {
    const [r, g, b] = rgb.map((part) => part / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  const ground = luminance(parts(dark.ground.land[0]));

  /** The dark tone of a colour of the payload; what is no colour, such as "hatch", stays. */
  function tone(colour) {
    if (typeof colour !== "string" || !/^#[0-9a-f]{6}$/i.test(colour)) return colour;
    const known = TONES[colour.toLowerCase()];
    if (known) return known;
    let rgb = parts(colour);
    while ((luminance(rgb) + 0.05) / (ground + 0.05) < LEAST) rgb = rgb.map((part) => Math.min(255, Math.ceil(part + (255 - part) * 0.08)));
    return `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  }

  function walk(part, painted) {
    if (Array.isArray(part)) return part.map((one) => walk(one, painted));
    if (part === null || typeof part !== "object") return painted ? tone(part) : part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, walk(value, PAINTED.has(key))]));
  }

  /** A payload in the colours of the scheme shown. */
  Atlas.toned = (payload) => (Atlas.colours === dark.colours ? walk(payload, false) : payload);
  Atlas.tone = (colour) => (Atlas.colours === dark.colours ? tone(colour) : colour);

  /** Show "light" or "dark" from here on; without a name, what the reader's system prefers. */
  Atlas.setScheme = function (name) {
    const wanted = name || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    Object.assign(Atlas, wanted === "dark" ? dark : light);
    document.documentElement.dataset.scheme = wanted;
  };

  // Until the app has said which.
  Atlas.setScheme();
})();

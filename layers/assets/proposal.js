"use strict";
// Fits the proposal to its page of A4: first smaller type, then what is least, said at the foot.
(function () {
  const paper = document.getElementById("paper");
  const fits = () => paper.scrollHeight <= paper.clientHeight + 1 && paper.scrollWidth <= paper.clientWidth + 1;
  // [size of the type, how much is left out]
  const STEPS = [[1.2, 0], [1.16, 0], [1.12, 0], [1.08, 0], [1.04, 0], [1, 0], [0.96, 0], [0.93, 0], [0.9, 0],
    [0.87, 0], [0.87, 1], [0.84, 1], [0.84, 2], [0.81, 2], [0.81, 3], [0.78, 3], [0.75, 3], [0.72, 3],
    [0.69, 3], [0.66, 3], [0.63, 3], [0.6, 3]];
  function lay([size, less]) {
    document.documentElement.style.setProperty("--k", String(size));
    let left = false;
    for (const node of paper.querySelectorAll("[data-least]")) {
      const out = Number(node.dataset.least) <= less;
      node.classList.toggle("out", out);
      left = left || out;
    }
    paper.classList.toggle("less", left);
  }
  function fit() {
    for (const step of STEPS) {
      lay(step);
      if (fits()) return;
    }
  }
  fit();
  if (document.fonts && document.fonts.ready) document.fonts.ready.then(fit);
})();

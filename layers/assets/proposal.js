"use strict";
// Fits the proposal to its page of A4: first smaller type, down to what is read with ease on paper,
// then without what is least, which the foot says. Only if that is not enough the type gives way.
(function () {
  const paper = document.getElementById("paper");
  const fits = () => paper.scrollHeight <= paper.clientHeight + 1 && paper.scrollWidth <= paper.clientWidth + 1;
  // [size of the type, how much is left out]
  const STEPS = [[1.2, 0], [1.16, 0], [1.12, 0], [1.08, 0], [1.04, 0], [1, 0], [0.97, 0], [0.94, 0],
    [0.94, 1], [0.94, 2], [0.94, 3], [0.91, 3], [0.91, 4], [0.91, 5], [0.91, 6], [0.88, 6], [0.88, 7],
    [0.85, 7], [0.8, 7], [0.75, 7], [0.7, 7], [0.65, 7], [0.6, 7]];
  function lay([size, less]) {
    document.documentElement.style.setProperty("--k", String(size));
    let left = false;
    for (const node of paper.querySelectorAll("[data-least]")) {
      const out = Number(node.dataset.least) <= less;
      node.classList.toggle("out", out);
      left = left || out;
    }
    paper.classList.toggle("less", left);
    paper.classList.toggle("little", less > 3);
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

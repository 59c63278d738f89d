"use strict";
// Who has asked the system for less motion gets a map that jumps where it would glide.
(function () {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
  const panBy = L.Map.prototype.panBy;
  L.Map.include({
    panBy(offset, options) { return panBy.call(this, offset, { ...options, animate: false }); },
  });
})();

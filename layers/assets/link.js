"use strict";
(function () {
  /**
   * Maps of one name, in frames of one origin, move together. A view is [latitude, longitude, zoom].
   * `own` has what the map does: `view()` says which is shown; `follow(view)` must show one at once;
   * `home()` is the view it meets others with, and `extent()` what it is a map of; `meet(view,
   * extent, before)` takes another's into account, which goes before the map's own of the same zoom
   * if it says so; `ready()` says whether it has been fitted, without which it neither speaks nor
   * listens.
   *
   * Returns `{ name, moved(), greet(), leave() }`; `moved` is called after every move of the
   * reader's, `greet` when the map begins anew. The latest move wins, wherever it was made: each
   * message carries its time.
   */
  Atlas.link = function (name, own) {
    const silent = { name, moved() {}, greet() {}, leave() {} };
    if (!name || typeof BroadcastChannel === "undefined") return silent;
    const channel = new BroadcastChannel(`atlas:${name}`);
    const id = crypto.getRandomValues(new Uint32Array(1))[0];
    let last = 0, shown = "", next = null;

    function post(kind) {
      const view = kind === "move" ? own.view() : own.home();
      if (!own.ready() || !view.every(Number.isFinite)) return;
      last = Math.max(last, performance.timeOrigin + performance.now());
      shown = String(own.view());
      channel.postMessage({ kind, from: id, at: last, view, extent: own.extent() });
    }

    /** Go where a message says; of several that wait, only the latest. */
    function go(message) {
      last = Math.max(last, message.at);
      if (!next) setTimeout(arrive, 0);
      next = message;
    }

    function arrive() {
      const message = next;
      next = null;
      if (!message || message.at < last || !own.ready()) return; // moved here since
      own.follow(message.view);
      shown = String(own.view());
    }

    channel.onmessage = ({ data: message }) => {
      if (!own.ready() || !message.view?.every(Number.isFinite)) return;
      if (message.kind === "move") {
        if (message.at >= last) go(message);
        return;
      }
      if (message.kind === "hello") post("welcome");
      next = null; // an older move is of what was shown before
      own.meet(message.view, message.extent, message.from < id);
      shown = String(own.view());
    };
    post("hello");
    return {
      name,
      moved() {
        if (String(own.view()) !== shown) post("move");
      },
      greet() { post("hello"); },
      leave() { channel.close(); },
    };
  };
})();

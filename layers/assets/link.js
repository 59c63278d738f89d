"use strict";
(function () {
  /**
   * Maps of one name, in frames of one origin, move together. `follow(view)` must show a view at
   * once, `view()` say which is shown; a view is [latitude, longitude, zoom].
   *
   * Returns `{ name, moved(), leave() }`; `moved` is called after every move, also one that
   * `follow` made. The latest move wins, wherever it was made: each message carries its time.
   */
  Atlas.link = function (name, view, follow) {
    if (!name || typeof BroadcastChannel === "undefined") return { name, moved() {}, leave() {} };
    const channel = new BroadcastChannel(`atlas:${name}`);
    const own = crypto.getRandomValues(new Uint32Array(1))[0];
    let last = 0, following = false, shown = "", next = null;

    function post(kind) {
      last = Math.max(last, performance.timeOrigin + performance.now());
      shown = String(view());
      channel.postMessage({ kind, from: own, at: last, view: view() });
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
      if (message.at < last) return; // moved here since
      following = true;
      follow(message.view);
      following = false;
      shown = String(view());
    }

    /** Of two maps that meet the wider view stays, so that nothing goes out of sight. */
    function meet(message) {
      const mine = view()[2], other = message.view[2];
      if (other < mine || (other === mine && message.from < own)) go({ ...message, at: last });
    }

    channel.onmessage = ({ data: message }) => {
      if (message.kind === "move" && message.at >= last) go(message);
      if (message.kind === "hello") post("welcome");
      if (message.kind !== "move") meet(message);
    };
    post("hello");
    return {
      name,
      moved() {
        if (!following && String(view()) !== shown) post("move");
      },
      leave() { channel.close(); },
    };
  };
})();

/* Pages work without this: it shows times in the viewer's zone, reads what has changed, and listens to keys. */
"use strict";
(() => {
  const zone = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "medium" });
  const localize = (root) => {
    for (const time of root.querySelectorAll("time[datetime]")) {
      time.textContent = zone.format(new Date(time.dateTime));
    }
  };
  localize(document);

  const follow = () => {
    const log = document.querySelector("[data-follow]");
    if (log && document.body.dataset.events) log.scrollTop = log.scrollHeight;
  };
  follow();

  /* Only what is marked as live is replaced, and nothing that somebody is using. */
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const read = new DOMParser().parseFromString(await answer.text(), "text/html");
    localize(read);
    for (const old of document.querySelectorAll("[data-live]")) {
      const now = read.getElementById(old.id);
      const isUsed = old.contains(document.activeElement) && document.activeElement.matches("input,select,textarea");
      if (now && !isUsed && now.outerHTML !== old.outerHTML) old.replaceWith(now);
    }
    follow();
    if (document.body.dataset.events && !read.body.dataset.events) source?.close();
  };

  let source = null;
  let pending = false;
  const changed = () => {
    if (document.hidden) {
      pending = true;
    } else {
      refresh();
    }
  };
  const address = document.body.dataset.events;
  const open = () => {
    source = new EventSource(address);
    source.addEventListener("changed", changed);
  };
  if (address && window.EventSource) {
    open();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        source.close(); // browsers allow few connections to a host over all tabs
      } else {
        open();
        refresh();
      }
    });
  }

  const places = { h: "/", p: "/pipelines", r: "/runs", c: "/clusters", m: "/models", e: "/experiments" };
  let isGoing = false;
  document.addEventListener("keydown", (event) => {
    const search = document.getElementById("search");
    const keys = document.getElementById("keys");
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && search) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    if (event.target.matches("input,select,textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "?" && keys) {
      keys.showModal();
    } else if (isGoing && places[event.key]) {
      location.href = places[event.key];
    }
    isGoing = event.key === "g";
  });

  /* Addresses of MLflow's pages, which its clients print. */
  const lead = () => {
    const hash = decodeURIComponent(location.hash);
    const run = hash.match(/^#\/experiments\/\d+\/runs\/([0-9a-f]{32})/);
    const experiment = hash.match(/^#\/experiments\/(\d+)/);
    const model = hash.match(/^#\/models\/([^/]+)(?:\/versions\/(\d+))?/);
    if (run) location.replace("/tracking/" + run[1]);
    else if (experiment) location.replace("/experiments/" + experiment[1]);
    else if (model) location.replace("/models/" + encodeURIComponent(model[1]) + (model[2] ? "#v" + model[2] : ""));
    else if (hash === "#/models" || hash === "#/experiments") location.replace(hash.slice(1));
  };
  if (location.pathname === "/") {
    lead();
    window.addEventListener("hashchange", lead);
  }
})();

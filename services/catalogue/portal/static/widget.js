// For a town's own site: turns each <div data-socle="address of a page"> into a frame that is as
// high as what it shows. Add it once:  <script src="https://…/widget.js" async></script>
(() => {
  "use strict";
  const origin = new URL(document.currentScript.src).origin;
  const WIDGETS = [
    [/^\/jeux\/[0-9a-f-]{36}\/tableau\/([0-9a-f-]{36})/, "/widgets/tables/$1"],
    [/^\/jeux\/([0-9a-f-]{36})/, "/widgets/jeux/$1"],
    [/^\/vues\/([0-9a-f-]{36})/, "/widgets/graphiques/$1"],
    [/^\/recherche/, "/widgets/jeux"],
  ];

  function widgetOf(address) {
    const url = new URL(address, origin);
    if (url.origin !== origin) return null;
    if (url.pathname.startsWith("/widgets/")) return url;
    for (const [page, widget] of WIDGETS) {
      const found = page.exec(url.pathname);
      if (found) {
        url.pathname = widget.replace("$1", found[1] ?? "");
        return url;
      }
    }
    return null;
  }

  function show(place) {
    const url = widgetOf(place.dataset.socle);
    if (!url) return;
    if (place.dataset.theme) url.searchParams.set("theme", place.dataset.theme);
    if (place.dataset.lang) url.searchParams.set("lang", place.dataset.lang);
    const frame = document.createElement("iframe");
    frame.src = url.href;
    frame.title = place.dataset.title || place.textContent.trim() || "Données ouvertes";
    frame.loading = "lazy";
    frame.width = "100%";
    frame.height = "320";
    frame.setAttribute("frameborder", "0");
    place.replaceChildren(frame);
    addEventListener("message", (event) => {
      if (event.source !== frame.contentWindow || event.data?.socle !== "height") return;
      frame.height = String(Math.min(Math.max(Number(event.data.height) || 0, 60), 4000));
    });
  }

  const start = () => document.querySelectorAll("[data-socle]").forEach(show);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();

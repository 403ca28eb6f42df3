// A part of the page that follows what happens: read again while somebody looks at it.

const SECONDS = 1000;
let part = document.querySelector("[data-live]");

async function again() {
  if (!document.hidden && !part.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.pathname + location.search, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-live]");
        if (fresh) {
          part.replaceWith(fresh);
          part = fresh;
        }
      }
    } catch {
      // the network is away: what is shown stays, ask again later
    }
  }
  setTimeout(again, Number(part.dataset.live) * SECONDS);
}

if (part) setTimeout(again, Number(part.dataset.live) * SECONDS);

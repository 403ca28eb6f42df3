// The search answers while one types or filters: the server's own page, taken in part.
// Addresses change as they do without scripts, so that back, links and bookmarks work.

const PAGE = "/recherche";
const WAIT = 200;

const form = document.querySelector("form.search");
const field = form?.querySelector('input[type="search"]');
let turn = 0;
let timer;

function address() {
  const asked = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...asked]) if (!value) asked.delete(name);
  return `${PAGE}${asked.size ? `?${asked}` : ""}`;
}

async function show(url, { push, focus }) {
  const mine = ++turn;
  const results = document.getElementById("resultats");
  results.classList.add("busy");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return; // a later question is on its way
    document.getElementById("trouves").textContent = page.getElementById("trouves").textContent;
    results.replaceWith(page.getElementById("resultats"));
    document.title = page.title;
    hidden(page);
    const words = new URL(url, location.href).searchParams.get("q") ?? "";
    if (document.activeElement !== field) field.value = words;
    if (push) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
    focus?.();
  } catch {
    if (mine === turn) location.assign(url);
  }
}

// The form's hidden fields carry the filters of the page that is shown.
function hidden(page) {
  for (const input of form.querySelectorAll('input[type="hidden"]')) input.remove();
  for (const input of page.querySelectorAll('form.search input[type="hidden"]')) form.append(input);
}

// Where the reader was: the same choice in the new list, else what was found.
function back(link) {
  const said = link.textContent.replace(/[\d\s.,\u202f\u00a0×]+/g, "");
  const group = link.closest("section, nav")?.getAttribute("aria-labelledby");
  return () => {
    const place = (group && document.querySelector(`[aria-labelledby="${group}"]`)) || document.getElementById("resultats");
    const same = [...place.querySelectorAll("a")].find((one) => one.textContent.replace(/[\d\s.,\u202f\u00a0×]+/g, "") === said);
    const found = document.getElementById("trouves");
    found.tabIndex = -1;
    (same ?? found).focus();
  };
}

if (field) {
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(address(), { push: false }), WAIT);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    show(address(), { push: true });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#resultats a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const target = new URL(link.href);
    if (target.origin !== location.origin || target.pathname !== PAGE || target.hash) return;
    event.preventDefault();
    const paged = target.searchParams.has("cursor");
    show(target.pathname + target.search, {
      push: true,
      focus: paged ? () => document.getElementById("trouves").scrollIntoView() : back(link),
    });
  });
  addEventListener("popstate", () => {
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    show(location.pathname + location.search, { push: false });
  });
}

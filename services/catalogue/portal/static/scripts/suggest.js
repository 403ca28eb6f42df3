// Suggestions under a search field: the combobox pattern of the ARIA practices.
// Enter on a suggestion goes where it leads; Enter in the field searches, as without scripts.

const WAIT = 120;
const LEAST = 2;
const SHOWN = 8;

export function suggest(form) {
  const field = form.querySelector('input[type="search"]');
  if (!field || !form.dataset.suggest) return;
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${field.id}-suggestions`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.suggestLabel);
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) field.setAttribute(name, value);

  let timer;
  let asked = 0;
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const items = [...list.children];
    chosen = (index + items.length + 1) % (items.length + 1);
    if (chosen === items.length) chosen = -1;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", items[chosen].id);
  };
  const show = (suggestions) => {
    list.replaceChildren(...suggestions.slice(0, SHOWN).map((suggestion, index) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.address = suggestion.address;
      const label = document.createElement("span");
      label.textContent = suggestion.label;
      const detail = document.createElement("span");
      detail.className = "small";
      detail.textContent = suggestion.detail;
      item.append(label, detail);
      return item;
    }));
    chosen = -1;
    list.hidden = suggestions.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };
  const ask = async () => {
    const text = field.value.trim();
    const turn = ++asked;
    if (text.length < LEAST) return close();
    try {
      const answer = await fetch(`${form.dataset.suggest}${form.dataset.suggest.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`);
      if (answer.ok && turn === asked && document.activeElement === field) show(await answer.json());
    } catch {
      close(); // without the network there are no suggestions, and the form still works
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") { mark(chosen + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp") { mark(chosen < 0 ? list.children.length - 1 : chosen - 1); event.preventDefault(); }
    else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.address);
    }
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const item = event.target.closest("li");
    if (item) location.assign(item.dataset.address);
    event.preventDefault();
  });
}

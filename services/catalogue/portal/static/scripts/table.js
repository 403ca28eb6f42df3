// More rows under those that are there, as they are asked for: the same ones as the next page.

const PAGE = 100;
const link = document.querySelector("a[data-more]");
const body = document.querySelector("table.sheet tbody");

if (link && body) {
  const columns = [...document.querySelectorAll("table.sheet thead th")].slice(1).map((cell) => cell.textContent.trim());
  let start = Number(link.dataset.start);
  let cursor = link.dataset.cursor;
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy") === "true") return;
    const said = link.textContent;
    link.setAttribute("aria-busy", "true");
    link.textContent = link.dataset.busy;
    try {
      const asked = new URLSearchParams(JSON.parse(link.dataset.asked));
      asked.set("page_size", String(Math.min(PAGE, Number(link.dataset.most) - start)));
      asked.set("cursor", cursor);
      const answer = await fetch(`${link.dataset.more}?${asked}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = await answer.json();
      const first = append(page.rows);
      start += page.rows.length;
      cursor = page.next_cursor;
      link.textContent = said;
      if (!cursor || start >= Number(link.dataset.most)) link.remove();
      first?.scrollIntoView({ block: "nearest" });
    } catch {
      location.assign(link.href);
    } finally {
      link.removeAttribute("aria-busy");
    }
  });

  function append(rows) {
    const lines = rows.map((row) => {
      const line = document.createElement("tr");
      if (row._valid === false) line.className = "at";
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = row._row;
      line.append(head, ...columns.map((name) => {
        const cell = document.createElement("td");
        cell.textContent = row[name] ?? "";
        return cell;
      }));
      return line;
    });
    body.append(...lines);
    return lines[0];
  }
}

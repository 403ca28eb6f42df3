// The form that takes a file: dropping it, seeing it sent, keeping it when something fails.
// Without scripts the same form is sent by the browser, and the same pages answer.

let dropped = null; // a file that was dropped where the field cannot hold it

function enhance(form) {
  const field = form.querySelector('input[type="file"]');
  const zone = form.querySelector("[data-drop]");
  const name = form.querySelector("[data-chosen-name]");
  const tell = () => {
    const file = field.files[0] ?? dropped;
    name.textContent = file ? form.dataset.chosen.replace("{name}", file.name) : "";
  };

  field.addEventListener("change", () => { dropped = null; tell(); });
  tell();

  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    zone.classList.add("over");
  };
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    dropped = event.dataTransfer.files[0];
    try {
      field.files = event.dataTransfer.files;
    } catch {
      // an old browser: `dropped` is sent instead
    }
    tell();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = new FormData(form);
    const file = field.files[0] ?? dropped;
    if (file) body.set("file", file, file.name);
    else body.delete("file");
    if (file && file.size > Number(form.dataset.limit)) return complain(form, form.dataset.tooLarge);
    send(form, body, file);
  });
}

function send(form, body, file) {
  const button = form.querySelector('button[type="submit"]');
  const progress = form.querySelector("[data-progress]");
  const bar = progress.querySelector("progress");
  const text = progress.querySelector("[data-progress-text]");
  const ended = () => { button.disabled = false; progress.hidden = true; };
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json, text/html;q=0.5");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = event.loaded / event.total;
  });
  request.upload.addEventListener("load", () => {
    text.textContent = form.dataset.working;
    bar.removeAttribute("value");
  });
  request.addEventListener("load", () => {
    const kind = request.getResponseHeader("Content-Type") ?? "";
    if (request.status === 200 && kind.startsWith("application/json")) {
      location.assign(JSON.parse(request.responseText).address);
      return;
    }
    ended();
    if (kind.startsWith("text/html")) replace(request.responseText, file);
    else complain(form, form.dataset.lost);
  });
  request.addEventListener("error", () => { ended(); complain(form, form.dataset.lost); });
  button.disabled = true;
  progress.hidden = false;
  bar.value = 0;
  text.textContent = form.dataset.sending;
  request.send(body);
}

// The page that says what went wrong, in place of this one; the file stays chosen.
function replace(html, file) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  dropped = main.querySelector('input[name="kept"]') ? null : file;
  start();
  (main.querySelector("#souci") ?? main).scrollIntoView();
  main.focus();
}

function complain(form, message) {
  let place = document.getElementById("souci");
  if (!place) {
    place = document.createElement("div");
    place.id = "souci";
    place.className = "notice bad";
    place.setAttribute("role", "alert");
    form.prepend(place);
  }
  const line = document.createElement("p");
  line.textContent = message;
  place.replaceChildren(line);
  place.scrollIntoView({ block: "center" });
}

function start() {
  const form = document.querySelector("form[data-check]");
  if (form) enhance(form);
}

start();

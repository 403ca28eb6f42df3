// A check that takes its time: the step is told as it changes; then the page goes to the report.

const place = document.querySelector("[data-follow]");
const step = place?.querySelector("[data-step]");
const PAUSES = [500, 1000, 1500, 2000, 3000];

async function look(turn) {
  try {
    const answer = await fetch(place.dataset.follow, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const job = await answer.json();
      if (job.state === "done" || job.state === "dead") return location.reload(); // leads on
      const told = place.dataset[job.progress?.step] ?? place.dataset[job.state] ?? place.dataset.running;
      if (step.textContent !== told) step.textContent = told;
    }
  } catch {
    // the network is away: the check goes on without us, ask again later
  }
  setTimeout(() => look(turn + 1), PAUSES[Math.min(turn, PAUSES.length - 1)]);
}

if (place) look(0);

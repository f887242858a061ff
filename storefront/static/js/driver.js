// A driver's reports: kept on the phone first, sent when there is a signal, shown at once.
// Without this module the same buttons are plain forms.
const app = document.getElementById("driver-app");
const line = document.getElementById("sync-state");
const words = line.dataset;
const LAST_SENT = `driver-last-sent-${app.dataset.driver}`;
const { openKept, newId, paintLine, paintRefused, clock, say } = await import(app.dataset.keptEvents);
const kept = openKept({
  database: "driver",
  belongs: (event) => event.driver === app.dataset.driver,
  told: ({ event_id, kind, task, route, reason, happened_at, money_taken, taken_as }) => ({ event_id, kind, task, route, reason, happened_at, money_taken, taken_as }),
  sync: app.dataset.sync, home: app.dataset.scope, lastSent: LAST_SENT,
  changed: () => paint(),
});

// ---------- what the page shows ----------
const latestByTask = (events) => new Map(events.filter((event) => event.task && ["queued", "sent"].includes(event.state)).map((event) => [event.task, event]));

const paintTask = (section, event) => {
  const result = section.querySelector("[data-result]");
  if (!result || !event || (section.dataset.changed && new Date(section.dataset.changed) >= new Date(event.happened_at))) return;
  const failed = event.kind === "failed";
  result.hidden = false;
  result.classList.toggle("note-warn", failed);
  result.classList.toggle("note-good", !failed);
  result.querySelector("[data-icon=failed]").hidden = !failed;
  result.querySelector("[data-icon=done]").hidden = failed;
  result.querySelector("[data-result-words]").textContent = [words[event.kind], event.reason_words, clock.format(new Date(event.happened_at))].filter(Boolean).join(" · ");
  const buttons = section.querySelector("[data-buttons]");
  if (buttons) buttons.hidden = !failed;
  buttons?.querySelector("details")?.toggleAttribute("hidden", failed);
};

const paintRoute = (latest, departed) => {
  const stops = [...document.querySelectorAll("li[data-stop]")];
  if (!stops.length) return;
  for (const stop of stops.filter((one) => one.dataset.state === "open")) {
    const reports = stop.dataset.tasks.split(" ").filter(Boolean).map((task) => latest.get(task));
    if (!reports.length || reports.includes(undefined)) continue;
    const state = reports.some((report) => report.kind === "failed") ? "failed" : "done";
    stop.dataset.state = state;
    stop.querySelector("[data-badge]").replaceChildren(document.getElementById(`badge-${state}`).content.cloneNode(true));
  }
  const next = stops.find((stop) => stop.dataset.state === "open");
  document.querySelectorAll("[data-next]").forEach((card) => { card.hidden = card.dataset.next !== next?.dataset.stop; });
  document.getElementById("all-done").hidden = Boolean(next);
  const ended = stops.filter((stop) => stop.dataset.state !== "open").length;
  document.getElementById("ended").textContent = ended;
  document.getElementById("progress").value = ended;
  const form = document.getElementById("depart");
  if (form && departed.has(form.elements.route.value)) form.hidden = true;
};

const paint = async () => {
  const events = await kept.mine();
  const latest = latestByTask(events);
  paintLine(line, events, { lastSent: LAST_SENT, trouble: kept.trouble });
  paintRefused(document.getElementById("refused"), words, events, async (event) => { await kept.keep(event); await paint(); });
  document.querySelectorAll(".task[data-task]").forEach((section) => paintTask(section, latest.get(section.dataset.task)));
  paintRoute(latest, new Set(events.filter((event) => event.kind === "departed" && event.state !== "refused").map((event) => event.route)));
  const tasks = [...document.querySelectorAll(".task")];
  const open = tasks.some((section) => section.querySelector("[data-result]")?.hidden);
  document.getElementById("following")?.classList.toggle("button-quiet", open);
};

// ---------- buttons ----------
const report = async (form, facts) => {
  try {
    await kept.keep({
      event_id: newId(), driver: app.dataset.driver, state: "queued", happened_at: new Date().toISOString(),
      place: document.querySelector("h1.door-address")?.textContent ?? "", ...facts,
    });
  } catch {
    form.submit(); // no room on the phone: the plain form still works
    return;
  }
  await paint();
  await kept.send();
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.action.endsWith("/logout/")) {
    event.preventDefault();
    kept.leave(form, (n) => {
      line.textContent = say(words.leaving, { n });
      line.scrollIntoView({ block: "center" });
    });
  } else if (kept.ready && form.matches("[data-report]")) {
    event.preventDefault();
    report(form, {
      kind: form.dataset.report,
      task: form.closest("[data-task]").dataset.task,
      reason: event.submitter?.name === "reason" ? event.submitter.value : "",
      reason_words: event.submitter?.name === "reason" ? event.submitter.textContent : "",
      money_taken: form.elements.money_taken?.checked ?? false, // a page kept since before it was asked how
      taken_as: form.elements.taken_as?.value ?? "",
    });
  } else if (kept.ready && form.matches("[data-depart]")) {
    event.preventDefault();
    report(form, { kind: "departed", route: form.elements.route.value, reason: "" });
  }
});

// ---------- at the start, and whenever the signal may be back ----------
if ("serviceWorker" in navigator && app.dataset.worker) {
  navigator.serviceWorker.register(app.dataset.worker, { scope: app.dataset.scope }).catch(() => {});
}
const keepPages = () => {
  const pages = document.getElementById("keep-pages");
  if (pages && !kept.left && "serviceWorker" in navigator) navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ keep: JSON.parse(pages.textContent) }));
};
keepPages();
// The day was planned anew: other doors, in another order.
document.addEventListener("refreshed", () => { keepPages(); paint().catch(() => {}); });
kept.watch();
paint().then(kept.forgetOld).catch(() => { line.textContent = ""; });

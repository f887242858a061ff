// A driver's reports: kept on the phone first, sent when there is a signal, shown at once.
// Without this module the same buttons are plain forms.
const app = document.getElementById("driver-app");
const line = document.getElementById("sync-state");
const words = line.dataset;
const english = document.documentElement.lang === "en";
const clock = new Intl.DateTimeFormat("ko-KR", { timeZone: "Asia/Seoul", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAYS_KEPT = 3, BATCH = 50, LAST_SENT = `driver-last-sent-${app.dataset.driver}`;
let trouble = "";

// ---------- the phone's own record ----------
const opening = new Promise((resolve, reject) => {
  const asked = indexedDB.open("driver", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("events", { keyPath: "event_id" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
let ready = false;
opening.then(() => { ready = true; }, () => {});

const inStore = async (mode, work) => {
  const all = (await opening).transaction("events", mode);
  return new Promise((resolve, reject) => {
    const asked = work(all.objectStore("events"));
    all.oncomplete = () => resolve(asked.result);
    all.onabort = all.onerror = () => reject(all.error);
  });
};
const keep = (event) => inStore("readwrite", (events) => events.put(event));
// Another driver may use the same phone: everybody's reports wait for their own sign-in.
const mine = async () => (await inStore("readonly", (events) => events.getAll()))
  .filter((event) => event.driver === app.dataset.driver)
  .sort((a, b) => a.happened_at.localeCompare(b.happened_at));
const forgetOld = async () => {
  const before = new Date(Date.now() - DAYS_KEPT * 86_400_000).toISOString();
  for (const event of await mine()) {
    if (event.happened_at < before && ["sent", "seen"].includes(event.state)) {
      await inStore("readwrite", (events) => events.delete(event.event_id));
    }
  }
};
const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

// ---------- sending ----------
const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
const told = ({ event_id, kind, task, route, reason, happened_at, money_taken }) => ({ event_id, kind, task, route, reason, happened_at, money_taken });

// True when at least one of them was answered for good.
const sendSome = async (events) => {
  const answer = await fetch(app.dataset.sync, {
    method: "POST", credentials: "same-origin", redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
    body: JSON.stringify(events.map(told)),
  });
  if (answer.type === "opaqueredirect" || answer.status === 403) { trouble = "signIn"; return false; }
  if (!answer.ok) { trouble = "offline"; return false; }
  const { answers } = await answer.json();
  let settled = 0;
  for (const [position, one] of answers.entries()) {
    if (one.answer === "refused" && one.retryable) continue;
    const words = { message_ko: one.message_ko, message_en: one.message_en };
    const said = one.answer === "refused" ? { state: "refused", ...words } : { state: "sent", ...(one.message_ko ? { ...words, unread: true } : {}) };
    await keep({ ...events[position], ...said });
    settled += 1;
  }
  if (settled) localStorage.setItem(LAST_SENT, new Date().toISOString());
  return settled > 0;
};

let sending = null;
const sendAll = async () => {
  trouble = "";
  try {
    for (;;) {
      const waiting = (await mine()).filter((event) => event.state === "queued").slice(0, BATCH);
      if (!waiting.length || !(await sendSome(waiting))) break;
    }
  } catch {
    trouble = "offline";
  }
  await paint();
};
const send = () => { sending ??= sendAll().finally(() => { sending = null; }); return sending; };

// ---------- what the page shows ----------
const say = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

const paintLine = (events) => {
  const queued = events.filter((event) => event.state === "queued").length;
  const last = localStorage.getItem(LAST_SENT);
  const parts = [];
  if (queued) parts.push(say(words.saved, { n: queued }));
  if (last) parts.push(say(words.sent, { at: clock.format(new Date(last)) }));
  if (!parts.length) parts.push(words.none);
  if (!navigator.onLine || (queued && trouble)) parts.push(words[navigator.onLine && trouble === "signIn" ? "signIn" : "offline"]);
  line.textContent = parts.join(" · ");
  line.classList.toggle("is-waiting", queued > 0);
};

const paintRefused = (events) => {
  const cards = events.filter((event) => event.state === "refused" || event.unread).map((event) => {
    const card = Object.assign(document.createElement("div"), { className: `note ${event.unread ? "note-warn" : "note-bad"} refused-event` });
    const what = `${event.unread ? words.taken : words.refused}: ${words[event.kind] ?? ""} ${event.place ?? ""} ${clock.format(new Date(event.happened_at))}`;
    const text = document.createElement("p");
    text.append(Object.assign(document.createElement("strong"), { textContent: what }), document.createElement("br"), english ? event.message_en : event.message_ko);
    const seen = Object.assign(document.createElement("button"), { type: "button", className: "button button-small button-quiet", textContent: words.seen });
    seen.addEventListener("click", async () => { await keep({ ...event, state: event.unread ? "sent" : "seen", unread: false }); await paint(); });
    card.append(text, seen);
    return card;
  });
  const box = document.getElementById("refused");
  box.setAttribute("role", "alert");
  box.replaceChildren(...cards);
};

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
  const events = await mine();
  const latest = latestByTask(events);
  paintLine(events);
  paintRefused(events);
  document.querySelectorAll(".task[data-task]").forEach((section) => paintTask(section, latest.get(section.dataset.task)));
  paintRoute(latest, new Set(events.filter((event) => event.kind === "departed" && event.state !== "refused").map((event) => event.route)));
  const tasks = [...document.querySelectorAll(".task")];
  const open = tasks.some((section) => section.querySelector("[data-result]")?.hidden);
  document.getElementById("following")?.classList.toggle("button-quiet", open);
};

// ---------- buttons ----------
const report = async (form, facts) => {
  try {
    await keep({
      event_id: newId(), driver: app.dataset.driver, state: "queued", happened_at: new Date().toISOString(),
      place: document.querySelector("h1.door-address")?.textContent ?? "", ...facts,
    });
  } catch {
    form.submit(); // no room on the phone: the plain form still works
    return;
  }
  await paint();
  await send();
};

let warned = false;
const leave = async (form) => {
  try {
    await send();
    const left = (await mine()).filter((event) => event.state === "queued").length;
    if (left && !warned) {
      warned = true;
      line.textContent = say(words.leaving, { n: left });
      line.scrollIntoView({ block: "center" });
      return;
    }
    for (const name of await caches.keys()) if (name.startsWith("driver-pages")) await caches.delete(name);
  } catch { /* signing out must always be possible */ }
  form.submit();
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.action.endsWith("/logout/")) {
    event.preventDefault();
    leave(form);
  } else if (ready && form.matches("[data-report]")) {
    event.preventDefault();
    report(form, {
      kind: form.dataset.report,
      task: form.closest("[data-task]").dataset.task,
      reason: event.submitter?.name === "reason" ? event.submitter.value : "",
      reason_words: event.submitter?.name === "reason" ? event.submitter.textContent : "",
      money_taken: form.elements.money_taken?.checked ?? false,
    });
  } else if (ready && form.matches("[data-depart]")) {
    event.preventDefault();
    report(form, { kind: "departed", route: form.elements.route.value, reason: "", money_taken: false });
  }
});

// ---------- at the start, and whenever the signal may be back ----------
if ("serviceWorker" in navigator && app.dataset.worker) {
  navigator.serviceWorker.register(app.dataset.worker, { scope: app.dataset.scope }).catch(() => {});
}
const keepPages = () => {
  const pages = document.getElementById("keep-pages");
  if (pages && "serviceWorker" in navigator) navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ keep: JSON.parse(pages.textContent) }));
};
keepPages();
// The day was planned anew: other doors, in another order.
document.addEventListener("refreshed", () => { keepPages(); paint().catch(() => {}); });
const wake = () => { if (document.visibilityState === "visible") send().catch(() => {}); };
window.addEventListener("online", wake);
window.addEventListener("offline", () => paint().catch(() => {}));
window.addEventListener("pageshow", wake);
document.addEventListener("visibilitychange", wake);
setInterval(async () => { if ((await mine()).some((event) => event.state === "queued")) wake(); }, 20_000);
paint().then(forgetOld).catch(() => { line.textContent = ""; });

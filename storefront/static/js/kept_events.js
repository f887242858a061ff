// What a device reports: kept on it first, sent in parts when there is a signal, answered one by one.
// An event has event_id, happened_at and a state: queued, sent, refused, or seen once it was read.
const DAYS_KEPT = 3, BATCH = 50;

export const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};
export const seoulDay = (moment) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Seoul" }).format(new Date(moment));
const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

// What a device keeps of others' doors and cars, but for reports that are still to be sent. Workers may
// be keeping pages at this moment, so they are asked first.
const ANSWER_WITHIN = 2000; // ms
const forgetIn = (worker) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = resolve;
  setTimeout(resolve, ANSWER_WITHIN);
  worker.postMessage({ forget: true }, [port2]);
});
export const forgetKept = async () => {
  if (!("caches" in window)) return;
  const apps = await navigator.serviceWorker.getRegistrations();
  await Promise.all(apps.map(({ active }) => active && forgetIn(active)));
  for (const name of await caches.keys()) if (/^(driver|lane)-pages/.test(name)) await caches.delete(name);
  for (const name of Object.keys(localStorage)) if (name.startsWith("lane-day-")) localStorage.removeItem(name);
};

// `belongs`: whose events these are, for others may use the same device; their reports wait for
// their own sign-in. `told`: what of an event is sent to `sync`. Where `home` turns this person away
// (signed out, or no longer one of us), the pages kept on the device are forgotten.
export const openKept = ({ database, belongs, told, sync, home, lastSent, changed }) => {
  const kept = { ready: false, trouble: "", left: false };
  const opening = new Promise((resolve, reject) => {
    const asked = indexedDB.open(database, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("events", { keyPath: "event_id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  opening.then(() => { kept.ready = true; }, () => {});

  const inStore = async (mode, work) => {
    const all = (await opening).transaction("events", mode);
    return new Promise((resolve, reject) => {
      const asked = work(all.objectStore("events"));
      all.oncomplete = () => resolve(asked.result);
      all.onabort = all.onerror = () => reject(all.error);
    });
  };
  kept.keep = (event) => inStore("readwrite", (events) => events.put(event));
  kept.mine = async () => (await inStore("readonly", (events) => events.getAll()))
    .filter(belongs)
    .sort((a, b) => a.happened_at.localeCompare(b.happened_at));
  kept.queued = async () => (await kept.mine()).filter((event) => event.state === "queued");
  kept.forgetOld = async () => {
    const before = new Date(Date.now() - DAYS_KEPT * 86_400_000).toISOString();
    await forgetPlaces((event) => seoulDay(event.happened_at) !== seoulDay(Date.now()));
    for (const event of await kept.mine()) {
      if (event.happened_at < before && ["sent", "seen"].includes(event.state)) {
        await inStore("readwrite", (events) => events.delete(event.event_id));
      }
    }
  };

  // Where a report was made is a door's address: it is known for its day, and not after.
  const forgetPlaces = async (which) => {
    for (const event of await kept.mine()) if (event.place && which(event)) await kept.keep({ ...event, place: "" });
  };
  const turnedAway = async () => {
    if (!navigator.onLine) return;  // nobody to ask; it is asked when there is a network again
    const answer = await fetch(home, { method: "HEAD", credentials: "same-origin", redirect: "manual" });
    if (answer.type !== "opaqueredirect" && answer.status !== 403) return;
    kept.left = true;
    await forgetKept();
    await forgetPlaces(() => true);
    location.assign(home);
  };

  // True when at least one of them was answered for good.
  kept.sendSome = async (events) => {
    const answer = await fetch(sync, {
      method: "POST", credentials: "same-origin", redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify(events.map(told)),
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) { kept.trouble = "signIn"; return false; }
    if (!answer.ok) { kept.trouble = "offline"; return false; }
    const { answers } = await answer.json();
    let settled = 0;
    for (const [position, one] of answers.entries()) {
      if (one.answer === "refused" && one.retryable) continue;
      const words = { message_ko: one.message_ko, message_en: one.message_en };
      const said = one.answer === "refused" ? { state: "refused", ...words } : { state: "sent", ...(one.message_ko ? { ...words, unread: true } : {}) };
      await kept.keep({ ...events[position], ...said });
      settled += 1;
    }
    if (settled) localStorage.setItem(lastSent, new Date().toISOString());
    return settled > 0;
  };

  let sending = null;
  const sendAll = async () => {
    kept.trouble = "";
    try {
      for (;;) {
        const waiting = (await kept.queued()).slice(0, BATCH);
        if (!waiting.length || !(await kept.sendSome(waiting))) break;
      }
    } catch {
      kept.trouble = "offline";
    }
    await changed();
  };
  kept.send = () => { sending ??= sendAll().finally(() => { sending = null; }); return sending; };

  // Now, and whenever the signal may be back.
  const wake = () => {
    if (document.visibilityState === "visible") kept.send().then(turnedAway).catch(() => {});
  };
  kept.watch = () => {
    window.addEventListener("online", wake);
    window.addEventListener("offline", () => changed().catch(() => {}));
    window.addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", wake);
    setInterval(async () => { if ((await kept.queued()).length) wake(); }, 20_000);
    wake();
  };

  // Signing out: sends what it can, says once what is left, and forgets the pages kept for this person.
  let warned = false;
  kept.leave = async (form, warn) => {
    try {
      await kept.send();
      const left = (await kept.queued()).length;
      if (left && !warned) {
        warned = true;
        warn(left);
        return;
      }
      kept.left = true;
      await forgetKept();
    } catch { /* signing out must always be possible */ }
    form.submit();
  };
  return kept;
};

// ---------- what every such page shows ----------
const english = document.documentElement.lang === "en";
export const clock = new Intl.DateTimeFormat("ko-KR", { timeZone: "Asia/Seoul", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const say = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

// How many wait here, when it was last sent, and what keeps it. `line.dataset` has the words.
export const paintLine = (line, events, { lastSent, trouble }) => {
  const words = line.dataset;
  const queued = events.filter((event) => event.state === "queued").length;
  const last = localStorage.getItem(lastSent);
  const parts = [];
  if (queued) parts.push(say(words.saved, { n: queued }));
  if (last) parts.push(say(words.sent, { at: clock.format(new Date(last)) }));
  if (!parts.length) parts.push(words.none);
  if (!navigator.onLine || (queued && trouble)) parts.push(words[navigator.onLine && trouble === "signIn" ? "signIn" : "offline"]);
  line.textContent = parts.join(" · ");
  line.classList.toggle("is-waiting", queued > 0);
};

// A card for each that was refused, or taken with something to say; it stays until it was read.
export const paintRefused = (box, words, events, read) => {
  const cards = events.filter((event) => event.state === "refused" || event.unread).map((event) => {
    const card = Object.assign(document.createElement("div"), { className: `note ${event.unread ? "note-warn" : "note-bad"} refused-event` });
    const what = `${event.unread ? words.taken : words.refused}: ${words[event.kind] ?? ""} ${event.place ?? ""} ${clock.format(new Date(event.happened_at))}`;
    const text = document.createElement("p");
    text.append(Object.assign(document.createElement("strong"), { textContent: what }), document.createElement("br"), english ? event.message_en : event.message_ko);
    const seen = Object.assign(document.createElement("button"), { type: "button", className: "button button-small button-quiet", textContent: words.seen });
    seen.addEventListener("click", () => read({ ...event, state: event.unread ? "sent" : "seen", unread: false }));
    card.append(text, seen);
    return card;
  });
  box.setAttribute("role", "alert");
  box.replaceChildren(...cards);
};

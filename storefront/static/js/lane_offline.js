// The tablet without a network: today's cars are kept here, what is tapped is kept first and sent
// later, and the board is drawn from both. With a network the server draws it.
const app = document.getElementById("lane-app");
const board = document.getElementById("board");
const line = document.getElementById("sync-state");
const words = line.dataset;
const { openKept, newId, paintLine, paintRefused, say, seoulDay } = await import(app.dataset.keptEvents);
const SITE = app.dataset.site, LAST_SENT = `lane-last-sent-${SITE}`, DAY = `lane-day-${SITE}`;
const GRACE = 30 * 60_000, ASK_AGAIN = 60 * 60_000;
const kept = openKept({
  database: "lane",
  belongs: (event) => event.site === SITE,
  told: ({ event_id, kind, booking, lane, ticket, happened_at, taken_as }) => ({ event_id, kind, booking, lane, ticket, happened_at, taken_as }),
  sync: app.dataset.sync, home: app.dataset.home, lastSent: LAST_SENT,
  changed: () => paint(),
});

// ---------- the day as it was last seen, and what was tapped since ----------
const remember = () => {
  const text = document.getElementById("lane-day")?.textContent;
  const held = lastSeen();
  if (text && !kept.left && !(held && held.at > JSON.parse(text).at)) localStorage.setItem(DAY, text);
};
const lastSeen = () => {
  const day = JSON.parse(localStorage.getItem(DAY) ?? "null");
  return day && seoulDay(day.at) === seoulDay(Date.now()) ? day : null;
};
const FOLLOWS = {
  arrived: (car, event) => (["expected", "missed"].includes(car.status) ? { status: "waiting", arrived_at: event.happened_at } : {}),
  called: (car, event) => (car.status === "served" ? {} : { status: "called", lane: event.lane }),
  served: () => ({ status: "served", lane: "" }),
  left: (car) => (car.status === "served" ? {} : { status: "missed", lane: "" }),
};
const dayNow = (events) => {
  const day = lastSeen();
  if (!day) return null;
  const cars = new Map(day.cars.map((car) => [car.booking, car]));
  for (const event of events.filter((one) => one.state === "queued" || (one.state === "sent" && one.happened_at > day.at))) {
    const car = cars.get(event.booking);
    if (car) Object.assign(car, FOLLOWS[event.kind](car, event));
    const ticket = day.tickets?.find((one) => one.ticket === event.ticket);
    if (ticket) ticket.used = true;
  }
  return day;
};
// As the server chooses: by slot, then by arrival; much too late loses the slot's turn.
const turn = (car) => {
  const came = new Date(car.arrived_at || car.starts_at).getTime();
  const late = came > new Date(car.ends_at).getTime() + GRACE;
  return [late ? came : new Date(car.starts_at).getTime(), came];
};
const byTurn = (a, b) => turn(a)[0] - turn(b)[0] || turn(a)[1] - turn(b)[1];
const inTurn = (day, status) => day.cars.filter((car) => car.status === status).sort(byTurn);

// ---------- the board, drawn here ----------
const filled = (name, texts) => {
  const part = document.getElementById(`offline-${name}`).content.firstElementChild.cloneNode(true);
  for (const [slot, text] of Object.entries(texts)) part.querySelectorAll(`[data-${slot}]`).forEach((place) => { place.textContent = text; });
  return part;
};
const facts = (car) => ({ plate: car.plate, time: car.time, goods: car.goods, due: car.due || words.paid });
// Where money is due, the button says how it was taken.
const taking = (part, car) => {
  part.querySelectorAll("[data-do=served]").forEach((button) => { button.hidden = Boolean(button.dataset.takenAs) !== Boolean(car?.due); });
  return part;
};
const drawLane = (day, lane) => {
  const car = day.cars.find((one) => one.status === "called" && one.lane === lane.reference);
  const [next] = inTurn(day, "waiting");
  const part = filled(car ? "lane" : "free-lane", { number: say(words.lane, { n: lane.number }), ...(car ? facts(car) : { plate: next?.plate ?? "", goods: next?.goods ?? words.nobody }) });
  part.dataset.lane = lane.reference;
  part.dataset.booking = (car ?? next)?.booking ?? "";
  const call = part.querySelector("[data-do=called]");
  if (call) call.disabled = !next;
  part.querySelector("[data-due]")?.parentElement.classList.toggle("note-warn", Boolean(car?.due));
  return taking(part, car);
};
const drawRow = (kind) => (car) => {
  const part = taking(filled(kind, facts(car)), car);
  part.dataset.booking = car.booking;
  return part;
};
const drawn = (day) => {
  const whole = document.getElementById("offline-board").content.firstElementChild.cloneNode(true);
  const open = day.lanes.filter((lane) => lane.open || day.cars.some((car) => car.lane === lane.reference && car.status === "called"));
  whole.querySelector("[data-lanes]").replaceChildren(...open.map((lane) => drawLane(day, lane)));
  for (const [place, status] of [["waiting", "waiting"], ["expected", "expected"]]) {
    const cars = inTurn(day, status);
    whole.querySelector(`[data-count=${place}]`).textContent = cars.length;
    whole.querySelector(`[data-list=${place}]`).replaceChildren(...cars.map(drawRow(place)));
  }
  return whole;
};

let alone = !navigator.onLine; // no answer from the server, as far as this page knows
const fresh = async () => {
  const answer = await fetch(app.dataset.home, { headers: { "HX-Request": "true" }, credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) return;
  board.innerHTML = await answer.text();
  window.htmx?.process(board);
  board.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
};
const paint = async () => {
  const events = await kept.mine();
  const queued = events.some((event) => event.state === "queued");
  alone = !navigator.onLine || (queued && Boolean(kept.trouble));
  line.hidden = !alone && !queued;
  paintLine(line, events, { lastSent: LAST_SENT, trouble: kept.trouble });
  paintRefused(document.getElementById("refused"), words, events, async (event) => { await kept.keep(event); await paint(); });
  const day = dayNow(events);
  if ((alone || queued) && day) {
    board.replaceChildren(drawn(day));
    board.dispatchEvent(new CustomEvent("drawn"));
  } else if (board.querySelector("[data-drawn]")) {
    await fresh().catch(() => {});
  }
};

// ---------- taps ----------
const report = async (facts, key) => {
  const car = lastSeen()?.cars.find((one) => one.booking === facts.booking);
  await kept.keep({ event_id: key || newId(), site: SITE, state: "queued", happened_at: new Date().toISOString(), place: car?.plate ?? "", ...facts });
  await paint();
  await kept.send();
};
board.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  const at = button?.closest("[data-booking]");
  if (!at?.dataset.booking) return;
  report({ kind: button.dataset.do, booking: at.dataset.booking, taken_as: button.dataset.takenAs, ...(button.dataset.do === "called" ? { lane: at.dataset.lane } : {}) }).catch(() => {});
});

// A form of the server's board that could not be sent becomes what it would have said, with its key.
const meant = (form) => {
  const { event: kind, booking, lane } = form.dataset;
  if (!kind) return null;
  if (kind !== "called") return { kind, booking };
  const [next] = inTurn(dayNow([]) ?? { cars: [] }, "waiting");
  return next ? { kind, booking: next.booking, lane } : null;
};
document.addEventListener("htmx:sendError", (event) => {
  const form = event.target.closest?.("form");
  const facts = form && meant(form);
  if (!facts) return;
  kept.trouble = "offline";
  facts.taken_as = event.detail.requestConfig?.parameters.taken_as;
  report(facts, form.elements.key?.value).catch(() => {});
});

// ---------- a car that says its plate ----------
const arrive = document.getElementById("arrive-form");
const note = document.getElementById("arrive-offline");
const fits = (text) => {
  const said = text.replace(/[\s-]/g, "");
  const cars = (lastSeen()?.cars ?? []).filter((car) => car.plate === said || (/^\d{4}$/.test(said) && (car.plate.endsWith(said) || car.last4 === said)));
  return cars.filter((car) => car.status !== "served");
};
const reachable = async () => {
  if (!navigator.onLine) return false;
  try {
    await fetch(app.dataset.home, { method: "HEAD", credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(4000) });
    return true;
  } catch { return false; }
};
const choice = (car) => {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small", textContent: `${car.plate} · ${car.time}` });
  button.addEventListener("click", () => come(car).catch(() => {}));
  return button;
};
const come = async (car) => {
  note.replaceChildren(say(words.came, { plate: car.plate, due: car.due || words.paid }));
  arrive.elements.text.value = "";
  await report({ kind: "arrived", booking: car.booking });
};
// A ticket for tonight's film: the same field, and the car drives in.
const ticketOf = async (text) => {
  const said = text.replace(/\s/g, "").toUpperCase();
  const tickets = (dayNow(await kept.mine())?.tickets ?? []).filter((one) => one.ticket === said || one.plate === said);
  return tickets.find((one) => !one.used) ?? tickets[0];
};
const driveIn = async (ticket, taken_as) => {
  if (ticket.due && !ticket.used && !taken_as) {
    note.replaceChildren(ticket.due, ...Object.entries({ cash: words.cash, terminal: words.terminal }).map(([how, text]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: text });
      button.addEventListener("click", () => driveIn(ticket, how).catch(() => {}));
      return button;
    }));
    return;
  }
  const facts = { plate: ticket.plate, bay: ticket.bay, due: ticket.due || words.paid };
  note.replaceChildren(say(ticket.used ? words.used : words.drove, facts));
  arrive.elements.text.value = "";
  if (!ticket.used) await report({ kind: "let_in", ticket: ticket.ticket, place: ticket.plate, taken_as });
};
const arriveAlone = async () => {
  const cars = fits(arrive.elements.text.value);
  const ticket = cars.length ? undefined : await ticketOf(arrive.elements.text.value);
  note.hidden = false;
  if (ticket) await driveIn(ticket);
  else if (cars.length === 1) await come(cars[0]);
  else note.replaceChildren(cars.length ? words.several : words.unknown, ...cars.map(choice));
};
arrive.addEventListener("submit", async (event) => {
  if (!kept.ready) return;
  event.preventDefault();
  if (!alone && await reachable()) arrive.submit();
  else await arriveAlone().catch(() => arrive.submit());
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.action.endsWith("/logout/")) return;
  event.preventDefault();
  kept.leave(form, (n) => { line.hidden = false; line.textContent = say(words.leaving, { n }); });
});

// ---------- at the start, and whenever something was told ----------
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(app.dataset.worker, { scope: app.dataset.home }).catch(() => {});
}
// Another tablet that was away may have called the same car earlier: what this one was told of its
// calls is asked again for as long as a tablet can be away.
const askAgain = async () => {
  const since = new Date(Date.now() - ASK_AGAIN).toISOString();
  const calls = (await kept.mine()).filter((event) => event.state === "sent" && event.kind === "called" && event.happened_at > since);
  if (calls.length) await kept.sendSome(calls);
};
let asking = null;
document.addEventListener("refreshed", () => {
  remember();
  asking ??= askAgain().then(paint).catch(() => {}).finally(() => { asking = null; });
});
board.addEventListener("htmx:afterSwap", remember);
remember();
kept.watch();
paint().then(kept.forgetOld).catch(() => {});

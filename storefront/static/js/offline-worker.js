// Keeps an app's pages of the day on the device. APP, SCOPE and KEEP, the assets, are put in front
// when served. Pages are kept for one person and one day: those of another day are forgotten when the
// app is next used, and all of them as soon as the server asks to sign in.
const PAGES_OF = `${APP}-pages`;
const OWNER = `${SCOPE}kept-for`;
const ASSETS = `${APP}-assets-${KEEP.join("|").split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)}`;
const PATIENCE_MS = 5000;
const day = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Seoul" }).format(new Date());
const today = () => `${PAGES_OF}-${day()}`;
const forget = async (which) => {
  for (const name of await caches.keys()) if (name.startsWith(PAGES_OF) && which(name)) await caches.delete(name);
};
const forgetOtherDays = () => forget((name) => name !== today());

// Pages are kept and forgotten in turn, and a page that was asked for before all were forgotten comes
// too late: who signs out while pages are on their way leaves none behind.
let timesForgotten = 0, lastTurn = Promise.resolve();
const inTurn = (step) => {
  const turn = lastTurn.then(step);
  lastTurn = turn.catch(() => {});
  return turn;
};
const forgetAll = () => {
  timesForgotten += 1;
  return inTurn(() => forget(() => true));
};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(ASSETS).then((cache) => cache.addAll(KEEP)));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(`${APP}-assets-`) && name !== ASSETS;
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
    .then(forgetOtherDays)
    .then(() => self.clients.claim()));
});

const keepPage = (address, page, asked) => inTurn(async () => {
  const owner = page.headers.get("X-Kept-For");
  if (asked !== timesForgotten || !owner || page.headers.get("X-Kept-Day") !== day()) return;
  const kept = await (await caches.open(today())).match(OWNER);
  if (kept && (await kept.text()) !== owner) await forget(() => true);
  const cache = await caches.open(today());
  await cache.put(OWNER, new Response(owner));
  await cache.put(address, page);
});

const keptPage = async (address) => {
  const page = await (await caches.open(today())).match(address, { ignoreSearch: true, ignoreVary: true });
  return page?.headers.get("X-Kept-Day") === day() ? page : undefined;
};

const signedOut = (answer) => answer.type === "opaqueredirect" || answer.redirected || answer.status === 403;

const freshOrKept = async (request) => {
  const address = new URL(request.url).pathname, asked = timesForgotten;
  await forgetOtherDays();
  const kept = await keptPage(address);
  try {
    const tired = kept && new Promise((_, reject) => { setTimeout(() => reject(new Error("slow")), PATIENCE_MS); });
    const fresh = await Promise.race([fetch(request), ...(tired ? [tired] : [])]);
    if (signedOut(fresh)) await forgetAll();
    else if (fresh.ok) await keepPage(address, fresh.clone(), asked);
    else if (fresh.status >= 500 && kept) return kept;
    return fresh;
  } catch {
    return kept ?? (await caches.match(KEEP[KEEP.length - 1])) ?? Response.error();
  }
};

const asset = async (request) => {
  const kept = await caches.match(request, { ignoreVary: true });
  return kept ?? fetch(request);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(freshOrKept(request));
  else if (KEEP.includes(new URL(request.url).pathname)) event.respondWith(asset(request));
});

// The page's list of the day: what is not kept yet is fetched, a few at a time.
const keepAll = async (addresses) => {
  const asked = timesForgotten;
  await forgetOtherDays();
  const missing = [];
  for (const address of addresses) if (!(await keptPage(address))) missing.push(address);
  const next = async () => {
    for (let address = missing.shift(); address && asked === timesForgotten; address = missing.shift()) {
      const page = await fetch(address, { credentials: "same-origin", redirect: "manual" });
      if (signedOut(page)) { await forgetAll(); return; }
      if (page.ok) await keepPage(address, page, asked);
    }
  };
  await Promise.all([next(), next(), next()]);
};

self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keepAll(event.data.keep).catch(() => {}));
  if (event.data?.forget) event.waitUntil(forgetAll().then(() => event.ports[0]?.postMessage("forgotten")));
});

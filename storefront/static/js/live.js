// A page part with data-live="<channel>" data-refresh="<url>" is fetched again when its channel
// says that something changed. Without JavaScript the page is as fresh as its last load.
const base = document.querySelector("script[data-live-url]").dataset.liveUrl;

// A press ends on the button that it began on: nothing is drawn anew under a finger.
const CLICK_FOLLOWS = 50, LONGEST_PRESS = 2000; // ms
let press = null;
document.addEventListener("pointerdown", () => {
  const begun = new Promise((end) => {
    for (const up of ["pointerup", "pointercancel"]) document.addEventListener(up, () => setTimeout(end, CLICK_FOLLOWS), { once: true, capture: true });
    setTimeout(end, LONGEST_PRESS);
  }).then(() => { if (press === begun) press = null; });
  press = begun;
}, true);

for (const part of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(base + encodeURIComponent(part.dataset.live), { withCredentials: true });
  let busy = false, again = false;
  const read = () => fetch(part.dataset.refresh, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      let answer = await read(), text = await answer.text();
      while (press) { // which may change what was read
        await press;
        answer = await read();
        text = await answer.text();
      }
      if (answer.ok) {
        const focused = document.activeElement?.id;
        part.innerHTML = text;
        window.htmx?.process(part);
        if (focused) document.getElementById(focused)?.focus();
        part.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
      }
    } finally {
      busy = false;
      if (again) { again = false; refresh(); }
    }
  };
  source.addEventListener("changed", (event) => {
    const facts = JSON.parse(event.data);
    part.dispatchEvent(new CustomEvent("live", { detail: facts, bubbles: true }));
    if (!("elapsed" in facts)) refresh();
  });
  // After a gap the page may have missed something, and so may one that opens during a search: read
  // once more.
  let opened = Boolean(part.querySelector("[data-planning]:not([hidden])"));
  source.addEventListener("open", () => { if (opened) refresh(); opened = true; });
}

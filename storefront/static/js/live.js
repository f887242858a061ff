// A page part with data-live="<channel>" data-refresh="<url>" is fetched again when its channel
// says that something changed. Without JavaScript the page is as fresh as its last load.
const base = document.querySelector("script[data-live-url]").dataset.liveUrl;

for (const part of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(base + encodeURIComponent(part.dataset.live), { withCredentials: true });
  let busy = false, again = false;
  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(part.dataset.refresh, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (answer.ok) {
        const focused = document.activeElement?.id;
        part.innerHTML = await answer.text();
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

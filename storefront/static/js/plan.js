// The dispatcher's page: how far the planning has come, and one route at a time on the map.
document.addEventListener("live", (event) => {
  const { best, elapsed, limit, engine } = event.detail;
  const box = document.querySelector("[data-planning]");
  if (!box || elapsed === undefined) return;
  box.hidden = false;
  const bar = box.querySelector("progress"), told = box.querySelector("[data-told]");
  bar.max = limit;
  bar.value = elapsed;
  told.hidden = false;
  told.querySelector("[data-best]").textContent = best.toLocaleString();
  told.querySelector("[data-elapsed]").textContent = Math.round(elapsed);
  told.querySelector("[data-engine]").textContent = told.getAttribute(`data-name-${engine}`) ?? engine;
});

// Better plans are told of as they are found; between them the clock runs on.
setInterval(() => {
  const box = document.querySelector("[data-planning]:not([hidden])");
  if (!box) return;
  const bar = box.querySelector("progress");
  bar.value += 0.5;
  box.querySelector("[data-elapsed]").textContent = Math.round(bar.value);
}, 500);

const show = (reference) => {
  document.querySelectorAll(".route-line, .leaflet-marker-icon .pin:not(.pin-depot)").forEach((mark) => {
    mark.classList.toggle("is-faded", Boolean(reference) && !mark.classList.contains(`of-${reference}`));
  });
};
let opened = "";
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details[data-route]") || !event.target.open) return;
  opened = event.target.dataset.route;
  document.querySelectorAll("details[data-route][open]").forEach((other) => { if (other !== event.target) other.open = false; });
}, true);
for (const [name, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
  document.addEventListener(name, (event) => {
    const card = event.target.closest?.("details[data-route]");
    if (card) show(on ? card.dataset.route : "");
  });
}
// A board that was read again keeps the route that was open.
document.addEventListener("refreshed", () => {
  const card = opened && document.querySelector(`details[data-route="${opened}"]`);
  if (card) card.open = true;
});

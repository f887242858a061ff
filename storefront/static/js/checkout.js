// The hold's countdown, and card fields only when paying by card. The form works without this.
for (const timer of document.querySelectorAll(".countdown[data-until]")) {
  const until = new Date(timer.dataset.until), text = timer.querySelector("span");
  const fallback = text.textContent;
  const tick = () => {
    const left = Math.max(0, Math.round((until - Date.now()) / 1000));
    text.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} · ${fallback}` : fallback;
  };
  tick();
  setInterval(tick, 1000);
}
const card = document.querySelector("[data-card-fields]");
if (card) {
  const show = () => { card.hidden = document.querySelector("[name=method]:checked")?.value !== "card"; };
  document.querySelectorAll("[name=method]").forEach((choice) => choice.addEventListener("change", show));
  show();
}

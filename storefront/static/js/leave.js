// Signing out anywhere takes along what the driver's and the lane's apps have kept, so that the next
// person on this device sees none of it. Those apps' own pages first send what they can.
const { keptEvents } = document.querySelector("script[data-kept-events]").dataset;
const leaving = document.querySelector("form[action$='/logout/']");
leaving.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const { forgetKept } = await import(keptEvents);
    await forgetKept();
  } catch { /* signing out must always be possible */ }
  leaving.submit();
});

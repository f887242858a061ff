// Keeps the screen lit while the page is in view; browsers without this let it go dark.
let lock = null;
const keep = async () => {
  if (!("wakeLock" in navigator) || document.visibilityState !== "visible" || lock) return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => { lock = null; });
  } catch { lock = null; } // battery saving: the tablet's own wish comes first
};
document.addEventListener("visibilitychange", keep);
keep();

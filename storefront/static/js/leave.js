// Signing out anywhere takes a driver's kept pages along, so the next person on this phone sees none.
const leaving = document.querySelector("form[action='/accounts/logout/']");
leaving?.addEventListener("submit", async (event) => {
  if (event.defaultPrevented || !("caches" in window)) return;
  event.preventDefault();
  for (const name of await caches.keys()) if (name.startsWith("driver-pages")) await caches.delete(name);
  leaving.submit();
});

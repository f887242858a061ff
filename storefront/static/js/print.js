// A button with data-print prints the page. It is hidden where there is no JavaScript to do so.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Names of dongs and ris offered while one types; without it the field takes plain text.
const form = document.querySelector("[data-localities]");
const input = form.querySelector("[name=place]");
const list = form.querySelector("datalist");
let timer;
input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const answer = await fetch(`${form.dataset.localities}?place=${encodeURIComponent(input.value)}`);
    if (!answer.ok) return;
    const { places } = await answer.json();
    list.replaceChildren(...places.map((place) => Object.assign(document.createElement("option"), { value: place })));
  }, 200);
});

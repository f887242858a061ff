// The lane board works without this. It keeps a second tap from hitting the button that has just
// taken the first one's place, and can ring when a car joins the queue.
const board = document.querySelector("#board");
const SETTLES_IN = 700; // ms: a double tap's second half falls in here
let tappedAt = -SETTLES_IN, changed = false;
const here = () => Number(board.querySelector("[data-here]")?.dataset.here ?? 0);
let before = here();

board.addEventListener("click", (event) => {
  const now = performance.now();
  if (changed && now - tappedAt < SETTLES_IN) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  tappedAt = now;
  changed = false;
}, true);

const sound = document.querySelector("#sound");
const choice = document.querySelector("#sound-choice");
let audio = null;
if ("AudioContext" in window) {
  choice.hidden = false;
  sound.checked = localStorage.getItem("lane-sound") === "yes";
  sound.addEventListener("change", () => {
    localStorage.setItem("lane-sound", sound.checked ? "yes" : "no");
    if (sound.checked) ring();
  });
}
function ring() {
  audio ??= new AudioContext();
  for (const [pitch, after] of [[660, 0], [880, 0.18]]) {
    const tone = audio.createOscillator(), loud = audio.createGain(), at = audio.currentTime + after;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.2, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
    tone.connect(loud).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.35);
  }
}
const settled = () => {
  changed = true;
  if (here() > before && sound.checked) ring();
  before = here();
};
board.addEventListener("refreshed", settled);
board.addEventListener("drawn", settled);
board.addEventListener("htmx:afterSwap", settled);

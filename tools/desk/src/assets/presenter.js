// The instructor's window: this slide, the next, notes, clock and pace.
import { fit, follow, hashOf, isForField, moved, placeOf, showStep, windows, within } from "./slides.js";

const { body } = document;
const deck = body.dataset.deck;
const byId = (id) => document.getElementById(id);

let frames = [];
let slides = [];
let place = { slide: 1, step: 0 };

function collect() {
  frames = [...byId("source").querySelectorAll(".frame")];
  slides = frames.map((frame) => frame.querySelector(".slide"));
}

/** Shows a copy of a slide in a screen. The copy cannot be used: what is live is in the other window. */
function project(screen, number, step) {
  const slide = slides[number - 1];
  const [width] = look.size();
  screen.classList.toggle("over", !slide);
  if (!slide) {
    screen.replaceChildren("The end");
    return;
  }
  const copy = slide.cloneNode(true);
  copy.removeAttribute("aria-labelledby");
  copy.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
  copy.removeAttribute("id");
  copy.inert = true;
  screen.replaceChildren(copy);
  screen.style.setProperty("--factor", screen.clientWidth / width);
  fit(copy);
  showStep(copy, step);
}

function show(to, tell = true) {
  const before = place.slide;
  place = within(slides, to);
  const { slide, step } = place;
  const next = moved(slides, place, 1);
  project(byId("now"), slide, step);
  project(byId("then"), next.slide === slide && next.step === step ? slides.length + 1 : next.slide, next.step);
  const frame = frames[slide - 1];
  byId("notes").replaceChildren(...[...frame.querySelector(".notes").cloneNode(true).childNodes]);
  byId("number").textContent = slide;
  byId("allotted").textContent = `· ${minutes(Number(frame.dataset.seconds))}`;
  if (before !== slide) {
    document.querySelector(".said").scrollTop = 0;
    byId("said").textContent = `Slide ${slide} of ${slides.length}`;
  }
  if (location.hash !== hashOf(place)) history.replaceState(null, "", hashOf(place));
  tick();
  if (tell) send({ place });
}

const send = windows(deck, (message) => {
  if (message.place) show(message.place, false);
});

const minutes = (seconds) => `${seconds / 60} min`;
const time = (seconds) => {
  const whole = Math.floor(Math.abs(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

// The clock. A window that is loaded again goes on counting.
const kept = `started-${deck}`;
let started = Number(sessionStorage.getItem(kept)) || null;
let rehearsal = null;
let ticked = Date.now();

function tick() {
  const now = Date.now();
  byId("clock").textContent = new Date(now).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (rehearsal) rehearsal[place.slide] = (rehearsal[place.slide] ?? 0) + (now - ticked) / 1000;
  ticked = now;
  const elapsed = started ? (now - started) / 1000 : 0;
  byId("elapsed").textContent = time(elapsed);
  const [word, sort] = pace(elapsed);
  byId("pace").textContent = word;
  byId("pace").dataset.pace = sort;
}

/** Where the minutes of the slides say that one should be. */
function pace(elapsed) {
  if (!started) return ["not started", "none"];
  let begin = 0;
  for (const frame of frames.slice(0, place.slide - 1)) begin += Number(frame.dataset.seconds);
  const end = begin + Number(frames[place.slide - 1].dataset.seconds);
  if (elapsed < begin) return [`${time(begin - elapsed)} ahead`, "ahead"];
  if (elapsed > end) return [`${time(elapsed - end)} behind`, "behind"];
  return ["in time", "in-time"];
}

function clock(on = !started) {
  started = on ? Date.now() : null;
  if (on) sessionStorage.setItem(kept, started);
  else sessionStorage.removeItem(kept);
  document.querySelector("[data-do=clock]").textContent = on ? "Stop the clock" : "Start the clock";
  tick();
}

async function rehearse() {
  const button = document.querySelector("[data-do=rehearse]");
  if (!rehearsal) {
    rehearsal = {};
    ticked = Date.now();
    clock(true);
    button.textContent = "End the rehearsal";
    byId("kept").textContent = "The time on each slide is measured.";
    return;
  }
  tick();
  const measured = Object.entries(rehearsal).map(([number, seconds]) => ({
    number: Number(number),
    seconds: Math.round(seconds),
  }));
  rehearsal = null;
  clock(false);
  button.textContent = "Rehearse";
  const answer = await fetch(`/${deck}/rehearsals`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Token": token() },
    body: JSON.stringify({ slides: measured }),
  }).catch(() => null);
  const words = answer ? (await answer.text()).trim() : "the server does not answer";
  byId("kept").textContent = answer?.ok ? `Written to ${words}` : `Not written: ${words}`;
}

const token = () => document.querySelector("meta[name=token]").content;

function size(by) {
  const now = Number(localStorage.getItem("notes-size")) || 22;
  const next = Math.min(Math.max(now + by, 14), 44);
  localStorage.setItem("notes-size", next);
  byId("notes").style.setProperty("font-size", `${next}px`);
}

const commands = {
  next: () => show(moved(slides, place, 1)),
  previous: () => show(moved(slides, place, -1)),
  first: () => show({ slide: 1, step: 0 }),
  last: () => show({ slide: slides.length, step: 0 }),
  live: () => send({ live: true }),
  clock: () => clock(),
  rehearse,
  smaller: () => size(-2),
  larger: () => size(2),
  slides: () => open(`/${deck}/${hashOf(place)}`, `slides-${deck}`),
  theme: () => look.nextTheme(),
  ratio: () => look.nextRatio(),
};
const keys = {
  ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", ArrowLeft: "previous",
  ArrowUp: "previous", PageUp: "previous", Home: "first", End: "last", l: "live", d: "theme", r: "ratio",
  "+": "larger", "-": "smaller", s: "clock",
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || isForField(event)) return;
  const command = keys[event.key];
  if (!command) return;
  event.preventDefault();
  commands[command]();
});
document.querySelector("nav").addEventListener("click", ({ target }) => commands[target.dataset.do]?.());
addEventListener("resize", () => show(place, false));
addEventListener("look", () => show(place, false));
addEventListener("hashchange", () => show(placeOf(location.hash) ?? place));

follow((page) => {
  byId("problems").replaceWith(page.getElementById("problems"));
  const fresh = page.getElementById("source");
  if (!fresh?.querySelector(".frame")) return;
  byId("source").replaceWith(document.importNode(fresh, true));
  collect();
  show(place, false);
});

collect();
size(0);
if (started) document.querySelector("[data-do=clock]").textContent = "Stop the clock";
show(placeOf(location.hash) ?? place, false);
// The room's window says where it is.
if (!location.hash || location.hash === "#1") send({ hello: true });
document.fonts.ready.then(() => show(place, false));
setInterval(tick, 250);
document.documentElement.classList.add("ready");

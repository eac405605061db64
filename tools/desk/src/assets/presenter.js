// The instructor's window: this slide, the next, notes, clock and pace.
import { ink } from "./ink.js";
import { fit, follow, hashOf, keyboard, left, moved, openWindow, placeOf, showStep, windows, within } from "./slides.js";

const { body } = document;
const deck = body.dataset.deck;
const byId = (id) => document.getElementById(id);

let frames = [];
let slides = [];
let place = { slide: 1, step: 0 };
/** What stands in the consoles of the room's window, by slide. */
const consoles = new Map();

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

/** Shows the request that was edited in the room's window, and its answer as it comes. */
function mirror() {
  const shown = consoles.get(place.slide);
  const live = byId("now").querySelector(".live");
  if (!shown || !live) return;
  live.className = shown.className;
  const field = live.querySelector("textarea");
  field.value = shown.request;
  field.classList.add("is-edited");
  live.querySelector(".live-answers").innerHTML = shown.answers;
  live.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
  const state = live.querySelector(".live-state");
  state.innerHTML = shown.state;
  state.toggleAttribute("data-seconds", Boolean(shown.seconds));
  if (shown.seconds) state.dataset.seconds = shown.seconds;
  live.querySelector(".live-answer").scrollTop = shown.top;
}

/** Gives the notes the room that the longest of the deck needs, and the slides the rest. */
function layOut() {
  const said = document.querySelector(".said");
  const all = frames.map((frame) => frame.querySelector(".notes").cloneNode(true));
  byId("notes").replaceChildren(...all);
  const fits = () => {
    const above = byId("notes").offsetTop - said.offsetTop;
    return all.every((notes) => above + notes.offsetHeight <= said.clientHeight);
  };
  for (let share = 60; share >= 24; share -= 4) {
    body.style.setProperty("--preview", `${share}%`);
    if (fits()) break;
  }
  // What the slides leave is for the notes.
  body.style.setProperty("--preview", `${byId("now").offsetWidth}px`);
  show(place, false);
}

function speak(frame) {
  byId("notes").replaceChildren(...frame.querySelector(".notes").cloneNode(true).childNodes);
}

function show(to, tell = true) {
  const before = place.slide;
  place = within(slides, to);
  const { slide, step } = place;
  const next = moved(slides, place, 1);
  project(byId("now"), slide, step);
  pen.lieOn(byId("now"), slide);
  project(byId("then"), next.slide === slide && next.step === step ? slides.length + 1 : next.slide, next.step);
  const frame = frames[slide - 1];
  speak(frame);
  mirror();
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
  pen.hear(message);
  if ("countdown" in message) ({ countdown } = message);
  if ("black" in message) byId("wall").textContent = message.black ? "The wall is black." : "";
  if (message.console) {
    consoles.set(message.console.slide, message.console);
    mirror();
  }
});

/** On which slide a countdown runs in the room's window, and when it ends. */
let countdown = null;
const pen = ink(send);
function take(what) {
  const taken = pen.take(what);
  byId("kept").textContent = taken ? `On the slide, the mouse is a ${taken}.` : "";
}

const minutes = (seconds) => `${seconds / 60} min`;
const time = (seconds) => {
  const whole = Math.floor(Math.abs(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

// The clock. It goes on while this window is closed, until it is paused.
const kept = `clock-${deck}`;
/** Longer than any session: such a clock was forgotten. */
const FORGOTTEN = 12 * 3600;
let rehearsal = null;
let ticked = Date.now();

/** The seconds before the last pause, and when it was started again, if it runs. */
function clockNow() {
  const { before = 0, since = null } = JSON.parse(localStorage.getItem(kept)) ?? {};
  const elapsed = before + (since ? (Date.now() - since) / 1000 : 0);
  return elapsed < FORGOTTEN ? { since, elapsed } : { since: null, elapsed: 0 };
}

function setClock(runs, before = clockNow().elapsed) {
  localStorage.setItem(kept, JSON.stringify({ before, since: runs ? Date.now() : null }));
  tick();
}

function tick() {
  const now = Date.now();
  byId("clock").textContent = new Date(now).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const { since, elapsed } = clockNow();
  if (rehearsal && since) rehearsal[place.slide] = (rehearsal[place.slide] ?? 0) + (now - ticked) / 1000;
  ticked = now;
  document.querySelector("[data-do=clock]").textContent = since ? "Pause" : elapsed ? "Go on" : "Start the clock";
  document.querySelector("[data-do=zero]").disabled = Boolean(since) || !elapsed;
  byId("countdown").hidden = !countdown;
  if (countdown) byId("left").textContent = left(countdown.end);
  byId("elapsed").textContent = time(elapsed);
  const [word, sort] = pace(since, elapsed);
  byId("pace").textContent = word;
  byId("pace").dataset.pace = sort;
}

/** Where the minutes of the slides say that one should be. */
function pace(since, elapsed) {
  if (!since) return [elapsed ? "paused" : "not started", "none"];
  let begin = 0;
  for (const frame of frames.slice(0, place.slide - 1)) begin += Number(frame.dataset.seconds);
  const end = begin + Number(frames[place.slide - 1].dataset.seconds);
  if (elapsed < begin) return [`${time(begin - elapsed)} ahead`, "ahead"];
  if (elapsed > end) return [`${time(elapsed - end)} behind`, "behind"];
  return ["in time", "in-time"];
}

async function rehearse() {
  const button = document.querySelector("[data-do=rehearse]");
  if (!rehearsal) {
    rehearsal = {};
    ticked = Date.now();
    setClock(true, 0);
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
  setClock(false, 0);
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
  layOut();
}

const commands = {
  next: () => show(moved(slides, place, 1)),
  previous: () => show(moved(slides, place, -1)),
  first: () => show({ slide: 1, step: 0 }),
  last: () => show({ slide: slides.length, step: 0 }),
  live: () => send({ press: "live" }),
  overview: () => send({ press: "overview" }),
  pointer: () => take("pointer"),
  pen: () => take("pen"),
  wipe: () => pen.wipe(),
  address: () => send({ press: "address" }),
  countdown: (number) => send({ press: "countdown", number }),
  black: () => send({ press: "black" }),
  clock: () => setClock(!clockNow().since),
  zero: () => clockNow().since || setClock(false, 0),
  rehearse,
  smaller: () => size(-2),
  larger: () => size(2),
  slides: () => openWindow(`/${deck}/${hashOf(place)}`, `slides-${deck}`),
  screen: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  theme: () => look.nextTheme(),
  ratio: () => look.nextRatio(),
  help: () => (byId("help").open ? byId("help").close() : byId("help").showModal()),
};
commands.presenter = commands.slides;
keyboard(commands, {
  go: show,
  say: (words) => (byId("kept").textContent = byId("said").textContent = words),
  first({ key }) {
    if (key === "Escape") {
      byId("blocked").hidden = true;
      take(null);
    }
    return false;
  },
});
document.querySelector("nav").addEventListener("click", ({ target }) => commands[target.dataset.do]?.());
// A word below the slides takes room, too.
new ResizeObserver(layOut).observe(document.querySelector("main"));
addEventListener("look", layOut);
addEventListener("hashchange", () => show(placeOf(location.hash) ?? place));

follow((page) => {
  byId("problems").replaceWith(page.getElementById("problems"));
  const fresh = page.getElementById("source");
  if (!fresh?.querySelector(".frame")) return;
  byId("source").replaceWith(document.importNode(fresh, true));
  collect();
  layOut();
  // A console of a slide that was changed is a new one.
  consoles.clear();
  send({ hello: true });
});

collect();
place = placeOf(location.hash) ?? place;
size(0);
// The room's window says where it is, and what stands in its consoles.
send({ hello: true });
document.fonts.ready.then(layOut);
setInterval(tick, 250);
document.documentElement.classList.add("ready");

// The slides in the room's window.
import { ink } from "./ink.js";
import { fit, follow, hashOf, isFile, keyboard, left, moved, openWindow, placeOf, showStep, stepCount, windows, within } from "./slides.js";

const root = document.documentElement;
const { body } = document;
const deck = body.dataset.deck;
const main = document.getElementById("slides");
const said = document.getElementById("said");
const help = document.getElementById("help");
const black = document.getElementById("black");
const address = document.getElementById("address");

let frames = [];
let slides = [];
let place = { slide: 1, step: 0 };

function collect() {
  frames = [...main.querySelectorAll(".frame")];
  slides = frames.map((frame) => frame.querySelector(".slide"));
  watched.disconnect();
  for (const live of consoles()) watched.observe(live, { attributes: true, childList: true, characterData: true, subtree: true });
}

/** Lays the slide out at its fixed size and scales that to the window. */
function scale() {
  const [width, height] = look.size();
  const room = body.classList.contains("with-notes") ? 0.7 : 1;
  const factor = Math.min(innerWidth / width, (innerHeight * room) / height);
  root.style.setProperty("--factor", factor);
  root.style.setProperty("--thumb", Math.min(320, innerWidth / 2.4) / width);
}

function fitAll() {
  scale();
  slides.forEach((slide, index) => (slide.querySelector(".is-edited, .is-live") ? fitAsMade(slide, frames[index]) : fit(slide)));
}

/** A console that was used keeps the size that it was given for the request and answer of the deck. */
function fitAsMade(slide, frame) {
  const twin = frame.cloneNode(false);
  twin.innerHTML = sources.get(frame);
  main.append(twin);
  const made = twin.querySelector(".slide");
  fit(made);
  slide.style.setProperty("--code", made.style.getPropertyValue("--code"));
  for (const name of ["tight", "uncut"]) slide.classList.toggle(name, made.classList.contains(name));
  twin.remove();
}

function show(to, { tell = true, history: how = "push" } = {}) {
  const before = place;
  place = within(slides, to);
  const { slide, step } = place;
  frames.forEach((frame, index) => {
    const current = index + 1 === slide;
    frame.classList.toggle("current", current);
    slides[index].inert = !current;
  });
  if (before.slide !== slide && slides[before.slide - 1]) showAll(slides[before.slide - 1]);
  showStep(slides[slide - 1], step);
  tickDown();
  pen.lieOn(slides[slide - 1], slide);
  const hash = hashOf(place);
  if (location.hash !== hash) {
    // Steps are no places to go back to.
    const method = how === "push" && before.slide !== slide ? "pushState" : "replaceState";
    history[method](null, "", hash);
  }
  if (before.slide !== slide || said.textContent === "") {
    const heading = slides[slide - 1].querySelector("h1, h2").textContent;
    said.textContent = `Slide ${slide} of ${slides.length}: ${heading}`;
    if (!help.open && !document.activeElement?.closest("#controls")) main.focus({ preventScroll: true });
  }
  if (tell) send({ place });
  share();
}

let sharing = Promise.resolve();
/** Shows the room's own browsers what is on the wall, if they may see it. */
function share() {
  if (!document.querySelector("meta[name=share]")) return;
  const body = JSON.stringify({ ...place, black: !black.hidden });
  const headers = { "Content-Type": "application/json", "X-Token": document.querySelector("meta[name=token]").content };
  // One after the other: the last one is what stays.
  sharing = sharing.then(() => fetch(`/${deck}/wall`, { method: "POST", headers, body })).catch(() => {});
}

const send = windows(deck, (message) => {
  if (message.place) show(message.place, { tell: false });
  pen.hear(message);
  // What was on its way to a window that has just opened may still hold what is wiped.
  if (message.wiped) send({ strokes: [[message.wiped, []]] });
  if (message.hello) {
    send({ place, black: !black.hidden, countdown, ...pen.all() });
    consoles().forEach(tellConsole);
  }
  // What the presenter view may do here.
  if (["black", "live", "overview", "countdown", "address"].includes(message.press)) commands[message.press](message.number);
});

/** A slide that nobody looks at, or that is printed, is whole. */
function showAll(slide) {
  const count = slide.querySelector(".reveals") ? stepCount(slide) : 0;
  showStep(slide, count);
}

/** On which slide a countdown runs, and when it ends. */
let countdown = null;

/** Counts down the minutes of a question or an exercise, or those that were typed; or ends that. */
function countDown(minutes) {
  const frame = frames[place.slide - 1];
  const ends = countdown?.slide === place.slide && !minutes;
  if (!ends && !minutes && !slides[place.slide - 1].matches(".question, .exercise")) {
    said.textContent = "Here a countdown wants its minutes: 5, then t.";
    return;
  }
  const seconds = minutes ? 60 * minutes : Number(frame.dataset.seconds);
  countdown = ends ? null : { slide: place.slide, end: Date.now() + 1000 * seconds };
  send({ countdown });
  tickDown();
}

function tickDown() {
  const slide = slides[place.slide - 1];
  const runs = countdown?.slide === place.slide;
  let shown = main.querySelector(".countdown");
  if (shown && (!runs || !slide.contains(shown))) {
    shown.remove();
    shown = null;
  }
  if (!runs) return;
  if (!shown) {
    shown = document.createElement("p");
    shown.className = "countdown";
    shown.setAttribute("role", "timer");
    slide.append(shown);
  }
  const text = left(countdown.end);
  shown.classList.toggle("is-over", text === "0:00");
  if (shown.textContent !== text) shown.textContent = text;
}

const pen = ink(send);
const consoles = () => [...main.querySelectorAll(".live")];

/** Tells the presenter view what stands in a console now. */
function tellConsole(live) {
  const field = live.querySelector("textarea");
  const answer = live.querySelector(".live-answer");
  if (!field || !live.querySelector(".is-edited, .is-live")) return;
  const slide = slides.indexOf(live.closest(".slide")) + 1;
  const parts = [".live-answers", ".live-state"].map((part) => live.querySelector(part));
  const [answers, state] = parts.map((part) => part.innerHTML);
  const { className } = live;
  send({ console: { slide, request: field.value, className, answers, state, seconds: parts[1].dataset.seconds, top: answer.scrollTop } });
}

const changed = new Set();
const watched = new MutationObserver((records) => records.forEach(({ target }) => consoleChanged(target)));
function consoleChanged(node) {
  const live = (node.parentElement ?? node).closest(".live") ?? (node.matches?.(".live") ? node : null);
  if (!live) return;
  if (!changed.size) {
    // Bytes may come faster than they are read.
    setTimeout(() => {
      changed.forEach(tellConsole);
      changed.clear();
    }, 100);
  }
  changed.add(live);
}
main.addEventListener("input", ({ target }) => consoleChanged(target));

const go = (by) => show(moved(slides, place, by));

/** Presses Send on the slide, or Stop while an answer comes. */
function live() {
  const slide = slides[place.slide - 1];
  const stop = slide.querySelector(".live-stop:enabled");
  (stop ?? slide.querySelector(".live-send"))?.click();
}

function overview(on = !body.classList.contains("overview")) {
  body.classList.toggle("overview", on);
  if (on) {
    const pick = frames[place.slide - 1].querySelector(".pick");
    pick.focus();
    pick.scrollIntoView({ block: "center" });
    said.textContent = "Overview. Choose a slide.";
  } else {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

/** In the overview, arrows go from slide to slide. */
function chooses(event) {
  const picks = frames.map((frame) => frame.querySelector(".pick"));
  const now = Math.max(picks.indexOf(document.activeElement), 0);
  const columns = getComputedStyle(main).gridTemplateColumns.split(" ").length;
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  const to = { Home: 0, End: picks.length - 1 }[event.key] ?? (by === undefined ? now : now + by);
  if (event.key === " ") {
    picks[now].click();
  } else if (picks[to] && to !== now) {
    picks[to].focus();
  } else {
    return;
  }
  event.preventDefault();
}

const commands = {
  next: () => go(1),
  previous: () => go(-1),
  first: () => show({ slide: 1, step: 0 }),
  last: () => show({ slide: slides.length, step: 0 }),
  overview: () => overview(),
  presenter: () => openWindow(`/${deck}/presenter${hashOf(place)}`, `presenter-${deck}`, "popup,width=1200,height=760"),
  notes: () => {
    body.classList.toggle("with-notes");
    scale();
  },
  screen: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
  theme: () => (said.textContent = `Colors: ${look.nextTheme()}`),
  ratio: () => (said.textContent = `Shape: ${look.nextRatio() === "wide" ? "16:9" : "4:3"}`),
  black: () => darken(black.hidden),
  help: () => (help.open ? help.close() : help.showModal()),
  live,
  address: () => (address.open ? address.close() : address.showModal()),
  countdown: countDown,
  pointer: () => take("pointer"),
  pen: () => take("pen"),
  wipe: () => pen.wipe(),
};

/** Takes the pointer or the pen, or lays it down. */
function take(what) {
  const taken = pen.take(what);
  said.textContent = taken ? `The mouse is a ${taken}.` : "The mouse is free.";
  return taken;
}

// Its window is a page of the server's.
if (isFile) ["presenter", "address"].forEach((name) => delete commands[name]);

/** Makes the screen black, or shows the slide again. */
function darken(on) {
  black.hidden = !on;
  share();
  send({ black: on });
}

for (const [name, command] of Object.entries(commands)) {
  if (name !== "black") commands[name] = (number) => (black.hidden || darken(false), command(number));
}

keyboard(commands, {
  go: show,
  say: (words) => (said.textContent = words),
  first(event) {
    const { key, target } = event;
    const isOverview = body.classList.contains("overview");
    if (key === "Escape") {
      if (target.closest("textarea, input")) main.focus({ preventScroll: true });
      else if (isOverview) overview(false);
      if (!black.hidden) darken(false);
      take(null);
      document.getElementById("blocked").hidden = true;
      return true;
    }
    if (!isOverview || help.open || ["o", "d", "r", "?", "f", "b", "."].includes(key)) return false;
    chooses(event);
    return true;
  },
});

document.getElementById("controls").addEventListener("click", ({ target }) => commands[target.dataset.do]?.());

main.addEventListener("click", (event) => {
  const pick = event.target.closest(".pick");
  if (!pick) return;
  event.preventDefault();
  overview(false);
  show(placeOf(pick.hash));
});

// A swipe to the side. One that goes up or down may be for what scrolls.
let touch = null;
main.addEventListener("touchstart", ({ touches: [first], target }) => {
  touch = target.closest("textarea, .live-answer, .ink") ? null : { x: first.clientX, y: first.clientY };
}, { passive: true });
main.addEventListener("touchend", ({ changedTouches: [last] }) => {
  if (!touch || body.classList.contains("overview")) return;
  const [x, y] = [last.clientX - touch.x, last.clientY - touch.y];
  touch = null;
  if (Math.abs(x) > 40 && Math.abs(x) > 2 * Math.abs(y)) go(x < 0 ? 1 : -1);
}, { passive: true });

addEventListener("popstate", () => show(placeOf(location.hash) ?? place, { history: "keep" }));
addEventListener("hashchange", () => show(placeOf(location.hash) ?? place, { history: "keep" }));
addEventListener("resize", scale);
addEventListener("look", fitAll);
// What is inert is not spoken, and would have no tags in a PDF.
addEventListener("beforeprint", () => slides.forEach((slide) => {
  slide.inert = false;
  showAll(slide);
}));
addEventListener("afterprint", () => show(place, { tell: false, history: "keep" }));
black.addEventListener("click", () => darken(false));

follow((page) => {
  const fresh = page.getElementById("slides");
  if (!fresh || !fresh.querySelector(".frame")) return;
  const old = new Map(frames.map((frame) => [frame.dataset.slide, frame]));
  const changed = [...fresh.querySelectorAll(".frame")].map((frame) => {
    const before = old.get(frame.dataset.slide);
    // What has not changed stays: an answer may just be coming.
    return before && sources.get(before) === frame.innerHTML ? before : keep(document.importNode(frame, true));
  });
  // Put in again, a field would lose the focus.
  if (changed.length === frames.length && changed.every((frame, at) => frame === frames[at])) return;
  main.replaceChildren(...changed);
  document.title = page.title;
  collect();
  fitAll();
  show(place, { tell: false, history: "keep" });
  dispatchEvent(new Event("slides"));
}, (lesson, state) => dispatchEvent(new CustomEvent("lesson", { detail: { lesson, state } })));

/** What a frame was made of. */
const sources = new WeakMap();
function keep(frame) {
  sources.set(frame, frame.innerHTML);
  return frame;
}

setInterval(tickDown, 250);
collect();
frames.forEach(keep);
fitAll();
// Fonts and pictures have their say late.
document.fonts.ready.then(fitAll);
addEventListener("load", fitAll);
show(placeOf(location.hash) ?? place, { history: "keep" });
root.classList.add("ready");

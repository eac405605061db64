// What the slides and the presenter view have in common.

/** The smallest and the largest type of code, in pixels of a slide that is 720 high. */
const SMALLEST = { wide: 22, standard: 20 };
const LARGEST = 34;
/** The largest type of lines that are cut. */
const LARGEST_CUT = 24;

/** Whether the page is a file that `cargo slides export` has written: there is no server behind it. */
export const isFile = "file" in document.body.dataset;

/** The steps of a slide: for each, the set of lines that it shows. */
export function stepsOf(slide) {
  const code = slide.querySelector("pre[data-steps]");
  if (!code) return [];
  return code.dataset.steps.split("|").map((step) => {
    const lines = new Set();
    for (const part of step.split(",")) {
      const [first, last] = part.split("-").map(Number);
      for (let line = first; line <= last; line++) lines.add(line);
    }
    return lines;
  });
}

/** How many steps a slide has: lines of code, items of a list, or parts of a drawing. */
export const stepCount = (slide) => stepsOf(slide).length || Number(slide.querySelector(".reveals")?.dataset.count ?? 0);

/** Shows a step of a slide. Step 0 is the slide without highlights, without items, without parts. */
export function showStep(slide, step) {
  slide.querySelectorAll(".reveals > :is(ul, ol) > li").forEach((item, index) => item.classList.toggle("later", index >= step));
  slide.querySelectorAll(".reveals [data-step]").forEach((picture) => picture.classList.toggle("later", Number(picture.dataset.step) !== step));
  const code = slide.querySelector("pre[data-steps]");
  if (!code) return;
  const shown = stepsOf(slide)[step - 1];
  code.classList.toggle("stepping", Boolean(shown));
  code.querySelectorAll(".line").forEach((line, index) => {
    line.classList.toggle("on", Boolean(shown?.has(index + 1)));
  });
}

const overflows = (element) =>
  element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;

/** Whether something on the slide does not fit. */
export function isTooLarge(slide) {
  const body = slide.querySelector(".body");
  const parts = [slide, body, ...body.querySelectorAll(".live, .live-answers, pre:not(.is-live), table, textarea:not(.is-edited)")];
  return parts.some((part) => part.offsetParent !== null && overflows(part));
}

/**
 * Makes code as large as it can be on its slide: without cutting its lines, if that is possible, and
 * with its lines closer together, if it must be. The slide must have its full size in the layout.
 */
export function fit(slide) {
  if (!slide.querySelector("pre")) return;
  const smallest = SMALLEST[document.documentElement.dataset.ratio];
  const fits = (size) => {
    slide.style.setProperty("--code", `${size}px`);
    return !isTooLarge(slide);
  };
  slide.classList.remove("tight");
  for (const cut of [false, true]) {
    slide.classList.toggle("uncut", !cut);
    for (let size = cut ? LARGEST_CUT : LARGEST; size >= smallest; size--) if (fits(size)) return;
  }
  slide.classList.add("tight");
  if (fits(smallest + 1)) return;
  fits(smallest);
}

/** The slide and step that an address such as `#7` or `#7.2` names. */
export function placeOf(hash) {
  const found = /^#(\d+)(?:\.(\d+))?$/.exec(hash);
  return found ? { slide: Number(found[1]), step: Number(found[2] ?? 0) } : null;
}

export const hashOf = ({ slide, step }) => (step ? `#${slide}.${step}` : `#${slide}`);

/** The next place, or the one before. `slides` are the elements. */
export function moved(slides, { slide, step }, by) {
  const count = (number) => stepCount(slides[number - 1]);
  const to = step + by;
  if (to >= 0 && to <= count(slide)) return { slide, step: to };
  const number = slide + by;
  if (number < 1 || number > slides.length) return { slide, step };
  return { slide: number, step: by > 0 ? 0 : count(number) };
}

/** A place that is there: a deck may have become shorter. */
export function within(slides, { slide, step }) {
  const number = Math.min(Math.max(slide, 1), slides.length);
  return { slide: number, step: Math.min(step, stepCount(slides[number - 1])) };
}

/** What is left until `end`, as minutes and seconds. */
export function left(end) {
  const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Tells the other windows of this deck, and hears from them. */
export function windows(deck, hear) {
  const channel = new BroadcastChannel(`deck-${deck}`);
  channel.addEventListener("message", ({ data }) => hear(data));
  return (message) => channel.postMessage(message);
}

/** Calls `changed` with the page as it is now, each time that something has changed on disk. */
export function follow(changed, lesson) {
  if (isFile) return;
  const events = new EventSource("/events");
  let last = 0;
  const load = async () => {
    const number = ++last;
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // A later change may have been faster.
      if (answer.ok && number === last) changed(page);
    } catch {
      // The server has ended, or starts again: the next event comes when it is back.
    }
  };
  // What has changed since the page was made, and while there was no connection, was not heard.
  events.addEventListener("open", load);
  events.addEventListener("changed", load);
  events.addEventListener("lesson", ({ data }) => lesson?.(...data.split(" ")));
}

/** Whether a key is for a field or a button that has the focus. A clicker's keys are for the slides. */
function isForField({ key, target }) {
  if (target.closest("dialog[open]")) return true;
  if (key === "PageUp" || key === "PageDown") return false;
  if (target.closest("textarea, input, select, [contenteditable]")) return true;
  const presses = key === " " || key === "Enter";
  if (presses && target.closest("button, a[href], summary")) return true;
  const scrolled = ["ArrowUp", "ArrowDown", "Home", "End", " "].includes(key) && target.closest(".live-answer, .said");
  return Boolean(scrolled) && scrolled.scrollHeight > scrolled.clientHeight + 1;
}

/** The command of each key, in both windows. */
const KEYS = {
  ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", ArrowLeft: "previous",
  ArrowUp: "previous", PageUp: "previous", Backspace: "previous", Home: "first", End: "last", o: "overview",
  p: "presenter", n: "notes", f: "screen", d: "theme", r: "ratio", b: "black", ".": "black", l: "live", "?": "help",
  m: "pointer", w: "pen", x: "wipe", t: "countdown", a: "address", s: "clock", z: "zero", "+": "larger", "-": "smaller",
};

/**
 * Calls the command of a key that is pressed. `first` may take the key before. A number and Enter goes to
 * that slide; a command is told a number that was typed before it. `say` tells what was typed.
 */
export function keyboard(commands, { first, go, say }) {
  let digits = "";
  addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || first?.(event) || isForField(event)) return;
    if (/^\d$/.test(key)) {
      digits = (digits + key).slice(-3);
      say(`Slide ${digits}: press Enter`);
      return;
    }
    if (key === "Enter" && digits) {
      go({ slide: Number(digits), step: 0 });
      digits = "";
      return;
    }
    const number = Number(digits) || undefined;
    digits = "";
    const command = commands[event.shiftKey && key === " " ? "previous" : KEYS[key]];
    if (!command) return;
    event.preventDefault();
    command(number);
  });
}

/** Opens another window of this deck. A browser that blocks it is said, with a link that it does not block. */
export function openWindow(address, name, features) {
  const blocked = document.getElementById("blocked");
  blocked.hidden = open(address, name, features) !== null;
  const link = blocked.querySelector("a");
  [link.href, link.target] = [address, name];
}

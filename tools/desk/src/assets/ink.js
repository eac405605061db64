// A pointer and a pen. What is shown or drawn on the slide in one window, the other shows, too.

/** Colour is of the style sheet; these are pixels of the slide. */
const POINTER = 14;

/** `send` tells the other window. */
export function ink(send) {
  const drawing = element("svg", { class: "ink", "aria-hidden": "true" });
  const pointer = element("circle", { r: POINTER, class: "ink-pointer" });
  /** The strokes of each slide: each a list of points. */
  const strokes = new Map();
  let slide = 1;
  let mode = null;
  let stroke = null;

  const strokesOf = (number) => strokes.get(number) ?? strokes.set(number, []).get(number);

  function draw() {
    const [width, height] = look.size();
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const lines = strokesOf(slide).map((points) => element("polyline", { points: points.map(String).join(" ") }));
    drawing.replaceChildren(...lines, pointer);
  }

  /** Where on the slide the mouse is. */
  function at({ clientX, clientY }) {
    const { left, top, width, height } = drawing.getBoundingClientRect();
    const [wide, high] = look.size();
    return [Math.round(((clientX - left) / width) * wide), Math.round(((clientY - top) / height) * high)];
  }

  function point(place) {
    pointer.classList.toggle("is-there", Boolean(place));
    if (place) [["cx", place[0]], ["cy", place[1]]].forEach(([name, value]) => pointer.setAttribute(name, value));
  }

  function pointed(place) {
    point(place);
    send({ pointer: place });
  }

  drawing.addEventListener("pointerdown", (event) => {
    if (mode !== "pen") return;
    event.preventDefault();
    drawing.setPointerCapture(event.pointerId);
    stroke = [at(event)];
    strokesOf(slide).push(stroke);
  });
  drawing.addEventListener("pointermove", (event) => {
    if (mode === "pointer") pointed(at(event));
    if (!stroke) return;
    stroke.push(at(event));
    draw();
    send({ stroke: { slide, number: strokesOf(slide).length - 1, points: stroke } });
  });
  for (const end of ["pointerup", "pointercancel"]) drawing.addEventListener(end, () => (stroke = null));
  drawing.addEventListener("pointerleave", () => mode === "pointer" && pointed(null));

  return {
    /** Lies on this slide from now on. */
    lieOn(host, number) {
      slide = number;
      stroke = null;
      if (drawing.parentElement !== host) host.append(drawing);
      draw();
    },
    /** Takes the pointer or the pen, or lays it down. The answer is what is in the hand. */
    take(what) {
      mode = mode === what ? null : what;
      drawing.classList.toggle("is-pointer", mode === "pointer");
      drawing.classList.toggle("is-pen", mode === "pen");
      if (mode !== "pointer") pointed(null);
      return mode;
    },
    wipe() {
      strokes.delete(slide);
      draw();
      send({ wiped: slide });
    },
    /** Shows what the other window says. */
    hear({ pointer: place, stroke: more, wiped, strokes: all }) {
      if (place !== undefined) point(place);
      if (more) strokesOf(more.slide)[more.number] = more.points;
      if (wiped) strokes.delete(wiped);
      all?.forEach(([number, list]) => strokes.set(number, list));
      if (more || wiped || all) draw();
    },
    /** For a window that was opened later. */
    all: () => ({ strokes: [...strokes] }),
  };
}

function element(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Goes from slide to slide, and says what axe-core finds on each: on a slide with steps, at the first of them.
// The other slides are out of the page meanwhile: it would read them too, which takes four times as long.
const main = document.getElementById("slides");
const frames = [...main.children];
const found = [];
for (const frame of frames) {
  const slide = frame.querySelector(".slide");
  location.hash = slide.querySelector("[data-steps]") ? `#${slide.id}.1` : `#${slide.id}`;
  while (slide.inert) await new Promise((next) => setTimeout(next, 1));
  main.replaceChildren(frame);
  for (const barrier of await barriers()) found.push(`slide ${slide.id}: ${barrier}`);
  main.replaceChildren(...frames);
}
return found;

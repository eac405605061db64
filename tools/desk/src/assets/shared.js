// The slide that is on the wall, in the browser of somebody who sits before it. It follows; there is nothing to send.
import { fit, keyboard, showStep } from "./slides.js";

const root = document.documentElement;
const main = document.getElementById("slides");
const said = document.getElementById("said");
let shown = "";

function layOut() {
  const [width, height] = look.size();
  root.style.setProperty("--factor", Math.min(innerWidth / width, innerHeight / height));
  main.querySelectorAll(".slide").forEach(fit);
}

new EventSource("events").addEventListener("wall", ({ data }) => {
  const { title, step, black, html } = JSON.parse(data);
  document.title = title;
  document.body.classList.toggle("is-black", black);
  if (html !== shown) {
    // The server that has sent it has made this page, too.
    main.innerHTML = shown = html;
    main.querySelector(".frame")?.classList.add("current");
    layOut();
    said.textContent = black ? "The wall is black." : main.querySelector("h1, h2")?.textContent ?? "";
  }
  const slide = main.querySelector(".slide");
  if (slide) showStep(slide, step);
});

const commands = {
  theme: () => (said.textContent = `Colours: ${look.nextTheme()}`),
  ratio: () => look.nextRatio(),
  screen: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
};
keyboard(commands, { go: () => {}, say: () => {} });
document.getElementById("controls").addEventListener("click", ({ target }) => commands[target.dataset.do]?.());
for (const event of ["resize", "look", "load"]) addEventListener(event, layOut);
document.fonts.ready.then(layOut);
root.classList.add("ready");

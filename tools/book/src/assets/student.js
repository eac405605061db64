// The student's desk beside an exercise, and on the first page the way to it. It is told by the server when
// something has happened, and asks for what is to be shown. `reload.js` has the events.

const token = document.querySelector("meta[name=token]").content;
const desk = document.querySelector(".desk");

if (desk) {
  const { exercise } = desk.dataset;
  const now = desk.querySelector(".desk-now");
  const state = desk.querySelector(".desk-state");
  const button = desk.querySelector(".desk-judge");
  const field = desk.querySelector("textarea");
  let clock = null;
  let begun = false;

  const post = async (what) => {
    const reply = await fetch(`/desk/${exercise}/${what}`, { method: "POST", headers: { "X-Token": token } });
    if (!reply.ok) state.textContent = (await reply.text()).trim();
    return reply.ok;
  };
  const judge = () => post("judge");
  const hint = async (task) => (await post(`hint/${task}`)) && show();

  const show = async () => {
    const reply = await fetch(`/desk/${exercise}`);
    if (!reply.ok) {
      state.textContent = (await reply.text()).trim();
      return;
    }
    const shown = await reply.json();
    begun = shown.begun;
    said(shown);
    if (shown.html !== show.html) {
      const before = document.activeElement;
      const focused = now.contains(before) && before.id;
      const opened = new Map([...now.querySelectorAll("details")].map((part) => [part.id, part.open]));
      now.innerHTML = shown.html;
      show.html = shown.html;
      // One thing at a time: what fails first is open, unless somebody reads another one.
      const failures = [...now.querySelectorAll(".desk-failure")];
      const isRead = failures.some((part) => opened.get(part.id));
      for (const part of failures) part.open = isRead ? opened.get(part.id) : part === failures[0];
      if (focused) stay(focused, before.dataset.task);
      if (!desk.contains(before)) desk.scrollTop = 0;
    }
  };

  /** The focus stays where it was; behind the last hint, it goes to what stands in the button's place. */
  const stay = (id, task) => {
    const next = document.getElementById(id) ?? document.getElementById(`desk-why-${task}`) ?? button;
    next.focus();
  };

  /** Says what is going on, and for how long. */
  const said = ({ status, seconds }) => {
    clearInterval(clock);
    if (state.firstChild?.data !== status) state.replaceChildren(status);
    desk.classList.toggle("is-busy", seconds !== null);
    const count = desk.querySelector(".desk-clock");
    count.textContent = "";
    if (seconds === null) return;
    const since = Date.now() - seconds * 1000;
    clock = setInterval(() => (count.textContent = `${Math.round((Date.now() - since) / 1000)} s`), 1000);
  };

  button.addEventListener("click", judge);
  now.addEventListener("click", ({ target }) => {
    if (target.matches(".desk-hint")) hint(target.dataset.task);
    if (target.matches(".desk-take")) {
      field.value = withEnd(target.closest(".desk-part").querySelector("pre").textContent);
      field.dispatchEvent(new Event("input"));
      desk.querySelector(".try").open = true;
      field.focus();
    }
  });
  /** A head without a body ends in an empty line. */
  const withEnd = (request) => (request.includes("\n\n") ? request : `${request}\n\n`);

  document.addEventListener("keydown", (event) => {
    const isWord = event.target.matches("input, textarea, select");
    if (isWord || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "r") judge();
    if (event.key === "h") now.querySelector(".desk-hint")?.click();
  });

  addEventListener("desk", ({ detail }) => detail === exercise && show());
  show();
  // Who reads here is told how the starter falls short. Who only turns pages builds nothing.
  const read = new AbortController();
  const reads = () => {
    read.abort();
    setTimeout(() => document.hidden || begun || judge(), 3000);
  };
  for (const sign of ["keydown", "pointermove", "scroll"]) addEventListener(sign, reads, { signal: read.signal });
}

const door = document.querySelector(".door");
if (door) {
  fetch("/desk").then(async (reply) => {
    if (!reply.ok) return;
    const { passed, all, next } = await reply.json();
    door.querySelector(".door-sum").textContent = `${passed} of ${all} tasks are done.`;
    const link = door.querySelector("a");
    if (next) {
      [link.href, link.textContent] = next;
    }
    link.hidden = !next;
    door.hidden = all === 0;
  });
}

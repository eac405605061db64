// The slides of which the presenter view does not show all of the notes, or which have no room in it.
const frames = document.querySelectorAll("#source .frame");
const within = (inner, outer) => {
  const [a, b] = [inner, outer].map((element) => element.getBoundingClientRect());
  return a.width > 100 && a.left >= b.left - 1 && a.top >= b.top - 1 && a.right <= b.right + 1 && a.bottom <= b.bottom + 1;
};
const found = [];
for (const { dataset: { slide } } of frames) {
  while (document.getElementById("number").textContent !== slide) {
    location.hash = `#${slide}`;
    await new Promise((next) => setTimeout(next, 5));
  }
  const said = document.querySelector(".said");
  const main = document.querySelector("main");
  if (said.scrollHeight > said.clientHeight + 1) found.push(`slide ${slide}: ${said.scrollHeight} in ${said.clientHeight}`);
  for (const part of [said, ...document.querySelectorAll(".screen")]) {
    if (!within(part, main)) found.push(`slide ${slide}: ${part.className} ${part.id} is outside`);
  }
}
if (document.documentElement.scrollHeight > innerHeight) found.push("the page is scrolled");
return found;

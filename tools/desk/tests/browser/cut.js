// What does not fit on its slide, each with the slide it stands on.
const wide = document.documentElement.dataset.ratio === "wide";
const found = [];
for (const slide of document.querySelectorAll(".slide")) {
  const say = (element, what) => found.push(`slide ${slide.id}: ${element.tagName}.${element.className} ${what}`);
  const edge = slide.getBoundingClientRect();
  for (const element of [slide, ...slide.querySelectorAll("*")]) {
    const box = element.getBoundingClientRect();
    if (element.closest(".live-printed") || box.width === 0) continue;
    const style = getComputedStyle(element);
    if (style.display !== "inline") {
      if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) say(element, `is ${element.scrollWidth} wide in ${element.clientWidth}`);
      if (element.scrollHeight > element.clientHeight + 1 && element.clientHeight > 0) say(element, `is ${element.scrollHeight} high in ${element.clientHeight}`);
    }
    const inside = box.left >= edge.left - 1 && box.top >= edge.top - 1 && box.right <= edge.right + 1 && box.bottom <= edge.bottom + 1;
    if (!inside) say(element, "goes over the edge");
    const isCode = element.matches("pre.code, .live-answer, textarea");
    const isWords = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if ((isCode || isWords) && parseFloat(style.fontSize) < (isCode && wide ? 22 : 20)) say(element, `has type of ${style.fontSize}`);
  }
}
return found;

// Text whose contrast to its ground is less than WCAG 2.2 AA asks for.
const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
const luminance = ([red, green, blue]) =>
  0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255);
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const [red, green, blue, alpha = 1] = parts(getComputedStyle(at).backgroundColor);
    if (alpha === 1) return [red, green, blue];
    if (alpha > 0) return null;
  }
  return [255, 255, 255];
};
const { showStep } = await import("/assets/slides.js");
const found = new Set();
for (const step of [0, 1]) {
  for (const slide of document.querySelectorAll(".slide")) showStep(slide, step);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || element.closest("script, style, [hidden]")) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const behind = ground(element);
    const ratio = behind ? contrast(parts(style.color), behind) : 0;
    // A button that cannot be pressed is exempt.
    if (element.matches(":disabled")) continue;
    if (ratio < (isLarge && !element.closest("pre") ? 3 : 4.5)) {
      found.add(`${element.tagName}.${element.className} in ${element.closest("section, aside, nav")?.className}: ${ratio.toFixed(2)}`);
    }
  }
}
return [...found];

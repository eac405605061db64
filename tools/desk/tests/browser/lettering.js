// Words in drawings that cannot be read at 1280x720: too small, cut off, crossed by a line, or on top of others.
const SMALLEST = 20;
const found = [];
for (const image of document.querySelectorAll("img.on-light")) {
  if (image.clientWidth === 0) continue;
  const name = new URL(image.src).pathname.split("/").pop();
  const where = `slide ${image.closest(".slide").id}, ${name}`;
  const file = await (await fetch(image.src)).text();
  const svg = document.importNode(new DOMParser().parseFromString(file, "image/svg+xml").documentElement, true);
  // The page's policy lets in no style of an element: the rules of the drawing are put in as rules.
  const rules = new CSSStyleSheet();
  rules.replaceSync([...svg.querySelectorAll("style")].map((style) => style.textContent).join("\n"));
  const holder = document.createElement("div");
  Object.assign(holder.style, { position: "fixed", left: "0", top: "0", zIndex: "9", font: "16px sans-serif" });
  const shadow = holder.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [rules];
  const { width, height } = svg.viewBox.baseVal;
  const scale = Math.min(image.clientWidth / width, image.clientHeight / height);
  svg.setAttribute("width", width * scale);
  svg.setAttribute("height", height * scale);
  shadow.append(svg);
  document.body.append(holder);

  const words = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
  // Around letters is air.
  const boxes = words.map((text) => {
    const { left, right, top, bottom, height } = text.getBoundingClientRect();
    return { text, left: left + 2, right: right - 2, top: top + height / 4, bottom: bottom - height / 4 };
  });
  const edge = svg.getBoundingClientRect();
  for (const { text, left, right, top, bottom } of boxes) {
    const said = `${where}: "${text.textContent.trim()}"`;
    for (const part of [text, ...text.querySelectorAll("tspan")]) {
      const size = parseFloat(getComputedStyle(part).fontSize) * scale;
      if (size < SMALLEST - 0.05) found.push(`${said} is ${size.toFixed(1)} high`);
    }
    if (left < edge.left || right > edge.right || top < edge.top || bottom > edge.bottom) found.push(`${said} is cut off`);
    for (const other of boxes) {
      const apart = other.left > right || other.right < left || other.top > bottom || other.bottom < top;
      if (other.text.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING && !apart) {
        found.push(`${said} is on "${other.text.textContent.trim()}"`);
      }
    }
  }
  const lines = [...svg.querySelectorAll("path, line, polyline, rect, circle")].filter((line) => {
    const drawn = !line.closest("defs") && getComputedStyle(line).stroke !== "none";
    return drawn && parseFloat(getComputedStyle(line).strokeWidth) > 0;
  });
  const crossed = new Set();
  for (const line of lines) {
    const matrix = line.getScreenCTM();
    const length = line.getTotalLength();
    for (let at = 0; at <= length; at += 2) {
      const { x, y } = line.getPointAtLength(at).matrixTransform(matrix);
      const box = boxes.find(({ left, right, top, bottom }) => x > left && x < right && y > top && y < bottom);
      if (!box || crossed.has(box)) continue;
      // What is drawn later may cover it.
      const [shown] = shadow.elementsFromPoint(x, y).filter((element) => !element.closest("text") && element !== svg);
      if (shown && shown !== line && getComputedStyle(shown).fill !== "none") continue;
      crossed.add(box);
      found.push(`${where}: "${box.text.textContent.trim()}" is crossed by a line`);
    }
  }
  holder.remove();
}
return found;

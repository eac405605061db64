// Puts a page into another theme, as the menu of a chapter and `beside.js` do.
const dress = (theme) => {
  const item = document.getElementById(`mdbook-theme-${theme}`);
  if (item) return item.click();
  document.documentElement.className = `${theme} js`;
  for (const [id, own] of [["mdbook-tomorrow-night-css", "navy"], ["mdbook-highlight-css", "light"]]) {
    const sheet = document.getElementById(id);
    if (sheet) sheet.disabled = own !== theme;
  }
};

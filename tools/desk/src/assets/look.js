// Colours and shape of the page. It runs before the first picture of the page is made.
"use strict";
(() => {
  const root = document.documentElement;
  const themes = ["light", "dark", "contrast"];
  const ratios = ["wide", "standard"];
  const prefers = (what) => matchMedia(what).matches;
  const kept = (name, known) => {
    const value = localStorage.getItem(name);
    return known.includes(value) ? value : null;
  };
  const system = prefers("(prefers-contrast: more)") ? "contrast"
    : prefers("(prefers-color-scheme: dark)") ? "dark" : "light";
  root.dataset.theme = kept("theme", themes) ?? system;
  root.dataset.ratio = kept("ratio", ratios) ?? "wide";

  const set = (name, value) => {
    root.dataset[name] = value;
    localStorage.setItem(name, value);
    dispatchEvent(new Event("look"));
    return value;
  };
  const next = (name, known) => {
    const place = known.indexOf(root.dataset[name]);
    return set(name, known[(place + 1) % known.length]);
  };
  window.look = {
    nextTheme: () => next("theme", themes),
    nextRatio: () => next("ratio", ratios),
    size: () => (root.dataset.ratio === "wide" ? [1280, 720] : [960, 720]),
  };
  // What another window of this deck is set to, this one is too.
  addEventListener("storage", ({ key, newValue }) => {
    if ((key === "theme" && themes.includes(newValue)) || (key === "ratio" && ratios.includes(newValue))) {
      root.dataset[key] = newValue;
      dispatchEvent(new Event("look"));
    }
  });
})();

// A page beside the chapters: in the colours that the reader has chosen for the book.
let theme = null;
try {
  theme = localStorage.getItem("mdbook-theme");
} catch {
  // No choice can be kept, so none was made.
}
if (theme !== "light" && theme !== "navy") {
  theme = matchMedia("(prefers-color-scheme: dark)").matches ? "navy" : "light";
}
// `js` says that the choice was made here, and not by the style.
document.documentElement.className = `${theme} js`;
document.addEventListener("DOMContentLoaded", () => {
  const dark = theme === "navy";
  document.getElementById("mdbook-tomorrow-night-css").disabled = !dark;
  document.getElementById("mdbook-highlight-css").disabled = dark;
  for (const code of document.querySelectorAll("pre > code")) {
    const language = /language-([\w-]+)/.exec(code.className)?.[1];
    if (language && hljs.getLanguage(language)) hljs.highlightBlock(code);
    code.classList.add("hljs");
  }
});

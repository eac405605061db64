// mdBook's button for the contents is a label: by the keyboard it does what it does by a click.
document.getElementById("mdbook-sidebar-toggle").addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    event.currentTarget.click();
  }
});
// What can be scrolled sideways is scrolled by the arrow keys that turn the page elsewhere.
document.querySelector("main").addEventListener("keydown", (event) => {
  const isArrow = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (isArrow && event.target.closest("pre, .table-wrapper")) event.stopPropagation();
});

// mdBook's button for the contents is a label: by the keyboard it does what it does by a click.
document.getElementById("mdbook-sidebar-toggle").addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    event.currentTarget.click();
  }
});

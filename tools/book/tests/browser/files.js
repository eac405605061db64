// Puts one page of a file after the other into the one that is open, and says what axe-core finds there. They
// have their head in common, and to load it hundreds of times takes longer than all else.
const found = [];
for (const address of addresses) {
  const answer = await fetch(`/${address}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || page.head.querySelectorAll("link, script").length !== document.head.querySelectorAll("link, script").length) {
    found.push(`${address} is another kind of page`);
  }
  document.title = page.title;
  document.body.replaceWith(page.body);
  // Now `beside.js` colours the code.
  document.dispatchEvent(new Event("DOMContentLoaded"));
  for (const theme of ["light", "navy"]) {
    dress(theme);
    for (const barrier of await barriers()) found.push(`${address}, ${theme}: ${barrier}`);
  }
}
return found;

// The served book: a page that has become another one is loaded anew, at the same place. One that has
// not stays as it is, with what was written into its consoles.
const own = async () => (await fetch(location.pathname)).text();
const shown = own();

async function compare() {
  if ((await own()) !== (await shown)) location.reload();
}

const events = new EventSource("/events");
// The server was started anew: its pages carry another token.
events.addEventListener("open", compare);
events.addEventListener("changed", async () => {
  await compare();
  for (const picture of document.images) picture.src = `${picture.src.split("?")[0]}?${Date.now()}`;
});
events.addEventListener("desk", (event) => dispatchEvent(new CustomEvent("desk", { detail: event.data })));

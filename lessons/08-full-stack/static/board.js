// The board: shows the notes, and adds one without loading the page again.

const form = document.getElementById("add");
const button = form.querySelector("button");
const problem = document.getElementById("problem");
const list = document.getElementById("notes");

// The two boards: one in the server's memory, one in its database.
const url = () => (form.elements.persist.checked ? "/api/notes/persist" : "/api/notes");

async function ask(options) {
  const answer = await fetch(url(), options);
  // What is refused on the way to the API may be answered by a page.
  const body = await answer.json().catch(() => ({ error: `the server answered ${answer.status}` }));
  if (!answer.ok) throw new Error(body.error);
  return body;
}

function show(notes) {
  list.replaceChildren(
    ...notes.map((note) => {
      const item = document.createElement("li");
      item.className = "note " + note.color;
      item.textContent = note.text; // as text, whatever stands in it; innerHTML would make elements
      return item;
    }),
  );
}

async function doing(what, work) {
  button.disabled = true; // one at a time: of two answers, the older could come last
  try {
    await work();
    problem.textContent = "";
  } catch (error) {
    // The text stays in its field, so nothing that was written is lost.
    problem.textContent = `${what}: ${error.message}`;
  } finally {
    button.disabled = false;
  }
}

const refresh = () => doing("The notes cannot be shown", async () => show(await ask()));

form.addEventListener("submit", (event) => {
  event.preventDefault(); // we send it ourselves
  doing("The note was not added", async () => {
    const notes = await ask({
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      },
      body: JSON.stringify({ text: form.elements.text.value }),
    });
    show(notes);
    form.elements.text.value = "";
  });
});
form.elements.persist.addEventListener("change", refresh);
refresh();

// The first page answers with what its Python original does, and that has no links.
const places = document.getElementById("places");
for (const [name, path] of places ? [["My notes", "/notes/"], ["Log in", "/accounts/login/"], ["Register", "/accounts/register/"]] : []) {
  const link = document.createElement("a");
  link.href = path;
  link.textContent = name;
  places.append(link);
}

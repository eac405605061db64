// Adds a note without loading the page anew. Where this file does not run, the form's button
// sends the form to /notes, and the server answers with the page.

const form = document.getElementById("add");
const problem = document.getElementById("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault(); // we send it ourselves
  try {
    const answer = await fetch("/api/notes", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: form.elements.text.value }),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error);
    show(body);
    form.reset();
    problem.textContent = "";
  } catch (error) {
    // The text stays in its field, so nothing that was written is lost.
    problem.textContent = "The note was not added: " + error.message;
  }
});

function show(notes) {
  const items = notes.map((note) => {
    const item = document.createElement("li");
    item.className = note.color;
    item.textContent = note.text; // as text, whatever stands in it; innerHTML would make elements
    return item;
  });
  document.getElementById("notes").replaceChildren(...items);
}

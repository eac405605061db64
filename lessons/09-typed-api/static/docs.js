// Shows /openapi.json. What comes from there goes into the page as text: elements are made here.

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function table(heads, rows) {
  const line = (tag, cells) => element("tr", {}, ...cells.map((cell) => element(tag, {}, cell)));
  return element("table", {}, line("th", heads), ...rows.map((row) => line("td", row)));
}

const pretty = (value) => JSON.stringify(value, null, 2);
const nameOf = (schema) => schema?.$ref?.split("/").pop() ?? schema?.type ?? "";

// What can be asked, what the answers are, and a form to ask it.
function operation(method, path, about) {
  const title = element("summary", {},
    element("span", { class: "method" }, method.toUpperCase()), element("code", {}, path), ` ${about.summary}`);
  const answers = Object.entries(about.responses).map(([status, { description, content }]) =>
    [status, description, Object.values(content ?? {}).map(({ schema }) => nameOf(schema)).join()]);
  return element("details", {}, title, table(["Answer", "", "Body"], answers), ...form(method, path, about));
}

function form(method, path, about) {
  const labelled = (label, field) => element("p", {}, element("label", { for: field.id }, label), field);
  const id = (name) => `${about.operationId}-${name}`;
  const fields = (about.parameters ?? []).map(({ name }) => element("input", { id: id(name), name, required: "" }));
  const made = element("form", {}, ...fields.map((field) => labelled(`${field.name}: `, field)));

  const [type, { example } = {}] = Object.entries(about.requestBody?.content ?? {})[0] ?? [];
  const body = element("textarea", { id: id("body"), rows: "6", spellcheck: "false" });
  if (type) {
    body.value = typeof example === "string" ? example : pretty(example);
    made.append(labelled(`Body (${type})`, body));
  }
  made.append(element("button", {}, `Send ${method.toUpperCase()}`));

  const answer = element("pre", { role: "status", tabindex: "0", "aria-label": "The answer", hidden: "" });
  made.addEventListener("submit", async (event) => {
    event.preventDefault(); // we send it ourselves
    const fill = (target, field) => target.replace(`{${field.name}}`, encodeURIComponent(field.value));
    const options = type ? { method, body: body.value, headers: { "Content-Type": type } } : { method };
    answer.hidden = false;
    try {
      const response = await fetch(fields.reduce(fill, path), options);
      answer.textContent = `${response.status} ${response.statusText}\n\n${await response.text()}`;
    } catch (error) {
      answer.textContent = `There was no answer: ${error.message}`;
    }
  });
  return [made, answer];
}

async function show() {
  const response = await fetch("/openapi.json");
  const { info, paths, components } = await response.json();
  document.getElementById("title").textContent = `${info.title} ${info.version}`;
  document.getElementById("about").textContent = info.description;
  for (const [path, methods] of Object.entries(paths)) {
    const shown = Object.entries(methods).map(([method, about]) => operation(method, path, about));
    document.getElementById("operations").append(...shown);
  }
  for (const [name, schema] of Object.entries(components.schemas)) {
    const shown = element("pre", { tabindex: "0", "aria-label": `The schema of ${name}` }, pretty(schema));
    document.getElementById("types").append(element("details", {}, element("summary", {}, name), shown));
  }
}

show().catch((error) => {
  document.getElementById("about").textContent = `The documentation cannot be shown: ${error.message}`;
});

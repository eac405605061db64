// Shows /openapi.json. Everything goes into the page as text: an element is made here or not at all.

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const pretty = (value) => JSON.stringify(value, null, 2);

function table(heads, rows) {
  const line = (tag, cells) => element("tr", {}, ...cells.map((cell) => element(tag, {}, cell)));
  return element("table", {}, line("th", heads), ...rows.map((row) => line("td", row)));
}

function operation(method, path, about) {
  const id = about.operationId;
  const body = Object.entries(about.requestBody?.content ?? {})[0]; // one media type each
  const fields = (about.parameters ?? []).map((parameter) => {
    const field = element("input", { id: `${id}-${parameter.name}`, required: "" });
    const label = element("label", { for: field.id }, `${parameter.name}: `);
    return { name: parameter.name, field, line: element("p", {}, label, field) };
  });
  const text = element("textarea", { id: `${id}-body`, rows: "6", spellcheck: "false" });
  const label = element("label", { for: text.id }, `Body (${body?.[0]})`);
  const answer = element("pre", { tabindex: "0", role: "status", hidden: "", "aria-label": "The answer" });
  const form = element("form", {}, ...fields.map(({ line }) => line));
  if (body) {
    text.value = body[1].example && typeof body[1].example === "string" ? body[1].example : pretty(body[1].example);
    form.append(label, text);
  }
  form.append(element("button", {}, `Send ${method.toUpperCase()}`));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const target = fields.reduce((path, { name, field }) => path.replace(`{${name}}`, encodeURIComponent(field.value)), path);
    const options = body ? { method, body: text.value, headers: { "Content-Type": body[0] } } : { method };
    answer.hidden = false;
    try {
      const response = await fetch(target, options);
      answer.textContent = `${response.status} ${response.statusText}\n\n${await response.text()}`;
    } catch (error) {
      answer.textContent = `There was no answer: ${error.message}`;
    }
  });
  const answers = Object.entries(about.responses).map(([status, { description, content }]) =>
    [status, description, Object.values(content ?? {}).map(({ schema }) => name(schema)).join()]);
  return element("details", {},
    element("summary", {}, element("span", { class: "method" }, method.toUpperCase()), element("code", {}, path), ` ${about.summary ?? ""}`),
    table(["Answer", "", "Body"], answers), form, answer);
}

const name = (schema) => schema?.$ref?.split("/").pop() ?? schema?.type ?? "";

async function show() {
  const document_ = await (await fetch("/openapi.json")).json();
  document.getElementById("title").textContent = `${document_.info.title} ${document_.info.version}`;
  document.getElementById("about").textContent = document_.info.description;
  for (const [path, methods] of Object.entries(document_.paths)) {
    for (const [method, about] of Object.entries(methods)) {
      document.getElementById("operations").append(operation(method, path, about));
    }
  }
  for (const [type, schema] of Object.entries(document_.components.schemas)) {
    const shown = element("pre", { tabindex: "0", "aria-label": `The schema of ${type}` }, pretty(schema));
    document.getElementById("types").append(element("details", {}, element("summary", {}, type), shown));
  }
}

show().catch((error) => { document.getElementById("about").textContent = `The documentation cannot be shown: ${error.message}`; });

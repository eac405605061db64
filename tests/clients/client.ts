// The generated types at work: each operation is called once, and the compiler knows what it takes and gives.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { env: Record<string, string | undefined> };

const headers = { Authorization: `Bearer ${process.env.TOKEN}` };
const client = createClient<paths>({ baseUrl: process.env.SERVICE, headers });

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`TypeScript client: ${what}`);
}

const name = "café / 世界";
const path = { name };
const item = { name, price: 12.34, parts: [{ name: "handle", count: 1, spare: true }] };

const created = await client.POST("/items/new/", { body: item });
must(created.data?.name === name && created.data.price === 12.34, "create");
const again = await client.POST("/items/new/", { body: item });
must(again.response.status === 409 && again.error !== undefined && typeof again.error.detail === "string", "create twice");

// @ts-expect-error: a list is not a price, and the compiler says so.
const wrong = await client.POST("/items/new/", { body: { name: "x", price: [] } });
must(wrong.response.status === 422 && wrong.error !== undefined && typeof wrong.error.detail !== "string", "a wrong price");
must(wrong.error.detail[0].loc.join(".") === "body.price", "the place of what is wrong");

const form = await client.POST("/items/new/form/", {
  body: { name: "from a form", price: "1.50", tax: "" },
  bodySerializer: (body) => new URLSearchParams(body as Record<string, string>),
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
  parseAs: "text",
});
must(form.data?.includes("<h1>from a form</h1>") === true, "create by a form");

const list = await client.GET("/items/", { params: { query: { limit: 1, offset: 0, sort: "price" } } });
must(list.data?.length === 1 && list.data[0]._id === "from a form", "list");
const got = await client.GET("/items/{name}/", { params: { path } });
must(got.data?._id === name && got.data.parts?.[0].spare === true, "get");
const put = await client.PUT("/items/{name}/", { params: { path }, body: { ...item, price: "9.90" } });
must(put.data?.price === 9.9, "update");
const unknown = await client.PUT("/items/{name}/", { params: { path }, body: item, headers: { Authorization: "Bearer guessed" } });
must(unknown.response.status === 401, "update without the token");
for (const name of [path.name, "from a form"]) {
  const removed = await client.DELETE("/items/{name}/", { params: { path: { name } } });
  must(removed.response.status === 204, "delete");
}
const gone = await client.GET("/items/{name}/", { params: { path } });
must(gone.response.status === 404, "get what is gone");
const page = await client.GET("/", { parseAs: "text" });
must(page.data?.startsWith("<!doctype html>") === true, "the form");
console.log("openapi-typescript: every operation works");

// Every price from 0.00 to 100.00, as a number and as a text, against the document: ajv.
const Ajv = require("ajv/dist/2020").default;
const { components } = require(require("node:path").resolve(process.argv[2]));

const ajv = new Ajv({ strict: false, validateFormats: false });
const validate = ajv.compile({ $ref: "#/components/schemas/Item", components });
const is = (price, name = "x") => validate({ name, price });
const refused = [];
for (let cents = 0; cents <= 10000; cents += 1) {
  const text = (cents / 100).toFixed(2);
  for (const price of [Number(text), text]) if (!is(price)) refused.push(price);
}
const wrong = [-1, 1e12, "cheap", "1,50", null, true].filter((price) => is(price));
const names = ["", ".", "..", "new", "x".repeat(101)].filter((name) => is(1, name));
if (refused.length || wrong.length || names.length) {
  console.error("ajv refuses", refused.length, refused.slice(0, 5), "and takes", wrong, names);
  process.exit(1);
}
console.log("ajv: 10,001 prices pass");

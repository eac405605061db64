"""Every price from 0.00 to 100.00, as a number and as a text, against the document: Python's jsonschema."""
import json
import sys
from decimal import Decimal

from jsonschema import Draft202012Validator

document = json.load(open(sys.argv[1]))
schema = {"$ref": "#/components/schemas/Item", "components": document["components"]}
validator = Draft202012Validator(schema)
refused = []
for cents in range(10_001):
    text = str(Decimal(cents) / 100)
    for price in (json.loads(text), text, f"{cents / 100:.2f}"):
        if not validator.is_valid({"name": "x", "price": price}):
            refused.append(price)
for wrong in (-1, 1e12, "cheap", "1,50", None, True):
    if validator.is_valid({"name": "x", "price": wrong}):
        sys.exit(f"jsonschema takes {wrong!r} for a price")
for wrong in ("", ".", "..", "new", "x" * 101):
    if validator.is_valid({"name": wrong, "price": 1}):
        sys.exit(f"jsonschema takes {wrong!r} for a name")
if refused:
    sys.exit(f"jsonschema refuses {len(refused)} prices: {refused[:5]}")
print("jsonschema: 10,001 prices pass")

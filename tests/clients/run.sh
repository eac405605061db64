#!/usr/bin/env bash
# Clients that other people's tools generate from lesson 09's OpenAPI document: for each, that it runs through every operation.
#
#   tests/clients/run.sh SERVER     SERVER is the program, built: target/debug/lesson-09
#
# Needs target/clients (a venv with openapi-python-client and jsonschema) and tests/npm/node_modules (openapi-typescript,
# openapi-fetch, ajv, typescript): `.ci/run install` makes both. What is generated lies in target/clients/generated.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
server="$(realpath "$1")"
venv="$root/target/clients"
npm="$root/tests/npm/node_modules"
work="$venv/generated"
rm -rf "$work"
mkdir -p "$work"
cd "$work"

export TOKEN=let-me-in
PORT=0 "$server" >listening 2>/dev/null &
pid=$!
trap 'kill $pid' EXIT
for _ in $(seq 200); do grep -q Listening listening && break; sleep 0.05; done
SERVICE="$(sed -n 's/^Listening on //p' listening)"
export SERVICE
export no_proxy='*'
curl --silent --fail --noproxy '*' "$SERVICE/openapi.json" >openapi.json

# Whether the document's own schema takes every price from 0.00 to 100.00, as a number and as a text.
"$venv/bin/python" -B "$root/tests/clients/prices.py" openapi.json
NODE_PATH="$npm" node "$root/tests/clients/prices.cjs" openapi.json

# Python: a package `items_client`.
PATH="$venv/bin:$PATH" "$venv/bin/openapi-python-client" generate --path openapi.json --output-path python --overwrite >python.log 2>&1 \
  || { cat python.log; exit 1; }
if grep -i "warning\|unable\|skipp" python.log; then echo "The generator left something out."; exit 1; fi
PYTHONPATH=python "$venv/bin/python" -B "$root/tests/clients/client.py"

# TypeScript: types, which the compiler holds against the calls.
"$npm/.bin/openapi-typescript" openapi.json --output schema.d.ts >typescript.log 2>&1 || { cat typescript.log; exit 1; }
cp "$root/tests/clients/client.ts" .
ln -s "$npm" node_modules
echo '{"type": "module"}' >package.json
"$npm/.bin/tsc" --strict --noEmitOnError --skipLibCheck --target es2022 --module nodenext --lib es2022,dom,dom.iterable --outDir built client.ts
node built/client.js

"""A stand-in for a MongoDB server, where there is none: speaks its protocol (mockupdb), keeps its documents in
memory (mongomock). It knows the four commands that lesson 09 sends, and what a driver says besides. What it proves is
that the driver and our calls of it work over a connection; what a real server would say, it does not prove.

    python mongodb-stand-in.py      prints `mongodb://127.0.0.1:PORT/shop` and serves until it is killed
"""
import threading

import bson
import mongomock
from mockupdb import MockupDB

HELLO = {
    "ok": 1, "ismaster": True, "isWritablePrimary": True, "helloOk": True, "minWireVersion": 0, "maxWireVersion": 17,
    "maxBsonObjectSize": 16777216, "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000, "readOnly": False,
}
database = mongomock.MongoClient()["shop"]
one_at_a_time = threading.Lock()


def insert(request):
    document, errors, kept = request.doc, [], 0
    for index, new in enumerate(document["documents"]):
        try:
            database[document["insert"]].insert_one(dict(new))
            kept += 1
        except mongomock.DuplicateKeyError as error:
            errors.append({"index": index, "code": 11000, "errmsg": str(error)})
    return {"ok": 1, "n": kept, **({"writeErrors": errors} if errors else {})}


def find(request):
    name, wanted = request.doc["find"], request.doc.get("filter", {})
    found = database[name].find(wanted).skip(request.doc.get("skip", 0)).limit(abs(request.doc.get("limit", 0)))
    order = list(request.doc.get("sort", {}).items())
    found = list(found.sort(order) if order else found)
    return {"ok": 1, "cursor": {"id": bson.Int64(0), "ns": f"shop.{name}", "firstBatch": found}}


def update(request):
    changes = [(change["q"], dict(change["u"])) for change in request.doc["updates"]]
    replaced = [database[request.doc["update"]].replace_one(wanted, new).matched_count for wanted, new in changes]
    return {"ok": 1, "n": sum(replaced), "nModified": sum(replaced)}


def delete(request):
    removed = [database[request.doc["delete"]].delete_one(each["q"]).deleted_count for each in request.doc["deletes"]]
    return {"ok": 1, "n": sum(removed)}


def answer(request):
    command = next(iter(request.doc)).lower()
    known = {"hello": lambda _: HELLO, "ismaster": lambda _: HELLO, "insert": insert, "find": find, "update": update,
             "delete": delete}
    nothing = {"ok": 1} if command in ("ping", "endsessions") else {"ok": 0, "code": 59, "errmsg": "no such command"}
    with one_at_a_time:
        return request.replies(known.get(command, lambda _: nothing)(request))


server = MockupDB()
server.autoresponds(answer)
server.run()
print(f"mongodb://127.0.0.1:{server.port}/shop", flush=True)
threading.Event().wait()

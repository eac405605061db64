"""The generated package at work: each operation is called once."""
import os

from items_client import AuthenticatedClient, Client
from items_client.api.default import create, create_from_form, index, list_, remove, replace, retrieve
from items_client.models import Item, ItemForm, ListSort, Part, Problems, Refusal

service = os.environ["SERVICE"]
anybody = Client(base_url=service, raise_on_unexpected_status=True)
keeper = AuthenticatedClient(base_url=service, token=os.environ["TOKEN"], raise_on_unexpected_status=True)
stranger = AuthenticatedClient(base_url=service, token="guessed", raise_on_unexpected_status=True)

name = "café / 世界"
item = Item(name=name, price=12.34, parts=[Part(name="handle", count=1, spare=True)])

created = create.sync(client=anybody, body=item)
assert isinstance(created, Item) and (created.name, created.price, created.tax) == (name, 12.34, None), created
again = create.sync(client=anybody, body=item)
assert isinstance(again, Refusal) and "already present" in again.detail, again
wrong = create.sync(client=anybody, body=Item(name="x", price="cheap"))
assert isinstance(wrong, Problems) and wrong.detail[0].loc == ["body", "price"], wrong
assert wrong.detail[0].input_ == "cheap", wrong

page = create_from_form.sync(client=anybody, body=ItemForm(name="from a form", price="1.50", tax=""))
assert "<h1>from a form</h1>" in page, page
assert index.sync(client=anybody).startswith("<!doctype html>")

found = list_.sync(client=anybody, limit=1, offset=0, sort=ListSort.PRICE)
assert [document.field_id for document in found] == ["from a form"], found
got = retrieve.sync(name, client=anybody)
assert got.field_id == name and got.parts[0].spare is True, got

item.price = "9.90"
refused = replace.sync_detailed(name, client=stranger, body=item)
assert refused.status_code == 401 and isinstance(refused.parsed, Refusal), refused
changed = replace.sync(name, client=keeper, body=item)
assert changed.price == 9.9, changed
for each in (name, "from a form"):
    assert remove.sync_detailed(each, client=keeper).status_code == 204
gone = retrieve.sync_detailed(name, client=anybody)
assert gone.status_code == 404 and isinstance(gone.parsed, Refusal), gone
print("openapi-python-client: every operation works")

"""truto-python-sdk: list, get and create of the unified API."""

import asyncio
from urllib.parse import quote

from truto_python_sdk import TrutoApi

from proofs import run, same

TOKEN = "sandbox-token"
ACCOUNT = "00000000-0000-4000-8000-000000000001"

# Small, so that every list has several pages.
PAGE = 50


def connect(base_url):
    return TrutoApi(token=TOKEN, base_url=base_url).unified_api


def query(**members):
    """The client adds to what it is given, so each call has its own."""
    return {"integrated_account_id": ACCOUNT, **members}


def listed(api, model, resource, **members):
    return asyncio.run(api.list(model, resource, query(limit=PAGE, **members)).to_array())


def got(api, model, resource, identity):
    # The client puts an id into the path as it is.
    return asyncio.run(api.get(model, resource, quote(identity, safe=""), query()))


def listing(api, model, resource, ids):
    rows = listed(api, model, resource)
    same("ids", [row["id"] for row in rows], ids)
    bare = listed(api, model, resource, truto_exclude_fields=["name", "remote_data"])
    kept = [{key: row[key] for key in row if key not in ("name", "remote_data")} for row in rows]
    same("rows without the excluded fields", bare, kept)
    return "all rows over several pages; `truto_exclude_fields[]` takes fields away"


def getting(api, model, resource, ids):
    rows = listed(api, model, resource)
    for row in (rows[0], rows[-1]):
        same("the row", got(api, model, resource, row["id"]), row)
    same("the number of rows", len(rows), len(ids))
    return "the first and the last row of the list, each by its id, which the caller must escape"


def user_directory_users(api, truth):
    return listing(api, "user-directory", "users", truth["truto_users"])


def user_directory_user(api, truth):
    return getting(api, "user-directory", "users", truth["truto_users"])


def mdm_users(api, truth):
    return listing(api, "mdm", "users", truth["truto_mdm_users"])


def mdm_user(api, truth):
    return getting(api, "mdm", "users", truth["truto_mdm_users"])


def mdm_devices(api, truth):
    return listing(api, "mdm", "devices", truth["truto_mdm_devices"])


def mdm_device(api, truth):
    return getting(api, "mdm", "devices", truth["truto_mdm_devices"])


def create_mdm_user(api, truth):
    body = {
        "name": "Conny Formance",
        "emails": [{"email": "conny.formance@example.com", "type": "work", "is_primary": True}],
        "remote_data": {"site": "Berlin"},
    }
    created = asyncio.run(api.create("mdm", "users", body, query()))
    same("the name", created["name"], body["name"])
    same("the addresses", created["emails"], body["emails"])
    ids = [row["id"] for row in listed(api, "mdm", "users")]
    same("ids", ids, [*truth["truto_mdm_users"], created["id"]])
    same("the row", got(api, "mdm", "users", created["id"]), created)
    return "the list has the new user and is else as it was; the new user is had by its id"


run(
    connect,
    [
        user_directory_users,
        user_directory_user,
        mdm_users,
        mdm_user,
        mdm_devices,
        mdm_device,
        create_mdm_user,
    ],
)

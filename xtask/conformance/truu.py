"""The calls of the TruU guide, made with curl as the guide makes its own; TruU publishes no client."""

import json
from urllib.parse import urlencode

from curl import Curl
from proofs import run, same

FORM = "grant_type=client_credentials&scope=tenant-management-api-user&client_id=sandbox&client_secret="
SECRET = "sandbox-secret"
USERS = "/api/v1/system/enrolled/users/"
DEVICES = "/api/v1/system/devices/"
DOMAIN_USERS = "/api/v1/system/domainusers/"
DATA_USERS = "/data/api/v1/users/"
DATA_ASSETS = "/data/api/v1/assets/"


class TruU(Curl):
    def token(self):
        return self.ask_for_token(SECRET)[1].get("access_token")

    def ask_for_token(self, secret):
        return self.run("/oauth/token", "--data", FORM + secret)

    def rows(self, path, **wanted):
        """All rows of a list: from page 1 along `next`."""
        rows, number = [], 1
        while number is not None:
            page = self.ok(f"{path}?page={number}")
            if number == 1:
                same("the page that comes unasked", self.ok(path), page)
            rows += page["results"]
            seen = {name: page[name] for name in ("page", "previous", "final", *wanted)}
            final = -(-page["count"] // page["pageSize"])
            same("the page", seen, {"page": number, "previous": number - 1 or None, "final": final, **wanted})
            number = page["next"]
        same("the count", page["count"], len(rows))
        return rows

    def redirects_without_slash(self, path):
        same("the answer without the last slash", self.get(path.removesuffix("/")), (301, None))

    def matches(self, path, filters, rows):
        """The filters, pairs of a name and a value, leave exactly these rows, in any order."""
        query = urlencode(filters)
        page = self.ok(f"{path}?{query}")
        same(f"the count of {query}", page["count"], len(rows))
        same(f"the rows of {query}", sorted(map(json.dumps, page["results"])), sorted(map(json.dumps, rows)))


def token(curl, truth):
    status, body = curl.ask_for_token(SECRET)
    same("the status", status, 200)
    seen = {name: body[name] for name in ("token_type", "expires_in", "scope", "ver")}
    wanted = {"token_type": "Bearer", "expires_in": 7199, "scope": "tenant-management-api-user", "ver": "2.0"}
    same("the reply", seen, wanted)
    same("the status of a list with the token", curl.get(USERS)[0], 200)
    same("the status of a list without it", curl.run(USERS)[0], 401)
    same("the status for another secret", curl.ask_for_token("another")[0], 401)
    return "the form in the guide's own curl line; the token opens a list, which without it is closed"


def enrolled_users(curl, truth):
    rows = curl.rows(USERS, pageSize=100)
    same("tuids", [row["tuid"] for row in rows], truth["truu_users"])
    for name, member in (("guid", "guid"), ("tuid", "tuid"), ("upn", "userPrincipal"), ("email", "email")):
        value = rows[0][member]
        alike = [row for row in rows if row[member].lower() == value.lower()]
        curl.matches(USERS, [(name, value.upper())], alike)
    both = [("email", rows[0]["email"]), ("upn", rows[0]["userPrincipal"])]
    curl.matches(USERS, both, [rows[0]])
    curl.matches(USERS, [("email", "nobody@example.com")], [])
    curl.redirects_without_slash(USERS)
    return "all users over several pages; each filter, in another case, and two together; 301 without the last slash"


def devices(curl, truth):
    rows = curl.rows(DEVICES, pageSize=25)
    same("deviceIds", [row["deviceId"] for row in rows], truth["truu_devices"])
    active = [row["deviceId"] for row in rows if row["active"]]
    same("active devices", active, truth["truu_active_devices"])
    return "all devices over several pages, active and not"


def domain_user(curl, truth):
    user = curl.ok(USERS)["results"][0]
    found = curl.ok(f"{DOMAIN_USERS}{user['guid']}/")
    same("the members of the domain", sorted(found.pop("domain")), ["domain", "key", "name"])
    same("the user", found, user)
    same("the status for the guid in another case", curl.get(f"{DOMAIN_USERS}{user['guid'].upper()}/")[0], 404)
    return "a user of the list by its guid, which matches with its case"


def domain_user_device(curl, truth):
    device = curl.ok(DEVICES)["results"][0]
    same("the device", curl.ok(device_path(device)), device)
    return "a device of the list by its user's guid and its own id"


def data_users(curl, truth):
    rows = curl.rows(DATA_USERS, pageSize=25)
    same("tuids", [row["tuid"] for row in rows], truth["truu_users"])
    first, last = rows[0], rows[-1]
    curl.matches(DATA_USERS, [("guids", first["guid"]), ("guids", last["guid"].upper())], [first, last])
    curl.matches(DATA_USERS, [("userPrincipals", first["userPrincipal"]), ("guids", last["guid"])], [])
    past = curl.get(f"{DATA_USERS}?page=1000")[0]
    same("a page that does not exist is an error", past >= 400, True)
    curl.redirects_without_slash(DATA_USERS)
    return "all users over several pages; a repeated filter is an OR, two filters are an AND; no such page is an error"


def data_assets(curl, truth):
    rows = curl.rows(DATA_ASSETS, pageSize=25)
    same("machineNames", [row["machineName"] for row in rows], truth["truu_assets"])
    ips = [row["network"]["ipAddresses"][0] for row in (rows[0], rows[-1])]
    either = [row for row in rows if set(ips) & set(row["network"]["ipAddresses"])]
    filters = [("ipAddresses", ip) for ip in ips]
    curl.matches(DATA_ASSETS, filters, either)
    mac = rows[-1]["network"]["macAddresses"][0]
    both = [row for row in either if mac in row["network"]["macAddresses"]]
    curl.matches(DATA_ASSETS, [*filters, ("macAddresses", mac)], both)
    return "all assets over several pages; a repeated filter is an OR, two filters are an AND"


def delete_domain_user_device(curl, truth):
    before = curl.rows(DEVICES)
    device = next(row for row in before if row["active"])
    wanted = {**device, "active": False}
    same("the answer", curl.delete(device_path(device)), (200, wanted))
    same("devices", curl.rows(DEVICES), [wanted if row == device else row for row in before])
    same("enrolled users", [row["tuid"] for row in curl.rows(USERS)], truth["truu_users"])
    return "the device comes back inactive and is so in the list; its user stays enrolled, and nothing else changes"


def delete_domain_user(curl, truth):
    before = curl.rows(DEVICES)
    user = before[0]["user"]
    same("the answer", curl.delete(f"{DOMAIN_USERS}{user['guid']}/"), (204, None))
    users = [tuid for tuid in truth["truu_users"] if tuid != user["tuid"]]
    same("enrolled users", [row["tuid"] for row in curl.rows(USERS)], users)
    same("devices", curl.rows(DEVICES), [row for row in before if row["user"] != user])
    return "204 without a body; the user and all its devices are gone from the lists, and nothing else"


def device_path(device):
    return f"{DOMAIN_USERS}{device['user']['guid']}/devices/{device['deviceId']}/"


run(
    TruU,
    [
        token,
        enrolled_users,
        devices,
        domain_user,
        domain_user_device,
        data_users,
        data_assets,
        delete_domain_user_device,
        delete_domain_user,
    ],
)

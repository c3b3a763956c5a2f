"""The changes of Banyan's guide in the guide's own form, which no client of Banyan's has; made with curl, as the guide makes one."""

import json
from urllib.parse import urlencode

from curl import Curl
from proofs import run, same

KEY = "sandbox-key"
USERS = "/api/v1/endusers"
DEVICES = "/api/v1/devices"
USERS_V2 = "/api/v2/enduser"
DELETE_DEVICE = "/api/v1/v1/delete_device"
UPDATE_DEVICE = "/api/v1/mdm/update_device"
DELETE_USERS = "/api/v2/endusers"


class Banyan(Curl):
    def token(self):
        status, body = self.run("/api/v1/refresh_token", "--header", f"Authorization: Bearer {KEY}", "--data", "")
        same("the status of the token", status, 200)
        return body["Message"]

    def json(self, method, path, body):
        content = ("--header", "Content-Type: application/json", "--data", json.dumps(body))
        return self.run(path, "--header", self.bearer, "--request", method, *content)

    def registrations(self):
        """The serial number and the address of each, as the list of devices has them."""
        return sorted((row["SerialNumber"], email) for row in self.ok(DEVICES) for email in row["Emails"])

    def emails(self):
        return [row["Email"] for row in self.ok(USERS)]


def update_device(banyan, truth):
    before = banyan.ok(DEVICES)
    chosen = next(row for row in before if row["Banned"] == "FALSE")
    path = f"{UPDATE_DEVICE}?{urlencode({'SerialNumber': chosen['SerialNumber']})}"
    for banned in ("TRUE", "FALSE"):
        # The members of the guide's own body.
        body = {name: chosen[name] for name in ("Model", "Ownership", "Platform", "Architecture")}
        same("the answer", banyan.json("POST", path, [{**body, "Banned": banned}]), (200, [{"Message": "Success"}]))
        alike = [row for row in before if row["SerialNumber"] == chosen["SerialNumber"]]
        wanted = [{**row, **body, "Banned": banned} if row in alike else row for row in before]
        same("devices", banyan.ok(DEVICES), wanted)
    return "a list of one object with the text `\"TRUE\"` bans the device, `\"FALSE\"` unbans it, and no other changes"


def delete_device(banyan, truth):
    before, users = banyan.registrations(), banyan.emails()
    same("registrations", before, sorted((row["serial_number"], row["email"]) for row in truth["banyan_registrations"]))
    shared = next(pair for pair in before if of_device(before, pair) > 1 and of_user(before, pair) > 1)
    end(banyan, shared)
    left = [pair for pair in before if pair != shared]
    same("registrations", banyan.registrations(), left)
    same("users", banyan.emails(), users)
    # Another one, whose user and device have nothing else.
    alone = next(pair for pair in left if of_device(left, pair) == 1 and of_user(left, pair) == 1)
    end(banyan, alone)
    same("registrations", banyan.registrations(), [pair for pair in left if pair != alone])
    same("users", banyan.emails(), [email for email in users if email != alone[1]])
    return (
        "the guide's own curl line: the device and the user stay where both have others, and both go where neither has;"
        " nothing else changes"
    )


def delete_endusers(banyan, truth):
    rows = [row for row in banyan.ok(f"{USERS_V2}?limit=1000&active=true")["data"]["endusers"]]
    before, users = banyan.registrations(), banyan.emails()
    chosen = [row for row in rows if any(email == row["email"] for _, email in before)][:2]
    gone = [row["email"] for row in chosen]
    body = {"enduser_ids": [row["id"] for row in chosen]}
    missing = {"enduser_ids": ["no-such-id"]}
    same("the status for an id of nobody", banyan.json("DELETE", DELETE_USERS, missing)[0], 400)
    answer = {
        "request_id": "",
        "error_code": 0,
        "error_description": "",
        "data": "successfully marked the endusers as inactive",
    }
    same("the answer", banyan.json("DELETE", DELETE_USERS, body), (200, answer))
    same("users", banyan.emails(), [email for email in users if email not in gone])
    kept = {serial for serial, email in before if email not in gone}
    seen = {serial for serial, _ in banyan.registrations()}
    same("the devices of others", sorted(seen), sorted(kept))
    return "two users by their ids are active no more, nor are the devices that have no other user; all others are"


def end(banyan, pair):
    serial, email = pair
    path = f"{DELETE_DEVICE}?{urlencode({'SerialNumber': serial, 'Email': email})}"
    same("the answer", banyan.delete(path), (200, "Successfully deleted end user device"))


def of_device(registrations, pair):
    return sum(serial == pair[0] for serial, _ in registrations)


def of_user(registrations, pair):
    return sum(email == pair[1] for _, email in registrations)


run(Banyan, [update_device, delete_device, delete_endusers])

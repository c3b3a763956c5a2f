"""What the drivers of both generations of Banyan's client share."""

from collections import Counter

from banyan.core.exc import BanyanError
from proofs import OwnBug, same

KEY = "sandbox-key"
STRANGER = "no-such-key"

# Small, so that every list has several pages.
PAGE = 50


def token_exchange(client, stranger, rows):
    """The key is traded for a token that opens the door; a key that nobody was given is refused."""
    token = client.get_access_token()
    same("the parts of the token", len(token.split(".")), 3)
    same("rows with the token", len(client.users.list()), rows)
    same("the refusal", refusal(stranger.get_access_token), "401")
    return "the token that came for the key opens the list of users; an unknown key is refused"


def refusal(call, *arguments):
    """The status with which the server refuses the call."""
    try:
        call(*arguments)
    except BanyanError as error:
        return str(error)[:3]
    return "none"


def deletable(devices, truth):
    """A device that alone has its serial number, and whose users all have another: deleting it takes no user."""
    registrations = truth["banyan_registrations"]
    having = Counter(row["email"] for row in registrations)
    numbered = Counter(device.serial_number for device in devices)
    for device in devices:
        users = [row["email"] for row in registrations if row["serial_number"] == device.serial_number]
        if users and numbered[device.serial_number] == 1 and all(having[user] > 1 for user in users):
            return device
    raise AssertionError("the sandbox has no device that can be deleted alone")


def ban(client, device, is_banned):
    """Tries to ban the device, and sees that the refusal changed nothing."""
    same("the refusal", refusal(client.devices.ban, device), "400")
    same("banned after the refusal", is_banned(), False)
    raise OwnBug(
        "it sends one object with a true `Banned`, where the guide has a list of one object with the text `\"TRUE\"`;"
        " it is refused, and nothing changes"
    )

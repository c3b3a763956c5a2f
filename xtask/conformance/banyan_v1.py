"""pybanyan of the time before v2: v1 lists and changes."""

from banyan.api import BanyanApiClient

import banyan_shared as shared
from proofs import OwnBug, run, same


class Subject:
    def __init__(self, base_url):
        self.base_url = base_url
        self.client = BanyanApiClient(api_server_url=base_url, refresh_token=shared.KEY)

    def devices(self):
        return self.client.devices.list(params={"limit": shared.PAGE})

    def users(self):
        return self.client.users.list(params={"limit": shared.PAGE})


def v1_key(device):
    """Some rows have no id."""
    return device.device_id or device.serial_number


def refresh_token(subject, truth):
    stranger = BanyanApiClient(api_server_url=subject.base_url, refresh_token=shared.STRANGER)
    return shared.token_exchange(subject.client, stranger, len(truth["banyan_users"]))


def endusers(subject, truth):
    same("users", [user.email for user in subject.users()], truth["banyan_users"])
    return "all active users over several pages, every row by its schema"


def devices(subject, truth):
    rows = subject.devices()
    same("ids", [v1_key(device) for device in rows], truth["banyan_devices"])
    registrations = [
        {"serial_number": device.serial_number, "email": email} for device in rows for email in device.emails
    ]
    same("registrations", registrations, truth["banyan_registrations"])
    return "all active devices over several pages, every row by its schema, with the users of each"


def update_device(subject, truth):
    device = next(device for device in subject.devices() if not device.is_banned)
    key = v1_key(device)
    shared.ban(subject.client, device, lambda: any(row.is_banned for row in subject.devices() if v1_key(row) == key))


def delete_device_everywhere(subject, truth):
    before = subject.devices()
    gone = shared.deletable(before, truth)
    try:
        subject.client.devices.delete(gone.serial_number)
    except TypeError as error:
        remaining = [v1_key(device) for device in before if v1_key(device) != v1_key(gone)]
        same("devices", [v1_key(device) for device in subject.devices()], remaining)
        raise OwnBug(
            "it looks for a `Message` in the reply, which in the guide is a bare string, and fails; the device is gone"
        ) from error
    raise AssertionError("the reply that the guide has was understood")


run(Subject, [refresh_token, endusers, devices, update_device, delete_device_everywhere])

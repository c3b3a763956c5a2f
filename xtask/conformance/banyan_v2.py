"""pybanyan as it is published today: v2 lists, at their experimental address, and v1 changes."""

from banyan.api import BanyanApiClient
from banyan.model.user_device import DeviceV2, UserV2

import banyan_shared as shared
from proofs import run, same


class Subject:
    def __init__(self, base_url):
        self.base_url = base_url
        self.client = BanyanApiClient(api_url=base_url, api_key=shared.KEY)

    def rows_at(self, path, row):
        """The rows of a list that is not at the address that the client was built for, as they came."""
        rows = self.client.paged_request("GET", self.base_url + path, params={"limit": shared.PAGE})
        row.Schema().load(rows, many=True)
        return rows


def paged(**filters):
    """The client adds to what it is given, so each call has its own."""
    return {"limit": shared.PAGE, **filters}


def refresh_token(subject, truth):
    stranger = BanyanApiClient(api_url=subject.base_url, api_key=shared.STRANGER)
    return shared.token_exchange(subject.client, stranger, len(truth["banyan_user_ids"]))


def endusers_v2(subject, truth):
    users = subject.client.users
    same("users", len(users.list(params=paged())), len(truth["banyan_user_ids"]))
    active = users.list(params=paged(active="true"))
    same("active users", [user.email for user in active], truth["banyan_users"])
    rows = subject.rows_at("/api/v2/enduser", UserV2)
    same("ids", [row["id"] for row in rows], truth["banyan_user_ids"])
    return "all users over several pages, at `/api/experimental/v2` and at `/api/v2`; `active` leaves the active ones"


def devices_v2(subject, truth):
    devices = subject.client.devices.list(params=paged())
    same("ids", [str(device.device_id) for device in devices], truth["banyan_device_ids"])
    rows = subject.rows_at("/api/v2/devices", DeviceV2)
    same("ids at /api/v2", [row["id"] for row in rows], truth["banyan_device_ids"])
    wanted = shared.deletable(devices, truth)
    found = subject.client.devices.get_single(wanted.serial_number)
    same("the device with the serial number", found.device_id, wanted.device_id)
    return "all devices over several pages, at both addresses; `serial_number` finds one"


def update_device(subject, truth):
    devices = subject.client.devices
    device = next(device for device in devices.list() if not device.banned)
    shared.ban(subject.client, device, lambda: devices.get_single(device.serial_number).banned)


def delete_device_everywhere(subject, truth):
    client = subject.client
    before = client.devices.list(params=paged(active="true"))
    gone = shared.deletable(before, truth)
    same("the answer", client.devices.delete(gone.serial_number), "Successfully deleted end user device")
    after = client.devices.list(params=paged(active="true"))
    remaining = [device.device_id for device in before if device.device_id != gone.device_id]
    same("active devices", [device.device_id for device in after], remaining)
    users = client.users.list(params=paged(active="true"))
    same("active users", [user.email for user in users], truth["banyan_users"])
    return (
        "the device is active no more, every other device and user is; at `/api/v1/delete_device`, where the guide has"
        " a second `v1`"
    )


run(Subject, [refresh_token, endusers_v2, devices_v2, update_device, delete_device_everywhere])

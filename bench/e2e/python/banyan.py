"""pybanyan: the list of devices, each time a line comes."""

import sys
import time

from banyan.api import BanyanApiClient

client = BanyanApiClient(api_server_url=sys.argv[1], refresh_token="sandbox-key")
for _ in sys.stdin:
    start = time.perf_counter()
    rows = len(client.devices.list())
    print(time.perf_counter() - start, rows, flush=True)

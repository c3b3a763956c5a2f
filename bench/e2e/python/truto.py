"""truto-python-sdk: the list of users, each time a line comes."""

import asyncio
import sys
import time

from truto_python_sdk import TrutoApi

ACCOUNT = "00000000-0000-4000-8000-000000000001"

api = TrutoApi(token="sandbox-token", base_url=sys.argv[1]).unified_api
for _ in sys.stdin:
    start = time.perf_counter()
    query = {"integrated_account_id": ACCOUNT, "limit": 100}
    rows = len(asyncio.run(api.list("user-directory", "users", query).to_array()))
    print(time.perf_counter() - start, rows, flush=True)

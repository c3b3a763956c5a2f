"""curl, for the calls that a vendor's guide has and no client of the vendor makes."""

import json
import subprocess

from proofs import same


class Curl:
    def __init__(self, base_url):
        self.base_url = base_url
        self.bearer = f"Authorization: Bearer {self.token()}"

    def token(self):
        """The token of each vendor is had in its own way."""
        raise NotImplementedError

    def run(self, path, *options):
        """The status, and the body as JSON where there is one."""
        # -q: whatever a person's own settings are.
        command = ["curl", "-q", "--silent", "--show-error", "--write-out", "\n%{http_code}"]
        answer = subprocess.run(
            [*command, self.base_url + path, *options], check=True, capture_output=True, encoding="utf-8"
        ).stdout
        body, status = answer.rsplit("\n", 1)
        return int(status), json.loads(body) if body else None

    def get(self, path):
        return self.run(path, "--header", self.bearer)

    def delete(self, path, *options):
        return self.run(path, "--header", self.bearer, "--request", "DELETE", *options)

    def ok(self, path):
        status, body = self.get(path)
        same(f"the status of {path}", status, 200)
        return body

"""What every driver shares: it is given a server and the truth, and tells what it has seen, one JSON object a line."""

import contextlib
import faulthandler
import json
import sys

# Seconds. Some clients page for ever over a list that they do not understand.
LIMIT = 60


class OwnBug(Exception):
    """The client cannot do this against a server that follows the documents; the text says why."""


def same(what, seen, wanted):
    """Fails and names the first difference, unless the client has seen what is so."""
    if seen == wanted:
        return
    if isinstance(seen, list) and isinstance(wanted, list):
        pairs = zip([*seen, "nothing"], [*wanted, "nothing"])
        at, pair = next((at, pair) for at, pair in enumerate(pairs) if pair[0] != pair[1])
        what = f"{what} ({len(seen)} where there are {len(wanted)}), number {at + 1}"
        seen, wanted = pair
    raise AssertionError(f"{what}: {seen!r} where it is {wanted!r}"[:500])


def run(connect, proofs):
    """Carries out each proof, by the name of its operation, with what `connect` makes of the address.

    A proof compares what the client has seen with the truth, and returns what was compared. Standard input holds the
    address and the truth.
    """
    faulthandler.dump_traceback_later(LIMIT, exit=True)
    given = json.load(sys.stdin)
    lines = sys.stdout
    # A client may print what it sends.
    with contextlib.redirect_stdout(sys.stderr):
        subject = connect(given["base_url"])
        for proof in proofs:
            try:
                outcome, detail = "proven", proof(subject, given["truth"])
            except OwnBug as bug:
                outcome, detail = "not proven", str(bug)
            except Exception as error:  # Whatever a client throws is the outcome.
                outcome, detail = "failed", f"{type(error).__name__}: {error}"
            line = {"operation": proof.__name__, "outcome": outcome, "detail": detail}
            print(json.dumps(line), file=lines, flush=True)

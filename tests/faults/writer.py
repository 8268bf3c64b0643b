"""A process that goes on writing: `python -m tests.faults.writer URL FOLDER` makes guests and names each once kept."""

import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

from toolkit import db, signing
from toolkit.services import accounts


def main() -> None:
    """Make guests until the reader of the output is gone."""
    engine, server = db.make_engine(sys.argv[1]), signing.load_keys(Path(sys.argv[2])).server
    while True:
        with db.write_session(engine) as session:
            now = datetime.now(UTC)
            token = accounts.start_guest(session, server, secrets.token_hex(16), shared=False, now=now).token
            key = accounts.visitor(session, token, now=now).key
        try:
            print(key, flush=True)  # only now: the commit has been acknowledged
        except BrokenPipeError:
            sys.stderr.close()
            return


if __name__ == "__main__":
    main()

"""`toolkit worker`: background jobs in a process of their own, for a site that is served by several. Thin."""

import signal
import sys
import threading
from types import FrameType

import click

from toolkit import jobs, logs
from toolkit.cli_base import engine_for, settings


@click.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 8), help="Jobs at the same time.")
@click.option("--once", is_flag=True, help="Run every job that is due now, then end; exit code 1 if one failed.")
def worker(*, workers: int, once: bool) -> None:
    """Send mail, end what is over, clear up: until Ctrl+C or SIGTERM.

    `toolkit serve` does this itself. Start a worker where the site is served by gunicorn, or with `serve --no-worker`.
    More than one worker may run; no mail is sent twice. Exit codes: 0 ended as asked, 1 something failed.
    """
    found = settings()
    click.echo("Preparing the database …", err=True)
    engine_for(found).dispose()
    from toolkit.app import create_app  # noqa: PLC0415 - "--help" needs no site

    app = create_app(found)
    logs.take_over()
    if once:
        on = jobs.ground(app.extensions)
        failed = [name for name in jobs.PERIODIC if not jobs.run(name, on, only_if_due=True)]
        for name in jobs.PERIODIC:
            click.echo(f"{name}: {'failed' if name in failed else 'done'}")
        app.extensions["engine"].dispose()
        sys.exit(1 if failed else 0)
    from toolkit.consumer import Working  # noqa: PLC0415

    ending = threading.Event()
    working = Working(found, app.extensions, workers=workers)

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        working.leave()
        ending.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    working.start()
    click.echo("Working.  (Ctrl+C stops)", err=True)
    ending.wait()
    working.stop()
    app.extensions["engine"].dispose()
    click.echo("Stopped.", err=True)

"""`toolkit demo`: made-up learners to look at, and their removal. Thin."""

from datetime import UTC, datetime

import click
from sqlalchemy import Engine

from toolkit import db, signing
from toolkit.cli_base import engine_for, settings
from toolkit.services import certificate_keys, demo


@click.command("demo")
@click.option("--seed", type=int, default=1, show_default=True, help="The same number gives the same learners.")
@click.option("--really", is_flag=True, help="Also where SITE_URL is the address of a real site.")
@click.option("--remove", is_flag=True, help="Remove the made-up learners with everything of theirs, and nothing else.")
def demo_command(seed: int, *, really: bool, remove: bool) -> None:
    """Make 60 learners who are made up, in all states; their certificates are trial ones.

    Exit codes: 0 done, 1 not done, 2 wrong usage.
    """
    found = settings()
    now = datetime.now(UTC)
    engine = engine_for(found)
    try:
        if remove:
            _remove(engine, now)
            return
        if not (found.trial or really):
            raise click.ClickException(
                f"SITE_URL is {found.site_url}: real people may use this site. Add --really to make learners there"
            )
        keys = signing.load_keys(found.data_dir)
        issuing = certificate_keys.Issuing(keys, trial=True, time_zone=found.time_zone)
        _make(engine, issuing, seed, now)
    finally:
        engine.dispose()


def _make(engine: Engine, issuing: certificate_keys.Issuing, seed: int, now: datetime) -> None:
    try:
        with db.write_session(engine) as session:
            demo.ready(session)
            certificate_keys.take_over(session, issuing, now=now)
        planned = list(demo.learners(seed, now=now))
        for learner in planned:
            # One transaction each: real learners are not kept waiting.
            with db.write_session(engine) as session:
                demo.make(session, issuing, learner, now=now)
            if learner.n % 10 == 0:
                click.echo(f"{learner.n} of {len(planned)} …", err=True)
        with db.write_session(engine) as session:
            demo.note(session, demo.MADE, len(planned), now=now)
    except demo.DemoError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{len(planned)} made-up learners are there. Remove them with: toolkit demo --remove")


def _remove(engine: Engine, now: datetime) -> None:
    with db.write_session(engine) as session:
        count = demo.remove(session)
        if count:
            demo.note(session, demo.REMOVED, count, now=now)
    click.echo(f"{count} made-up learners removed." if count else "There are no made-up learners.")

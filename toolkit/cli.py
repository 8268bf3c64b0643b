"""`toolkit …`: serve and migrate; the other commands are in cli_<room>. Thin: each calls a service."""

import signal
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import FrameType

import click
from sqlalchemy import Engine

from toolkit import db, logs, paths
from toolkit.cli_base import Commands, engine_for, settings
from toolkit.services import accounts, modules_seen


class _Rooms(Commands):
    """The commands of the other rooms: each is imported when it is asked for, so that none waits for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List all commands."""
        return sorted([*super().list_commands(ctx), *_ROOMS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the room of a command, or give one of this room."""
        if cmd_name not in _ROOMS:
            return super().get_command(ctx, cmd_name)
        room, _, name = _ROOMS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(room), name)
        return command


_ROOMS = {
    "admin": "toolkit.cli_admin:admin",
    "audit": "toolkit.cli_audit:audit_group",
    "backup": "toolkit.cli_backup:backup_command",
    "certificates": "toolkit.cli_certificates:certificates_group",
    "demo": "toolkit.cli_demo:demo_command",
    "directory": "toolkit.cli_directory:directory_group",
    "modules": "toolkit.cli_modules:modules_group",
    "restore": "toolkit.cli_backup:restore_command",
    "settings": "toolkit.cli_settings:settings_command",
    "worker": "toolkit.cli_worker:worker",
}


@click.group(cls=_Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="workplace-learning-toolkit")
def main() -> None:
    """Run the Workplace Learning Toolkit."""


def _load(engine: Engine, place: Path) -> None:
    """Load the shipped courses, unless they are those that were loaded last: then nothing is locked, nobody waits."""
    with db.read_session(engine) as session:
        if modules_seen.unchanged(session, paths.MODULES, place):
            return
    from toolkit.cli_modules import load_lines  # noqa: PLC0415 - the shapes of all content, 10 MB, for a start with new ones
    from toolkit.services.modules_load import load_folder  # noqa: PLC0415

    click.echo("Loading the shipped courses …", err=True)
    with db.write_session(engine) as session:
        reports = load_folder(session, paths.MODULES, now=datetime.now(UTC))
    for line in load_lines(reports):
        click.echo(f"  {line}", err=True)
    if not any(report.problems for report in reports):
        with db.read_session(engine) as session:
            modules_seen.note(session, paths.MODULES, place)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--no-worker", is_flag=True, help="Leave background jobs to `toolkit worker`.")
def serve(host: str, *, no_worker: bool) -> None:
    """Migrate the database, load the shipped courses, serve and run background jobs until Ctrl+C."""
    found = settings()
    click.echo("Preparing the database …", err=True)
    engine = engine_for(found)
    _load(engine, found.data_dir)
    with db.write_session(engine) as session:
        link = None if accounts.admin_exists(session) else accounts.new_invite(session, now=datetime.now(UTC))
    engine.dispose()
    from waitress import create_server  # noqa: PLC0415 - only serving needs it

    from toolkit.app import create_app, settle  # noqa: PLC0415
    from toolkit.consumer import Working  # noqa: PLC0415

    app = create_app(found)
    settle(app)
    server = create_server(
        app,
        host=host,
        port=found.port,
        threads=8,
        ident=None,
        # A browser keeps its connections open: with waitress's own limit of 100, half of a class of 200 waits for two
        # minutes. Not more than the 1,024 files that a process may usually have open.
        connection_limit=900,
        asyncore_use_poll=True,
        # Far above what a page of ours may send: what is larger still fills no disk on its way in.
        max_request_body_size=1024 * 1024,
    )
    click.echo(f"Serving on http://{host}:{found.port}  (Ctrl+C stops)")
    if link:
        click.echo(f"First admin, one time, within 24 hours: {found.site_url}/en/admin/invites/{link}")
    sys.stdout.flush()
    logs.take_over()
    working = None if no_worker else Working(found, app.extensions)

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        if working is not None:
            working.leave()
        raise SystemExit(0)  # the server ends its loop on this

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        if working is not None:
            working.start()
        server.run()
    finally:
        if working is not None:
            working.stop()
        click.echo("Stopped.", err=True)


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database to this version's tables."""
    engine_for(settings())
    click.echo("The database is up to date.")


if __name__ == "__main__":
    main()

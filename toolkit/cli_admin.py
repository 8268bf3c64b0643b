"""`toolkit admin …`: the one-time link for an admin. Thin."""

from datetime import UTC, datetime

import click

from toolkit import db
from toolkit.cli_base import engine_for, settings
from toolkit.services import accounts


@click.group()
def admin() -> None:
    """Manage admins."""


@admin.command()
def invite() -> None:
    """Print a one-time link that makes whoever opens it an admin; it ends after 24 hours."""
    found = settings()
    with db.write_session(engine_for(found)) as session:
        token = accounts.new_invite(session, now=datetime.now(UTC))
    click.echo(f"{found.site_url}/en/admin/invites/{token}")

"""`toolkit settings`: every setting, its value, where it is from, and what happens while it is not set. Thin."""

import click

from toolkit.cli_base import settings
from toolkit.services.site_settings import Need, lines


@click.command("settings")
@click.option("--check", is_flag=True, help="Exit with 1 when a setting that is needed is missing.")
def settings_command(*, check: bool) -> None:
    """Show all settings; passwords and tokens stay hidden. Nothing is changed."""
    listed = lines(settings())
    for line in listed:
        click.echo(f"{line.name}={line.value}  ({'set' if line.given else 'default'})")
        if line.missing or not line.given:
            mark = {Need.NEEDED: "needed: ", Need.ADVISED: "better set: ", Need.FREE: ""}[line.need]
            click.echo(f"    {mark if line.missing else ''}{line.unset}")
    missing = [line.name for line in listed if line.missing and line.need is Need.NEEDED]
    if missing:
        click.echo(f"Still needed: {', '.join(missing)}.", err=True)
    if check and missing:
        raise click.exceptions.Exit(1)

"""What every command needs: the settings as a sentence when they are wrong, the database brought up to date."""

import errno
from typing import Any

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from toolkit import config, db, paths, signing


class Commands(click.Group):
    """The commands: what the disk or the database refuses is a sentence and exit code 1, wherever it happens."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except OperationalError as error:
            raise click.ClickException(f"the database did not do it: {error.orig}") from error
        except (db.DatabaseError, signing.KeyFileError) as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # nobody reads what is printed: click knows what to do
                raise
            raise click.ClickException(f"{error.filename or 'the disk'}: {error.strerror or error}") from error


def settings() -> config.Settings:
    """Read the settings and make the data folder; a wrong one ends the command with its sentence."""
    try:
        found = config.load()
    except config.SettingError as error:
        raise click.ClickException(str(error)) from error
    found.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def engine_for(found: config.Settings) -> Engine:
    """Give the database of these settings, its tables up to date."""
    try:
        engine = db.make_engine(found.database_url)
    except db.DatabaseError as error:
        raise click.ClickException(str(error)) from error
    migrate(engine)
    return engine


def migrate(engine: Engine) -> None:
    """Run the migrations up to the one head; what is there already is left alone."""
    if db.schema_version(engine) == db.schemas()[-1]:
        return
    from alembic import command  # noqa: PLC0415 - a third of a second at every start, for the one after an update
    from alembic.config import Config as AlembicConfig  # noqa: PLC0415

    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(paths.MIGRATIONS))
    with engine.begin() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")

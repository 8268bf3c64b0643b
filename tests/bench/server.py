"""The measured server: the site, and beside it the floor page, in one process, so that both share all circumstances."""

import sys
from pathlib import Path

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from waitress import serve
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from toolkit import db
from toolkit.app import create_app, settle


class Base(DeclarativeBase):
    """The floor page's one table."""


class Note(Base):
    """A row to be read by its key."""

    __tablename__ = "floor_notes"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))


def floor(url: str) -> Flask:
    """Build the floor page: Flask, SQLAlchemy, one SELECT by key, a 6 KB autoescaped Jinja page, no login."""
    engine = db.make_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.merge(Note(key="a", title="Floor & page"))
        session.commit()
    app = Flask("floor")
    rows = "".join(f"<p>{{{{ title }}}} line {n} of the page that does the least a page can do.</p>" for n in range(82))
    app.jinja_loader = DictLoader({"floor.html": "<!doctype html><title>{{ title }}</title>" + rows})

    @app.get("/<key>")
    def page(key: str) -> str:
        with Session(engine) as session:
            title = session.scalar(select(Note.title).where(Note.key == key))
        return render_template("floor.html", title=title)

    return app


def main() -> None:
    """Serve both on the port of the first argument; the second is the folder of the floor page's database."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    site = create_app()
    settle(site)
    both = DispatcherMiddleware(site, {"/floor": floor(f"sqlite:///{folder / 'floor.db'}")})
    serve(both, host="127.0.0.1", port=port, threads=4, ident=None)


if __name__ == "__main__":
    main()

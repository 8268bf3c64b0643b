"""About, privacy, accessibility: the pages that are owed."""

from flask import Blueprint

page = Blueprint("about", __name__)

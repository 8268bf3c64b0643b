"""Report a mistake in a text, without an account."""

from flask import Blueprint

page = Blueprint("reports", __name__)

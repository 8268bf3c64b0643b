"""Everything about me, and Delete me."""

from flask import Blueprint

page = Blueprint("own_data", __name__)

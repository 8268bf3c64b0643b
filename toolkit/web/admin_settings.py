"""Settings as they are, and what happens where one is missing."""

from flask import Blueprint

page = Blueprint("admin_settings", __name__)

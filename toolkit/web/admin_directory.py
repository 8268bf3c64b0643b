"""The help directory for the admin: confirm listings, change contacts."""

from flask import Blueprint

page = Blueprint("admin_directory", __name__)

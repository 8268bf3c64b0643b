"""One's own account: names, e-mail, password, devices."""

from flask import Blueprint

page = Blueprint("account", __name__)

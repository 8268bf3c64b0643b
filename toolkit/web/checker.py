"""The checker to save: one file that verifies certificates without this site."""

from flask import Blueprint

page = Blueprint("checker", __name__)

"""Counts for monitoring, behind a token."""

from flask import Blueprint

page = Blueprint("metrics", __name__)

"""Signing in and out, making an account, a forgotten password."""

from flask import Blueprint

page = Blueprint("sign_in", __name__)

"""Courses for the admin: open, assigned only, hidden."""

from flask import Blueprint

page = Blueprint("admin_courses", __name__)

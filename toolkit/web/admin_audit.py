"""The audit log: filter, export, verify."""

from flask import Blueprint

page = Blueprint("admin_audit", __name__)

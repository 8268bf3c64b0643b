"""Certificates for the admin: find by code, withdraw."""

from flask import Blueprint

page = Blueprint("admin_certificates", __name__)

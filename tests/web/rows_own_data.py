"""Rows of the authorisation table: own data."""

from tests.web.rows import Row

ROWS: list[Row] = []

"""Rows of the authorisation table: admin."""

from tests.web.rows import Row

ROWS: list[Row] = []

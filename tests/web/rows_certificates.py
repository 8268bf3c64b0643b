"""Rows of the authorisation table: certificates."""

from tests.web.rows import Row

ROWS: list[Row] = []

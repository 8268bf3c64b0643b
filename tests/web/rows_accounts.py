"""Rows of the authorisation table: accounts."""

from tests.web.rows import Row

ROWS: list[Row] = []

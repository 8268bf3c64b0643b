"""Rows of the authorisation table: public."""

from tests.web.rows import Row

ROWS: list[Row] = []

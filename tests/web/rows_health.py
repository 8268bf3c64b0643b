"""Rows of the authorisation table: health."""

from tests.web.rows import Row

ROWS: list[Row] = []

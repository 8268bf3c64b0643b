"""Rows of the authorisation table: the saved checker, the same for everybody."""

from tests.web.rows import Row, everybody

ROWS: list[Row] = [everybody("checker.checker", "GET", "/en/checker", "200")]

"""Rows of the authorisation table: health."""

from tests.web.rows import Row, at, everybody

ROWS: list[Row] = [
    # Whoever holds the token is asked for elsewhere (test_metrics); a browser never does.
    everybody("metrics.metrics", "GET", "/metrics", "404", wrong=at("/metrics/nothing")),
]

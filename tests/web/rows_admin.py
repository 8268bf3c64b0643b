"""Rows of the authorisation table: the administration's start page, courses, directory and settings."""

from typing import Any

from tests.web.rows import Row, at, sends

NOTHING = at("/en/nothing-here")


def _admins(endpoint: str, method: str, path: str, outcome: str, **more: Any) -> Row:
    """Write a row for a page that only admins have; to everybody else it is not there."""
    return Row(endpoint, method, at(path), "404", "404", "404", outcome, wrong=NOTHING, **more)


ROWS: list[Row] = [
    _admins("admin.opening", "GET", "/en/admin/opening/law", "200"),
    _admins(
        "admin.opening_post",
        "POST",
        "/en/admin/opening/law",
        "303 → admin.start",
        form=sends(who="M.K.", on="2026-11-02", action="done"),
    ),
    _admins("admin_courses.courses", "GET", "/en/admin/courses", "200"),
    _admins("admin_courses.course", "GET", "/en/admin/courses/basics?mode=hidden", "200"),
    _admins(
        "admin_courses.course_post",
        "POST",
        "/en/admin/courses/basics",
        "303 → admin_courses.courses",
        form=sends(mode="open"),
    ),
    _admins("admin_directory.countries", "GET", "/en/admin/directory", "200"),
    _admins("admin_directory.country", "GET", "/en/admin/directory/cy", "200"),
    _admins("admin_directory.listing", "GET", "/en/admin/listings/cy-1460", "200"),
    _admins(
        "admin_directory.listing_post",
        "POST",
        "/en/admin/listings/cy-1460",
        "422",
        form=sends(action="confirm", who="M.K.", on="2026-11-02", how="phone", contacts="an earlier contact's"),
    ),
    _admins("admin_settings.settings", "GET", "/en/admin/settings", "200"),
]

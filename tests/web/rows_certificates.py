"""Rows of the authorisation table: certificates and the audit log in the administration."""

from typing import Any

from tests.web.rows import Row, at, sends

NOWHERE = at("/en/nothing-here")


def admins(endpoint: str, method: str, path: str, outcome: str, **more: Any) -> Row:
    """Write a row that is there for admins only; to all others it is what nothing is."""
    return Row(endpoint, method, at(path), "404", "404", "404", outcome, wrong=NOWHERE, **more)


ROWS: list[Row] = [
    admins("admin_certificates.certificates", "GET", "/en/admin/certificates", "200"),
    admins("admin_certificates.certificate", "GET", "/en/admin/certificates/{code}", "200"),
    admins(
        "admin_certificates.certificate_post",
        "POST",
        "/en/admin/certificates/{code}",
        "303 → admin_certificates.certificate",
        form=sends(action="withdraw", reason="mistake"),
    ),
    admins("admin_audit.audit", "GET", "/en/admin/audit", "200"),
    admins("admin_audit.export", "GET", "/en/admin/audit/export", "200"),
    admins("admin_audit.check", "GET", "/en/admin/audit/check", "200"),
]

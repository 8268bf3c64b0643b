"""Rows of the authorisation table: the pages that are owed, and reports of mistakes."""

from tests.web.rows import Row, at, everybody, sends

PLACE = "/en/reports/m01/1-1/b2"

ROWS: list[Row] = [
    everybody("about.about", "GET", "/en/about", "200"),
    everybody("about.privacy", "GET", "/en/privacy", "200"),
    everybody("about.accessibility", "GET", "/en/accessibility", "200"),
    everybody("reports.report", "GET", PLACE, "200"),
    everybody("reports.report_post", "POST", PLACE, "303 → reports.thanks", form=sends(text="A word is missing.")),
    everybody("reports.thanks", "GET", f"{PLACE}/thanks", "200"),
    Row("reports.listed", "GET", at("/en/admin/reports"), "404", "404", "404", "200", wrong=at("/en/nothing-here")),
    Row(  # a report that is gone needs nothing more
        "reports.listed_post",
        "POST",
        at("/en/admin/reports"),
        "404",
        "404",
        "404",
        "303 → reports.listed",
        form=sends(report="1", action="done"),
        wrong=at("/en/nothing-here"),
    ),
]

"""The words on the paper: both languages, hers first, each half in its own formats."""

from flask_babel import force_locale
from flask_babel import gettext as _

from toolkit import pdf
from toolkit.config import Settings
from toolkit.rules import codes
from toolkit.services.certificate_naming import Naming
from toolkit.services.certificates import CertificateView
from toolkit.services.courses import COURSES, Shelf
from toolkit.web import language
from toolkit.web.rendering import Texts


def course_title(shelf: Shelf, lang: str, key: str) -> str:
    """Name a course in a language; one that is gone is named by its key."""
    structure = shelf.course(lang, key)
    return key if structure is None else Texts(shelf.editions[COURSES, lang]).plain(structure["title"])


def fields(settings: Settings, shelf: Shelf, naming: Naming) -> pdf.CertificateFields:
    """Put every text of the sheet together, ready to print."""
    view = naming.certificate
    lang = view.language
    other = next((tag for tag in language.tags_kept() if tag != lang), lang)
    first, second = _half(settings, shelf, lang, view), _half(settings, shelf, other, view)
    labels = zip(first["labels"], second["labels"], first["values"], strict=True)
    return pdf.CertificateFields(
        lang=lang,
        other_lang=other,
        document_title=f"{first['title']} {codes.show_code(view.code)}",
        title=first["title"],
        title_other=second["title"],
        site_name=settings.site_names[lang],
        site_name_other=settings.site_names[other],
        name=naming.name,
        completed=first["completed"],
        completed_other=second["completed"],
        facts=tuple(pdf.Fact(label, twin, value) for label, twin, value in labels if value),
        issuer=issuer(settings, lang),
        code=codes.show_code(view.code),
        check=first["check"],
        check_other=second["check"],
        check_address=f"{settings.site_url}/{lang}/verify#{naming.payload}",
        qr_alt=first["qr_alt"],
        frieze_alt="",
        foot=first["foot"],
        foot_other=second["foot"],
        trial="Trial / Δοκιμαστική" if view.trial else "",
        day=view.issued_on,
    )


def _half(settings: Settings, shelf: Shelf, lang: str, view: CertificateView) -> dict[str, str | list[str]]:
    structure = shelf.course(lang, view.course)
    content = ""
    if structure is not None and "certificate" in structure:
        content = Texts(shelf.editions[COURSES, lang]).plain(structure["certificate"])
    title = course_title(shelf, lang, view.course)
    with force_locale(lang):
        completed = _(
            "has completed the course **%(course)s**, %(minutes)s minutes of learning.",
            course=title,
            minutes=view.minutes,
        )
        if content:
            completed = _(
                "has completed the course **%(course)s**: %(content)s. %(minutes)s minutes of learning.",
                course=title,
                content=content,
                minutes=view.minutes,
            )
        return {
            "title": _("Certificate of completion"),
            "completed": completed,
            "labels": [_("Date"), _("Language"), _("Content version"), _("Issued by")],
            "values": [
                language.day(view.issued_on, lang),
                language.NAMES.get(view.language, view.language),
                view.content_version,
                issuer(settings, lang),
            ],
            "check": _("Check it, even offline"),
            "qr_alt": _("Square code with the signed facts of this certificate"),
            "foot": _(
                "In immediate danger: 112. Services by country: %(address)s", address=f"{settings.site_url}/{lang}/help"
            ),
        }


def issuer(settings: Settings, lang: str) -> str:
    """Say who gives the certificates: the name that was set, or the site's own."""
    return settings.issuer_names.get(lang) or settings.issuer_names.get("en") or settings.site_names[lang]

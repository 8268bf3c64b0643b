"""Every template parses and is used; each component is one macro of its file's name; every reason has its sentence."""

import importlib
import re
from enum import Enum

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import nodes

from tests.house import tree
from toolkit import paths
from toolkit.services.modules_schema import Module
from toolkit.web import refusals

TEMPLATES = sorted(
    path.relative_to(paths.TEMPLATES).as_posix() for path in paths.TEMPLATES.rglob("*") if path.is_file()
)
PAGES = [name for name in TEMPLATES if name.endswith(".html")]
LETTERS = {name.removeprefix("mail/").partition(".")[0] for name in TEMPLATES if name.startswith("mail/")} - {"_frame"}
_SHAPES = Module.model_json_schema()["$defs"].values()
KINDS = {
    shape["properties"]["kind"]["const"] for shape in _SHAPES if "const" in shape.get("properties", {}).get("kind", {})
}


def parsed(app: Flask, name: str) -> nodes.Template:
    source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)
    return app.jinja_env.parse(source, name)


@pytest.mark.parametrize("name", PAGES)
def test_a_template_parses(lite_site: Flask, name: str):
    assert lite_site.jinja_env.get_template(name).name == name


def test_every_template_is_used(lite_site: Flask):
    used = set()
    for name in PAGES:
        for node in parsed(lite_site, name).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            assert isinstance(node.template, nodes.Const), f"{name}: a template is named, not worked out"
            used.add(node.template.value)
    code = "\n".join(
        tree.text(path) or "" for path in tree.files() if path.parts[0] == "toolkit" and path.suffix == ".py"
    )
    used |= set(re.findall(r'"([\w/]+\.html)"', code))
    used |= {f"print/{name}" for name in re.findall(r'"(\w+\.typ)"', code)}
    used |= {"mail/_frame.txt"} & set(re.findall(r'"([\w/]+\.txt)"', code))
    used |= {f"mail/{name}.{form}" for name in LETTERS if f'"{name}"' in code for form in ("txt", "html")}
    used |= {f"blocks/{kind}.html" for kind in KINDS}
    assert sorted(set(TEMPLATES) - used) == []
    assert sorted(used - set(TEMPLATES)) == [], "a template is named that is not there"


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("components/")])
def test_a_component_is_one_macro_of_its_files_name(lite_site: Flask, name: str):
    macros = [node.name for node in parsed(lite_site, name).find_all(nodes.Macro)]
    assert name.removeprefix("components/").removesuffix(".html") in macros


@pytest.mark.parametrize("name", PAGES)
def test_no_template_holds_style_or_script_of_its_own(name: str):
    source = (paths.TEMPLATES / name).read_text()
    if name == "mail/_frame.html":  # a mail has no style sheet, and no policy that forbids its own
        source = source.replace(' style="', " ")
    assert not re.search(r"\sstyle=|\son\w+=\"|<style|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"\ssrc=\"https?://|<link[^>]*https?://", source), "nothing is fetched from elsewhere"


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_reason_has_its_sentence_in_every_language(lite_site: Flask, lang: str):
    assert len(refusals.reasons()) >= 30
    with lite_site.test_request_context(f"/{lang}/"), force_locale(lang):
        said = {reason: refusals.sentence(reason) for reason in refusals.reasons()}
    assert all(len(text) > 20 and text.endswith(".") for text in said.values()), said
    greek = {reason for reason, text in said.items() if re.search(r"[α-ω]", text)}
    assert greek == (set(said) if lang == "el" else set())


def test_every_kind_of_refusal_is_in_the_table():
    """A rules file that can refuse what a person does has its reasons among the sentences, or a place of its own."""
    kinds = {type(reason) for reason in refusals.reasons()}
    for path in tree.files():
        if path.parts[:2] == ("toolkit", "rules") and path.stem not in {"__init__", "modules", "certificate_payload"}:
            module = importlib.import_module(f"toolkit.rules.{path.stem}")
            own = {
                v
                for n, v in vars(module).items()
                if n.endswith("Reason") and isinstance(v, type) and issubclass(v, Enum)
            }
            assert own <= kinds, path

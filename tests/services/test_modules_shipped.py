"""The shipped content is sound, and the schemas for editors are those of the code."""

from toolkit import paths
from toolkit.services.modules import check, schema_files


def test_the_shipped_content_has_no_problem() -> None:
    assert [str(problem) for problem in check(paths.MODULES)] == []


def test_the_schemas_for_editors_are_up_to_date() -> None:
    folder = paths.MODULES / "schema"
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == schema_files()


def test_editors_may_give_plain_scalars_a_type() -> None:
    module = schema_files()["module.schema.json"]
    assert '"string",\n' in module
    assert '"number"' in module

"""Reading and writing content files: everything is text, every value has its line, there is one form."""

import string

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.services.modules_files import (
    MAX_BYTES,
    UnreadableError,
    decode,
    parse_csv,
    parse_yaml,
    path_text,
    scalar,
    write_csv,
    write_yaml,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(string.ascii_lowercase + string.digits + "+-_ é", min_size=1)
MAPPINGS = st.recursive(
    st.dictionaries(KEYS, TEXTS, min_size=1),
    lambda inner: st.dictionaries(
        KEYS, TEXTS | inner | st.lists(TEXTS, min_size=1) | st.lists(inner, min_size=1), min_size=1
    ),
    max_leaves=12,
)
# Making mappings takes long on a busy machine: fewer of them, and no clock.
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(MAPPINGS)
def test_what_is_written_is_read_back_and_written_alike(data: dict[str, object]) -> None:
    written = write_yaml(data)
    assert parse_yaml("x.yaml", written).data == data
    assert write_yaml(parse_yaml("x.yaml", written).data) == written


@FEW
@given(MAPPINGS)
def test_another_yaml_reader_reads_the_same(data: dict[str, object]) -> None:
    assert yaml.load(write_yaml(data), Loader=yaml.BaseLoader) == data  # noqa: S506 - it makes nothing but strings


@FEW
@given(MAPPINGS)
def test_every_line_of_a_value_is_its_line(data: dict[str, object]) -> None:
    file = parse_yaml("x.yaml", write_yaml(data))
    lines = file.text.split("\n")
    for where, line in file.lines.items():
        if where and isinstance(where[-1], str):
            assert scalar(where[-1]) + ":" in lines[line - 1]


@pytest.mark.parametrize(
    "trap", ["no", "yes", "null", "~", "0800", "1:30", "1e3", "2026-11-21", "0x1f", "1_000", "", " "]
)
def test_no_scalar_is_given_a_type(trap: str) -> None:
    assert parse_yaml("x.yaml", f"a: {trap}\n").data == {"a": trap.strip()}
    assert parse_yaml("x.yaml", write_yaml({"a": trap})).data == {"a": trap}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("m01", "m01"),
        ("2026.11", "2026.11"),
        ("a/b_c-d.e", "a/b_c-d.e"),
        ("+label", '"+label"'),
        ("-x", '"-x"'),
        ("", '""'),
        ("two words", '"two words"'),
        ("Ώρα", '"Ώρα"'),
        ('say "x"', '"say \\"x\\""'),
        ("a\nb", '"a\\nb"'),
        ("a\u2028b", '"a\\u2028b"'),
    ],
)
def test_scalars_have_one_form(value: str, written: str) -> None:
    assert scalar(value) == written


def test_empty_lists_are_left_out_and_lists_stand_at_their_key() -> None:
    data = {"a": [], "b": ["x", "y z"], "c": [{"k": "v", "l": ["m"]}], "d": {"e": "f"}, "g": {}}
    assert write_yaml(data) == 'b:\n- x\n- "y z"\nc:\n- k: v\n  l:\n  - m\nd:\n  e: f\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "x.yaml:1: file: is empty"),
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3: a: stands twice"),
        ("a: &b\n- c\nd: *b\n", "x.yaml:3: d: aliases are not allowed"),
        ("a:\n- b\n- [c]: d\n", "x.yaml:3: a[1]: a key must be plain text"),
        ("a: 1\nb: \x01\n", "x.yaml:2: file: is not YAML: a control sign"),
        ("é: 1\nέ: \x01\n", "x.yaml:2: file: is not YAML: a control sign"),
        ("a: " + "[" * 30 + "]" * 30, "x.yaml:1: a" + "[0]" * 20 + ": is nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_one_problem_at_its_line(text: str, problem: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        parse_yaml("x.yaml", text)
    assert str(refused.value.problem) == problem


def test_bad_yaml_has_a_line() -> None:
    with pytest.raises(UnreadableError, match=r"^x\.yaml:[23]: file: is not YAML: "):
        parse_yaml("x.yaml", "a: 1\nb: 'c\n")


def test_aliases_cannot_multiply() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(UnreadableError, match="aliases are not allowed"):
        parse_yaml("x.yaml", bomb)


def test_bytes_are_utf8_and_not_too_many() -> None:
    assert decode("x", "Ώρα".encode()) == "Ώρα"
    with pytest.raises(UnreadableError, match=r"^x:2: file: is not UTF-8$"):
        decode("x", b"a\n\xff")
    with pytest.raises(UnreadableError, match="is larger than 2 MB"):
        decode("x", b"a" * (MAX_BYTES + 1))


@FEW
@given(st.lists(st.fixed_dictionaries({"a": TEXTS, "b": TEXTS})))
def test_csv_is_written_and_read_alike(rows: list[dict[str, str]]) -> None:
    written = write_csv(rows, ["a", "b"])
    file = parse_csv("x.csv", written, ["a", "b"])
    assert file.data == {"terms": rows}
    assert write_csv(file.data["terms"], ["a", "b"]) == written


def test_a_row_has_the_line_it_begins_on() -> None:
    file = parse_csv("x.csv", 'a,b\n"1\n2",3\n4,5\n', ["a", "b"])
    assert file.problem(("terms", 1, "b"), "no").line == 4
    assert str(file.problem(("terms", 0, "a"), "no")) == "x.csv:2: terms[0].a: no"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a;b\n", "x.csv:1: file: the first line must be a,b"),
        ("", "x.csv:1: file: the first line must be a,b"),
        ("a,b\n1\n", "x.csv:2: terms[0]: has 1 columns instead of 2"),
        ('a,b\n1,"2"3\n', "x.csv:2: file: is not CSV: ',' expected after '\"'"),
    ],
)
def test_csv_that_cannot_be_read(text: str, problem: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        parse_csv("x.csv", text, ["a", "b"])
    assert str(refused.value.problem) == problem


def test_places_are_written_as_people_read_them() -> None:
    assert path_text(("lessons", 0, "blocks", 2, "facts", 1)) == "lessons[0].blocks[2].facts[1]"
    assert path_text((0,)) == "[0]"
    assert path_text(()) == "file"

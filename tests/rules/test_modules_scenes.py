"""The law of stories: one good choice in each scene, ways that lead on, an end that is reached."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.rules.modules import Moment, Reason, SceneDefect, Way, good_way, leads_to, scene_defects, tells_history

GOOD, BAD = Way(right=True), Way(right=False)


def scenes(*ways: tuple[Way, ...]) -> list[Moment]:
    return [Moment(f"s{number}", one) for number, one in enumerate(ways)]


def test_a_good_choice_leads_on_by_itself_and_another_only_where_it_names_a_scene() -> None:
    two = scenes((GOOD, BAD), (GOOD, BAD))
    assert (leads_to(two, 0, GOOD), leads_to(two, 1, GOOD)) == ("s1", "end")
    assert leads_to(two, 0, BAD) is None
    assert leads_to(two, 1, Way(right=False, next="s0")) == "s0"
    assert leads_to(two, 0, Way(right=True, next="end")) == "end"


@pytest.mark.parametrize(
    ("story", "defects"),
    [
        (scenes((GOOD, BAD, BAD)), []),
        (scenes((GOOD, BAD, BAD), (BAD, GOOD, Way(right=False, next="s0"))), []),
        (scenes((GOOD, GOOD, BAD)), [SceneDefect(Reason.NOT_ONE_RIGHT, 0)]),
        (scenes((BAD, BAD, BAD)), [SceneDefect(Reason.NOT_ONE_RIGHT, 0)]),
        (scenes((GOOD, Way(right=False, next="s7"))), [SceneDefect(Reason.NO_SCENE, 0, 1)]),
        ([Moment("end", (GOOD, BAD))], [SceneDefect(Reason.NAMED_END, 0)]),
        (scenes((Way(right=True, next="end"), BAD), (GOOD, BAD)), [SceneDefect(Reason.NOT_REACHED, 1)]),
        (scenes((GOOD, BAD), (Way(right=True, next="s0"), BAD)), [SceneDefect(Reason.ENDLESS, 0)]),
    ],
)
def test_a_story_has_a_clear_way_through(story: list[Moment], defects: list[SceneDefect]) -> None:
    assert scene_defects(story) == defects


NEXT = st.one_of(st.none(), st.sampled_from(["s0", "s1", "s2", "s3", "end"]))


@settings(deadline=None)
@given(st.lists(st.tuples(NEXT, NEXT, NEXT), min_size=4, max_size=4))
def test_whoever_always_chooses_well_comes_to_the_end_of_a_sound_story(leads: list[tuple[str | None, ...]]) -> None:
    story = scenes(*(tuple(Way(place == 0, lead) for place, lead in enumerate(one)) for one in leads))
    walked = good_way(story)
    assert len(set(walked)) == len(walked) <= len(story)
    if not scene_defects(story):
        assert walked[0] == "s0"
        last = story[int(walked[-1][1:])]
        assert leads_to(story, story.index(last), last.ways[0]) == "end"


@pytest.mark.parametrize(
    ("kind", "folded", "told"),
    [
        ("timeline", False, True),
        ("table", False, True),
        ("text", True, True),
        ("text", False, False),
        ("case", True, False),
    ],
)
def test_where_history_may_be_told(kind: str, *, folded: bool, told: bool) -> None:
    assert tells_history(kind, folded=folded) is told

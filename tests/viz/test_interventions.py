"""What the page offers to make happen is what the model allows."""

from __future__ import annotations

import itertools
import math

import pytest

from model.case import event as planned
from model.case.case import load
from model.case.event import SORTS, Event
from model.story.words import WORDS
from viz.interventions import FormTold, interventions

CASE = load("default")
FORMS = interventions()
NAMES = [form["name"] for form in FORMS]


def answers(form: FormTold) -> list[dict[str, object]]:
    """Every choice with the lowest, the usual and the highest numbers that the form takes."""
    ways: list[list[tuple[str, object]]] = []
    for field in form["fields"]:
        if field["type"] == "street":
            given: list[object] = [0, CASE.place.street_count - 1]
        elif field["type"] == "choice":
            given = [choice["value"] for choice in field.get("choices", ())]
        else:
            numbers = (field.get("min", math.nan), field.get("default") or 0.0, field.get("max", math.nan))
            given = [int(n) if field["name"] == "weeks" else float(n) for n in numbers]
        ways.append([(field["name"], one) for one in given])
    return [{**form["fixed"], **dict(way)} for way in itertools.product(*ways)]


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_whatever_a_form_can_be_filled_in_with_is_allowed(form: FormTold):
    events = [Event.model_validate({"week": 5, "kind": form["kind"]} | answer) for answer in answers(form)]
    assert events
    for event in events:
        planned.check([event], CASE)


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_a_form_asks_for_all_that_its_kind_of_event_has(form: FormTold):
    sort, asked = SORTS[form["kind"]], {field["name"] for field in form["fields"]} | set(form["fixed"])
    assert ("street" in asked) is sort.placed
    assert ("weeks" in asked) is sort.lasts
    assert ("value" in asked) is (sort.high > sort.low)
    assert "name" in asked or sort.nameless or not (sort.names or form["kind"] in ("practice", "condition"))


def test_every_kind_of_event_has_a_form_with_a_name_of_its_own_in_both_languages():
    assert {form["kind"] for form in FORMS} == set(SORTS)
    assert len(set(NAMES)) == len(NAMES)
    for told in FORMS:
        for label in [told["label"], *(field["label"] for field in told["fields"])]:
            assert set(label) == {"nl", "en"}
            assert all(label.values())


def test_a_project_is_announced_by_practice_unless_weeks_are_given():
    (project,) = [one for one in FORMS if one["kind"] == "project"]
    (weeks,) = [one for one in project["fields"] if one["name"] == "weeks"]
    assert weeks.get("default", 0) is None
    assert weeks.get("empty") == {"nl": "volgens de werkwijze", "en": "by practice"}


def test_limits_are_those_of_the_model_unless_the_form_offers_less():
    limits = {form["name"]: (one.get("min"), one.get("max")) for form in FORMS for one in form["fields"] if one["name"] == "value"}
    assert limits["approval"] == (0, 52)  # of the practice
    assert limits["friends"] == limits["problem"] == limits["shock"] == (0, 1)
    assert limits["condition"] == (0, 100)  # what all hours that can be chosen allow
    assert limits["gathering"] == (2, 200)  # 500 are allowed
    assert limits["giving"] == (0.5, 40)


def test_hours_are_called_as_in_the_story():
    (condition,) = [one for one in FORMS if one["name"] == "condition"]
    (named,) = [one for one in condition["fields"] if one["name"] == "name"]
    choices = named.get("choices", [])
    assert [one["value"] for one in choices] == [name for name in type(CASE.conditions).model_fields if name.endswith("_hours")]
    assert all(one.get("label") == {lang: WORDS[lang]["condition"][one["value"]] for lang in ("nl", "en")} for one in choices)

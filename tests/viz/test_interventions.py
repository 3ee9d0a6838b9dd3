"""What the page offers to make happen is what the model allows."""

from __future__ import annotations

import itertools

import pytest

from model.case import event as planned
from model.case.case import load
from model.case.event import SORTS, Event
from viz.interventions import FORMS, Form, interventions

CASE = load("default")
NAMES = [form.name for form in FORMS]


def answers(form: Form) -> list[dict[str, object]]:
    """Every choice with the lowest, the usual and the highest numbers that the form takes."""
    ways: list[list[tuple[str, object]]] = []
    for field in form.fields:
        if field.type == "street":
            given: list[object] = [0, CASE.place.street_count - 1]
        elif field.type == "choice":
            given = [value for value, _ in field.choices]
        else:
            usual = 0.0 if field.default is None else field.default
            given = [int(n) if field.name == "weeks" else float(n) for n in (field.low, usual, field.high)]
        ways.append([(field.name, one) for one in given])
    return [dict(form.fixed) | dict(way) for way in itertools.product(*ways)]


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_whatever_a_form_can_be_filled_in_with_is_allowed(form: Form):
    events = [Event.model_validate({"week": 5, "kind": form.kind} | answer) for answer in answers(form)]
    assert events
    for event in events:
        planned.check([event], CASE)


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_a_form_asks_for_all_that_its_kind_of_event_has(form: Form):
    sort, asked = SORTS[form.kind], {field.name for field in form.fields} | {name for name, _ in form.fixed}
    assert ("street" in asked) is sort.placed
    assert ("weeks" in asked) is sort.lasts
    assert ("value" in asked) is (sort.high > sort.low)
    assert "name" in asked or sort.nameless or not (sort.names or form.kind in ("practice", "condition"))


def test_every_kind_of_event_has_a_form_with_a_name_of_its_own_in_both_languages():
    assert {form.kind for form in FORMS} == set(SORTS)
    assert len(set(NAMES)) == len(NAMES)
    for told in interventions():
        for label in [told["label"], *(field["label"] for field in told["fields"])]:
            assert set(label) == {"nl", "en"}
            assert all(label.values())


def test_a_project_is_announced_by_practice_unless_weeks_are_given():
    (project,) = [one for one in interventions() if one["kind"] == "project"]
    (weeks,) = [one for one in project["fields"] if one["name"] == "weeks"]
    assert weeks.get("default", 0) is None
    assert weeks.get("empty") == {"nl": "volgens de werkwijze", "en": "by practice"}

"""A form comes back whole: its inputs are called as its fields are, and what has to be mended is said beside them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams import forms as teams
from adapters.teams import render
from bot import forms
from bot.cards import Card, Form, Line, Option, PeopleField, PickField, PlaceField, TextField, TicksField, TimeField
from bot.words import Draft
from tests.adapters.teams.conftest import Wrong
from tests.adapters.teams.examples import CHOICES, TENANT
from tests.examples import BOB, CEM, FORMS, HARBOUR, KUDOS, LANTERN, REACTION
from tests.hostile import GATHERED, labels, texts, written_by_others


def dialog(form: Form, choices: teams.Choices = CHOICES) -> dict[str, Any]:
    return teams.dialog(form, TENANT, key="k3y", choices=choices)


def content(form: Form, choices: teams.Choices = CHOICES) -> dict[str, Any]:
    card: dict[str, Any] = dialog(form, choices)["card"]["content"]
    return card


def inputs(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["id"]: part for part in card["body"] if part["type"].startswith("Input.")}


def of(field: Any) -> dict[str, Any]:
    """The input of a field that is alone in its form."""
    (found,) = inputs(content(Form(title="t", submit="s", action="give", fields=(field,)))).values()
    return found


@pytest.mark.parametrize("name", FORMS)
def test_every_field_is_an_input_with_its_name_and_its_label(name: str) -> None:
    form = FORMS[name]()
    card = content(form)
    assert [*inputs(card)] == [field.name for field in form.fields]
    assert [each["label"] for each in inputs(card).values()] == [field.label for field in form.fields]
    (send,) = card["actions"]
    assert (send["title"], send["type"]) == (form.submit, "Action.Submit")
    assert send["data"] == {"action": form.action, "sending": "k3y", "context": dict(form.context)}


@pytest.mark.parametrize("name", FORMS)
def test_no_form_makes_anything_of_what_people_wrote_or_are_called(name: str, wrong: Wrong) -> None:
    for text in GATHERED:
        assert wrong(content(written_by_others(FORMS[name](), text))) == []


def test_what_was_chosen_and_written_is_in_it() -> None:
    form = FORMS["give-to-mend"]()
    found = inputs(content(form))
    assert found["recipients"]["value"] == f"{BOB.id},{CEM.id}"
    assert found["entries"]["value"] == LANTERN.taggable[2].id
    assert found["reason"]["value"] == "short"
    assert found["place"]["value"] == HARBOUR.id
    assert content(forms.edit(KUDOS))["body"][0]["value"] == KUDOS.reason


def test_what_has_to_be_mended_is_said_at_the_top_and_above_each_input() -> None:
    form = FORMS["give-to-mend"]()
    body = content(form)["body"]
    said = ["".join(run["text"] for run in part.get("inlines", ())) for part in body]
    assert said[0] == "⚠️ Nothing is lost. Please check: " + " · ".join(field.label for field in form.fields)
    for field in form.fields:
        at = next(at for at, part in enumerate(body) if part.get("id") == field.name)
        assert said[at - 1] == f"⚠️ {field.error}"
        assert body[at - 1]["inlines"][0]["color"] == "Attention"


def test_a_form_that_shows_what_fits_can_be_shown_again_unfinished() -> None:
    """Teams would not send it while an input that must be filled in is empty."""
    form = forms.give(Draft(), LANTERN, place=HARBOUR.id, open_place=False)
    card = content(form)
    (row,) = [part for part in card["body"] if part["type"] == "ActionSet"]
    (again,) = row["actions"]
    assert again["title"] == "What does this show?"
    assert again["data"] == {**card["actions"][0]["data"], "again": True}
    assert not any("isRequired" in each for each in inputs(card).values())


def test_what_fits_stands_below_the_words() -> None:
    field = TextField(name="reason", label="l", most=9, said=(Line(("That sounds like it",)),))
    kinds = [part["type"] for part in content(Form(title="t", submit="s", action="edit", fields=(field,)))["body"]]
    assert kinds == ["Input.Text", "RichTextBlock", "ActionSet"]


def test_elsewhere_teams_itself_asks_for_what_is_missing() -> None:
    found = inputs(content(FORMS["set_up"]()))
    required = {name for name, each in found.items() if each.get("isRequired")}
    assert required == {"state", "day", "at", "zone", "scope"}
    assert all(found[name]["errorMessage"] for name in required)
    assert of(PlaceField(name="place", label="l"))["isRequired"]


def test_people_are_searched_for_and_those_are_offered_whom_teams_may_not_find() -> None:
    found = of(PeopleField(name="recipients", label="l", most=3))
    assert found["choices.data"] == {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
    assert found["isMultiSelect"]
    assert {each["value"] for each in found["choices"]} == {each.value for each in CHOICES.people}
    assert "isRequired" not in of(PeopleField(name="people", label="l", most=3, needed=False))


def test_a_place_of_which_we_do_not_know_the_name_can_stay_chosen() -> None:
    found = of(PlaceField(name="place", label="l", chosen="19:x@thread.tacv2"))
    assert found["choices"][0] == {"title": "Where you are", "value": "19:x@thread.tacv2"}
    assert found["value"] == "19:x@thread.tacv2"
    known = of(PlaceField(name="place", label="l", chosen=HARBOUR.id))
    assert [each["value"] for each in known["choices"]] == [each.value for each in CHOICES.places]


def test_a_few_options_are_side_by_side_and_many_are_a_menu() -> None:
    options = tuple(Option(value=str(n), label=f"o{n}", short="o", description="d" * (n % 2)) for n in range(4))
    few = of(PickField(name="x", label="l", options=options[:3], chosen="1"))
    many = of(PickField(name="x", label="l", options=options, chosen="1"))
    ticks = of(TicksField(name="x", label="l", options=options, chosen=("0", "1")))
    assert (few["style"], many["style"], ticks["style"]) == ("expanded", "compact", "expanded")
    assert (few["value"], ticks["value"]) == ("1", "0,1")
    assert [each["title"] for each in few["choices"]] == ["o0", "o1 · d", "o2"]


def test_times_and_short_texts() -> None:
    assert of(TimeField(name="at", label="l", at="09:00"))["value"] == "09:00"
    assert "value" not in of(TimeField(name="at", label="l", at=""))
    assert of(TextField(name="zone", label="l", most=60, one_line=True, text="UTC"))["maxLength"] == 60
    assert "value" not in of(TextField(name="zone", label="l", most=60, one_line=True))


def test_a_text_field_holds_more_than_a_kudos_so_that_it_can_be_shortened_there() -> None:
    (field,) = forms.edit(KUDOS).fields
    assert isinstance(field, TextField)
    assert of(field)["maxLength"] > field.most


@settings(max_examples=25)
@given(
    reason=st.one_of(texts, st.just("x" * 3000), st.just("{" * 3000)),
    fault=texts,
    left_out=st.lists(texts, max_size=20),
    people=st.lists(labels, max_size=50),
)
def test_no_draft_makes_a_form_that_teams_refuses(
    reason: str, fault: str, left_out: list[str], people: list[str], wrong: Wrong
) -> None:
    draft = Draft(
        recipients=tuple(f"U{number:04}" for number in range(len(people))),
        entries=tuple(entry.id for entry in LANTERN.taggable[:3]),
        reason=reason,
    )
    faults = [(name, fault) for name in ("recipients", "entries", "reason", "place")]
    form = forms.give(draft, LANTERN, faults=faults, place=HARBOUR.id, open_place=True, left_out=left_out)
    choices = teams.Choices(people=[teams.Choice(value=f"p{at}", label=name) for at, name in enumerate(people)])
    card = content(form, choices)
    # Teams takes a search with nobody offered beside it; the library does not know of searches.
    assert set(wrong(card)) <= {"An Input.ChoiceSet must have at least one choice defined."}
    assert inputs(card)["reason"].get("value", "") == reason
    for shown in (forms.edit(replace(KUDOS, reason=reason)), forms.sentence(replace(REACTION, reason=reason))):
        assert wrong(content(shown)) == []


def test_a_card_to_read_is_a_dialog_too() -> None:
    card = Card((Line(("words",)),))
    assert render.reading(card, TENANT)["card"] == render.attachment(card, TENANT)

"""Forms hold what was said and show at each field what has to be mended."""

from collections.abc import Iterable
from dataclasses import replace

from bot import forms
from bot.cards import ChoiceField, Form, PeopleField, PlaceField, TextField
from bot.framework import Framework, Quotation
from bot.model import Roster
from bot.words import Draft
from tests.test_kudos import BOB, CARA, OWN, SAID, given_by_ann

SAYS = Draft(recipients=("bob",), entries=(OWN.taggable[0].id,), reason=SAID)


def fields(form: Form) -> dict[str, object]:
    return {field.name: field for field in form.fields}


def test_the_form_of_a_kudos(any_framework: Framework) -> None:
    """Recipients, entries in groups by kind, each with its description, and the reason."""
    form = forms.give(Draft(), any_framework, place="general", open_place=False)
    people, reason, entries = form.fields
    assert isinstance(people, PeopleField)
    assert isinstance(entries, ChoiceField)
    assert isinstance(reason, TextField)
    assert (people.most, entries.most, reason.most) == (50, 3, 1500)
    offered = [option.value for group in entries.groups for option in group.options]
    assert offered == [entry.id for entry in any_framework.taggable]
    assert [group.label.lower() for group in entries.groups] == [
        kind.plural.lower() for kind in any_framework.kinds if kind.kudos
    ]
    assert form.context == (("place", "general"),)


def test_what_platforms_can_show(any_framework: Framework) -> None:
    """Short titles, labels and descriptions within what every platform shows."""
    form = forms.give(Draft(), any_framework, place=None, open_place=True)
    for form_ in (form, forms.edit(given_by_ann()), forms.sentence(given_by_ann())):
        assert len(form_.title) <= 24
        assert len(form_.submit) <= 24
    choice = fields(form)["entries"]
    assert isinstance(choice, ChoiceField)
    for option in (option for group in choice.groups for option in group.options):
        assert 0 < len(option.description) <= 75
        assert 0 < len(option.short) <= 60
        assert "#" in option.description


def test_a_description_quotes_whole_lines_only() -> None:
    """Number and tag, and the first line of the entry that fits whole."""
    choice = fields(forms.give(Draft(), OWN, place=None, open_place=True))["entries"]
    assert isinstance(choice, ChoiceField)
    lines = {line.text for entry in OWN.taggable for group in entry.groups for line in group.lines}
    for option in (option for group in choice.groups for option in group.options):
        number, _, quotation = option.description.rpartition(" · ")
        assert quotation in lines or quotation.startswith("#"), option
        assert number


def test_an_entry_without_a_number_is_described_by_its_tag() -> None:
    entry = replace(OWN.taggable[0], number=None, groups=())
    framework = replace(OWN, entries=(entry,))
    choice = fields(forms.give(Draft(), framework, place=None, open_place=True))["entries"]
    assert isinstance(choice, ChoiceField)
    assert choice.groups[0].options[0].description == f"#{entry.tag}"


def test_a_line_too_long_for_a_description_is_not_cut() -> None:
    """The first line that fits whole is quoted, or none."""
    entry = next(entry for entry in OWN.taggable if entry.groups)
    group = replace(entry.groups[0], lines=(quoting("x" * 75), quoting("It fits.")))
    framework = replace(OWN, entries=(replace(entry, groups=(group,)),))
    choice = fields(forms.give(Draft(), framework, place=None, open_place=True))["entries"]
    assert isinstance(choice, ChoiceField)
    assert choice.groups[0].options[0].description.endswith(f"#{entry.tag} · It fits.")


def quoting(text: str) -> Quotation:
    return Quotation(text=text, printed=text)


def test_what_was_said_is_kept_and_faults_stand_at_their_fields() -> None:
    faults = [("recipients", "Whom?"), ("entries", "What?"), ("reason", "Why?"), ("place", "Where?")]
    form = forms.give(SAYS, OWN, faults=faults, place="general", open_place=True)
    people, reason, entries, place = form.fields
    assert isinstance(people, PeopleField)
    assert isinstance(entries, ChoiceField)
    assert isinstance(reason, TextField)
    assert isinstance(place, PlaceField)
    assert (people.chosen, entries.chosen, reason.text, place.chosen) == (
        SAYS.recipients,
        SAYS.entries,
        SAYS.reason,
        "general",
    )
    assert [field.error for field in form.fields] == ["Whom?", "Why?", "What?", "Where?"]
    assert form.context == ()


def people_field(
    faults: Iterable[tuple[str, str]] = (), *, left_out: Iterable[str] = (), me: bool = False
) -> PeopleField:
    form = forms.give(SAYS, OWN, faults=faults, place=None, open_place=True, left_out=tuple(left_out), dropped_self=me)
    field = form.fields[0]
    assert isinstance(field, PeopleField)
    return field


def test_whoever_is_not_in_the_form_is_named_in_it() -> None:
    """Too many people, and the giver: what was typed and is not chosen is said."""
    assert people_field([("recipients", "Too many.")], left_out=["Cara", "Dee"]).error == (
        "Too many. Not chosen here: Cara and Dee."
    )
    assert people_field(left_out=["Cara"]).error == "Not chosen here: Cara."
    assert people_field(me=True).hint == "I left you out: a kudos thanks others."
    assert people_field().hint == ""


def test_a_form_filled_in_with_groups() -> None:
    """It says whose people they are, and which groups comes back unseen."""
    groups = [Roster(id="S1", name="nights", people=("bob",)), Roster(id="S2", name="pair", people=("cara",))]
    form = forms.give(SAYS, OWN, place="general", open_place=False, groups=groups, dropped_self=True)
    people = form.fields[0]
    assert isinstance(people, PeopleField)
    assert people.hint == "With the people of @nights and @pair, as it is now. I left you out: a kudos thanks others."
    assert form.context == (("place", "general"), ("groups", "S1 S2"))
    assert forms.give(SAYS, OWN, place=None, open_place=True, groups=groups).context == (("groups", "S1 S2"),)


def test_new_words() -> None:
    """The old words stand in the form; which kudos it is comes back unseen."""
    form = forms.edit(given_by_ann())
    (reason,) = form.fields
    assert isinstance(reason, TextField)
    assert reason.text == SAID
    assert (form.action, form.context) == ("edit", (("recognition", "r1"),))


def test_a_sentence_for_a_reaction() -> None:
    recognition = replace(given_by_ann(), reason="", recipients=(BOB, CARA))
    form = forms.sentence(recognition)
    assert form.fields[0].label == "What did Bob, Cara do?"
    assert (form.action, form.context) == ("sentence", (("recognition", "r1"),))
    long = replace(recognition, recipients=(replace(BOB, name="x" * 200),))
    assert len(forms.sentence(long).fields[0].label) == 150

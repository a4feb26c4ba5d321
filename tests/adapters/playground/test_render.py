"""Whatever a card or a form holds, the HTML holds it as text, and nothing of it as markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground import packing, render
from adapters.playground.forms import Choice, Choices
from adapters.playground.forms import form as form_shown
from adapters.playground.render import Here
from bot.cards import (
    Actions,
    Bar,
    Bullets,
    Button,
    Card,
    Chart,
    ChoiceField,
    Code,
    Divider,
    Element,
    Emoji,
    Form,
    Heading,
    LetIn,
    Line,
    Mention,
    MessageLink,
    Note,
    Option,
    OptionGroup,
    PeopleField,
    PickField,
    PlaceField,
    PlaceName,
    Quote,
    Quoted,
    Span,
    Strong,
    TextField,
    TicksField,
    TimeField,
    Typed,
)
from bot.model import Message
from bot.requests import Group, Named, Unresolved
from tests.examples import CARDS, DIGESTS, FORMS, HOMES
from tests.hostile import GATHERED, SHORT, written_by_others

HERE = Here(person="amara", place="general", once="7")
texts = st.sampled_from(["", *SHORT]) | st.text(max_size=20)
messages = st.builds(Message, place=texts, id=texts)
emoji = st.builds(Emoji, unicode=texts, name=texts)
spans: st.SearchStrategy[Span] = st.one_of(
    texts,
    st.builds(Strong, texts),
    st.builds(Quoted, texts, st.booleans()),
    st.builds(Code, texts),
    st.builds(Typed, texts),
    st.builds(LetIn),
    emoji,
    st.builds(Mention, person=texts, name=texts),
    st.builds(PlaceName, place=texts, name=texts),
    st.builds(MessageLink, label=texts, message=messages),
)
lines = st.lists(spans, max_size=4).map(tuple)
buttons = st.lists(
    st.builds(Button, label=texts, action=texts, value=texts, describes=texts, primary=st.booleans(), confirm=texts),
    max_size=2,
).map(tuple)
bars = st.lists(st.builds(Bar, label=texts, short=texts, count=st.integers(0)), max_size=3).map(tuple)
elements: st.SearchStrategy[Element] = st.one_of(
    st.builds(Heading, texts),
    st.builds(Line, lines),
    st.builds(Quote, texts),
    st.builds(Bullets, st.lists(lines, max_size=3).map(tuple)),
    st.builds(Note, lines),
    st.just(Divider()),
    st.builds(
        Chart, title=texts, bars=st.lists(st.builds(Bar, label=texts, short=texts, count=st.integers(0))).map(tuple)
    ),
    st.builds(Actions, buttons=buttons, more=buttons),
)
cards = st.builds(Card, st.lists(elements, max_size=5).map(tuple))
chosen = st.lists(texts, max_size=2).map(tuple)
options = st.lists(
    st.builds(Option, value=texts, label=texts, short=texts, description=texts, emoji=st.none() | emoji), max_size=2
).map(tuple)
forms = st.builds(
    Form,
    title=texts,
    submit=texts,
    action=texts,
    intro=st.lists(elements, max_size=1).map(tuple),
    context=st.lists(st.tuples(texts, texts), max_size=1).map(tuple),
    fields=st.tuples(
        st.builds(PeopleField, name=st.just("p"), label=texts, chosen=chosen, most=st.just(1), hint=texts, error=texts),
        st.builds(
            ChoiceField,
            name=st.just("c"),
            label=texts,
            groups=st.lists(st.builds(OptionGroup, label=texts, options=options), max_size=2).map(tuple),
            chosen=chosen,
            most=st.just(1),
            error=texts,
        ),
        st.builds(
            TextField, name=st.just("t"), label=texts, text=texts, hint=texts, placeholder=texts, most=st.just(9)
        ),
        st.builds(PlaceField, name=st.just("w"), label=texts, chosen=texts, error=texts),
        st.builds(PickField, name=st.just("o"), label=texts, options=options, chosen=texts, hint=texts, error=texts),
        st.builds(
            PickField,
            name=st.just("m"),
            label=texts,
            options=st.lists(options, min_size=4, max_size=4).map(lambda some: sum(some, ())),
            chosen=texts,
            error=texts,
        ),
        st.builds(TicksField, name=st.just("k"), label=texts, options=options, chosen=chosen, error=texts),
        st.builds(TimeField, name=st.just("h"), label=texts, at=texts, hint=texts, error=texts),
        st.builds(TextField, name=st.just("l"), label=texts, text=texts, most=st.just(9), one_line=st.just(True)),
    ),
)


class Read(HTMLParser):
    """The tags, the attributes and the text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self.text = ""
        self.open: list[str] = []
        self.feed(str(html))  # Markup would escape what is added to it
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("input", "hr", "meta"):
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


TAGS = {
    *(
        "a",
        "blockquote",
        "button",
        "code",
        "details",
        "div",
        "fieldset",
        "form",
        "h3",
        "hr",
        "input",
        "label",
        "legend",
    ),
    *("li", "option", "p", "select", "span", "strong", "summary", "textarea", "ul"),
    *("caption", "rect", "svg", "table", "tbody", "td", "th", "thead", "tr"),
}
ATTRIBUTES = {
    *(
        "action",
        "aria-describedby",
        "aria-hidden",
        "aria-invalid",
        "aria-label",
        "autocomplete",
        "autofocus",
        "checked",
        "class",
        "for",
    ),
    *("height", "preserveaspectratio", "scope", "viewbox", "width"),
    *("href", "id", "method", "name", "placeholder", "role", "rows", "selected", "title", "type", "value"),
}


def assert_harmless(html: str) -> Read:
    read = Read(html)
    assert read.tags <= TAGS
    assert set(read.attributes) <= ATTRIBUTES
    assert all(href.startswith(("/?", "#field-")) for href in read.attributes.get("href", set()))
    assert read.attributes.get("action", set()) <= {"/press", "/form"}
    assert read.open == []
    return read


@given(cards)
def test_a_card_never_becomes_markup(card: Card) -> None:
    read = assert_harmless(render.card(card, HERE, "m1"))
    for element in card.elements:
        if isinstance(element, Heading | Quote):
            assert "".join(element.text.split()) in "".join(read.text.split())


@given(forms)
def test_a_form_never_becomes_markup(form: Form) -> None:
    choices = Choices(
        people=[Choice(value=each, label=each, detail=each) for each in SHORT],
        places=[Choice(value=each, label=each) for each in SHORT],
    )
    assert_harmless(form_shown(form, HERE, choices, id_="f1", close="/?as=amara"))


@pytest.mark.parametrize("name", [*CARDS, *DIGESTS, *HOMES])
def test_no_view_makes_markup_of_what_people_wrote_or_are_called(name: str) -> None:
    """It has the tags and the attributes that it has with harmless words."""
    made = {**CARDS, **DIGESTS, **HOMES}[name]()
    for text in GATHERED:
        hostile, harmless = (
            assert_harmless(render.card(written_by_others(made, each), HERE, "m1")) for each in (text, "x")
        )
        assert hostile.tags == harmless.tags
        assert hostile.attributes.keys() == harmless.attributes.keys()


@pytest.mark.parametrize("name", FORMS)
def test_nor_does_a_form(name: str) -> None:
    for text in GATHERED:
        choices = Choices(people=[Choice(value="U0001", label=text, detail=text)], places=[])
        form = written_by_others(FORMS[name](), text)
        assert_harmless(form_shown(form, HERE, choices, id_="f1", close="/?as=amara"))


CALLS = st.builds(Named, texts, texts) | st.builds(Group, texts, texts) | st.builds(Unresolved, texts)


@given(st.lists(texts | CALLS, max_size=4))
def test_a_chat_message_never_becomes_markup(words: list[str | Named | Group | Unresolved]) -> None:
    assert_harmless(render.chat(words, HERE))


@given(cards)
def test_a_card_that_was_kept_is_the_card_that_was_sent(card: Card) -> None:
    assert packing.card(packing.packed(card)) == card


@given(forms)
def test_a_form_that_was_kept_is_the_form_that_was_opened(form: Form) -> None:
    assert packing.form(packing.packed(form)) == form


def test_a_card_is_not_taken_for_a_form() -> None:
    with pytest.raises(TypeError):
        packing.form(packing.packed(Card(())))
    with pytest.raises(TypeError):
        packing.card(packing.packed(Form(title="t", submit="s", action="a", fields=())))


def test_a_command_can_be_put_into_the_box() -> None:
    html = render.card(Card((Line((Typed("kudos mine"), " or ", Code("#tag"))),)), HERE, "m1")
    assert 'href="/?as=amara&amp;in=general&amp;say=%2Fkudos+mine"' in html
    assert "<code>#tag</code>" in html
    html = render.card(Card((Line(("To let me in, ", LetIn(), ".")),)), HERE, "m1")
    assert 'say=%2Finvite+%40Kudos"' in html
    assert "<code>/invite @Kudos</code></a> there." in html


def test_a_chart_is_a_table_with_bars_for_the_eye() -> None:
    bars = (Bar(label="I listen", short="listen", count=1200), Bar(label="I lead", short="lead", count=3))
    html = render.card(Card((Chart(title="Lived", bars=bars),)), HERE, "m1")
    assert "<caption>Lived</caption>" in html
    assert html.count('aria-hidden="true"') == html.count("<svg") == 2
    assert [row.split('width="')[1].split('"')[0] for row in html.split("<svg")[1:]] == ["100", "1"]
    read = Read(html)
    assert read.text == "LivedForKudosI listen1,200I lead3"
    assert read.attributes["scope"] == {"row", "col"}


def test_a_mention_of_oneself_stands_out() -> None:
    html = render.card(Card((Line((Mention(person="amara", name="A"), Mention(person="tom", name="T"))),)), HERE, "m1")
    assert html == '<p><span class="mention you">@A</span><span class="mention">@T</span></p>'


def test_a_link_leads_to_the_message() -> None:
    link = MessageLink(label="this message", message=Message(place="response", id="m9"))
    html = render.card(Card((Note((link, PlaceName(place="general", name=""))),)), HERE, "m1")
    assert 'href="/?as=amara&amp;in=response#m9">this message</a>' in html
    assert ">the channel</a>" in html


def test_a_button_is_described_only_by_words_that_it_shows() -> None:
    plain = Button(label="👂 Listen", action="meaning", value="e1", describes="I listen")
    told = Button(label="Undo", action="undo", value="r1", describes="Undo: kudos to Tom")
    html = render.card(Card((Actions(buttons=(plain, told)),)), HERE, "m1")
    assert 'value="meaning e1">👂 Listen<' in html
    assert 'aria-label="Undo: kudos to Tom">Undo<' in html


def test_a_button_that_asks_back_needs_two_presses() -> None:
    sure = Button(label="Forget", action="withdraw", value="r1", confirm="Really?")
    html = render.card(Card((Actions(buttons=(sure,)),)), HERE, "m1")
    assert html.index("Really?") < html.index("Yes: Forget")


def test_what_has_to_be_mended_is_named_at_the_top_and_at_its_field() -> None:
    form = Form(
        title="t",
        submit="s",
        action="edit",
        fields=(
            TextField(name="a", label="First", most=9),
            TextField(name="b", label="Second", most=9, hint="A hint.", error="Longer, please."),
        ),
    )
    html = form_shown(form, HERE, Choices(people=(), places=()), id_="f1", close="/?x")
    assert '<a href="#field-b">Second</a>' in html
    assert 'aria-describedby="field-b-error field-b-hint" aria-invalid="true" autofocus' in html
    assert '<p class="error" id="field-b-error">Longer, please.</p>' in html
    assert html.count("autofocus") == 1


def test_the_first_line_of_a_text_is_kept_even_if_it_is_empty() -> None:
    """HTML drops one line break after <textarea>; ours comes first, so that theirs stays."""
    form = Form(title="t", submit="s", action="edit", fields=(TextField(name="a", label="A", text="\nTwo", most=9),))
    assert ">\n\nTwo</textarea>" in form_shown(form, HERE, Choices(people=(), places=()), id_="f1", close="/?x")

"""A copy of one's own data is text and nothing else, whatever colleagues wrote: as a page and as JSON."""

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.own_data import whole_page, written
from bot.own_data import Earlier, OwnData, Setting, as_data
from tests.adapters.playground.test_render import Read
from tests.examples import ANN, HARBOUR, KUDOS, WHEN, W
from tests.hostile import HOSTILE, texts

DATA = "data:application/json;base64,"


def about(text: str) -> OwnData:
    """Everything in it says `text`."""
    somebody = replace(ANN, name=text, email=text)
    kudos = replace(
        KUDOS,
        giver=somebody,
        recipients=(somebody,),
        seconders=(somebody,),
        reason=text,
        place=replace(HARBOUR, name=text),
        tags=(replace(KUDOS.tags[0], title=text),),
    )
    return OwnData(
        made_at=WHEN,
        accounts=(somebody,),
        given=(kudos,),
        received=(kudos, replace(kudos, withdrawn=True)),
        seconded=(kudos,),
        settings=(Setting(account=W, name=text, value=text, at="2026-03-02T09:30:00.000000Z"),),
        roles=(text,),
        channels=(text,),
        reactions=3,
        earlier=(Earlier(kudos=text, words=text, until="2026-03-02T09:30:00.000000Z"),),
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_page_holds_what_was_written_as_text(text: str) -> None:
    assert text.replace("\r", "") in Read(whole_page(about(text))).text.replace("\r", "")


@given(text=st.just("") | texts)
def test_whatever_was_written_the_page_is_the_same_but_for_its_words(text: str) -> None:
    """It leads nowhere but to the same data, as a file."""
    page, harmless = Read(whole_page(about(text))), Read(whole_page(about("x")))
    assert page.tags - harmless.tags <= {"p"}
    assert page.open == harmless.open == []
    ((link,), _) = (each.attributes.pop("href") for each in (page, harmless))
    assert page.attributes == harmless.attributes
    assert base64.b64decode(link.removeprefix(DATA)).decode("utf-8", "surrogatepass") == written(about(text))
    assert json.loads(written(about(text))) == as_data(about(text))

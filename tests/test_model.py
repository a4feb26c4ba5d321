"""The nouns keep their promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Person, PersonKind, clean, derived_id, to_text, to_time
from tests.test_privacy import RECOGNITION

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())  # noqa: DTZ001


@given(moment=MOMENTS)
def test_a_time_comes_back_as_it_was_stored(moment: datetime) -> None:
    """Storing keeps the moment, whatever the time zone, to the microsecond."""
    assert to_time(to_text(moment)) == moment.astimezone(UTC)


@given(one=MOMENTS, other=MOMENTS)
def test_stored_times_sort_as_text(one: datetime, other: datetime) -> None:
    """Text of a fixed width: its order is that of the moments."""
    assert (to_text(one) < to_text(other)) == (one.astimezone(UTC) < other.astimezone(UTC))
    assert len(to_text(one)) == len(to_text(other))


def test_a_stored_time_is_utc() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=1)))
    assert to_text(noon) == "2026-07-01T11:00:00.000000Z"


@given(parts=st.lists(st.text()), other=st.lists(st.text()))
def test_derived_ids(parts: list[str], other: list[str]) -> None:
    """The same thing has the same id, 32 hexadecimal digits; different things have different ids."""
    assert derived_id(*parts) == derived_id(*parts)
    assert len(derived_id(*parts)) == 32
    int(derived_id(*parts), 16)
    if "\x1f".join(parts) != "\x1f".join(other):
        assert derived_id(*parts) != derived_id(*other)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  a\r\nb\rc  ", "a\nb\nc"),
        ("tab\tstays", "tab\tstays"),
        ("bell\x07 null\x00 gone", "bell null gone"),
        ("half \ud800 a pair", "half  a pair"),
        ("\u202egnp.exe", "gnp.exe"),
        ("e\u0301", "é"),
        ("\N{WOMAN}\u200d\N{PERSONAL COMPUTER}", "\N{WOMAN}\u200d\N{PERSONAL COMPUTER}"),
        ("<!channel> & *bold*", "<!channel> & *bold*"),
    ],
)
def test_text_as_it_is_kept(text: str, kept: str) -> None:
    """No control characters and nothing that turns the direction of text round; everything else as typed."""
    assert clean(text) == kept


@given(text=st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_a_recognition_thanks_somebody_for_something() -> None:
    """No recognition is without recipient, entry or a time that knows its zone."""
    for wrong in ({"recipients": ()}, {"tags": ()}, {"given_at": datetime(2026, 3, 2)}):  # noqa: DTZ001
        with pytest.raises(ValueError, match=r"thanks somebody|aware"):
            replace(RECOGNITION, **wrong)


def test_whom_it_concerns() -> None:
    assert [name for name in ("ann", "bob", "cara", "dee") if RECOGNITION.concerns(name)] == ["ann", "bob", "cara"]


@pytest.mark.parametrize(
    ("kind", "active", "thankable"),
    [
        (PersonKind.MEMBER, True, True),
        (PersonKind.GUEST, True, True),
        (PersonKind.MEMBER, False, False),
        (PersonKind.BOT, True, False),
        (PersonKind.STRANGER, True, False),
    ],
)
def test_who_can_be_thanked(kind: PersonKind, active: bool, thankable: bool) -> None:
    assert Person(workspace="w", id="x", name="X", kind=kind, active=active).thankable is thankable

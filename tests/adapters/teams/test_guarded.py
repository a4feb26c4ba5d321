"""Words that must not be in Teams: their giver alone is told, the dialog asks, and nothing of them is kept."""

import pytest

from tests.adapters.teams.town import Town, settled
from tests.doubles.teams_client import inputs, read

NUMBER = "07700 900123"
WORDS = f"ringing her on {NUMBER} at night"
WITHOUT = "ringing her on […] at night"


@pytest.fixture(autouse=True)
def manner(tenant: Town) -> None:
    """Everything comes three times."""
    tenant.client.manner = "thrice"


def assert_nothing_is_kept(tenant: Town, log: str) -> None:
    tables = [row["name"] for row in tenant.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert all("900123" not in str(tenant.rows(f"SELECT * FROM {table}")) for table in tables)  # noqa: S608
    assert "900123" not in log


async def test_a_message_is_answered_in_private_and_a_button_gives_it_without(
    tenant: Town, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The message itself still stands, which they are told."""
    await tenant.say(tenant.alice, f"kudos @Bob Brown {tenant.tag()} for {WORDS}", tenant.bob)
    told = tenant.last_told(tenant.alice)
    assert f"{NUMBER}: looks like a phone number" in read(told.card)
    assert "Your message still stands where you wrote it. Please delete it there." in read(told.card)
    assert tenant.cards() == []
    assert_nothing_is_kept(tenant, caplog.text + "".join(capsys.readouterr()))
    await tenant.press(tenant.alice, told, "Post it without them")
    (card,) = tenant.cards()
    assert WITHOUT in read(card.card)
    assert "You thanked Bob Brown" in read(tenant.last_told(tenant.alice).card)
    assert tenant.count("recognition") == 1
    assert_nothing_is_kept(tenant, caplog.text + "".join(capsys.readouterr()))


async def test_the_words_are_changed_in_the_dialog_that_a_button_opens(tenant: Town) -> None:
    await tenant.say(tenant.alice, f"kudos @Bob Brown {tenant.tag()} for {WORDS}", tenant.bob)
    await tenant.press(tenant.alice, tenant.last_told(tenant.alice), "Change the words")
    dialog = tenant.dialog(tenant.alice)
    assert "remedy" in inputs(dialog.card)
    await tenant.send(dialog, reason="ringing her at night")
    (card,) = tenant.cards()
    assert "ringing her at night" in read(card.card)


@pytest.mark.parametrize(("remedy", "posted"), [("without", WITHOUT), ("keep", WORDS)])
async def test_the_message_extension_asks_before_it_shows_a_preview(tenant: Town, remedy: str, posted: str) -> None:
    await tenant.client.extend(tenant.alice, tenant.thanks, "give", "compose")
    dialog = tenant.dialog(tenant.alice)
    assert "remedy" not in inputs(dialog.card)
    filled = {"recipients": tenant.bob.object_id, "entries": tenant.entry(0).id, "reason": WORDS}
    await tenant.send(dialog, **filled)
    assert tenant.alice.mri not in tenant.client.previews
    dialog = tenant.dialog(tenant.alice)
    assert f"“{NUMBER}” looks like a phone number" in read(dialog.card)
    assert f"Without them it reads: “{WITHOUT}”" in read(dialog.card)
    await tenant.send(dialog, remedy=remedy)
    preview = tenant.preview(tenant.alice)
    await tenant.client.decide(preview, "send")
    await settled(tenant)
    (card,) = tenant.cards()
    assert posted in read(card.card)
    assert tenant.count("recognition") == 1
    assert tenant.rows("SELECT became, times FROM guarded ORDER BY became") == sorted(
        [{"became": "stopped", "times": 1}, {"became": remedy, "times": 1}], key=lambda row: str(row["became"])
    )


async def test_new_words_are_looked_at(tenant: Town) -> None:
    card = await tenant.give(tenant.alice, f"kudos @Bob Brown {tenant.tag()} for staying on after nights", tenant.bob)
    await tenant.press(tenant.alice, card, "Edit the words")
    await tenant.send(tenant.dialog(tenant.alice), reason="a SECRET paper that all could read")
    dialog = tenant.dialog(tenant.alice)
    assert "a protective marking above OFFICIAL" in read(dialog.card)
    assert [choice["value"] for choice in inputs(dialog.card)["remedy"]["choices"]] == ["change", "without"]
    await tenant.send(dialog, remedy="without")
    assert "a […] paper that all could read" in read(tenant.cards()[0].card)

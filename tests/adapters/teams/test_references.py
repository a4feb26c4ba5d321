"""Where conversations are reached is what Teams said last, and nothing of one tenant is met in another."""

from datetime import timedelta

import pytest

from adapters.teams.references import Reference, References
from bot.database import Sqlite
from tests.doubles.platform import Clock

W = "teams:one"


def at(place: str, url: str = "https://smba.trafficmanager.net/emea/", team: str = "", workspace: str = W) -> Reference:
    return Reference(workspace=workspace, place=place, service_url=url, team=team)


@pytest.fixture
def references(database: Sqlite) -> References:
    return References(database)


async def test_the_latest_address_counts_in_whatever_order_it_comes(references: References, clock: Clock) -> None:
    await references.heard(at("19:a", "https://new/", "19:team"), clock() + timedelta(seconds=2))
    await references.heard(at("19:a", "https://old/"), clock())
    await references.heard(at("19:a", "https://newest/"), clock() + timedelta(seconds=3))
    assert await references.of(W, "19:a") == at("19:a", "https://newest/", "19:team"), "a chat is no team's"


async def test_what_was_learned_from_a_list_is_not_newer_than_what_was_heard(
    references: References, clock: Clock
) -> None:
    await references.heard(at("19:a", "https://heard/"), clock())
    await references.learned([at("19:a", "https://list/"), at("19:b", "https://list/", "19:team")])
    await references.learned([at("19:b", "https://other/", "19:team")])
    assert [each.service_url for each in await references.all(W)] == ["https://heard/", "https://other/"]
    await references.heard(at("19:b", "https://heard/"), clock())
    assert await references.of(W, "19:b") == at("19:b", "https://heard/", "19:team")


async def test_each_tenant_has_its_own(references: References, clock: Clock) -> None:
    other = "teams:two"
    await references.heard(at("19:a"), clock())
    await references.heard(at("19:a", "https://two/", workspace=other), clock())
    await references.save_people(W, {"amara": "29:1"})
    await references.save_people(other, {"bilal": "29:1"})
    await references.drop(W, ["19:a"])
    assert await references.of(W, "19:a") is None
    assert await references.of(other, "19:a")
    assert await references.workspaces() == [other]
    assert await references.latest(W) == []
    assert (await references.person_of(W, "29:1"), await references.person_of(other, "29:1")) == ("amara", "bilal")
    assert await references.mris(other, ["amara", "bilal"]) == {"bilal": "29:1"}


async def test_people_are_called_by_what_teams_calls_them_now(references: References) -> None:
    """Also a whole town of them."""
    await references.save_people(W, {f"p{number}": f"29:{number}" for number in range(450)})
    await references.save_people(W, {"p7": "29:new"})
    assert await references.mris(W, ["p7", "p449", "nobody"]) == {"p7": "29:new", "p449": "29:449"}
    assert await references.person_of(W, "29:7") is None

"""Which workspaces belong together is said in the settings, and is never so by accident."""

import pytest

from bot.database import Sqlite
from bot.organisations import Organisations

SLACK, OTHER, TENANT, FOREIGN = "slack:T1", "slack:T2", "teams:a", "teams:b"


@pytest.fixture
def organisations(database: Sqlite) -> Organisations:
    return Organisations(database)


async def together(organisations: Organisations) -> set[frozenset[str]]:
    """Which of them belong together, the same seen from each of them."""
    found = set()
    for each in (SLACK, OTHER, TENANT, FOREIGN):
        first, *others = await organisations.together(each)
        assert first == each
        assert others == sorted(others)
        found.add(frozenset((first, *others)))
    return {each for each in found if len(each) > 1}


async def test_unless_something_is_said_everybody_is_alone(organisations: Organisations) -> None:
    assert await together(organisations) == set()
    await organisations.met(SLACK)
    assert await together(organisations) == set()


async def test_the_one_workspace_of_each_platform_belongs_together(organisations: Organisations) -> None:
    await organisations.arrange([], {"slack": "", "teams": TENANT})
    assert await together(organisations) == set(), "Slack has not said which it is"
    for _ in range(2):
        await organisations.met(SLACK)
        assert await together(organisations) == {frozenset({SLACK, TENANT})}


async def test_no_other_tenant_takes_the_place_of_the_one_in_the_settings(organisations: Organisations) -> None:
    await organisations.arrange([], {"slack": "", "teams": TENANT})
    await organisations.met(SLACK)
    await organisations.met(FOREIGN)
    assert await together(organisations) == {frozenset({SLACK, TENANT})}


async def test_many_workspaces_of_a_platform_are_each_their_own(organisations: Organisations) -> None:
    """As with SLACK_CLIENT_ID, and with the tenants of TEAMS_TENANTS."""
    await organisations.arrange([], {"teams": TENANT})
    for each in (SLACK, OTHER):
        await organisations.met(each)
    assert await together(organisations) == set()


async def test_what_is_listed_belongs_together_and_nothing_else(organisations: Organisations) -> None:
    await organisations.arrange([(SLACK, TENANT), (OTHER, FOREIGN)], {"slack": "", "teams": TENANT})
    await organisations.met(OTHER)
    assert await together(organisations) == {frozenset({SLACK, TENANT}), frozenset({OTHER, FOREIGN})}
    await organisations.arrange([(SLACK,)], {"slack": "", "teams": TENANT})
    await organisations.met(SLACK)
    assert await together(organisations) == set(), "one that is listed alone keeps them apart"


async def test_a_token_for_another_workspace_leaves_the_first_alone(
    organisations: Organisations, database: Sqlite
) -> None:
    await organisations.arrange([], {"slack": "", "teams": TENANT})
    await organisations.met(SLACK)
    restarted = Organisations(database)
    await restarted.arrange([], {"slack": "", "teams": TENANT})
    assert await together(restarted) == {frozenset({SLACK, TENANT})}, "until Slack says so"
    await restarted.met(OTHER)
    assert await together(restarted) == {frozenset({OTHER, TENANT})}


@pytest.mark.parametrize("single", [{"slack": ""}, {"slack": "", "teams": FOREIGN}, {"teams": TENANT}, {}])
async def test_what_is_not_set_up_any_more_belongs_nowhere(
    organisations: Organisations, database: Sqlite, single: dict[str, str]
) -> None:
    """From the very start: it need not be met first."""
    await organisations.arrange([], {"slack": "", "teams": TENANT})
    await organisations.met(SLACK)
    restarted = Organisations(database)
    await restarted.arrange([], single)
    assert await together(restarted) == set()

"""Roles in the playground: who looks after the made-up workspace grants them, in the same words as elsewhere."""

from tests.adapters.playground.visitor import Visitor


async def test_who_looks_after_the_workspace_grants_a_role(amara: Visitor) -> None:
    page = await amara.as_("grace").say("/kudos role grant @tom moderator")
    assert "is a moderator from now on" in page.last.text
    assert "moderator" in (await amara.as_("tom").say("/kudos roles")).last.text
    assert (
        "Only an administrator can grant or take roles."
        in (await amara.as_("tom").say("/kudos role take @grace administrator")).last.text
    )

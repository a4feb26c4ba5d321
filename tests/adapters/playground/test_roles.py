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


async def test_who_may_do_more_is_told_where_one_picks_who_one_is(amara: Visitor) -> None:
    """There is somebody for each role, and two for an export; what changes is told, too."""
    page = await amara.look()
    for duties in ("administrator and programme owner", "administrator", "moderator", "auditor"):
        assert page.says(f"(in Kudos: {duties})")
    await amara.as_("grace").say("/kudos role grant @priya auditor")
    assert (await amara.look()).says("Detective Constable (in Kudos: auditor)")
    assert "They have to agree" in (await amara.as_("grace").say("/kudos export")).last.text
    assert "read the audit log" not in (await amara.as_("meilin").say("/kudos audit")).last.text

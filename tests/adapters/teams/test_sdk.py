"""What the SDK does badly is not done by it: no client, no sign-in, no reading, no sending, no word in the log.

What else it does badly is refused before it (`test_door`), or done by `keys`, `tokens` and `connector`.
"""

import gc
import logging
from pathlib import Path

import pytest
from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity
from msrest import ServiceClient
from msrest.pipeline import ClientRawResponse, Pipeline

from adapters.teams import app
from bot.framework import Framework
from tests.adapters.teams.door import Door
from tests.adapters.teams.tenant import tenant_in


async def test_no_client_of_the_sdk_is_made_and_nobody_signs_in_for_each_turn(
    tmp_path: Path, framework: Framework
) -> None:
    """The SDK makes two clients a turn, which takes most of it, and signs in twice, while everybody waits."""
    async with tenant_in(tmp_path / "kudos.db", framework) as tenant:
        for user in tenant.world.users:
            message = tenant.events.message(user, tenant.world.personal(user), "help")
            (answer,) = await tenant.service.deliver(message)
            assert answer.ok
        assert len(tenant.teams.posted) == len(tenant.world.users)
        assert len(tenant.teams.login.given) == 1
        assert not [each for each in gc.get_objects() if isinstance(each, ServiceClient | Pipeline | ClientRawResponse)]


async def test_what_the_sdk_does_not_know_is_neither_logged_nor_lost(
    at_door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """It warns of each key that it has never heard of, and drops what stands there."""
    caplog.set_level(logging.DEBUG)
    user, place = at_door.world.users[0], at_door.world.teams[0].channels[1]
    activity = at_door.events.message(user, place, "help")
    activity |= {"channelData": activity["channelData"] | {"brandNew": {"canary": True}}, "brandNew": ["canary"]}
    activity["entities"].append({"type": "ProductInfo", "id": {"of": ["another", "shape"]}})
    (answer,) = await at_door.service.deliver(activity)
    assert answer.ok
    assert at_door.heard == [activity]
    assert not [each for each in caplog.records if each.name.startswith(("msrest", "botbuilder", "botframework"))]


async def test_nothing_is_sent_through_the_sdk() -> None:
    adapter: BotAdapter = app._Adapter()
    context = TurnContext(adapter, Activity(type="message"))
    with pytest.raises(NotImplementedError):
        await adapter.send_activities(context, [])
    with pytest.raises(NotImplementedError):
        await adapter.update_activity(context, Activity())
    with pytest.raises(NotImplementedError):
        await adapter.delete_activity(context, None)  # type: ignore[arg-type]

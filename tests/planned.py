"""A digest that is set up without a form."""

from bot.schedule import Plan
from tests.doubles.world import W, World


async def plan(core: World, place: str = "general", *, zone: str = "Europe/London", **more: object) -> None:
    """Set a digest up in that place; `more` of the plan may be said."""
    core.clock.move(1)
    set_up = Plan(**{"zone": zone, "owner": "fay", **more})  # type: ignore[arg-type]
    store = core.app.store
    step = store.digests.planning(W, place, set_up, actor="fay", now=core.clock(), key=f"{place}/{core.clock()}")
    await store.write(step)

"""`kudos doctor`."""

import asyncio
import sys

import click


@click.command()
def doctor() -> None:
    """Connect to everything that is configured; say what works, what does not and what to do.

    The exit status is 0 if everything works, else 1.
    """
    from adapters.app import now
    from adapters.doctor import examine
    from adapters.findings import Verdict
    from adapters.logs import set_up

    set_up("ERROR", "console", cached=False)  # what is wrong is said in a line of its own

    async def say() -> bool:
        healthy = True
        async for finding in examine(now):
            click.echo(str(finding))
            healthy = healthy and finding.verdict is not Verdict.WRONG
        return healthy

    if not asyncio.run(say()):
        sys.exit(1)

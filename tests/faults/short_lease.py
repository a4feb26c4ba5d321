"""`kudos serve` whose leases are as short as it is told to make them, so that nobody has to wait for twenty seconds."""

import asyncio
import sys
from typing import Final

from adapters import web
from adapters.app import read_framework
from adapters.logs import set_up
from bot import config

FOREVER_S: Final = 3600.0


async def main() -> None:
    settings = config.read()
    set_up(settings.log_level, settings.log_format)
    framework = read_framework(settings.framework_file)
    async with (
        web.site(settings, framework, lease_s=float(sys.argv[1]), pace_s=0.0) as routes,
        web.listening(routes, settings.host, settings.port) as port,
    ):
        web.log.info("listening", port=port)
        await asyncio.sleep(FOREVER_S)


if __name__ == "__main__":
    asyncio.run(main())

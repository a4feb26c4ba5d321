"""Kudos, platform-neutral: what a kudos is, who may see it, and what the framework says.

Nothing in here knows a chat SDK or a web framework.
"""

from typing import Final

RELEASE: Final = "0.1.0"  #: as in pyproject.toml

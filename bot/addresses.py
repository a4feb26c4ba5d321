"""E-mail addresses as they are compared: folded, and under any name that their domain has. Pure.

What is not plain ASCII joins nobody: letters that fold to the same one are how addresses are forged.
"""

import re
from dataclasses import dataclass

from bot.model import derived_id

_ADDRESS = re.compile(r"[^@\s]+@([^@\s]+)")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Domains:
    """Domains that mean the same, such as an old and a new one: groups of two or more, in alphabetical order."""

    same: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def read(cls, text: str) -> "Domains":
        """From pairs such as `old.example=new.example`, with commas between them.

        Raises:
            ValueError: with a sentence that says what is wrong.
        """
        groups: list[set[str]] = []
        for pair in (each.strip() for each in text.split(",") if each.strip()):
            names = {name.strip().casefold() for name in pair.split("=")}
            if pair.count("=") != 1 or len(names) != 2 or not all(map(_DOMAIN.fullmatch, names)):
                raise ValueError(f"{pair!r} is no pair of domains; write them as in old.example=new.example")
            joined = [group for group in groups if group & names]
            groups = [group for group in groups if group not in joined]
            groups.append(names.union(*joined))
        return cls(tuple(sorted(tuple(sorted(group)) for group in groups)))

    def spellings(self, email: str) -> tuple[str, ...]:
        """Every way to write the same address, the same for each of them; none for what can't be compared."""
        address = email.strip().casefold()
        found = _ADDRESS.fullmatch(address)
        if not found or not email.isascii():
            return ()
        domain = found[1]
        local = address.removesuffix(domain)
        return tuple(local + each for each in next((group for group in self.same if domain in group), (domain,)))

    def marks(self, email: str) -> tuple[str, ...]:
        """By what the address is known again without being kept itself: the first is the same for each spelling.

        The others are for when other domains mean the same.
        """
        return tuple(derived_id("address", each) for each in self.spellings(email))

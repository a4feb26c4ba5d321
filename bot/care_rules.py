"""How the rules of `bot.care` are written: words in order, with these signs between them.

    a|b         one of these; `not_here` is two words in a row
    a?          may be missing
    - ~ ~~      up to one, three, eight words in between, within the sentence; ~~~ up to fourteen, also beyond it
    &           and, in whatever order
    ^ $         where a sentence begins and ends
    @name       one of the words named in `_SETS`

However a message is written, reading it takes a few milliseconds: nothing in a rule repeats without a bound.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SETS: Final = {
    "i": "i|im|ive|id|ill",
    "self": "myself|meself|maself|mysen|myslf",
    "he": "he|hes|she|shes|they|theyre|theyve|hed|shed|theyd",
    "family": "husband|wife|partner|fella|boyfriend|girlfriend|bf|gf|ex|missus|hubby|other_half|fiance|fiancee|dad|"
    "father|mum|mother|stepdad|stepfather|brother|son|daughter|uncle",
    "colleague": "sergeant|sarge|sgt|skipper|inspector|insp|di|dci|ds|dc|pc|pcso|superintendent|super|boss|"
    "gaffer|guvnor|manager|supervisor|tutor|colleague|coworker|officer|cop|copper|mentor|instructor|trainer|oppo|crewmate|"
    "line_manager|team_leader|shift_leader|one_of_our_own|one_of_us|one_of_my_team|one_of_the_team|"
    "somebody_at_work|someone_at_work|somebody_on_my|someone_on_my|someone_i_work|somebody_i_work|"
    "someone_here|bloke_at_work|bloke_on_my|lad_on_my|man_on_my|guy_on_my|guy_at_work|man_at_work|"
    "person_i_work|senior_officer|leader|leaders|volunteer|dad_of",
}  # fmt: skip

_GAPS: Final = {
    "-": r"(?:\w+ )?",
    "~": r"(?:\w+ ){0,3}",
    "~~": r"(?:\w+ ){0,8}",
    "~~~": r"(?:[\w.]+ ){0,14}",
    "^": r"(?<=\. )",
    "$": r"(?=\. )",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a table."""

    patterns: tuple[re.Pattern[str], ...]  #: each is there, in whatever order
    needs: tuple[frozenset[str], ...]  #: of each of these at least one word must be there: far cheaper to ask first

    def holds(self, read: str, words: frozenset[str]) -> bool:
        return not any(map(words.isdisjoint, self.needs)) and all(each.search(read) for each in self.patterns)


def _ways(part: str) -> Iterator[str]:
    for way in part.split("|"):
        if way.startswith("@"):
            yield from _SETS[way[1:]].split("|")
        else:
            yield way


def rules(*texts: str) -> tuple[Rule, ...]:
    """The rules that `texts` hold, one a line; a line that ends with | goes on in the next."""
    joined = "\n".join(texts).replace("|\n", "|")
    return tuple(_rule(line) for line in joined.splitlines() if line.strip())


def _rule(line: str) -> Rule:
    patterns: list[re.Pattern[str]] = []
    needs: list[frozenset[str]] = []
    for together in line.split(" & "):
        pattern = "(?<= )"
        for part in together.split():
            name, optional = part.rstrip("?"), part.endswith("?")
            if name in _GAPS:
                pattern += _GAPS[name]
                continue
            ways = [way.replace("_", " ") for way in _ways(name)]
            pattern += f"(?:(?:{'|'.join(map(re.escape, sorted(ways, reverse=True)))}) )" + ("?" if optional else "")
            if not optional:
                needs.append(frozenset(way.split()[0] for way in ways))
        patterns.append(re.compile(pattern))
    return Rule(tuple(patterns), tuple(needs))

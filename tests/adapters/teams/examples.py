"""What becomes of every example of a card or form in Teams: the files in `golden/`.

When a card has changed on purpose, write them anew, look at the difference, and commit it with the change:

    python -m tests.adapters.teams.examples
"""

import functools
import json
from pathlib import Path
from typing import Any, Final

from adapters.teams import forms, render
from tests.examples import ANN, BOB, CARDS, CEM, COVE, DEE, DIGESTS, FORMS, HARBOUR, HOMES, KUDOS

HERE: Final = Path(__file__).parent
TENANT: Final = "0d9b645f-597b-41f0-a2a3-ef103fbd91bb"
CALLED: Final = {each.id: f"29:{each.id}" for each in (BOB, CEM)}
CHOICES: Final = forms.Choices(
    people=[forms.Choice(value=each.id, label=each.name) for each in (ANN, BOB, CEM, DEE)],
    places=[forms.Choice(value=each.id, label=each.name) for each in (HARBOUR, COVE)],
)
REFRESH: Final = render.Refresh(recognition=KUDOS.id, people=("29:U0001",))


class Anybody(dict[str, str]):
    """Everybody has an id in Teams."""

    def __contains__(self, person: object) -> bool:
        return True

    def __missing__(self, person: str) -> str:
        return f"29:{person}"


@functools.cache
def rendered() -> dict[str, dict[str, Any]]:
    """What goes to Teams, by the name of its file."""
    pages = {**CARDS, **DIGESTS, **HOMES}
    return {
        **{name: render.message(card(), TENANT) for name, card in pages.items()},
        "hello-among-others": render.message(CARDS["hello"](), TENANT, shared=True),
        "helped-among-others": render.message(CARDS["helped-on-cards-only"](), TENANT, shared=True),
        "given-refreshed": render.message(CARDS["given"](), TENANT, called=CALLED, refresh=REFRESH),
        "weekly-of-7-in-words": render.message(DIGESTS["weekly-of-7"](), TENANT, charts=False),
        "weekly-calling": render.message(DIGESTS["weekly-mentioning"](), TENANT, called=Anybody()),
        "reading": render.reading(CARDS["entry_card"](), TENANT),
        **{f"form-{name}": forms.dialog(form(), TENANT, key="f0r8", choices=CHOICES) for name, form in FORMS.items()},
    }


def content(shown: dict[str, Any]) -> dict[str, Any]:
    """The card in a message or a dialog."""
    held: dict[str, Any] = shown["attachments"][0] if "attachments" in shown else shown["card"]
    card: dict[str, Any] = held["content"]
    return card


def golden(name: str) -> Path:
    return HERE / "golden" / f"{name}.json"


def as_text(payload: dict[str, Any]) -> str:
    return json.dumps(payload, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    wanted = {golden(name): as_text(payload) for name, payload in rendered().items()}
    for path in set(golden("x").parent.glob("*.json")) - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

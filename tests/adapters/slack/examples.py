"""What becomes of every example of a card or form in Slack: the files in `golden/`.

When a card has changed on purpose, write them anew, look at the difference, and commit it with the change:

    python -m tests.adapters.slack.examples
"""

import functools
import json
from pathlib import Path
from typing import Any, Final

from adapters.slack import modals, render
from tests.examples import CARDS, DIGESTS, FORMS, HOMES

HERE: Final = Path(__file__).parent
BASE: Final = "https://northfield.slack.com/"


@functools.cache
def rendered() -> dict[str, dict[str, Any]]:
    """What goes to Slack, by the name of its file."""
    return {
        **{name: render.message(card(), BASE) for name, card in CARDS.items()},
        **{name: render.message(card(), BASE, charts=True) for name, card in DIGESTS.items()},
        "weekly-of-7-in-words": render.message(DIGESTS["weekly-of-7"](), BASE),
        **{name: render.home(card(), BASE) for name, card in HOMES.items()},
        **{f"form-{name}": modals.modal(form(), {"reply": "https://x"}, BASE) for name, form in FORMS.items()},
    }


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

"""Charts that Slack draws itself. Pure.

Not every Slack takes them yet: one that does not refuses the whole message with `invalid_blocks`. Source of the limits:
docs.slack.dev/reference/block-kit/blocks/data-visualization-block; that a message holds two at most is told by the
refusal alone (github.com/vercel/chat/pull/696).
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from bot.cards import Chart, Element, Note, bar_text, length

Json = dict[str, Any]

REFUSED: Final = "invalid_blocks"  #: what Slack says to a chart that it does not take
CHARTS_MOST: Final = 2  #: in a message
TITLE_MOST: Final = 50
LABEL_MOST: Final = 20
BARS_MOST: Final = 20
_TYPE: Final = "data_visualization"


def with_charts(elements: Iterable[Element]) -> Iterator[Element | Json]:
    """Make blocks of the charts that Slack can draw. Their figures stand below: not everybody can point at a bar."""
    room = CHARTS_MOST
    for element in elements:
        if isinstance(element, Chart) and room and _drawable(element):
            room -= 1
            yield _block(element)
            yield Note((" · ".join(map(bar_text, element.bars)),))
        else:
            yield element


def has_chart(message: Json) -> bool:
    """Whether Slack is to draw something."""
    return any(block["type"] == _TYPE for block in message["blocks"])


def _drawable(chart: Chart) -> bool:
    """Whether Slack's limits let it be drawn as it is."""
    labels = {bar.short for bar in chart.bars}
    return (
        0 < len(chart.bars) <= BARS_MOST
        and len(labels) == len(chart.bars)
        and all(0 < length(label) <= LABEL_MOST for label in labels)
        and 0 < length(chart.title) <= TITLE_MOST
    )


def _block(chart: Chart) -> Json:
    data = [{"label": bar.short, "value": bar.count} for bar in chart.bars]
    return {
        "type": _TYPE,
        "title": chart.title,
        "chart": {
            "type": "bar",
            "series": [{"name": "Kudos", "data": data}],
            "axis_config": {"categories": [bar.short for bar in chart.bars]},
        },
    }

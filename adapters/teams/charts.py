"""Charts that Teams draws itself. Pure.

They are an extension of Teams: a client that does not know them shows their `fallback`.
Source: learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards
"""

from typing import Any

from adapters.teams.texts import inert
from bot.cards import Chart

Json = dict[str, Any]


def drawn(chart: Chart, in_words: Json) -> Json:
    """A chart as bars, in colours that the client chooses by its theme.

    Args:
        in_words: what a client that can't draw it shows.
    """
    return {
        "type": "Chart.HorizontalBar",
        "title": inert(chart.title),
        "displayMode": "AbsoluteNoAxis",
        "data": [{"x": inert(bar.label), "y": bar.count} for bar in chart.bars],
        "fallback": in_words,
    }

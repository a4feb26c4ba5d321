"""What a chart looks like in a data visualization block.

Source: docs.slack.dev/reference/block-kit/blocks/data-visualization-block, and what the crates slack-messaging 0.7 and
slack-morphism 2.30 have read out of it.
"""

from collections.abc import Mapping
from typing import Any

from .blockkit_rules import Report, Rule, array, number, positive, record, string


def one_point_each(value: Any, at: str, report: Report) -> None:
    """Series are told apart by their names, and each has one point for each category."""
    categories, names = value["axis_config"]["categories"], [each["name"] for each in value["series"]]
    if len(set(categories)) < len(categories):
        report("categories must be unique", f"{at}/axis_config/categories")
    if len(set(names)) < len(names):
        report("series names must be unique", f"{at}/series")
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            report("data labels must match the categories", f"{at}/series/{index}/data")


_label = string(20)
_series = record(
    {
        "name": _label,
        "data": array(record({"label": _label, "value": number}), most=20),
    }
)
_axes = record({"categories": array(_label, most=20)}, {"x_label": string(50), "y_label": string(50)})
#: Most segments or series: 6 by the documentation of June 2026, 12 by later readers of it.
_PARTS = 6
CHARTS: Mapping[str, Rule] = {
    "pie": record({"segments": array(record({"label": _label, "value": positive}), most=_PARTS)}, tag="pie"),
    **{
        kind: record({"series": array(_series, most=_PARTS), "axis_config": _axes}, {}, one_point_each, tag=kind)
        for kind in ("bar", "area", "line")
    },
}

"""Slack draws a chart where it can; where it can't, the same post goes out at once, once, with bars as text."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from adapters.slack import render
from adapters.slack.access import OneWorkspace
from adapters.slack.api import Api, session
from adapters.slack.charts import has_chart, with_charts
from adapters.slack.delivery import CHARTLESS_S, SlackSender
from bot import posts
from bot.cards import Bar, Card, Chart, Heading, Line, Note, plain
from bot.database import Sqlite
from bot.model import Message
from bot.outbox import Outbox
from bot.posts import Post
from bot.store import Store
from tests.doubles.slack import SlackDouble
from tests.doubles.slack_objects import Channel

LISTEN, LEAD = Bar(label="I listen & learn", short="listen", count=3), Bar(label="I lead", short="lead", count=1)
CHART = Chart(title="What people were thanked for", bars=(LISTEN, LEAD))
CARD = Card((Heading("Kudos of the week"), CHART, Line(("the end",))))
POST, UPDATE = "chat.postMessage", "chat.update"


def bars(number: int) -> tuple[Bar, ...]:
    return tuple(Bar(label=f"Entry {each}", short=f"e{each}", count=each) for each in range(number))


def test_a_chart_is_drawn_and_its_figures_stand_below() -> None:
    _, drawn, figures, _ = render.message(CARD, "", charts=True)["blocks"]
    assert drawn == {
        "type": "data_visualization",
        "title": "What people were thanked for",
        "chart": {
            "type": "bar",
            "series": [
                {"name": "Kudos", "data": [{"label": "listen", "value": 3}, {"label": "lead", "value": 1}]},
            ],
            "axis_config": {"categories": ["listen", "lead"]},
        },
    }
    assert figures["elements"][0]["text"] == "I listen & learn: 3 · I lead: 1"


def test_the_text_of_a_message_is_the_same_with_a_chart_and_without() -> None:
    assert render.message(CARD, "", charts=True)["text"] == render.message(CARD, "")["text"]


@pytest.mark.parametrize(
    ("chart", "drawn"),
    [
        (replace(CHART, bars=bars(20)), True),
        (replace(CHART, bars=bars(21)), False),
        (replace(CHART, bars=()), False),
        (replace(CHART, bars=(LISTEN, replace(LEAD, short="listen"))), False),
        (replace(CHART, bars=(replace(LEAD, short="x" * 20),)), True),
        (replace(CHART, bars=(replace(LEAD, short="x" * 21),)), False),
        (replace(CHART, bars=(replace(LEAD, short=""),)), False),
        (replace(CHART, title="🎉" * 25), True),
        (replace(CHART, title="🎉" * 25 + "x"), False),
        (replace(CHART, title=""), False),
    ],
)
def test_what_slack_would_refuse_is_not_drawn(chart: Chart, drawn: bool) -> None:
    assert list(with_charts([chart]))[1:] == ([Note((figures(chart),))] if drawn else [])


def figures(chart: Chart) -> str:
    return " · ".join(f"{bar.label}: {bar.count}" for bar in chart.bars)


def test_a_message_holds_two_and_tells_the_third_in_words() -> None:
    blocks = render.message(Card((CHART,) * 3), "", charts=True)["blocks"]
    assert [block["type"] for block in blocks] == ["data_visualization", "context"] * 2 + ["rich_text"]
    assert "■■■ 3 I listen & learn" in str(blocks[-1])


def test_where_a_refusal_would_not_be_heard_nothing_is_drawn() -> None:
    for shown in (
        render.message(CARD, ""),
        render.ephemeral(CARD, ""),
        render.reading(CARD, ""),
        render.home(CARD, ""),
    ):
        assert not has_chart(shown)
        assert "■■■ 3 I listen & learn" in str(shown["blocks"])


# On the way


class Delivering:
    """An outbox that brings about one card, on a Slack."""

    def __init__(
        self,
        slack: SlackDouble,
        channel: Channel,
        store: Store,
        sender: SlackSender,
        http: aiohttp.ClientSession,
    ) -> None:
        self.slack, self.channel, self.store, self.http = slack, channel, store, http
        self.card = CARD
        self.now = datetime.now(UTC)
        self.outbox = Outbox(store, lambda _: sender, self._render, lambda: self.now)
        self.row = posts.post(f"slack:{slack.team_id}", "digest", "d1", place=channel.id, due_at=self.now)

    async def _render(self, _: Post) -> Card:
        return self.card

    async def want(self, card: Card = CARD) -> Post:
        self.card = card
        await self.store.write(posts.wanted(self.row))
        return await self.deliver()

    async def deliver(self, *, after_s: float = 0) -> Post:
        """What the row is after what was due has been delivered."""
        self.now += timedelta(seconds=after_s)
        await self.outbox.deliver_due()
        row = await self.store.posts.post(self.row.workspace, self.row.id)
        assert row
        return row

    @property
    def calls(self) -> list[tuple[str, bool]]:
        """What was sent, and whether it held a chart."""
        return [(call.method, has_chart(call.args)) for call in self.slack.calls if call.method in (POST, UPDATE)]


@pytest.fixture
def chartless_s() -> float:
    return CHARTLESS_S


@pytest.fixture
async def delivering(database: Sqlite, chartless_s: float) -> AsyncIterator[Delivering]:
    async with SlackDouble() as slack, session() as http:
        store = Store(database)
        access = OneWorkspace(slack.token, slack.url, http, store)
        sender = SlackSender(access, store, chartless_s=chartless_s)
        yield Delivering(slack, slack.add_channel("hall"), store, sender, http)
        assert slack.problems == []


async def test_a_slack_that_draws_charts_gets_one_post(delivering: Delivering) -> None:
    row = await delivering.want()
    assert row.state == "done"
    assert delivering.calls == [(POST, True)]
    (message,) = delivering.slack.messages(delivering.channel)
    assert row.message == Message(place=delivering.channel.id, id=message.ts)


@pytest.mark.fault("invalid blocks")
@pytest.mark.databases("sqlite", "postgres")
async def test_a_slack_that_draws_none_gets_the_same_post_at_once_with_bars_as_text(delivering: Delivering) -> None:
    delivering.slack.charts = False
    row = await delivering.want()
    assert (row.state, row.error) == ("done", "")
    assert delivering.calls == [(POST, True), (POST, False)]
    (message,) = delivering.slack.messages(delivering.channel)
    assert message.metadata == {"event_type": "kudos_post", "event_payload": {"key": row.id}}
    assert message.text == plain(CARD).replace("&", "&amp;")
    assert "■■■ 3 I listen & learn" in str(message.blocks)


async def test_mending_falls_back_likewise(delivering: Delivering) -> None:
    await delivering.want()
    delivering.slack.charts = False
    row = await delivering.want(Card((*CARD.elements, Line(("and more",)))))
    assert row.state == "done"
    assert delivering.calls == [(POST, True), (UPDATE, True), (UPDATE, False)]
    (message,) = delivering.slack.messages(delivering.channel)
    assert "and more" in message.text
    assert "■■■ 3 I listen & learn" in str(message.blocks)


async def test_a_refusal_is_remembered_for_a_while(delivering: Delivering) -> None:
    """Two hundred digests on one morning are not two hundred refusals."""
    delivering.slack.charts = False
    await delivering.want()
    await delivering.want()
    assert delivering.calls == [(POST, True), (POST, False), (UPDATE, False)]


@pytest.mark.parametrize("chartless_s", [0.0])
async def test_after_that_a_chart_is_tried_again(delivering: Delivering) -> None:
    delivering.slack.charts = False
    await delivering.want()
    delivering.slack.charts = True
    await delivering.want()
    assert delivering.calls == [(POST, True), (POST, False), (UPDATE, True)]


async def test_where_the_second_call_comes_too_soon_the_next_one_goes_without_a_chart(delivering: Delivering) -> None:
    """The refusal counts as a call: what is asked for again and again would never get through."""
    delivering.slack.charts, delivering.slack.rate_limits = False, True
    api = Api(delivering.slack.token, delivering.slack.url, delivering.http)
    for text in ("one", "two"):
        await api.call(POST, channel=delivering.channel.id, text=text)
    delivering.slack.calls.clear()
    assert (await delivering.want()).state == "due"
    await asyncio.sleep(3.1)  # Slack's clock
    row = await delivering.deliver(after_s=10)
    assert row.state == "done"
    assert delivering.calls == [(POST, True), (POST, False), (POST, False)]
    assert len(delivering.slack.messages(delivering.channel)) == 3


async def test_a_refusal_that_was_not_heard_is_no_post(delivering: Delivering) -> None:
    delivering.slack.charts = False
    delivering.slack.fault(POST, drop="after")
    assert (await delivering.want()).state == "lost"
    row = await delivering.deliver(after_s=5)
    assert row.state == "done"
    assert delivering.calls == [(POST, True), (POST, True), (POST, False)]
    assert len(delivering.slack.messages(delivering.channel)) == 1


@pytest.mark.parametrize(("error", "calls"), [("invalid_blocks", 2), ("restricted_action", 1)])
async def test_what_is_refused_for_another_reason_is_parked(delivering: Delivering, error: str, calls: int) -> None:
    delivering.slack.fault(POST, error=error, times=None)
    row = await delivering.want()
    assert (row.state, row.error) == ("parked", error)
    assert len(delivering.calls) == calls


async def test_what_holds_no_chart_is_not_sent_twice(delivering: Delivering) -> None:
    delivering.slack.fault(POST, error="invalid_blocks", times=None)
    row = await delivering.want(Card((Line(("no figures",)),)))
    assert row.state == "parked"
    assert delivering.calls == [(POST, False)]

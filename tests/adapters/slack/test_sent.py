"""What is written out for looking at is what Slack was really sent, of every sort of screen."""

from pathlib import Path

from tests.adapters.slack import sent
from tests.adapters.slack.everywhere import texts
from tests.conftest import FRAMEWORKS


async def test_one_day_shows_every_screen_once(tmp_path: Path) -> None:
    screens = await sent.said(FRAMEWORKS["own"], tmp_path)
    assert screens.keys() >= sent.QUESTIONS.keys()
    assert all(block["type"] for blocks in screens.values() for block in blocks)
    read = {name: " ".join(texts(blocks)) for name, blocks in screens.items()}
    assert "Samaritans" in read["calm"]
    assert "999" in read["emergency"]
    assert "Did you mean" in read["menu"]
    assert "pirate" not in read["trick"]
    assert "That sounds like:" in read["form-with-suggestions"]
    assert "A little more would mean a lot" in read["form-with-a-hint"]
    assert "In which time zone?" in read["form-for-the-digest"]
    assert "The next one is due on" in read["digest-set-up"]
    assert "Kudos of the week" in read["digest"]
    assert [block["type"] for block in screens["digest"]].count("data_visualization") == 1
    assert "Did somebody help you lately?" in read["digest-of-nothing"]
    assert read["behaviours"] != read["answer"] != read["next"]
    lines = [line.text for group in FRAMEWORKS["own"].taggable[3].groups for line in group.lines]
    bold = [{"type": "text", "text": line, "style": {"bold": True}} for line in lines]
    assert sum(each in leaves(screens["answer"]) for each in bold) == 1


def leaves(node: object) -> list[object]:
    """Everything in it, at any depth."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [node, *(leaf for child in children for leaf in leaves(child))]

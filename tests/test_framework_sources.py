"""Everything that both source documents print is in `framework.yaml`, word for word, and nothing else is.

The documents are read by rule. Their *layout lines* are the lines that are not blank, white space collapsed, a
bullet taken off; all but the three "Click on …" instructions and "Notes:". A document is then laid out as
*paragraphs*: each is one printed text of the file, and covers one or several layout lines, joined. A bullet
begins a paragraph. If a single printed text is missing or altered, some layout line is left uncovered.
"""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from bot.framework import Entry, Framework, parse

ROOT = Path(__file__).parents[1]
FRAMEWORK = parse((ROOT / "framework.yaml").read_text("utf-8"), "framework.yaml")
DOCUMENTS = {"people-deal": "000_fb75e2b095bdee40.txt", "this-work-matters": "003_126c90c49f99ce5b.txt"}
IDS = """
    value.prevent-crime value.friendship-service value.courageous-fair value.listen-learn value.proud
    promise.lead-by-example promise.self-aware promise.decisions promise.recognise-challenge promise.wellbeing
    promise.do-right-thing promise.perspectives promise.enable promise.creative-together promise.feedback
    offer.force offer.job offer.career offer.rewards
    section.people-deal section.values section.offers section.promise section.vision section.strategy
    section.foreword section.introduction section.how-made section.shared-story section.objectives section.together
    element.connect element.precision element.nurture element.collaborate element.innovate
    fact.chief fact.people-served fact.team fact.contact fact.social
"""
EVERYDAY = "👏 🚀 💚 🤝 👥 💬 👍 🎉 ⭐ 💡 ❤️ 🙌 💪 🙏 👀 ✅ 💯 🏆 🔥 😊 🎯 😂 👌 🥳 ☕ 🫶 ✨ ➕ 👋 🙂 😀 🤔"


def layout(source: str) -> list[str]:
    """The layout lines of a document, bullets still on."""
    text = (ROOT / "tests" / "sources" / DOCUMENTS[source]).read_text("utf-8")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("Click on") and line != "Notes:"]


def paragraphs(source: str, printed: Counter[str]) -> list[str]:
    """The document as printed texts of the file, in order.

    Raises:
        LookupError: a layout line is in none of them, or is printed more often than the file has it.
    """
    lines, found, left = layout(source), [], printed.copy()
    while lines:
        longest = next((n for n in range(1, len(lines)) if lines[n].startswith("•")), len(lines))
        joined = [" ".join(lines[:n]).removeprefix("• ") for n in range(longest, 0, -1)]
        text = next((text for text in joined if left[text]), None)
        if text is None:
            raise LookupError(lines[0])
        found.append(text)
        left[text] -= 1
        del lines[: longest - joined.index(text)]
    return found


def printed_texts(entry: Entry) -> Iterator[str]:
    """What an entry holds as printed, in its order."""
    if not entry.title_is_ours:
        yield entry.title.printed
    for group in entry.groups:
        if group.heading:
            yield group.heading.printed
        yield from (line.printed for line in group.lines)
    yield from entry.printed_forms


def printed_of(source: str, framework: Framework = FRAMEWORK) -> Counter[str]:
    return Counter(text for entry in framework.entries if entry.source.id == source for text in printed_texts(entry))


def sentences(paragraph: str) -> list[str]:
    return re.split(r"(?<=\.) (?=[A-Z])", paragraph)


def quotable(source: str) -> set[str]:
    """Every paragraph of the document, and every run of whole sentences in one."""
    return {
        " ".join(parts[start:end])
        for paragraph in paragraphs(source, printed_of(source))
        if (parts := sentences(paragraph))
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
    }


@pytest.mark.parametrize("source", DOCUMENTS)
class TestWordForWord:
    def test_every_line_of_the_document_is_in_the_file_as_printed(self, source: str) -> None:
        """In the document's order, nothing is left over."""
        found = paragraphs(source, printed_of(source))
        bare = [line.removeprefix("• ") for line in layout(source)]
        assert " ".join(found) == " ".join(bare)

    def test_no_line_is_in_the_file_that_the_document_does_not_print(self, source: str) -> None:
        """A printed text is a paragraph of its document, or whole sentences of one."""
        assert set(printed_of(source)) <= quotable(source)

    def test_a_lost_line_would_be_noticed(self, source: str) -> None:
        """Without any one of its printed texts the file no longer covers the document."""
        printed = printed_of(source)
        needed = Counter(paragraphs(source, printed))
        for text in needed:
            with pytest.raises(LookupError):
                paragraphs(source, printed - Counter({text: printed[text] - needed[text] + 1}))

    def test_an_altered_line_would_be_noticed(self, source: str) -> None:
        """A single character more, less or different, and it is no line of the document."""
        known = quotable(source)
        for text in printed_of(source):
            for altered in (text[1:], text[:-1], text + ".", text.swapcase()):
                assert altered not in known


def test_what_we_show_differs_from_the_print_only_where_the_print_slips() -> None:
    """Each mend is explained, and these are all of them."""
    mends: Counter[tuple[str, str]] = Counter()
    for entry in FRAMEWORK.entries:
        headings = [group.heading for group in entry.groups if group.heading]
        for each in [entry.title, *headings, *(line for group in entry.groups for line in group.lines)]:
            assert bool(each.note) == (each.text != each.printed)
            for _, start, end, new_start, new_end in SequenceMatcher(
                None, each.printed, each.text, autojunk=False
            ).get_opcodes():
                before, after = each.printed[start:end], each.text[new_start:new_end]
                mends[before, after] += before != after
    assert +mends == {
        ("", "for "): 1,
        ("", "have "): 1,
        ("", "I "): 6,
        ("´", "'"): 1,
        (" ", ""): 5,  # 2016/ 17, HR/ PSD
        ("", "r"): 1,  # Nuture
        ("", ","): 2,  # the Chief Constable's name, quoted twice
        ("", ":"): 1,
        ("w", "W"): 1,
    }


def test_only_what_the_program_may_not_quote_is_left_out() -> None:
    """Three instructions to click, and the word "Notes:"."""
    texts = [(ROOT / "tests" / "sources" / name).read_text("utf-8") for name in DOCUMENTS.values()]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    assert len([line for line in lines if line.startswith("Click on")]) == 3
    assert lines.count("Notes:") == 1
    kept = sum(len(layout(source)) for source in DOCUMENTS)
    assert kept == len([line for line in lines if line]) - 4


def test_what_is_quoted_a_second_time_is_counted() -> None:
    """Seven lines are quoted twice, to answer a question of their own. Losing one of them is noticed too."""
    twice = {source: printed_of(source) - Counter(paragraphs(source, printed_of(source))) for source in DOCUMENTS}
    assert {source: sum(texts.values()) for source, texts in twice.items()} == {
        "people-deal": 0,
        "this-work-matters": 7,
    }


@pytest.mark.parametrize("kind", ["value", "offer"])
def test_the_lines_of_an_entry_stand_under_its_title_in_the_order_of_the_print(kind: str) -> None:
    """No line has slipped into a neighbour."""
    print_ = paragraphs("people-deal", printed_of("people-deal"))
    for entry in FRAMEWORK.of_kind(kind):
        lines = list(printed_texts(entry))
        start = print_.index(lines[0])
        assert print_[start : start + len(lines)] == lines


def test_ids_are_kept() -> None:
    """Records name entries by id: every id of the first version is still there."""
    assert {entry.id for entry in FRAMEWORK.entries} >= set(IDS.split())


def test_every_overview_lists_what_the_document_lists() -> None:
    """Five values, four offers, ten promise items, five elements."""
    overviews = {entry.id: len(entry.lists) for entry in FRAMEWORK.entries if entry.lists}
    assert overviews == {
        "section.people-deal": 3,
        "section.values": 5,
        "section.offers": 4,
        "section.promise": 10,
        "section.strategy": 5,
    }


def test_what_the_print_has_lost_is_said() -> None:
    """The vision's words, the objectives, the diagram, who the leaders are, and each element's description."""
    assert {entry.id for entry in FRAMEWORK.entries if entry.missing} == {
        "section.vision",
        "section.objectives",
        "section.together",
        "section.promise",
        *(entry.id for entry in FRAMEWORK.of_kind("element")),
    }


def test_no_emoji_is_one_that_people_use_casually() -> None:
    """Ordinary clapping never becomes a record about a person."""
    assert len(FRAMEWORK.taggable) == 15
    assert not [entry.emoji for entry in FRAMEWORK.taggable if FRAMEWORK.for_emoji(entry.emoji) != entry]
    assert not [emoji for emoji in EVERYDAY.split() if FRAMEWORK.for_emoji(emoji)]

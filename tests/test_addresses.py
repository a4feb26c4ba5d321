"""E-mail addresses are compared folded and under every name of their domain, and never by letters that look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import Domains

FORCE = Domains.read("west-midlands.police.uk=westmidlands.police.uk")
NAMES = st.sampled_from(["a.example", "b.example", "c.example", "d.example"])
PAIRS = st.lists(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]))


def test_case_and_other_names_of_the_domain_make_no_difference() -> None:
    spellings = FORCE.spellings("Ann.Smith@West-Midlands.police.uk")
    assert spellings == ("ann.smith@west-midlands.police.uk", "ann.smith@westmidlands.police.uk")
    assert FORCE.spellings(" ann.smith@westmidlands.police.UK") == spellings
    assert FORCE.marks("ANN.SMITH@westmidlands.police.uk") == FORCE.marks("ann.smith@west-midlands.police.uk")


@pytest.mark.parametrize(
    "other",
    [
        "ann@example.org",
        "an.nsmith@force.example",
        "ann.smith+x@force.example",
        "ann.smith@force.example.org",
        "ann.smith@evil-force.example",
        "ann.smith@sub.force.example",
    ],
)
def test_nothing_else_is_the_same(other: str) -> None:
    assert set(Domains().marks(other)).isdisjoint(Domains().marks("ann.smith@force.example"))


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "ann",
        "@force.example",
        "ann@",
        "ann@x@force.example",
        "an n@force.example",
        "ma\u212ae@force.example",  # the sign for Kelvin, which folds to k
        "stra\u00dfe@force.example",  # which folds to strasse
        "ann@f\u043erce.example",  # a Cyrillic o
    ],
)
def test_what_is_odd_is_compared_with_nothing(odd: str) -> None:
    assert FORCE.spellings(odd) == FORCE.marks(odd) == ()


def test_no_mark_holds_an_address() -> None:
    (mark,) = Domains().marks("ann.smith@force.example")
    assert "ann" not in mark
    assert len(mark) == 32


@pytest.mark.parametrize(
    "text", ["a.example", "a.example=", "a.example=a.example", "a=b", "a.example=b.example=c.example"]
)
def test_what_are_no_pairs_of_domains_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no pair of domains"):
        Domains.read(text)


def test_no_pairs_are_none() -> None:
    assert Domains.read(" , ") == Domains()


@given(pairs=PAIRS, other=st.data())
def test_same_is_same_in_whatever_order_it_is_said(pairs: list[tuple[str, str]], other: st.DataObject) -> None:
    """Pairs chain, and whoever reads them comes to the same groups."""
    domains = Domains.read(",".join("=".join(pair) for pair in pairs))
    turned = [other.draw(st.permutations(pair)) for pair in other.draw(st.permutations(pairs))]
    assert Domains.read(", ".join(" = ".join(pair) for pair in turned)) == domains
    for one, two in pairs:
        assert domains.spellings(f"x@{one}") == domains.spellings(f"x@{two}")
    for name in ("a.example", "b.example", "c.example", "d.example"):
        for each in domains.spellings(f"x@{name}"):
            assert domains.spellings(each) == domains.spellings(f"x@{name}")

"""What Kudos says is short and plain, and kept where it can be reviewed."""

import statistics

from tests import sentences

WORDS_MOST = 25
GRADE_MOST = 9.0  #: of one sentence that is long enough to tell
GRADE_MEAN = 4.5  #: of all: read at nine or ten
LONG = 10  #: words


def test_the_catalogue_holds_every_sentence() -> None:
    """Where it does not: python -m tests.sentences."""
    assert sentences.CATALOGUE.read_text("utf-8") == sentences.catalogue()


def test_no_sentence_is_long() -> None:
    long = [each for each in sentences.sentences() if each.words > WORDS_MOST]
    assert not long


def test_somebody_of_ten_or_eleven_can_read_them() -> None:
    found = sentences.sentences()
    assert statistics.mean(each.grade for each in found) < GRADE_MEAN
    assert not [(round(each.grade, 1), each) for each in found if each.words >= LONG and each.grade > GRADE_MOST]

"""What Kudos knows of English: how people ask, count and spell. Nothing here comes from any framework."""

import re
import unicodedata

TEXT_MOST = 400  #: characters of a question that are read; what is longer is no question
WORDS_MOST = 100  #: … and words


def _words(text: str) -> list[str]:
    return text.split()


#: Words around a name that only ask what it means, or that hold a sentence together.
FRAME = frozenset(
    _words("""
    a about actually afternoon again ah all alright also am an and are as at bab be being bit bits
    btw by bye call called cheers come comes could define defined definition describe description detail details
    did do does doing down er erm evening everything exactly explain explained explanation
    explanations find for from full fully give go had haha hello hey hi hiya hmm i ill im in info
    information into is it its ive just kindly know kudos let like list lol look mate may me mean
    meaning meanings means meant more morning my myself name named no number of oh ok okay on one
    ones or our ours out over pal part please pls point quick quickly quote read really refresh
    remember remind reminder said say saying says see sense sentence shall show so some stand
    standing stands sum summarise summarize summary ta talk talking tell text thank thanks that
    thats the their them then these they thing things this those through titled to too uh um umm
    under understand up us very want wanted was we were weve what whatever whats where which will
    with word wording words would wouldnt written yo you your youre yours
    """)
)

#: Words that ask for something else than a meaning. Beside a slight name they make us careful.
ELSEWISE = frozenset(
    _words("""
    any anybody anyone anything because been but can cant didnt doesnt dont ever every everyone get
    gets getting got has have havent he her here him his how if isnt many might much must need
    nobody not now off only other own she should shouldnt somebody someone something than there
    until wasnt went when whenever wheres who whos whose why without wont yes yet
    """)
)

NEUTRAL = FRAME | ELSEWISE

#: With one of these a question begins that wants a yes or a no, unless it holds one of `MEANS`.
YES_OR_NO = frozenset(("am", "are", "did", "do", "does", "is", "was", "were"))
MEANS = frozenset(("about", "called", "mean", "meaning", "means", "meant", "say", "says"))

_COUNTED = _words("""
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
""")
_ORDERED = _words("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
""")
COUNTS = {word: number for number, word in enumerate(_COUNTED, start=1)}
ORDINALS = {word: number for number, word in enumerate(_ORDERED, start=1)}
LAST = frozenset({"last", "final"})  #: as in "the last value"
NUMBER_SIGNS = frozenset({"number", "num", "no", "nr", "item", "point"})  #: as in "promise no. 4"
JOINING = frozenset({"and", "or", "vs", "versus"})  #: what stands between things that are asked for together
#: What asks how things that are named differ.
COMPARING = frozenset(_words("between both compare compared comparing comparison contrast differ difference different"))

_AS_MEANT = {
    "n": "and",
    "abt": "about",
    "bout": "about",
    "da": "the",
    "tha": "the",
    "hw": "how",
    "wots": "whats",
    "wiv": "with",
    "u": "you",
    "r": "are",
    "ur": "your",
    "wat": "what",
    "wot": "what",
    "wats": "whats",
    "adn": "and",
    "teh": "the",
}
_APOSTROPHES = str.maketrans("’‘ʼ´`′", "''''''")
#: What comes along with a copied text.
INVISIBLE = re.compile(r"[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe0f\ufeff]")
_RANGE = re.compile(r"(?<=\d)\s?[-–—]\s?(?=\d)")  #: as in "1-3"
_WORD = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+(?:\.\d+)*|[^\W\d_]+")


def words(text: str) -> tuple[str, ...]:
    """Read `text` as plain small words, without accents, marks and what can't be seen; "&", "+" and "n" are "and"."""
    text = text[:TEXT_MOST].translate(_APOSTROPHES)
    text = text.casefold() if text.isascii() else unicodedata.normalize("NFKD", text).casefold()
    text = text.replace("'", "")
    if not text.isascii():
        text = "".join(c for c in INVISIBLE.sub("", text) if not unicodedata.combining(c))
    text = _RANGE.sub(" to ", text.replace("&", " and ").replace("+", " and "))
    found = _WORD.findall(text)[:WORDS_MOST]
    if _AS_MEANT.keys().isdisjoint(found):  # as mostly
        return tuple(found)
    return tuple(_AS_MEANT.get(word, word) for word in found)


def stem(word: str) -> str:
    """Take off a word's ending, so that "learns", "learned" and "learning" are one word."""
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "e", "s"):
        if word.endswith(ending) and len(word) >= len(ending) + 4:
            return word[: -len(ending)]
    return word


def plural(phrase: str) -> str:
    """More than one of what `phrase` names."""
    if phrase.endswith(("s", "x", "ch", "sh")):
        return phrase + "es"
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return phrase[:-1] + "ies"
    return phrase + "s"


def ordinal(word: str) -> int | None:
    """The number in "4th" or "fourth"."""
    if word[:-2].isdecimal() and word[-2:] in ("st", "nd", "rd", "th"):
        return int(word[:-2])
    return ORDINALS.get(word)


def count(word: str) -> int | None:
    """The number in "4" or "four"."""
    return int(word) if word.isdecimal() else COUNTS.get(word)

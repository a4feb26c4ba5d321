"""What has happened at Harbour Lane in the last weeks. All of it is invented.

Entries are meant by their place among those of the framework that is loaded, so any framework will do.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Wrote:
    """Somebody wrote an ordinary message; others put emoji on it: (who, entry's place or an ordinary emoji)."""

    days: int  #: ago; 0 is today
    at: str  #: local time; today, the minutes ago
    place: str
    who: str
    text: str
    stickers: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True)
class Gave:
    """Somebody gave kudos, and others seconded it."""

    days: int
    at: str
    place: str
    who: str
    to: tuple[str, ...]
    entries: tuple[int, ...]
    reason: str
    seconders: tuple[str, ...] = ()


STORIES: Final[tuple[Wrote | Gave, ...]] = (
    Wrote(
        21, "08:55", "general", "hannah", "Morning all. Kudos has moved in here. Be generous with it, and be specific."
    ),
    Gave(
        20,
        "09:40",
        "general",
        "hannah",
        ("dot",),
        (1,),
        "Ten people were waiting when the doors opened, and each of them had been greeted by name before the kettle "
        "had boiled. You make the front desk feel like somebody's kitchen.",
        ("grace", "callum", "amara"),
    ),
    Wrote(
        20,
        "13:05",
        "response",
        "tom",
        "Spare phone chargers are in the second drawer of the briefing room. Please leave one for nights.",
    ),
    Gave(
        19,
        "07:20",
        "response",
        "tom",
        ("zofia",),
        (3,),
        "You rang back after the shift to ask what we would have needed to hear sooner, and changed the card for it "
        "the same morning.",
        ("amara",),
    ),
    Wrote(
        18,
        "10:15",
        "neighbourhood",
        "callum",
        "Old Market traders meet on Thursday at six. Anyone free to come along and say hello?",
        (("luca", "👍"),),
    ),
    Gave(
        17,
        "16:30",
        "neighbourhood",
        "priya",
        ("callum",),
        (0,),
        "You noticed that the alley lights were timed an hour late, got the council to change them, and nobody has "
        "had to call us about that corner since.",
        ("hannah", "zofia"),
    ),
    Gave(
        16,
        "11:10",
        "general",
        "meilin",
        ("idris", "priya"),
        (13,),
        "You sat down with me over one spreadsheet for an afternoon and turned three separate lists into one that all "
        "of us can use.",
        ("tom",),
    ),
    Wrote(
        15,
        "15:45",
        "general",
        "grace",
        "The wellbeing room has new chairs. They are for sitting in, not for looking at.",
        (("dot", "🎉"), ("sian", "👍")),
    ),
    Gave(
        14,
        "18:20",
        "response",
        "amara",
        ("luca",),
        (12,),
        "You gave up your Saturday to practise the radio procedure with our two new starters until they "
        "laughed about it.",
        ("tom", "hannah"),
    ),
    Gave(
        13,
        "09:05",
        "general",
        "sian",
        ("grace",),
        (9,),
        "You saw that I was running on empty, found me two days and somebody to cover them, and asked for no reasons.",
    ),
    Wrote(
        12,
        "17:30",
        "surprise-for-dot",
        "grace",
        "Ten years of Dot on the 30th! Cake, card, and who can keep a secret?",
        (("amara", "🎉"), ("callum", "👍")),
    ),
    Gave(
        12,
        "17:50",
        "surprise-for-dot",
        "grace",
        ("callum",),
        (13,),
        "You had the idea with the photographs, and had collected forty of them before anybody else had found a pen.",
        ("amara", "sian"),
    ),
    Gave(
        11,
        "12:00",
        "general",
        "idris",
        ("amara",),
        (2,),
        "You said in front of everybody that the plan left out the night team, kindly and with a better one "
        "in your hand.",
        ("meilin", "zofia"),
    ),
    Wrote(
        10,
        "08:10",
        "response",
        "zofia",
        "The short list of radio phrases is on the wall now. Thank you for all the corrections, even the rude one.",
        (("tom", 3), ("amara", "👍")),
    ),
    Gave(
        9,
        "14:25",
        "neighbourhood",
        "callum",
        ("luca", "dot"),
        (1, 4),
        "The open evening was full because you two knocked on every door in Tanner's Row, in the rain, twice.",
        ("hannah", "priya", "meilin"),
    ),
    Gave(
        8,
        "10:50",
        "general",
        "tom",
        ("hannah",),
        (7,),
        "You decided in five minutes, told us why in one, and then left us to get on with it.",
    ),
    Wrote(
        7, "12:40", "charity-run", "luca", "Six of us so far for the ten kilometres. Walking counts. So does cheering."
    ),
    Gave(
        7,
        "13:15",
        "charity-run",
        "luca",
        ("sian",),
        (12,),
        "You made a training plan that even people who have not run since school can keep to.",
    ),
    Wrote(6, "09:30", "amara-tom", "amara", "Sarge, would you look over my notes for the board before Friday?"),
    Wrote(6, "09:42", "amara-tom", "tom", "Gladly. Bring them, and bring biscuits."),
    Gave(
        6,
        "15:00",
        "response",
        "tom",
        ("amara",),
        (4,),
        "Your handover notes were so clear that nights could start without a single question. Ours should all"
        " look like this.",
        ("zofia", "luca"),
    ),
    Gave(
        5,
        "16:40",
        "general",
        "priya",
        ("meilin",),
        (11,),
        "You asked the quietest person in the room first, and that turned out to be the answer.",
        ("idris",),
    ),
    Gave(
        4,
        "08:35",
        "general",
        "zofia",
        ("tom",),
        (9,),
        "You rang the control room after our long night only to ask whether everybody had got home.",
        ("hannah", "sian", "amara", "grace"),
    ),
    Wrote(
        3,
        "11:20",
        "neighbourhood",
        "luca",
        "The bike marking stall did 84 bikes. My hand has opinions.",
        (("callum", 0), ("hannah", "🎉")),
    ),
    Gave(
        2,
        "14:10",
        "general",
        "grace",
        ("idris",),
        (14,),
        "You told me plainly which half of my slides nobody would remember, and stayed to help me mend the other half.",
    ),
    Wrote(2, "14:40", "general", "idris", "For the record, the first half was very good."),
    Gave(
        1,
        "09:15",
        "general",
        "hannah",
        ("zofia", "sian"),
        (10,),
        "You stopped a handover that would have been quicker and wrong, and put it right together, though both of you "
        "were due to go home.",
        ("tom",),
    ),
    Wrote(
        1,
        "16:20",
        "general",
        "dot",
        "There is lemon cake at the front desk. Was. There was lemon cake.",
        (("tom", "👍"), ("grace", "🎉"), ("idris", "👍")),
    ),
    Gave(
        0,
        "230",
        "neighbourhood",
        "priya",
        ("callum",),
        (6,),
        "You had already spoken to every shop on the row when we arrived, so we could begin with the right question.",
        ("luca",),
    ),
    Gave(
        0,
        "170",
        "response",
        "tom",
        ("zofia",),
        (8,),
        "You stayed on the line with a frightened caller for forty minutes, and then asked how we were.",
        ("amara", "luca"),
    ),
    Gave(
        0,
        "150",
        "general",
        "sian",
        ("dot",),
        (5,),
        "You lent a stranger your own umbrella and walked them to the bus, because the form could wait and the rain "
        "did not.",
        ("grace",),
    ),
    Wrote(
        0,
        "95",
        "general",
        "meilin",
        "New rota tool, day one: who can tell me why I am down for four nights and a Tuesday?",
    ),
    Wrote(
        0,
        "88",
        "general",
        "amara",
        "Come and find me after briefing, I'll show you the trick. It took me a week.",
        (("meilin", 12), ("sian", "👍")),
    ),
    Gave(
        0,
        "20",
        "general",
        "meilin",
        ("amara",),
        (3,),
        "You explained the new rota to me without a sigh, wrote down where it confuses people, and had it "
        "mended the same day.",
        ("tom", "grace"),
    ),
)

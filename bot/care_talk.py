"""The words of emergencies and of questions what to do, and how people spell."""

from typing import Final

from bot.care_rules import rules

#: Something that is happening.
_NOW: Final = """
not breathing|responding|moving|waking|responsive|conscious
isnt|wasnt|aint|stopped|wont|cant|doesnt ~ breathing|breathe|responding|moving|wake|conscious|respond|move
unconscious|unresponsive|knocked_out|out_cold|collapsed|passed_out|gone_down|seizure|convulsing|choking|anaphylaxis|
anaphylactic
@he|is|started|having|been fitting
having|has a? fit
explosion|exploded
breaking|trying_to_get|trying_to_come in|through ~ back|front|window|door
attack|attacking ~ child|kid|people|woman|somebody|someone
car|van|bus ~ gone|went|driven ~ in|into ~ river|water|canal|lake|sea
fallen|fell|pushed on|onto the tracks|line
child|kid|boy|girl missing from
gone|going|turned|turning blue|purple|grey|under|limp
no pulse
chest_pain|chest_pains|heart_attack|cardiac_arrest|stroke|clutched_his_chest|clutched_her_chest|clutching
bleeding|blood ~~ head|neck|lot|wont_stop|out|badly|leg|arm|pouring|heavily|stop|stomach|out_cold
been|got|getting|is|being ~ stabbed|shot|slashed|knifed|run_over|knocked_down|knocked_over|hit_by_a|glassed|bottled|
crushed|electrocuted|impaled
stabbing|shooting|stabbed|shot ~ outside|on|at|in|here|now
hes|shes|theyre|someones|somebodys|kid|child|man|person|he_is|she_is drowning
someones|somebodys|somebody|someone|hes|shes|theyre|theres|there_is|there_are|they_are|he_is|she_is|man|bloke|guy|
men|lads|woman|intruder|fella|chap|youths ~~ knife|machete|gun|hammer|bat|axe|sword|crowbar|petrol|acid|weapon|bomb|
grenade|bottle|hatchet|shotgun|firearm
breaking|trying|broken|kicking|smashing|banging ~ in|into|get_in|kick|the_door ~ .|my|our|next|house|flat|door|in|
it|the|window
someones|somebody|someone|hes|theyre|man|burglar|intruder|stranger|people ~ is|in|inside|downstairs|outside|
upstairs|at ~ my|our|the ~ house|flat|door|garden|home|kitchen|window|shed|room
got|gotten into ~ flat|house|home|building
intruder
@he|bloke|man|woman|someone|lad ~~ going|threatening|trying ~ to ~ jump|hurt|stab|shoot|kill|burn|attack|set
on fire
fire|smoke|flames ~~ kitchen|room|building|bin|office|coming|come|spreading|upstairs|roof|out_of|stables|kennels|
corridor|basement|lots|garage|house|flat
^ fire $
^ fire fire|at|behind|by|has|help|here|in|is|near|next|now|on|outside|please|quick|under
^ theres_a_fire
smell|smells ~ gas|burning|smoke
gas leak
^ help ~ now|quick|quickly|police|please|somebody
need|send|want|get|requesting|request ~ backup|back_up|ambulance|police|paramedics|help_now|urgent|assistance|
a_medic|medic|officers|defib|units
officer|colleague|man|cop|pc|someone|mate|friend|person|woman|child|kid|cadet ~ down|trapped|is_down|being_attacked|
under_attack|on_the_floor|in_the_water
trapped|stuck|pinned ~ under|in|inside|between|beneath ~ the|a|van|car|lift|machine|wreck
stuck|trapped $
fuel|petrol|chemical|acid ~ pouring|leaking|spilling|everywhere|spilled|spill|poured|splashed|in_his|in_her|burns
powder ~~ breathe|everywhere|parcel|envelope|sick|coughing
suspicious ~ package|bag|device|parcel|rucksack
child|kid|boy|girl|son|daughter|baby|toddler|lad|people|person|man|woman|dog ~~ river|water|canal|lake|sea|pond|
pool|weir ~~ cant|see|gone|help|under|swim|shouting|.
in|into the ~ river|canal|water|sea|lake ~~ gone_under|cant_see|cant_swim|cant see|drowning|struggling
overdose|swallowed|drank|drunk ~~ sleepy|bleach|tablets|wake|empty|batteries|packets|pills|battery|antifreeze|
conscious|breathing
fallen|fell|dropped|come_off|thrown|slipped ~ off|from|down|through|on_the ~~ scaffold|roof|ladder|stairs|horse|
bike|balcony|treadmill|window|platform|moving|head|conscious|move
he|she|they|someone|man|ex|dad|stranger ~ took|taken|grabbed|snatched|got ~ my ~ daughter|son|child|kid|baby|little|
girl|boy|kids
took my ~ daughter|son|kids|child
missing ~~ hours|since|suicidal|child|dementia|old|found ~ .|old|ago
crash|crashed|rolled|overturned|upside_down|on_its_side|collision|smashed|flipped|ploughed ~~ trapped|bleeding|hurt|
stuck|pouring|injured|help|people|slip_road|carriageway|moving|out|us|ditch|fire|unconscious|now
upside down
on the ~ floor|road|tracks|line|ground|carriageway ~~ cars|moving|train|not|kicking|coming|bleeding|colleague|
breathing|bad|him
wrong way ~ .|on|down|up|motorway|carriageway
ligature|noose|hanging|hung|hanged ~~ him|her|his|cell|neck|down|himself|herself
four_on_one|three_on_one|five_on_one|fighting|fight ~~ now|floor|kicking|knife|outside|kicked|blood|police|bottles|
big|massive|bats
discharge|shots ~ fired|in_the|heard|hit
can|i ~ hear ~ shots|gunshots|gunfire|screaming|more|screams|banging
contractions|waters_broke|waters_have|waters_gone|in_labour|baby_coming|babys_coming|giving_birth
@he outside ~~ door|bat|knife|house|window|flat|kick|in
cant|cannot ~ talk|speak ~ out_loud|he|room|here|hes
is this the police
dialling|ringing|cant_get|cant_ring|no_signal|no_comms ~~ 999|help|police|through|anyone|injured
kicked|trampled|crushed|bitten|bit|attacked ~~ head|out_cold|bleeding|face|horse|dog|bad|bleed ~~ cold|bleeding|off|
moving|everywhere|blood|conscious|.
burnt|burned|scalded ~~ bad|badly|face|hot|acid|skin
who ~ do|should ~ i ~ call ~ first|now
allergic|epipen|peanut|nuts ~~ swelling|swollen|cant|breathe|throat|face|pen|now
"""

#: Something that has happened, is practised or is only talked of.
_NOT_NOW: Final = """
thanks|thank|kudos|nominate|commend|commended|huge|cheers|proud|praise|brilliant|legend
last week|night|year|month|summer|shift|winter|spring|tuesday|monday|friday|saturday|sunday|thursday|wednesday
yesterday|ago|used_to|once|years_back|back_in|anniversary|later|afterwards|turned_out|turns_out|in_the_end|
when_i_was|sorted
1987|1990|19|2000|2005|2009|2010|2012|2015|2016|2017|2018|2019|2020|2021|2022|2023|2024|2025
january|february|march|april|june|july|august|september|october|november|december|in_may
on the 1st|2nd|3rd|4th|5th|6th|7th|8th|9th|10th|11th|12th
debrief|course|training|scenario|exam|exercise|workshop|drill|simulator|rehearsal|test|policy|guidance|form|input|
year_6|year_9|school_talk|for_students|armour|simulation|poster|posters|leaflet|kit|kits|refresher|review|drama|
film|podcast|slide|book|game|quiz
laughed|lol|haha|icing|cheese|funny|joke|fancy|mug|toast|alive_and_well|safe_and_well|fine_now|ok_now|okay_now|
all_ok|all_good|recovering|recovered|home_now|mending|pulled_through|lived|survived
who should|can ~ thank
what would|do|should ~ we|you ~ say|call|tell|wear
what counts|means|does|are|is ~ mean|difference|our|your|policy
which ~ value|of_our|values|form|number|room|cupboard
how|when ~ often|do_we|long|many|should_we|do_you|is_the|does
is|does|do|can|are|should|would ~ there|the|hoax|i_ring|i_dial|i_text|we_have|it|an|you ~~ always|form|emergency|
policy|999|wednesday|free|course|worth|back|value|values|fall|cover|value
if someone|someones|somebody|a|an|they|there|theres|i|we|you
what if|happens_if|happens
burglar caught|burglars_caught
stories|story|memoir|certificate|award|awards|anecdote|ceremony|video
was|were|had been? ~ broken|kicked|stabbed|shot|trapped|attacked|burgled|hit|bitten|on_fire
kept a|her|him calm
off_topic|hypothetical|hypothetically|imagine|suppose|pretend|theoretical
"""

#: What to do in a case.
_SITUATION: Final = """
what should|shall|do|would|can|could|must|ought ~ i|we|you|one|somebody|someone ~ to? do|say|tell ~ if|when|about|
with|now|in|.
what ~ to_do ~ if|when|about|with
what ~ if ~ i|my|a|an|somebody|someone|we|they|he|she|the
what happens if|when ~ i|my|a|somebody|someone|we|they
how should|do|can|would|could|shall i|we|you ~ deal|handle|respond|react|approach|challenge|raise|report|tell|
tackle|manage|support|cope|confront|help|address
should|shall|can|must|may|do i|we ~ report|tell|say|challenge|raise|speak|step|ignore|refuse|intervene|confront|
accept|go_to|have_to|cover|lie|sign
is|would it ~ ok|okay|right|wrong|allowed|acceptable|fair ~ if|to|that|when|for
am|are i|we allowed|right|wrong|supposed|expected
who do|should|can|could|would i|we ~ tell|go_to|report|talk|speak|turn|ask|contact|complain
any advice|thoughts on|ideas
advice ~ please|on|about|for|.
my @colleague ~~ wont|refuses|keeps|asked_me|told_me|wants_me|makes|always|never|ignores|said
somebody|someone|a @colleague|colleague ~~ keeps|asked_me|told_me|wants_me|is_being|has_been|lied|stole|took|made
"""

#: What is not right in it.
_WRONG: Final = """
misconduct|corrupt|corruption|bribe|bribes|bribed|fraud|steal|stealing|stole|stolen|theft|nick|nicked|nicking|
pocketed|lied|lying|lie|lies|racist|racism|sexist|sexism|homophobic|transphobic|discrimination|discriminate|harass|
harassed|harassing|harassment|misogynist|misogyny|bigoted|slur|slurs|antisemitic|islamophobic
falsify|falsified|falsifying|fake|faked|forged|fabricated|backdate|backdated|backdating|doctored|tampered|tampering|
planted|altered
cover|covered|covering|hushed|hush it? up
turn|turned|turns|switch|switched ~ off ~ camera|bodycam|body_worn|bwv
look|looked|looking ~ up ~ on|someone|somebody|ex|neighbour|system|pnc|nominal
leak|leaked|leaking|whistleblow|whistleblower|whistleblowing|blow_the_whistle|wrongdoing|professional_standards|psd|
anti_corruption|illegal|unlawful|unethical|dishonest|dishonesty|against_the_law|break_the_law|breaking_the_law|
criminal
excessive ~ force
drunk|drinking|drugs|high|alcohol ~ on|at ~ duty|work|shift
gift|gifts|freebie|freebies|cash|money|favour|favours|discount|hospitality
inappropriate|sexual|groping|abuse|abused|abusing|bully|bullies|bullied|bullying|assault|assaulted|affair_with_a|
sleeping_with
reported|report|complain|complaint ~ colleague|officer|sergeant|inspector|boss|manager|him|her|somebody|someone
"""

NOW: Final = rules(_NOW)
NOT_NOW: Final = rules(_NOT_NOW)
SITUATION: Final = rules(_SITUATION)
WRONG: Final = rules(_WRONG)

AS_MEANT: Final = {
    "wanna": "want to", "gonna": "going to", "gotta": "got to", "dnt": "dont", "dunno": "dont know", "u": "you",
    "ur": "your", "r": "are", "anymore": "any more", "iv": "ive", "wnt": "want", "tho": "though", "cnt": "cant",
    "cud": "could", "wud": "would", "luv": "love", "2": "to", "plz": "please", "ppl": "people", "sumone": "someone",
    "sum1": "someone", "some1": "someone", "no1": "nobody", "every1": "everyone", "cos": "because",
    "coz": "because", "bc": "because", "cuz": "because", "rly": "really", "sucide": "suicide", "suiside": "suicide",
    "killin": "killing", "mi": "my", "meself": "myself", "mysen": "myself", "owt": "anything",
    "summat": "something", "aint": "isnt", "mam": "mum", "mom": "mum", "mommy": "mum", "nowt": "nothing",
    "dint": "didnt", "dident": "didnt", "feelin": "feeling", "thinkin": "thinking", "goin": "going",
    "livin": "living", "nothin": "nothing", "tommorow": "tomorrow", "tomoz": "tomorrow", "2nite": "tonight",
    "tonite": "tonight", "frm": "from", "wots": "whats", "wot": "what", "da": "dad", "polis": "police",
    "amb": "ambulance", "ambo": "ambulance", "dyin": "dying",
}  # fmt: skip

#: Words that are known even with a slip in them.
KEYS: Final = (
    "suicide", "suicidal", "myself", "overdose", "strangled", "frightened", "terrified", "tablets", "paracetamol",
    "worthless", "hopeless", "pointless", "disappear", "goodbye", "unconscious", "breathing", "bleeding", "ambulance",
    "husband", "partner", "sergeant", "inspector", "colleague", "threatened", "assaulted", "anything", "everyone",
    "nobody", "cutting", "burden", "bridge",
)  # fmt: skip

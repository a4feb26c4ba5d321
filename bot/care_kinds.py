"""Kinds of words: what is learned of one word of a kind is half learned of the others.

A word of two or three parts is written with `_` between them. A word may be of several kinds.
"""

from typing import Final

_KINDS: Final = """
i: i im ive id ill me my myself mine
you: you your youre yours
he: he hes him his she shes her hers hed shed
they: they theyre them their themselves
we: we us our ours weve were
nobody: nobody noone none nowhere
anybody: anyone anybody someone somebody
everybody: everyone everybody
not: not no never dont doesnt didnt isnt wasnt arent wont wouldnt cant cannot couldnt havent hasnt hadnt aint
    without
cant: cant cannot couldnt unable
lover: husband wife partner boyfriend girlfriend fella missus hubby fiance fiancee ex bf gf lover
kin: mum mother dad father son daughter brother sister uncle aunt stepdad stepmum nan gran grandad grandson cousin
    nephew niece lad bairn kid kids child children baby boy girl family parents inlaws
mate: mate friend colleague crewmate flatmate oppo buddy pal probationer student cadet teammate housemate neighbour
boss: sergeant sarge sgt skipper inspector insp di dci ds boss gaffer manager supervisor tutor superintendent chief
    guvnor leader trainer instructor teacher senior
strike: hit hits hitting beat beats beating slap slapped slaps punch punched punches kick kicked kicks choke choked
    chokes strangle strangled strangles shove shoved push pushed pushes grab grabbed grabs bite bit bites burn burnt
    burned burns smack smacked thump thumped pin pinned drag dragged throttle throttled headbutt spit spat throw throws
    threw thrown hurt hurts attack attacked batter battered
sexual: rape raped rapes grope groped touching touched touches kiss kissed kissing sex naked nudes nude skirt
    underwear thigh bum breasts undress strip massaging fondled assaulted molested dick bra
follow: follow followed follows following stalk stalks stalked stalking stalker watching watches waits waiting
    outside tracks tracking tracker spying turns_up parked lurking
control: allowed permission controls control lets let forbids forbidden checks reads monitors demands wages receipts
    passport
locked: locked locks lock trapped cornered barricaded shut
threat: threaten threatened threatens threatening blackmail blackmails blackmailing ruin warned threat threats
fear: scared frightened terrified petrified afraid frit feart fear fearful unsafe dread dreading panic panicking
    flinch flinches
bully: bully bullied bullies bullying harass harassed harassing harassment humiliate humiliated humiliates abuse
    abused abuses abusive violent violence victim
die: die dies dying died dead death suicide suicidal kms unalive
kill: kill killing hang hanging shoot shooting jump jumping drown drowning overdose overdosed od stab
ending: end ends ended ending over stop finish finished done quit give_up gave_up giving_up
goon: live living alive exist existing wake waking continue survive surviving stay staying carry_on go_on keep_going
    going_on being_here be_here get_through hold_on
absent: gone disappear vanish leave away missing without_me here_tomorrow be_around around
better: better easier happier fine relieved relief peace peaceful calm quiet rest
burden: burden worthless useless pointless hopeless failure waste pathetic fraud broken ruined disgusting weak
    coward nothing nowt
empty: numb empty hollow lonely alone isolated lost despair desperate misery miserable low dark black bleak darkness
    hole void
feel: feel feels feeling felt
cry: cry cried crying cries sob sobbing tears weeping shaking shake shakes trembling
sleep: sleep sleeping slept asleep bed awake insomnia
night: night nights tonight 3am 4am 2am 1am 5am midnight morning
pill: pills pill tablets tablet paracetamol codeine tramadol meds medication painkillers insulin prescription packet
    packets blister diazepam antidepressants drugs coke cocaine weed gear
drink: drink drinking drinks drank drunk vodka whisky wine bottle bottles cans gin booze alcohol flask hungover
    beers rum cider
blade: cut cuts cutting razor blade scissors knife scratch scratching scratches scars scar marks wounds bleed
    bleeding blood stitches slice
arm: arm arms wrist wrists leg legs thigh thighs skin neck throat face body head hands hand sleeve sleeves
bruise: bruise bruises bruised shiner black_eye swollen broken_rib split_lip
gun: gun guns weapon weapons firearm firearms sidearm pistol rifle shotgun glock armoury round
place: bridge platform train trains tracks roof ledge cliff balcony river canal weir sea railway edge rope noose
    ligature garage hosepipe exhaust
car: drive driving drove wheel lorry tree wall motorway swerve crash seatbelt belt car
after: pension insurance will funeral letters letter note notes goodbye bye farewell password passwords affairs
    order death_in_service lump_sum payout body inquest obituary
sorry: sorry forgive apologise guilt guilty ashamed shame fault blame deserve deserved deserves
hide: hide hides hiding hid cover covered covering secret secretly pretend pretending lie lied swore promise_not
    nobody_knows told_no mask makeup concealer
help: help support talk tell told speak somebody_to ask advice
safe: safe refuge shelter escape way_out get_out leave_him leave_her
cope: cope coping copes handle bear manage struggle struggling breaking_point falling_apart spiralling drowning_in
    going_under
tired: tired exhausted knackered shattered weary drained
hope: hope hopes point reason reasons purpose future tomorrow
loss: passed bereaved grief grieving miscarriage divorce divorced widow widower buried lost
debt: debt debts gambling gambled bet bets bailiffs loan loans owe
worried: worried worry concerned gut bad_feeling
harmself: self_harm selfharm self_harming sh harm
haunt: flashbacks flashback nightmares nightmare images pictures voices thoughts faces replay
workthing: printer laptop spreadsheet portal app wifi inbox software screen website photocopier keyboard excel email
    emails form forms report file files system password computer pivot radio server budget rota
food: brew tea coffee cake biscuits biscuit lunch dinner chips pizza curry sandwich toast pasty pie milk canteen
    bacon chocolate soup breakfast beer pint pub
train: course training module workshop session presentation slide slides leaflet poster talk policy policies
    guidance awareness scenario exam essay event conference campaign strategy webinar lesson input seminar
values: value values framework promise respect courage compassion integrity fairness honesty professionalism
    openness inclusion dignity
thank: thank thanks kudos nominate nomination award recognise recognition commend proud brilliant superb lovely
    well_done praise credit shoutout
joke: lol haha lmao joking laugh laughed laughing joke funny hilarious ha
animal: dog horse pup puppy cat mare rex kitten pigeon hound
sport: football match quiz game gym marathon bleep_test squash rugby cricket race score cup
public: victim suspect prisoner detainee witness offender caller resident residents burglar misper dp
job: job shift shifts duty parade briefing leave holiday retirement retire overtime uniform boots kit interview
    promotion board
admin: who where when which form number link contact date book order send
"""


def _table() -> dict[str, tuple[str, ...]]:
    """The kinds of each word."""
    kinds: dict[str, tuple[str, ...]] = {}
    for line in _KINDS.replace("\n    ", " ").strip().splitlines():
        name, _, listed = line.partition(": ")
        for word in listed.split():
            plain = word.replace("_", " ")
            kinds[plain] = (*kinds.get(plain, ()), f"@{name}")
    return kinds


KINDS: Final = _table()

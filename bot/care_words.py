"""The plain words of somebody who needs help: they count always. `bot.care_rules` says how they are written."""

from typing import Final

from bot.care_rules import rules

_SURE: Final = """
^ kms|suicidal|unalive
^ suicide $
@i ~ suicidal|kms
feel|feeling|felt|been suicidal
kill|killing|hang|hanging|drown|drowning|unalive|top|topping|off|offing ~? @self
end|ending|ended|take|taking|took my own? life
dont|didnt|not ~ want ~ live|be_alive|exist|wake_up $
@i dont|do_not|not want to be alive
dont want to? be here|alive any_more
@i ~ want|wanted|need|wish|going|ready|plan|planning|prefer|rather to die|be_dead|end_it_all|not_wake_up|end_my_life
@i want to? end_it|die
thinking|think|thought|thoughts of|about ending_it_all
thinking|think|thought|thoughts of|about jumping|stepping off|from|in_front ~ roof|bridge|building|balcony|cliff|ledge|
platform|train|window|top|storey|car_park
wish @i ~ dead|never_born|never_been_born
^ better_off dead|without_me
no_reason|nothing|nowt left? to? live for
life isnt|not|is_not worth_living
cut|cutting|harm|harming|burn|burning|injure|injuring|starving @self
been|started|back cutting|self_harming|selfharming again|.
@i ~ taken|swallowed|took ~ overdose|too_many
@i cant go on $
@i cant go on any_more|like_this
suicide|goodbye note|letter|letters ~ written|wrote|my|locker|drawer
@he|@family|@colleague ~ raped|rapes|strangled|strangles|choked|throttled|gropes|groped|molested me
@family|@colleague hits|beats|hit|slapped|punched|kicked|attacked|bullies|follows|followed me
@i ~ raped|groped|sexually_assaulted ~ by
raped ~ by ~ my|one_of_our|@colleague
hands round|around my throat|neck
@colleague|@he|ex ~ follows|followed|following me home
@i ~ afraid|scared|frightened|terrified ~ of ~ @family|@colleague $
@i ~ afraid|scared|frightened|terrified ~ to go home $
mate|friend|colleague|brother|son|daughter|he|she|wife|husband|partner ~ wants|going|threatened|threatening to ~ kill|
hang|hurt|shoot|harm himself|herself|themselves
mate|friend|colleague|brother|son|daughter|he|she|wife|husband|partner|oppo ~ wants to die|end_it|be_dead
"""

#: What is said in jest.
_FIGURE_OF_SPEECH: Final = """
kill|killed|killing ~ myself laughing
die|died|dying|dead laughing|of_laughter|of_embarrassment|of_shame|of_boredom|of_cringe|from_embarrassment|for_a|
for_some
rather|sooner die than
hang|hanging @self ~ on|out
kick|kicking @self
shoot|shooting @self in_the_foot
cut|cutting|burnt|burned|burn|hurt|scratched @self ~ shaving|cooking|playing|running|lifting|slicing|chopping|opening
disappear|vanish ~ for_a|for_an|at|early|before|to_the|on_leave
throw|chuck @self in|into the ~~ if_we|again|work|role|job|new
"""

SURE: Final = rules(_SURE)
FIGURE_OF_SPEECH: Final = rules(_FIGURE_OF_SPEECH)

"""The words of somebody who may be at the end of their strength; `bot.care_rules` says how they are written."""

from typing import Final

from bot.care_rules import rules

#: What counts always.
_SURE: Final = """
^ kms|suicidal|unalive
want_to|going_to|might|about_to|just|ready_to|wanting_to kms|unalive
@i ~ suicidal
feel|feeling|felt|been suicidal
kill|killing|hang|hanging|drown|drowning|shoot|shooting|stab|poison|top|topping|unalive|off|offing|gas ~? @self
@i ~ do|doing|did @self in
take|taking|took|end|ending|ended my own? life
@i ~ commit|committing suicide
@i ~ think|thinking|thought|thoughts ~~ killing_myself|ending_it|ending_my_life|ending_things|being_dead|
not_being_here|not_waking_up
@i ~ want|wanted|need|wish|going|ready|trying|tempted|plan|planning|prefer|rather to? just? @end
@i ~ rather ~ dead|not_alive|not_here
@i ~ dont|didnt|do_not|never|not ~ want|wish|care|mind|sure_i_want|sure_if_i_want ~ live|alive|living|exist|wake_up|
if_i_live|if_i_die|go_on_living
@i ~ dont|do_not|not want to? be here|alive|around any_more|.
@i ~ dont want to? go_on|carry_on|keep_going $
@i ~ dont want to? go_on|carry_on|keep_going any_more|like_this
@i ~ dont ~ want ~ be me
@i ~ wish ~ dead|never_born|never_been_born|wouldnt_wake_up|not_wake_up|didnt_wake_up|not_woken_up
wish @i ~ wasnt|werent|was_not ~ alive|born|around
hope|hoped|hoping|pray @i ~ dont|wont|never|didnt ~ wake|make_it
better_off|better|easier|happier|fine|okay|relieved|cope|miss|missed|notice|noticed|notices|care|bothered|remember|
inconvenienced|get_on|manage|move_on|glad ~~ @without
@without ~~ better|easier|happier|notice|miss|care|bothered|relieved|manage|cope|fine
better_off without_me|dead
nothing|no_reason|nowt|little ~ left? ~ live_for|living_for|going_on_for|wake_up_for
reason|reasons|point ~ to|in|of ~ live|living|being_alive|being_here|carry_on|go_on|going_on|carrying_on|stay_alive|
staying_alive|existing|existence|waking_up|being_me
run|ran|running out of reasons|fight|hope
tired|sick|done|weary ~ living|being_alive|existing|being_me
give|giving|given up on life|myself|living
hate my_life|being_alive|being_me
life|lifes isnt|not|is_not|no_longer ~ worth_living|worth_it|worth_carrying
not worth living
@i ~ cant|cannot|can_not ~ go_on|carry_on|keep_going ~ like_this|any_more|any_longer|much_longer|.
@i ~ cant|cannot ~ live with_myself|like_this|any_more
want|wanted|need|wish ~ it|everything|pain|noise|thoughts ~ all? ~ stop|be_over|go_quiet $
@i ~ cut|cutting|harm|harming|hurt|hurting|burn|burning|injure|injuring|starve|starving|scratch|scratching|punish|
punishing - @self
cut|cutting|burn|burning|slice|slicing|slit|scratching - my ~ arm|arms|wrist|wrists|thigh|thighs|leg|legs|skin
been|started|back cutting|self_harming|selfharming again|.
@i ~ started|back|want|wanted|urge|thought|thinking ~ self_harm|selfharm|harm_myself
hurt|harm|injure @self ~ when|to|so|because|just|again|tonight|on_purpose|.
ive|i|just - took|taken|swallowed ~ too_many|loads|lots|handful|overdose|all_my|all_the|whole ~ @pills|overdose|
packet|bottle|.
ive|i - taken|swallowed|took all|every ~ them|it|packet|one|tablets|pills
ive|i ~ overdosed|overdosing
saving|saved|counting|counted|stockpiling|stockpiled|hoarding|stashed ~ up? ~ @pills
@gun ~ in|to ~ my ~ mouth|head|temple|chin
@i ~~ looking|staring|looked|thinking|thought|think ~ @gun ~~ over|stop|end_it|quick
noose|rope ~~ my_neck|for_myself|in_my_boot|tied|ready
@i ~ jump|jumping|throw_myself|step|stepping|chuck_myself ~ off|in_front|under ~ @edge
suicide_note|goodbye_note|goodbye_letter|goodbye_letters
@me ~~ affairs in_order
goodbye|bye everyone|everybody|all|kids|world ~ sorry|love
nobody|noone|no_one ~ would|wouldnt|will|d ~ miss|notice|care|find|look ~ me|for_me|if_i
who would ~ miss|notice ~ me|if_i
dont|didnt deserve to ~ live|be_here|be_alive|exist|breathe
people who dont deserve to ~ live|be_here
@i ~ deserve to die
feel|feels|feeling|felt ~ already dead
feel|feels|feeling|felt ~ dead already|inside
thinking|thought|think|thoughts about|of ending_it|ending_things|doing_it|the_end_of_me
^ suicide $
@i ~ took|taken|swallowed ~ tablets|pills|paracetamol|ibuprofen|insulin ~ ago|now|.
wish ~ shoot|kill|finish me
not|dont sure|know ~ want to wake|live|be_here|be_alive
dont|didnt|not ~ plan|expect|planning|expecting|intend ~ be here|alive|around
@i ~ dont|wont|not ~ be around|here much_longer
doing|do ~ a? favour ~ @without
better off with ~ insurance|pension|money
voices ~~ me|stop|telling
rope|noose in the boot|garage|shed|loft|bag
quickest|easiest|painless|best|least_painful way to die|go|end_it|do_it
how ~ painful|long|quick|easy ~ is|does|would ~ dying|it_take_to_die|to_die|hanging|drowning|bleed_out
come|turn|cry ~ my funeral
"""

#: What counts unless the talk is plainly of something else.
_LIKELY: Final = """
@i ~ dont|didnt ~ feel ~ safe
dont|not|never feel|feeling safe
not safe with_myself|on_my_own|at_home|to_go_home|around_me
@i ~ cant|cannot|dont ~ trust @self ~ now|alone|tonight|with|.
@i ~ cant|cannot|dont|couldnt ~ cope|bear|take|stand|face|do|handle|stick ~ this|it|life|any_of_it any_more|
any_longer|much_longer|much_more
@i ~ cant|cannot|can_not ~ cope|do_this|take_this|take_it|bear_it|face_it $
@i ~ cant|cannot|can_not|cant_even|dont_want_to ~ face|see|get_through ~ another_day|one_more_day|the_day|any_of_it|
waking_up|going_home|tomorrow
when|if ~ cant|cannot face|do ~ another_day|one_more_day
cant go back in|there|to ~ room|house|home|him|her
not coping
@i ~ cant|not|dont|couldnt ~ cope|coping
@i ~ cant|dont|cannot|struggle|struggling ~ see ~ way_out|way_through|way_forward|way_past|a_future|any_future|
way_back|end_to_it|point_in_anything|point_of_anything|point_to_anything|point_any_more|tunnel
no ~ way_out|way_forward|escape|hope_left|hope_for_me|point_any_more|point_in_anything|point_to_anything|
point_to_me|point_in_me
^ what is? the point $
^ whats the point $
what|whats ~ the point any_more|of_me|in_me|of_it_all|of_anything|of_trying|of_any_of
@i ~ had enough $
@i ~ had enough now $
@i ~ had enough ~ life|everything|it_all|living|the_lot|pretending|fighting
enough $ of ~ the_lot|life|everything|it_all
@i ~ done|finished|through with ~ all|everything|life|people|this_world
@i|got|have|feel ~ nothing left $
@i|got|have|with ~ nothing left ~ to_give|in_me|in_the_tank
nobody|noone|no_one|nowhere ~ to_turn|to_talk_to|i_can_talk|i_can_tell|left_to_talk|i_can_turn
feel|feeling|felt|feels ~ @sad $
im|i_am|i_feel|feel|feeling|felt so|just|completely|utterly|totally|such @sad
feel|feeling|felt|feels - nothing ~ .|at_all|for|any_more
@i ~ burden
@i ~ drinking|drink ~~ cope|to_sleep|stop_myself|forget|numb|get_through|every_night|bottle_a
drinking|drink ~~ a_bottle|two_bottles|so_i_dont|so_i_can
stop|stopping @self ~ doing|from_doing
doing|do something stupid|daft|terrible
thoughts ~~ i_wont|scare_me|scaring_me|dark|intrusive|hurting|wont_stop|wont_go
dark|horrible|scary|intrusive|suicidal|awful thoughts
@i ~~ dark_place|bad_place|rock_bottom|breaking_point|end_of_my_rope|end_of_my_tether|end_of_the_road|
end_of_the_line|wits_end|falling_apart|hanging_by_a_thread|spiralling|on_the_edge|broken_man|broken_woman
need|want|wanted ~ it|this ~ to? stop|be_over|go_away $
make it|them|this ~ stop $
@i ~ just want|wanted ~ peace|quiet|silence|out|to_sleep $
go|going|went to sleep and ~ not|never|dont
not|never|dont|didnt ~ wake|waking up ~ .|again|tomorrow
not|never waking|wake up
@i ~ not|dont|never|wont ~ be here|around ~ much_longer|any_more|by_christmas|this_time_next
not|wasnt|werent|isnt|wont_be here tomorrow|next_week ~~ would|who|kids|pension
think|thinking|thought|thoughts|dream|dreaming ~ about|of the|that? @edge ~ .|lot|lately|again|tonight
thinking about the river|canal|bridge|sea|trains|tracks
@edge ~~ calling_me|calls_me|calling|pulling|pull_me|pulls_me|tempting|whispering|inviting
@i ~~ stood|standing|stand|sat|sitting|parked|walk|walked|walking|end_up|stopped ~ on|at|by|near|over|to|
top_of ~ @edge ~~ hour|hours|again|night|thinking|wondering|jump|every|last_night|minutes
@i ~~ stood|standing|stand|keep_standing ~ at|on the top_of_the|edge_of_the
step|stepping|stepped|walk|walking|let_go|slipping|jump|jumping|drive|driving|swim|steer ~ off|into|under|over|
out_of|in_front_of ~ @edge ~~ all_my|stop|end|wouldnt|simple|just|tempted|thought|with_my|and_not|kit_on
think|thinking|thought|thoughts|wonder|wondering|imagine|imagining|picture|tempted ~~ jumping|stepping_off|
stepping_out|walking_into|driving_into|driving_off|letting_go_of_the|crashing_the_car|pulling_out_in_front|swerving
swerve|swerving|steer|steering|drive|driving ~ into ~ wall|tree|lorry|bridge|barrier|oncoming|reservation|river|
canal
look|looks|make_it_look|would_look|pass_for ~ like ~ accident
which|what ~ bridge|lorry|tree|wall ~~ aim|hit|drive
alone|on_my_own|by_myself|just_me|locked_myself ~~~ @gun
@gun ~~~ alone|on_my_own|by_myself|just_me
looking|staring|look|stare|looked ~ at ~ box|bag|bottle|packet|pills|tablets|rope|knife|blade|drugs|razor ~ for|an|
all|hours
@gun ~~ over_in_a_second|over_in_seconds|my_first_thought|scared_me|be_so_easy|one_second|be_all_over
how_many|how_much ~ tablets|pills|paracetamol|insulin ~ would|to|it_takes|is|does
@pills ~~ comfort|comforting|just_in_case|lined_up|in_front_of_me|whole_bottle|in_my_hand|on_the_table|looking_at
peaceful|lucky|envy|jealous|envious|jealousy ~~ dead|body|bodies|sod|corpse
dead|bodies|body|corpse|corpses|mortuary|deceased|photograph_them ~~~ peaceful|lucky|envy|jealous|envious|my_turn|
should_be_me|could_be_me
should ~ have been me
join ~ him|her|them|mum|dad|nan soon|again|up_there
since ~~ died|passed|passed_away ~~ point|empty|alone|nothing|pointless|go_on|join
tell ~ my|the ~ kids|wife|husband|mum|dad|family|girls|boys|children|daughter|son|lads ~ love|loved|sorry|proud|
not_their|wasnt_their
tell ~~~ know_what_to_do ~~~ sorry|love|rest
know what to do with the rest|everything|it_all
look|looking|see after ~ dog|cat|kids|mum|girls|boys ~ for_me|when_im|if_anything
if_anything ~ happens|happened ~~ me|tell|password|passwords|keys|letters|letter|dog|kids|drawer
who ~ look|looks|gets|feeds|feed|has|takes ~ dog|cat|kids|cats|dogs|horse ~~ if_i|when_im
giving|gave|given ~ everything|all_my|my_things|my_stuff|my_kit away
thank|thanks ~~ everything|kindness|listening|years ~~~ goodbye|bye|hearing_from_me|hear_from_me|go_now|see_me_again
wont ~ hearing|hear|see|seeing from|of? me again|any_more
wont have to ~ worry|bother|put_up ~ me
by_the_time you|anyone|anybody|they ~ read|reads|find|see ~ this
letters|letter ~~ drawer|for_the_kids|for_my_wife|for_mum|for_my_family|to_say_goodbye|written
courage|strength|fight|hope|energy|bravery|nothing ~~ left in_me|for_staying|for_this|to_go_on|to_fight
havent|no|not ~ any|anything|much|fight|strength ~ left in_me|for_staying|to_stay|to_fight
anyone|anybody|they|you ~ inconvenienced|miss_me|notice_if_i|mourn|even_notice
only thing ~ i|me ~ feel
to|if|can feel something|anything $
i|my - held|hold|holding|put|pressed ~ my ~ hand|arm|skin|palm ~ on|to|over|against|under
punch|punching|headbutt|bang|banging ~ wall|walls|head ~~ bleed|bleeds|feel|blood|until|till
not sleeping|eating ~ not|cant|no|dont ~ sleeping|eating|see|point|crying|cope
@i ~ cant|cannot|dont|not stop|stopped crying|shaking|sobbing
@i ~ crying|cry|cried|sobbing|sobbed|sob ~~ every|toilets|toilet|loos|loo|locker|every_night|dont_know_why|alone|
in_the_car|before
@i ~~ made_a_plan|got_a_plan|have_a_plan ~~ it|myself|end
pension|insurance|payout|death_in_service ~~ if_i|even_if|suicide ~ die|died|dead|wasnt|killed|not_here|do_it|kill|
myself|suicide
wasnt|werent|isnt|not here_tomorrow|around_tomorrow|here_any_more ~~ pension|kids
suicide ~~ my_head|my_mind|keeps_coming|the_answer|only_option|a_way_out|an_option
only|easiest|one way out|option
nobody|noone|no_one ~ notice|noticed|notices|sees|cares|care ~ me|if_i|im_not|i_was_gone|i_exist|im_here|i_am
a_full_tank and nowhere
nowhere to be|go $
@i ~ got|have|have_got|left|ive - nothing $ nothing
nothing $ ~ bye
i|ive ~ nobody|no_one ~ left
cant|dont ~ remember ~ last ~ happy|felt_ok|felt_anything|smiled
@i ~ hate @self
everyone|everybody ~ hates|sick_of|better|ashamed|disappointed ~ me
@i ~ never|not|wont ~ get_better|be_ok|be_okay|be_happy|get_out
@i ~ cant|dont|not ~ see|think|imagine ~ me|myself|ill|i ~ making|make|making_it|getting|last|lasting ~ to|through|
past|another|next
dont|cant|not ~ think|know|see ~ can ~ get_through|face|do|survive|carry|go_on|keep ~ another|this|any|going|it
cant|couldnt get|make ~ through ~ another|tonight|this|the ~ night|day|week|shift|.
waste of ~ space|oxygen|air|skin
thinking|thought|think ~ of|about taking ~ lot|them_all|everything|all_of_them
hard|easy|simple|quick ~ to|id ~ not|just brake|swerve|stop|let_go
easy ~ be|just ~ not|let|step|stop brake|go|steer|off|holding
everything|it ~ hurts|hurt $
everything hurts
@i ~ drowning ~ nobody|no_one|and|.
let me go $
just let me go|die|sleep
written ~ letters|note|notes $
cant ~ do ~ it|this any_more
favour if_i|without
what|who ~ happen|happens|have|take|look ~ dog|cat|kids|children|mum ~ if|when|after ~ i|im ~ die|died|gone|dead|
wasnt|not
feel|feeling|felt so|really|too|this|very low|down|bad|sad|lonely|alone|empty|hopeless
too hard $
life|living|everything ~ too|so hard|heavy|much|painful|loud
held|hold|pinned|holding me down
not|never|isnt|dont ~ feel|be|am|is ~ okay|ok|alright|all_right $
im|i_am not ok|okay|alright|right|doing_well|well_in_my_head
@i ~ think|know|really|just? need ~ help $
i need help
dont|not know ~ who ~ talk|turn|tell ~ to ~ .
@i ~ want|need ~ out $ of
@i ~ want out $
why am i ~ even|still|here|alive
why ~ bother|keep|keep_going|carry_on|go_on ~ .
point ~ to|in|of me|myself|being_here
nobody|no_one|noone $ ~ not a? single? one
^ nobody|no_one ~ tells|knows|sees|asks ~ you? ~ heavy|hard|bad|dark|lonely
tired ~ pretending|trying|fighting|hurting|hiding|acting|of_being|of_it_all|of_everything
too tired to
still here ~ worse_luck|unfortunately|sadly|somehow
failed ~~ everything|everyone|again $
i am done $
@i cant go|be home $ ~ he|she
cant go home ~ he|she|hes|shes|because|.
never|not ~ see ~ my|the kids|children|daughter|son ~ .|again
if i|you|we leave|left|go|tell|report|complain|speak|talk|say|told|said ~~ finished|never_see|sorry|regret|kill|
career|lose_my|plant|ruin|hurt|take_the
stalking|stalked|stalks|stalker|raping|raped|groping|groped|molested|abusing|blackmailing|harassing me
@afraid ~ of ~ husband|wife|partner|ex|boyfriend|girlfriend|dad|father|brother|son|sergeant|inspector|boss|
supervisor|tutor|skipper
afraid|scared|frightened ~ my_husband|my_wife|my_partner|my_ex|my_boyfriend|my_dad|my_sergeant
being|getting|been hit|beaten|abused|hurt|strangled ~ at_home|by|at_the_hands|by_her|by_his
pushed|shoved|threw|thrown|kicked|dragged me down|across|against|into|out
smashed|broke|took|hid|hidden|takes|hides my phone|keys|glasses|passport|bank_card|laptop ~ so|.
@he ~~ so_i_couldnt|so_i_cant|so_i_wouldnt
plant|planted something|drugs|evidence on|in ~ me|my
wont leave me alone
locked me in ~ cell|room|van|cupboard|locker|store|bedroom|house
@i ~ keep|keeps|having|get|getting ~ thoughts|flashbacks|nightmares|images ~~
urge|urges ~ to
@i ~ not been ~ home|eating|sleeping|right
@i ~ cant ~ feel ~ anything|joy|my
every night|day|morning|shift ~~ wish|cry|dread|shake|panic|die|end|hope
"""

#: The same, for words that come in any order.
_TOGETHER: Final = """
my own post_mortem|funeral|death|coffin|grave|wake|eulogy|inquest|obituary
how|who ~ find|finds|found me|my_body & rehears|rehearsing|imagine|picture|keep|think|hope|would|sorry|door
engine & garage|hose|exhaust|fumes & i|me|my
@i ~ hope|wish|pray|want|hoping|praying & lorry|bus|car|train|truck|bullet|cancer|heart_attack|something|
accident & hit|hits|takes|take|kill|kills|kills_me|hits_me & me
crash|crashed|crashing|collision & nobody|noone|no_one|on_purpose|accident|deliberately|be_over|i_wish|i_hope & i|
me|my
drop|fall|height|edge|walkway|window|ledge & look|looking|stare|staring|think|thinking|wonder|wondering|lean|
leaning|stand|standing & every|again|lately|keep|break|lot|alone|night
lost|losing ~ house|job|kids|marriage|everything & only|cant|nothing|money|no_way & i|ive|im|me|my
jumper|sudden_death|deceased|hanging|body|bodies|suicide & fair_play|lucky|peaceful|understand_why|jealous|envy|
at_rest|me_next
not|never exist|existed|existing & i|me|my|might_as_well
see_you|meet_you|see_you_all on the other_side
other side & peaceful|quiet|easier|better|see_you
stop|stopped|stopping|skipped|skipping taking|eating my? ~ insulin|tablets|meds|medication|antidepressants|pills|
food|on_purpose|.
only thing i can control
burn|burnt|burned|cut|cuts|bleed|hit|scratch & helps|relief|calms|feel_better|release|punish|deserve & i|my
brave|strong enough to ~ live|die|do_it|end|jump|go
past|beyond ~ help|helping|it|saving $ & im|i|me
for people like me & past|hopeless|useless|finished|broken|even|deserve
feel|feeling|am ~ like ~ person|human|ghost|shell|robot|burden|stranger|nothing|waste & dont|not|any|longer|just
cant|tired|hard ~ keep|keeping|wearing ~ mask|front|face|act|pretending & i|im|my
very|so bad|dark|dead|black|sad|broken inside
sleep & not|never & wake|open_eyes|open_my_eyes & i|me
sick|off & weeks|months & nobody|noone|no_one & rang|rung|called|asked|cares|care|check|checked
nothing|no_reason|nobody to ~ come_in_for|come_home_to|go_home_to|get_up_for|stay_for|lose
got|have nothing left|to_lose
tired & dont_mean|not_the|not_nights|not_sleep|of_me|of_being
scared|frightened|afraid of ~ myself|my_own|my_head|what_i|my_thoughts|how_i
own head|mind|thoughts|company & scared|loud|safe|stop|alone|escape|quiet
said|says|say|wrote|texted|posted|messaged|told & nothing_to_come_in_for|nothing_to_live|on_the_other_side|
no_reason|not_worth_it|goodbye_everyone|better_off_dead|wont_see|cant_carry_on|cant_go_on|tired_of_it_all|
not_be_a_burden|always_loved
asked|asking|asks ~ how_many|how_much & tablets|pills|paracetamol|insulin|dose
offline|not_answering|gone_quiet|switched_off|phone_is_off|her_phone|his_phone & goodbye|sorry|love_you|other_side|
worried|text|message|wrote
sleeping in ~ car|office|locker & says|worried|nothing|wife|kicked|divorce|i
temper|drinking|raging|fists|smashing|threw|angry & he|she|hes|shes|husband|wife|partner|boyfriend|girlfriend|
my_dad|old_man|fella|stepdad & i|me|my|im & home|house|stairs|bath|bedroom|hide|hid|locked
passport|phone|money|keys|bank|wages & he|she|hes|shes|husband|wife|partner & not_allowed|wont_give|took|taken|
keeps|hides|control|permission
not|isnt|am_not|never allowed ~ to|out & he|she|hes|shes|husband|wife|partner|boyfriend|family|in_laws|uncle
tracker|airtag|spyware|hidden_camera|camera & my|me & he|she|ex|husband|wife|partner|boyfriend|sergeant|colleague|
found|put
says|said|threatens|threatened|swears & overdose|kill_himself|kill_herself|kill_me|hurt_himself|hurt_herself|jump|
hang & if_i|wife|husband|partner|mate|friend|son|daughter|mum|dad
owe|owes|owed him|her|them & car|alone|night|room|dont_want|scared|hotel|drink
came|come|go|went ~ round|back ~ his|hers|hotel|flat|room & probation|promotion|career|portfolio|easier|smoother|
said|inspector|sergeant|tutor|boss
go|be|run smoother|easier|better|well ~ if_i ~ & probation|promotion|career|portfolio|reference
popular|senior|higher_rank|mates_with|untouchable|protected|well_liked & nobody|no_one|noone|believe|believes|
report & he|she|hes|shes|sergeant|inspector
watches|watching|watched|stares|staring|films|filming|filmed|follows|following & me & scared|house|window|home|
uniform|night|shower|changing_room|locker|creepy|every|alone|car
filmed|photographed|recorded|videoed & me|it & changing_room|locker|shower|laughed|naked|turns|toilet|drunk|asleep|
without
took turns
flinch|flinches|flinched|jumps|cowers|bruise|bruises|black_eye & her|his|he|she|partner|fella|husband|wife|
boyfriend|girlfriend|phone
shouts|hits|pushes|shoves|threatens|hurts|bullies & my_mum|my_mother|my_nan|my_dad|my_gran|my_sister|my_daughter|
my_mate|my_friend|the_kids|my_kids & brother|husband|dad|partner|boyfriend|her|son|he|she|wife
doesnt|not|isnt count|real|matter|serious & bloke|man|male|woman|husband|wife|because
too|so ashamed|embarrassed|scared|frightened to tell|say|report|ask|go|talk
told|tell|telling nobody|noone|no_one|anyone|anybody & never|havent|cant|first_time|dont & he|she|it|this|happened|
me|i
scared|frightened|terrified|afraid_of & he|she|him|her|them|sergeant|skipper|boss|partner|husband|wife|ex|inspector|
supervisor & im|i|me|my|we
happened & said_no|froze|drunk|asleep|hotel|christmas_do|party|locker|his_car|afterwards & i|me|my
froze|frozen|couldnt_move & he|she|hand|touch|touched|on_top & i|me
on|top of me & he|she|said|no|woke|stop
calls|called|calling ~ me & slur|names|worthless|it_again|stupid|fat|useless|p_word|n_word|dirty & every|again|all|
he|she|husband|wife|sergeant|shift
@i ~ want|wanted|like|wish & sleep|rest|go|peace|quiet|stop|silence & forever|for_good|for_ever|permanently|
never_come_back|and_not
@i & cant|cannot|dont & face|see|imagine & christmas|tomorrow|another|next|morning|future|monday & want|point|
through|any
goodbye|farewell|last|final & message|shift|time|thing|words|night & sorry|love|thanks|tell & i_wont|im_done|
forgive|dont_worry|not_your_fault|be_good
forgive me
not your fault & sorry|love|tired|goodbye|bye
no one|nobody would|will ~ miss|know|care|come|notice|believe|find
might|may as_well ~ be_dead|not_exist|not_be_here|die|end|jump|finish
whats|what_is left|it_for|it_all_for|the_use & me|i|my|any_more
cant|no ~ breathe|escape|get_away|get_out|leave_him|leave_her & he|she|him|her|me|im|i|home
trapped & i|im|me & marriage|home|relationship|him|her|head|life|job|here|.
leave|leaving|left him|her & kill|scared|threat|kids|find_me|money|hurt|afraid|cant|if
hide|hiding|hid & from_him|from_her|from_them|in_the_toilet|in_the_toilets|in_the_loo|bathroom|wardrobe|
cupboard & i|im|me|my
every|each night|morning|shift|day & cry|crying|dread|sick|shaking|wish|drink|drinking|alone & i|im|my
@i ~ lost|losing & will_to_go|hope|myself|grip|mind|it_completely|control_of
"""

#: Said alone it is anybody's talk; two of these together, said of oneself, are not.
_FAINT: Final = """
alone|lonely|on_my_own|by_myself|just_me|isolated
3am|4am|2am|1am|5am|3_am|4_am|2_am|3_in_the|4_in_the|tonight|middle_of_the_night
^ goodbye|bye|farewell
goodbye|bye|farewell $
cant|havent|not|dont ~ sleep|slept|sleeping|eat|eating
numb|hopeless|worthless|pointless|hollow|empty|useless|failure|failed|broken|burden|pathetic|weak|stupid
exhausted|weary|drained|burnt_out|burned_out|heavy
@i done $
give|giving|gave up
not ~ good thing|idea right_now|for_me|tonight
ashamed|shame|guilty|humiliated|disgusted|embarrassed
divorce|divorced|left_me|moved_out|took_the_kids|house_is_gone|debt|debts|bailiffs|gambling|gambled|suspended|
kids_wont_speak|warrant_card|bereaved|miscarriage
disappear|vanish|be_gone|drift|drifting|fade
is that|this|it normal|wrong|bad
dont judge|tell_anyone|laugh|tell
scared|frightened|terrified|petrified|scares|frightens|unsafe|threatened|dread|shaking
crying|cry|cried|sobbing|tears|sob
nobody|noone|no_one|anyone ~ talk|cares|care|listens|understands|asks|knows|else|see|sees|believe|there|tell
nothing $
nothing ~ helps|works|matters|left|feels|changes
dont|cant ~ really? want to $
had_enough|cant_cope|struggling|falling_apart|breaking|cracking|collapse|not_okay|not_ok|not_coping
tablets|pills|rope|razor|blade|noose|paracetamol|knife|scissors
drinking|bottle|bottles|vodka|whisky|drunk|wine
pretend|pretending|mask|fake_smile|smile|hiding
dead|die|dying|died|death|funeral|grave
reservoir|bridge|river|tracks|platform|roof|edge|brake|canal
months|weeks|years ~ like_this|feeling|of_this
feel|feeling|felt|feels ~ nothing|low|awful|sick|lost|flat|dark|heavy|wrong|bad|dead|trapped|alone|small
is|this ~ private|confidential|anonymous
keep|cant_stop ~ thinking|wondering|imagining|picturing|staring
hurt|hurts|hurting|pain|painful|bruise|bruises
secret|tell_no_one|nobody_knows|never_told|havent_told|not_told
hate myself|my_life|me|this|it_here
my husband|wife|partner|boyfriend|girlfriend|ex|dad ~~ angry|shouts|temper|drinks|violent|wont|says|makes|hates
any_more|much_longer|another_day|another_night
sorry $
matter|matters|worth_it|worth ~ .|any_more
easy|easier|quick|peaceful|quiet
cant cope|go|breathe|face|do|take|think
"""

SURE: Final = rules(_SURE)
LIKELY: Final = rules(_LIKELY, _TOGETHER)
FAINT: Final = rules(_FAINT)
ONESELF: Final = frozenset({"i", "im", "ive", "id", "ill", "me", "my", "myself"})

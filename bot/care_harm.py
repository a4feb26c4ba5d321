"""The words of somebody who is harmed or afraid, and of somebody who is worried about another."""

from typing import Final

from bot.care_rules import rules

_HARMED: Final = """
my @family ~~ @hits ~ me|my|things_at|stuff_at|plates
@family @hits me
my @family ~ still|is|gets|can_be|has_been|been ~ violent|abusive|controlling|aggressive|hitting|physical|handy
my @family ~~ controls|abuses|abusing|stalking|forces|forced|raped|rapes|locks|locked|blackmailing|gaslights|
belittles|isolates|tracking ~ me
my @family ~~ checks|tracks|takes|controls|reads|monitors|hides|counts|demands ~ my|all_my|the ~ phone|money|wages|
messages|mileage|payslip|bank_card|location|passport|receipts|emails|steps
my @family ~~ wont|doesnt|never|refuses ~ let|lets|letting|allow ~ me
my @family ~~ threatened|threatens|threatening ~~ me|kill|hurt|himself|herself|kids|it|photos|pictures|everyone
my @family ~~ says|said|told|swears|promised ~~ kill|hurt|ruin|take_the_kids|burn ~ me|my|himself|herself|us|the
my @family ~~ kill|hurt ~ himself|herself if
my @family ~~ following|followed|follows|stalking|stalks|turning_up|turns_up|looking_me_up|looked_me_up|hacked|
tracker|tracking ~ .|me|my|outside|on|places|at|and
my ex ~~ keeps|wont_stop|wont_leave|wont_accept|turns|follows|threatening|threatened|police_too
@i ~ @afraid ~ of my @family
@he hit|hits|slaps|slapped|slapping|punched|punches|kicked|kicks|beats|beating|strangled|choked|strangles|pinned|
dragged|headbutted|grabs|grabbed|battered|attacked|hurts|shoved|shoves|raped|throttled me
@he ~~ raped|abused|abuses|groped|gropes|molested|strangled|choked|throttled|stalking|stalked|threatened|threatens|
cornered|hits|blackmailing|strangle ~ me
@he ~~ followed|follows|following me ~ home|again|to|around|everywhere|from|.
@he ~ throws|threw|chucks|chucked|throwing|smashed|smashes|broke ~ things_at|stuff_at|plates|my_phone|at_me|
things ~ .|and|when|me|again
@he ~~ came|comes|lunged|went at|for me
@he ~ checks|check|tracks|reads|controls|takes|monitors|counts|holds|keeps ~ my ~ phone|mileage|payslip|money|
messages|wages|location|bank|passport|emails|receipts|calls
he|she|hes|shes ~~ wont|doesnt|never|not let|lets|letting|allow me ~ out|see_my|sleep|speak_to|leave|wear|go_out|
have_money|have_my|home
his|her|their hand|hands ~ on|up|over|round|around|down ~ me|my
hands ~ round|around ~ my_throat|my_neck|my_waist
touched|touches|touching|gropes|groped|grabbed|grabs|rubs|rubbed|stroked|strokes|fondled ~ me|my ~ up|leg|bum|thigh|
again|breast|breasts|arse|hair|without|at_work|in_the|collar|throat|arm
kissed|groped|raped|molested|strangled|fondled|spiked|drugged me
i|ive|ive_just ~ was|been|got|being raped|groped|stalked|blackmailed|spiked|molested|sexually|sexually_assaulted|
harassed|abused|followed_home
assaulted|attacked|threatened|bullied|harassed|hit ~ by ~ one_of_our|our_own|one_of_us|one_of_them|@colleague|my|
him|her|someone_on|somebody_on|someone_at_work|someone_here
@i being raped|abused|groped|stalked|blackmailed|bullied|harassed|followed|threatened|hit|targeted|hounded
in ~ abusive|toxic|violent|controlling ~ relationship|marriage
@afraid ~ go|going|be|being|come|coming ~ home|in|alone|to_work|shift|back|nights|with_him|with_her|with_them
@i ~ @afraid ~ of|to|for|do|tell|say ~ him|her|them|husband|wife|partner|ex|dad|boyfriend|girlfriend|@colleague|
home|my_life|nights|report|go|say|tell|speak
@i ~ @afraid ~ what ~ he|she|hell|shell ~ do|will|do_to|might|next
@i ~ genuinely|properly|really|so|actually|absolutely|proper scared|frightened|terrified|petrified $
@i scared|frightened|terrified|petrified $
im|i_am|am|m - scared|frightened|terrified|petrified ~ to|of ~ go_home|go_in|go_back|be_alone|be_around|be_near|
work_with|nights|speak|say|tell|report|walk|sleep|him|her|them|my
made|makes|making|make me ~ strip|touch|kiss|do_things|feel_unsafe|uncomfortable|feel_sick|feel_dirty|afraid|scared|
frightened
feel|feels|feeling|felt ~ unsafe|threatened|intimidated|in_danger|violated|harassed|preyed|hunted|dirty|degraded|
ashamed ~~ .|by|with|around|at|when
@colleague ~~ followed|follows|following|stalking|stalks ~ me
@colleague ~~ staring|stares|leering|leers at me
@colleague|he|she|hes|shes ~~ waits|waiting|waited|turns_up|turning_up|turned_up|shows_up|showing_up|showed_up|
parked|parks|sits|drives_past|drives_by|lurks ~ outside|by|at|near|past ~ my|our|the_house|kids|home
@colleague ~~ @hits|screams|screamed|screaming|shouts|shouted|bullies|bullying|humiliates|humiliated|cornered|
blackmailing|intimidates|spat ~ in|at|on|by|against ~ me|my
@colleague ~~ @hits|bullies|bullying|bullied|humiliates|humiliated|cornered|blackmails|blackmailing|intimidates|
raped|groped|groping|abused|touches|touched|touching|kissed|exposed|flashed|propositioned|stalking|harassing ~ me|
my|himself
@colleague|team|shift ~~ sends|sent|send|sending|messages|messaging|messaged|texts|texting|asks|asked|asking|wants|
keeps ~~ nudes|naked|dick|underwear|sex|sexual|explicit|photos_of_me|pictures_of_me|of_himself|of_herself|
for_photos|wont_stop|3am|2am|creepy|sleep_with|private_photos
@colleague|he|she ~~ being friendly|nice|grateful ~~ hotel|room|portfolio|drink|else
portfolio|promotion|posting|probation|career|reference ~~ depends|depend ~~ being|nice|friendly|sleeping|hotel|
keeping
photos|pictures|pics ~ of ~ my ~ front_door|house|kids|car|bedroom
@he|@colleague|ex ~~ looked_me_up|looking_me_up|searched_me|looks_me_up|got_my_address|my_address
knows|found_out where i|we live|park
said|says|told|threatened|warned ~~ id_regret|be_sorry|nobody_would_believe|no_one_would_believe|
nobody_will_believe|ruin_me|come_for_me|hurt_me|end_my_career|keep_my_mouth|finish_me|be_me_on|watch_my_back|
finish_my_career
nobody|noone|no_one|who ~ believe|believes me
dont|didnt|not|never know who ~ safe|trust
i said no|stop $
said no|stop ~ more_than|still|anyway|didnt_stop|kept_going|carried_on|ignored
told|tell ~ e|a|hospital|doctor|doctors|gp|nurse|everyone|work ~ i ~ was|fell|walked|slipped ~ clumsy|fell|door|
into|stairs|.
walking|walk|treading on eggshells|egg_shells
bruise|bruises|bruised|black_eye|cracked_rib|broken_rib|split_lip|blistered ~~ hide|hides|cover|makeup|make_up|
sleeves|he_did|she_did|concealer|from_him|from_her|my_husband|my_wife|my_partner
hide|hiding|cover|covering ~~ bruise|bruises|scars|cuts|black_eye
is ~ that|this|it ~ abuse|my_fault|rape|assault|domestic_abuse $
@he|@family ~ locked|locks|lock|shut|trapped me ~ in|out
@he ~ going|will to? kill|hurt|murder me
hell|shell kill|hurt|find|murder me
bullying|bullied ~~ sick|dread|cant|crying|scared|afraid|breaking|destroying|killing_me|suicidal
was_sick|being_sick|throw_up|throwing_up|vomiting|panic_attack|panic_attacks|shaking ~ before|in|on|at|every|
outside ~ shift|car|toilets|loos|work|parade|locker|gate
frightened|scared|terrified ~~~ sick
cornered|surrounded|jumped me
ganged up on me
"""

_OTHERS: Final = """
@other ~~ kill|killing|hang|hanging|shoot|shooting|harm|harming|drown ~ himself|herself|themselves|themself|hisself
@other ~~ hurt|cut|cutting ~ himself|herself|themselves ~ .|again|on_purpose|deliberately
my|a|our|one_of_my ~ @other ~~ suicidal|self_harming|selfharming
@other ~ is|hes|shes|feels|feeling|was ~ suicidal
@other ~~ talking|talks|talked|jokes|joking|joked|texted|texting|messaged|keeps|said|says|saying|
told ~~ wants_to_die|wanting_to_die|wanted_to_die|killing_himself|killing_herself|ending_it|end_it_all|
hanging_himself|hanging_herself|not_wanting_to|better_off_dead|better_off_without|doesnt_want_to_be_here|
dont_want_to_be_here|jumping_off|suicide|not_being_here|wish_he_was_dead|rather_be_dead|no_point_any_more|
no_point_living|cant_go_on|cant_do_this_any
@other ~~ doesnt|didnt|dont|not ~ want|wants|wanted ~ live|be_alive|wake_up|exist|be_here_any_more
@other ~~ wants|want|wanted to die|end_it|be_dead
@other ~~ done_with|had_enough_of ~ it_all|everything|life
@other ~~ worry about me after
@other ~~ wont_have_to_worry|sorry_for_everything|wont_be_here
@other ~~ done_with|had_enough|goodbye|sorry ~~ not|isnt|wont|hasnt|stopped ~ answering|answer|reply|replying|
replied|picking_up
not|isnt|wont|stopped ~ answering|answer|replying|picking_up ~~~ worried_he|worried_she|said_goodbye|sent_goodbye|
frightened
@other ~~ giving|given|gave ~ away ~ all|his|her|everything
@other ~~ fresh|new cuts|scars|marks
cuts|scars|burns|bruises ~ up|on|all_over|down|across|along|round ~ her|his|their ~ arm|arms|wrist|wrists|neck|face|
legs
begged|made_me_promise ~ me? ~ not|never ~ tell|say
@other ~~ left_on_his_own|left_on_her_own|alone ~ with ~ kit|gun|guns|weapon|weapons|armoury|firearms|the_kit
worried|scared|frightened|concerned|worry ~ about|for ~ my|a|one|our|her|his|him ~~~ hanging|dead|die|dying|hurt|
not_himself|not_herself|suicide|suicidal|stupid|gone_quiet|withdrawn|himself|herself|jokes|drinking|cuts
think|worried|scared|frightened ~ hes|shes|he|she|they ~~ going_to|might|will ~ do_something|hurt|harm|kill|end
@other ~~ husband|wife|partner|boyfriend|girlfriend|fella ~ hits|beats|hurts|hitting|beating|strangled|
controls ~ her|him|them
@other ~~ bruise|bruises|black_eye ~~ walked|fell|husband|wife|partner|fella|boyfriend|makes_excuses|explanation
"""

HARMED: Final = rules(_HARMED)
OTHERS: Final = rules(_OTHERS)

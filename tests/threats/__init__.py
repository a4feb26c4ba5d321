"""Who might do harm, what is done about it, and the tests that show it.

    python -m tests.threats

runs those tests and writes docs/threats.md.
"""

from dataclasses import dataclass
from typing import Final

_SLACK: Final = "tests/adapters/slack"
_TEAMS: Final = "tests/adapters/teams"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    name: str  #: what somebody might do, or what might become known
    control: str  #: what is done about it
    tests: tuple[str, ...]  #: such as "tests/test_privacy.py::test_nothing_leaks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: str
    threats: tuple[Threat, ...]


THREATS: Final = (
    Group(
        title="At the door",
        threats=(
            Threat(
                name="somebody pretends to be Slack",
                control="the signature of the raw bytes and the time in it, before anything is read",
                tests=(
                    f"{_SLACK}/test_guard.py::test_what_slack_never_sent_is_refused",
                    f"{_SLACK}/test_guard.py::test_what_is_signed_and_yet_incomplete_is_refused_too",
                ),
            ),
            Threat(
                name="a request of Slack's is sent again, later",
                control="five minutes; after that it is refused, before that it changes nothing a second time",
                tests=(
                    f"{_SLACK}/test_guard.py::"
                    "test_a_request_of_almost_five_minutes_ago_is_taken_and_an_older_one_is_not",
                ),
            ),
            Threat(
                name="somebody pretends to be Teams, with a forged, expired, unsigned or foreign token",
                control="our own check: RS256, Microsoft's keys, our app, its tenant, the address that it names",
                tests=(
                    f"{_TEAMS}/test_door.py::test_what_teams_never_sent_is_refused",
                    f"{_TEAMS}/test_door.py::test_a_token_does_not_serve_for_another_address",
                    f"{_TEAMS}/test_keys.py::test_a_key_that_was_withdrawn_is_good_no_longer",
                    f"{_TEAMS}/test_keys.py::test_metadata_that_lead_to_a_stranger_are_not_followed",
                ),
            ),
            Threat(
                name="we are made to call, or to send a token to, an address of an attacker's",
                control="Microsoft's and Slack's own hosts, asked again before each call; no redirect is followed",
                tests=(
                    f"{_TEAMS}/test_guard.py::test_the_bot_connector_is_where_microsoft_says",
                    f"{_TEAMS}/test_connector.py::test_an_address_that_is_not_allowed_is_never_called",
                    f"{_TEAMS}/test_connector.py::test_a_redirect_is_not_followed",
                    f"{_SLACK}/test_lookups.py::test_private_words_go_to_slack_and_to_nobody_else",
                    f"{_SLACK}/test_lookups.py::test_a_redirect_is_not_followed",
                ),
            ),
            Threat(
                name="requests that are huge, slow or malformed keep others from being served",
                control="bounds of size and time, read before anything else; refused without a word in the log",
                tests=(
                    f"{_SLACK}/test_guard.py::test_ten_megabytes_are_not_read",
                    f"{_SLACK}/test_guard.py::test_a_body_that_drips_is_given_up",
                    f"{_SLACK}/test_guard.py::test_whatever_arrives_is_well_formed_or_not_and_nothing_else",
                    f"{_TEAMS}/test_door.py::test_ten_megabytes_are_not_read",
                    "tests/adapters/test_connections.py"
                    "::test_two_thousand_who_are_slow_are_closed_and_others_are_served",
                ),
            ),
            Threat(
                name="a page elsewhere makes a browser act in the playground",
                control="its own host and origin only; no script or style from anywhere else",
                tests=(
                    "tests/adapters/playground/test_doors.py::test_another_name_for_this_machine_is_refused",
                    "tests/adapters/playground/test_doors.py::test_a_page_elsewhere_changes_nothing",
                    "tests/adapters/playground/test_doors.py::test_every_answer_forbids_what_is_not_ours",
                ),
            ),
            Threat(
                name="an installation is finished by somebody else, or twice",
                control="a state that is good once, for ten minutes, in the browser that began",
                tests=(
                    f"{_SLACK}/test_installing.py::test_another_browser_can_not_finish_it",
                    f"{_SLACK}/test_installing.py::test_a_state_is_good_once",
                    f"{_SLACK}/test_installing.py::test_a_state_is_good_for_ten_minutes",
                ),
            ),
            Threat(
                name="strangers read the figures of `/metrics`",
                control="this machine only, or a token that is compared in constant time",
                tests=(
                    "tests/adapters/test_metrics.py::test_who_may_read_it",
                    "tests/adapters/test_metrics.py::test_without_a_token_only_this_machine_reads_it",
                ),
            ),
        ),
    ),
    Group(
        title="What people send",
        threats=(
            Threat(
                name="a name or a text calls everybody, links somewhere, or becomes markup",
                control="people's words are text spans; each platform escapes in its own way",
                tests=(
                    f"{_SLACK}/test_render.py::"
                    "test_no_name_and_no_reason_makes_a_card_that_slack_refuses_or_that_calls_others",
                    f"{_SLACK}/test_render.py::test_whatever_a_card_holds_slack_takes_it_and_only_mentions_call",
                    f"{_TEAMS}/test_render.py::test_no_name_and_no_reason_makes_markup_a_link_or_a_mention",
                    f"{_TEAMS}/test_render.py::test_whatever_a_card_holds_teams_takes_it_and_only_mentions_call",
                    f"{_TEAMS}/test_render.py::test_no_name_breaks_a_mention",
                    f"{_SLACK}/test_render.py::test_no_view_makes_anything_of_what_people_wrote_or_are_called",
                    f"{_SLACK}/test_render.py::test_small_print_that_slack_parses_has_no_marks_but_ours",
                    f"{_TEAMS}/test_render.py::test_no_view_makes_anything_of_what_people_wrote_or_are_called",
                    f"{_TEAMS}/test_forms.py::test_no_form_makes_anything_of_what_people_wrote_or_are_called",
                    "tests/adapters/playground/test_render.py::"
                    "test_no_view_makes_markup_of_what_people_wrote_or_are_called",
                    "tests/adapters/test_own_data.py::test_whatever_was_written_the_page_is_the_same_but_for_its_words",
                ),
            ),
            Threat(
                name="somebody changes what a button or a form carries",
                control="only who sends it is believed; everything else is asked of the store, and whether they may",
                tests=(
                    f"{_TEAMS}/test_tampering.py::test_the_key_of_somebody_elses_form_shows_nothing_of_their_kudos",
                    f"{_TEAMS}/test_tampering.py::test_nobody_gives_in_a_place_that_is_not_theirs",
                    f"{_TEAMS}/test_tampering.py::test_a_preview_that_was_edited_by_hand_gives_nowhere_else",
                ),
            ),
            Threat(
                name="words are put into the organisation's mouth",
                control="every line that is shown as a quotation equals a line of the framework",
                tests=(
                    "tests/test_quoting.py::test_whatever_is_asked_or_written_only_quotations_are_quoted",
                    "tests/test_quoting.py::test_every_view_quotes",
                    "tests/test_quoting.py::test_every_answer_and_menu_to_every_question_quotes",
                ),
            ),
        ),
    ),
    Group(
        title="Who sees what",
        threats=(
            Threat(
                name="what was said in a private place is quoted, named or linked elsewhere",
                control="`privacy.visible` and `privacy.tellable`, asked when something is shown; unknown is private",
                tests=(
                    "tests/test_privacy.py::test_nothing_leaks",
                    "tests/test_privacy.py::test_a_digest_tells_no_more_than_its_place_may_hear",
                ),
            ),
            Threat(
                name="a channel is made private after a kudos was given in it",
                control="a place that passes for public is confirmed by the platform before anything is shown",
                tests=(
                    "tests/test_confirming.py::test_where_it_is_private_by_now_so_is_the_kudos",
                    f"{_SLACK}/test_made_private.py::"
                    "test_while_slack_does_not_tell_nothing_is_shown_and_the_giver_is_answered",
                ),
            ),
            Threat(
                name="people of another organisation read along in a shared channel",
                control="such a channel is private, and its strangers are asked for at the door",
                tests=(
                    f"{_SLACK}/test_shared_channels.py::test_who_is_of_the_other_organisation_gives_and_reads_nothing",
                    f"{_SLACK}/test_shared_channels.py::test_sharing_a_channel_makes_it_private_from_then_on",
                ),
            ),
            Threat(
                name="one workspace sees another's",
                control="every row says whose it is, and every statement asks for it",
                tests=(
                    "tests/test_workspaces.py::test_every_statement_names_the_workspace",
                    "tests/test_workspaces.py::test_every_table_has_a_column_for_it",
                    f"{_SLACK}/test_workspaces.py::test_what_one_knows_the_other_does_not",
                    "tests/test_two_workspaces.py::test_no_answer_card_digest_page_or_export_of_one_shows_the_other",
                    "tests/test_two_workspaces.py::test_nor_does_a_workspace_of_slack_show_a_tenant_of_teams",
                    "tests/test_two_workspaces.py::test_everything_is_tried",
                ),
            ),
            Threat(
                name="a guest learns of places that they are not in",
                control="a place is named to a guest only where we know that they are in it",
                tests=(
                    f"{_TEAMS}/test_tampering.py::test_a_guest_is_offered_no_place_but_their_own_and_gives_in_no_other",
                    f"{_SLACK}/test_shared_channels.py::test_a_guest_chooses_where_among_their_own_channels",
                ),
            ),
            Threat(
                name="somebody who chose not to be shown is seen, or can be told from the gaps",
                control="one question takes them out of all that others see, as if they had not been there, ever",
                tests=(
                    "tests/test_out_of_sight.py::test_before_it_is_posted_it_is_as_if_she_had_not_been_thanked",
                    "tests/test_out_of_sight.py::test_after_it_is_posted_it_is_as_if_it_had_been_taken_back",
                    "tests/test_sights.py::test_the_giver_sees_the_same_whatever_was_chosen",
                    "tests/test_sights.py::test_words_that_call_somebody_by_name_are_not_shown_without_them",
                ),
            ),
            Threat(
                name="somebody in a covert role is named on a public surface, or is seen to be protected",
                control="suppression: nothing of them in any part they play, and it looks like a choice of their own",
                tests=(
                    "tests/test_sights.py::test_only_an_administrator_can",
                    "tests/test_sights.py::test_it_ends_by_itself_and_what_stands_is_mended",
                    "tests/test_sights.py::test_an_account_that_is_switched_off_later_is_covered",
                ),
            ),
            Threat(
                name="what was withdrawn, hidden or removed is still told somewhere",
                control="one question for all of them, and whatever stands is written anew within a minute",
                tests=(
                    "tests/test_taken_away.py::test_before_it_is_posted_it_is_as_if_it_had_never_been_given",
                    "tests/test_taken_away.py"
                    "::test_after_it_is_posted_it_is_as_if_it_had_never_been_given_and_can_be_brought_back",
                    "tests/test_taken_away.py::test_what_a_digest_counts_and_does_not_quote_goes_from_it_too",
                ),
            ),
            Threat(
                name="cheerful posts in the hours after a death in service",
                control="quiet mode: posts wait, thanks arrive in private, the next digest tells of them",
                tests=(
                    "tests/test_quiet.py::test_what_comes_meanwhile_reaches_whom_it_thanks_and_nobody_else",
                    "tests/test_quiet.py::test_a_digest_that_falls_due_waits_however_long_it_lasts",
                    "tests/test_in_the_quiet.py"
                    "::test_what_is_given_meanwhile_is_as_if_it_had_not_been_until_the_quiet_ends",
                ),
            ),
            Threat(
                name="a moderator looks at what they should not, or decides about their own",
                control="no names that they may not see, no reporters, nobody in their own case; two to restore",
                tests=(
                    "tests/test_moderating.py::test_moderators_read_no_name_that_others_may_not_see",
                    "tests/test_moderating.py::test_who_is_in_it_does_not_decide",
                    "tests/test_moderating.py::test_another_account_of_the_same_colleague_is_no_way_round",
                ),
            ),
        ),
    ),
    Group(
        title="People's own data",
        threats=(
            Threat(
                name="somebody who was erased is still there, or comes back with a backup",
                control="every table is searched; restoring applies the list of erasures and refuses to run without it",
                tests=(
                    "tests/test_erasing.py::test_nothing_is_left_in_any_table_and_nothing_stands",
                    "tests/adapters/test_person.py::test_erase_then_restore_an_old_backup_then_look_still_gone",
                    "tests/adapters/test_person.py::test_without_the_list_nothing_is_restored",
                    "tests/adapters/test_person.py::"
                    "test_a_backup_of_before_anybody_was_erased_is_not_restored_without_the_list_either",
                ),
            ),
            Threat(
                name="somebody reads the copy of another's data",
                control="a link that works once, for ten minutes; otherwise only the person's own conversation",
                tests=(
                    "tests/adapters/test_person.py::test_a_link_shows_everything_once_to_who_asks_for_it",
                    "tests/adapters/test_person.py::test_a_link_is_over_after_ten_minutes",
                    "tests/adapters/test_person.py::test_a_link_that_was_made_up_shows_nothing",
                ),
            ),
            Threat(
                name="words are kept for longer than they are needed",
                control="words go after 24 months, leavers' names after 90 days, but for a legal hold",
                tests=(
                    "tests/test_erasing.py::test_words_go_after_two_years_and_the_count_stays",
                    "tests/test_erasing.py::test_who_has_left_for_three_months_is_named_no_more",
                    "tests/test_erasing.py::test_a_hold_keeps_words_and_names",
                ),
            ),
        ),
    ),
    Group(
        title="Operational information",
        threats=(
            Threat(
                name="what belongs in a case file or under a marking is posted in a chat tool",
                control="the guard stops it before anything is written, and says which words and why",
                tests=(
                    "tests/test_guard.py::test_it_finds_what_it_should_and_little_else",
                    "tests/test_guarding.py::test_who_types_it_is_told_what_and_why_and_what_can_be_done",
                    "tests/test_guarding.py::test_a_marking_above_official_is_never_none_of_that",
                ),
            ),
            Threat(
                name="what was stopped is found in the database or the log",
                control="it is kept by nobody; only its kind is counted, by day",
                tests=(
                    "tests/test_guarding.py::test_the_same_delivery_again_is_counted_once",
                    "tests/test_guarding.py::test_a_question_that_holds_it_is_answered_and_not_kept",
                ),
            ),
            Threat(
                name="a choice in the warning is made up, to post what was never shown",
                control="a choice carries a key of what was shown, and is about that alone",
                tests=(
                    "tests/test_guarding.py::test_a_choice_is_about_what_was_shown",
                    "tests/test_guarding.py::test_a_button_gives_for_whom_it_is_pressed_by_and_where_they_may",
                ),
            ),
        ),
    ),
    Group(
        title="Those who may do more",
        threats=(
            Threat(
                name="somebody takes a role that is not theirs, or the last administrator goes",
                control="asked in the core, with all accounts of a colleague; a gate keeps the last administrator",
                tests=(
                    "tests/test_governing.py::test_only_an_administrator_grants",
                    "tests/test_roles.py::test_the_last_administrator_can_not_be_taken",
                    "tests/test_roles.py::test_whoever_is_no_member_or_has_left_has_none",
                ),
            ),
            Threat(
                name="an administrator carries off everybody's names",
                control="a second administrator within the hour; only what is public, and no words",
                tests=(
                    "tests/test_governing.py::test_an_export_needs_another_administrator",
                    "tests/test_exports.py::test_what_not_everybody_may_see_is_not_in_it",
                    "tests/test_exports.py::test_of_whom_not_everybody_may_know_there_is_no_row",
                ),
            ),
            Threat(
                name="a spreadsheet carries out what somebody wrote",
                control="no cell of a table begins as a formula",
                tests=(
                    "tests/test_exports.py::test_no_cell_is_a_formula",
                    "tests/test_exports.py::test_nothing_that_people_write_is_a_formula_whatever_parts_the_cells",
                ),
            ),
            Threat(
                name="somebody covers up what they did",
                control="an audit log that only grows, chained; on PostgreSQL our own role can't change it",
                tests=(
                    "tests/test_audit.py::test_what_was_done_to_the_log_is_found",
                    "tests/test_chain.py::test_whatever_is_changed_is_found",
                    "tests/adapters/test_granting.py::test_the_one_adds_to_the_log_and_changes_nothing_in_it",
                ),
            ),
            Threat(
                name="kudos are given to look good",
                control="nobody is ranked; floods are stopped, patterns are shown to the programme owner alone",
                tests=(
                    "tests/test_governing.py::test_a_flood_is_refused_and_what_was_written_is_kept",
                    "tests/test_governing.py::test_patterns_are_shown_to_the_programme_owner_alone",
                ),
            ),
        ),
    ),
    Group(
        title="Secrets",
        threats=(
            Threat(
                name="tokens are read in the database or a backup of it",
                control="sealed with the newest key of `KUDOS_SECRET_KEY`; what was changed is not opened",
                tests=(
                    f"{_SLACK}/test_installing.py::test_the_database_holds_no_token_in_clear",
                    "tests/test_vault.py::test_what_was_tampered_with_is_not_opened",
                    "tests/adapters/test_logs.py::test_no_token_is_in_a_backup",
                ),
            ),
            Threat(
                name="words, names or tokens are read in the log",
                control="the log has its own words for what happened, and none of theirs",
                tests=(
                    f"{_SLACK}/test_guard.py::test_no_log_holds_a_word_of_what_was_refused_or_said",
                    f"{_SLACK}/test_guard.py::test_no_log_holds_a_byte_of_what_is_no_http",
                    f"{_TEAMS}/test_door.py::test_the_reason_of_a_refusal_is_named_in_the_log_without_the_token",
                    "tests/adapters/test_logs.py::"
                    "test_nothing_that_people_write_and_nobodys_name_and_no_token_is_logged",
                    "tests/adapters/test_logs.py::test_only_fields_on_the_list_are_ever_logged",
                ),
            ),
            Threat(
                name="a package is exchanged on its way to us",
                control="every package is locked with its hashes; a bill of materials is made from the lock",
                tests=("tests/test_sbom.py::test_the_bill_of_materials_lists_what_is_locked_with_its_hashes",),
            ),
        ),
    ),
)

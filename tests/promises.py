"""The manifest of promises: what Headroom says it does, where that is said, and which tests prove it.

`tests/test_promises.py` checks that every named test exists and that the README lists exactly these promises;
`scripts/docs.py` writes that list. An id never changes: the other packages of Headroom use the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """`source` names where the promise comes from; `tests` are paths of pytest, without parameters."""

    id: str
    source: str
    sentence: str
    tests: tuple[str, ...]


_INVARIANTS = "tests/test_invariants.py::"

PROMISES = (
    Promise(
        id="reversible",
        source="invariant 1",
        sentence="Every text that was changed comes back exactly by its id; the original is stored before the short text is"
        " returned, and where it cannot be stored nothing is changed.",
        tests=(
            _INVARIANTS + "test_reversible",
            _INVARIANTS + "test_nothing_is_shown_that_could_not_be_stored",
            "tests/store/test_contract.py::test_any_text_comes_back_code_point_for_code_point",
        ),
    ),
    Promise(
        id="prefix-stable",
        source="invariant 2",
        sentence="When messages are appended to a conversation, what was shown before stays byte for byte what it was, so a"
        " provider's cached prefix stays valid.",
        tests=(_INVARIANTS + "test_prefix_stable",),
    ),
    Promise(
        id="deterministic",
        source="invariant 3",
        sentence="The same input and settings give the same bytes, across runs, processes and hash seeds.",
        tests=(
            _INVARIANTS + "test_deterministic",
            _INVARIANTS + "test_deterministic_across_processes_and_hash_seeds",
        ),
    ),
    Promise(
        id="idempotent",
        source="invariant 4",
        sentence="Text that Headroom has produced is recognised and left alone; text that only looks like it is not.",
        tests=(
            _INVARIANTS + "test_idempotent",
            _INVARIANTS + "test_a_marker_that_somebody_else_wrote_is_ordinary_text",
        ),
    ),
    Promise(
        id="never-larger",
        source="invariant 5",
        sentence="A text that would not have fewer tokens, the header line included, stays as it was and is not stored.",
        tests=(_INVARIANTS + "test_never_larger",),
    ),
    Promise(
        id="protocol-safe",
        source="invariant 6",
        sentence="Number, order, roles, ids, tool-call pairing, `cache_control`, thinking blocks, images and unknown fields of"
        " the messages stay as they are, and the input is never mutated.",
        tests=(
            _INVARIANTS + "test_protocol_safe",
            "tests/wire/test__api.py::test_render_changes_the_chosen_texts_and_nothing_else",
        ),
    ),
    Promise(
        id="only-what-may-change",
        source="invariant 7",
        sentence="By default only tool results and retrieved context change; a `keep` span, a verbatim tool and, under `safe`,"
        " the read of a file that an agent may edit stay exact.",
        tests=(
            _INVARIANTS + "test_only_what_may_change_changes",
            _INVARIANTS + "test_keep_spans_stay_exact",
            _INVARIANTS + "test_file_reads_stay_exact_or_are_references",
            "tests/test_policy.py::test_a_read_of_a_file_that_agents_edit_stays_exact",
        ),
    ),
    Promise(
        id="atomic-lines",
        source="invariant 8",
        sentence="Every source line that is shown is a complete line of the original with its own coordinates.",
        tests=(
            _INVARIANTS + "test_numbered_lines_are_lines_of_the_original",
            "tests/compressors/test_search.py::test_no_effort_parts_a_line_number_from_its_text",
            "tests/compressors/test_log.py::test_every_shown_line_is_a_line_of_the_log_and_the_rest_is_accounted_for",
        ),
    ),
    Promise(
        id="honest-counts",
        source="invariant 9",
        sentence="Token counts come from the model's own tokenizer, or are marked as estimates.",
        tests=(_INVARIANTS + "test_honest_counts",),
    ),
    Promise(
        id="bounded",
        source="invariant 10",
        sentence="Hostile input neither crashes nor gets lost, and a deadline ends the work with the original.",
        tests=(
            _INVARIANTS + "test_hostile_text_neither_crashes_nor_gets_lost",
            _INVARIANTS + "test_a_deadline_that_is_over_leaves_everything_as_it_was",
            _INVARIANTS + "test_many_tiny_messages_cost_little_each",
        ),
    ),
    Promise(
        id="fails-towards-the-original",
        source="design, section 1",
        sentence="A fault in a compressor or in the store yields the untouched text and a visible reason.",
        tests=(
            _INVARIANTS + "test_a_fault_in_a_compressor_keeps_the_original_and_is_visible",
            "tests/test_engine.py::test_a_store_that_cannot_be_opened_leaves_everything_as_it_was",
        ),
    ),
    Promise(
        id="rare-lines-stay",
        source="design, section 1",
        sentence="A rare line of a log stays whatever its level; what repeats becomes one example and a count.",
        tests=(
            "tests/compressors/test_log.py::test_a_rare_line_stays_whatever_its_level",
            "tests/compressors/test_log.py::test_a_frequent_line_becomes_one_example_and_a_count",
        ),
    ),
    Promise(
        id="exact-values",
        source="design, section 4",
        sentence="JSON that is written as a table holds the same values: spelling of numbers, key order, duplicate keys, null"
        " and missing.",
        tests=(
            "tests/compressors/test_crusher.py::test_any_document_comes_back_with_the_same_values",
            "tests/compressors/test_crusher.py::test_number_spelling_key_order_and_duplicate_keys_survive",
            "tests/compressors/test_crusher.py::test_missing_null_and_empty_differ",
        ),
    ),
    Promise(
        id="provable-absence",
        source="design, section 5",
        sentence='A slice says how much there is and how to go on; "0 matches in all 2,000 lines" is an answer.',
        tests=(
            "tests/test_retrieval.py::test_absence_is_said_with_what_was_searched",
            "tests/test_retrieval.py::test_following_next_reaches_every_character_exactly_once",
            "tests/cli/test_retrieve.py::test_absence_is_an_answer_and_no_failure",
        ),
    ),
    Promise(
        id="budget",
        source="the library's contract",
        sentence="With a budget the result has at most that many tokens, or an error says what could not be shortened.",
        tests=(_INVARIANTS + "test_a_budget_is_met_or_refused",),
    ),
    Promise(
        id="worth-it",
        source="the gate",
        sentence="Something is left out only where that spares more than fetching it back may cost, the length of the"
        " conversation counted in.",
        tests=(
            "tests/test_gate.py::test_more_saved_pays_sooner_and_more_context_later",
            "tests/test_gate.py::test_small_savings_in_a_long_conversation_stay_lossless_and_say_so",
        ),
    ),
    Promise(
        id="compaction",
        source="design, section 3",
        sentence="Where compaction is asked for, old results are reduced in one step that pays, and what was shown changes at"
        " no other time.",
        tests=("tests/test__compact.py::test_between_compactions_nothing_changes_and_each_one_is_an_event",),
    ),
    Promise(
        id="durable",
        source="design, section 6",
        sentence="An original whose id was returned survives a killed process; eight processes may share one SQLite file.",
        tests=(
            "tests/store/test_sql.py::test_whatever_was_saved_before_a_kill_can_be_read_after_it",
            "tests/store/test_sql.py::test_eight_processes_may_create_and_fill_one_store_at_once",
        ),
    ),
    Promise(
        id="unknown-is-not-expired",
        source="design, section 5",
        sentence="An id that was never stored and one whose original was removed are different errors; neither is worth a"
        " retry.",
        tests=("tests/store/test_contract.py::test_an_expired_id_is_not_an_unknown_one",),
    ),
    Promise(
        id="private",
        source="design, section 6",
        sentence="Only the owner may read the store's folder and file; a purge removes the content from the disk; statistics"
        " hold numbers only.",
        tests=(
            "tests/store/test_sql.py::test_only_the_owner_may_look_into_the_folder_and_the_files",
            "tests/store/test_sql.py::test_a_purged_text_is_gone_from_the_disk",
            "tests/test_pass.py::test_events_hold_numbers_and_no_content",
        ),
    ),
    Promise(
        id="errors-in-one-line",
        source="the command line's contract",
        sentence="The command passes any bytes unharmed and reports an error in one line with an exit code, never as a"
        " traceback.",
        tests=(
            "tests/cli/test_compress.py::test_an_original_with_odd_bytes_comes_back_byte_for_byte",
            "tests/cli/test_app.py::test_wrong_usage_is_one_line_and_code_2",
            "tests/cli/test_app.py::test_an_unforeseen_error_is_one_line_and_debug_shows_where",
        ),
    ),
    Promise(
        id="faithful",
        source="the proxy",
        sentence="What the proxy does not change passes byte for byte, streams cut anywhere included.",
        tests=("tests/proxy/test_app.py::test_events_that_are_cut_anywhere_arrive_as_they_were_sent",),
    ),
    Promise(
        id="no-prefix-breaks",
        source="the proxy",
        sentence="A conversation through the proxy keeps its prefix over restarts, workers and a new policy.",
        tests=("tests/proxy/test_stability.py::test_no_prefix_breaks_over_restarts_workers_and_a_new_policy",),
    ),
    Promise(
        id="no-slice-lost",
        source="the proxy",
        sentence="A call of headroom_retrieve beside the client's own calls gets its slice, the same in every later request.",
        tests=("tests/proxy/test_kept.py::test_the_model_reads_its_slice_with_the_results_of_the_clients_calls",),
    ),
    Promise(
        id="encrypted",
        source="the store",
        sentence="With a key of the user's own nothing of a text stands readable on the disk; without the key nothing is read.",
        tests=(
            "tests/store/test_cipher.py::test_nothing_of_a_text_stands_in_the_files",
            "tests/store/test_cipher.py::test_without_the_key_nothing_is_read_and_nothing_is_shortened",
        ),
    ),
    Promise(
        id="tenants-apart",
        source="the proxy",
        sentence="No tenant of a proxy reads another's original.",
        tests=("tests/proxy/test_rounds.py::test_another_tenant_reads_no_original",),
    ),
    Promise(
        id="agent-goes-on",
        source="wrap",
        sentence="When the proxy dies, the next request of a wrapped agent goes straight to the provider.",
        tests=("tests/wrap/test_runner.py::test_when_the_proxy_dies_the_next_request_goes_straight",),
    ),
    Promise(
        id="leaves-nothing",
        source="wrap",
        sentence="Whatever moment we are killed at, undoing restores every byte of the files that we changed.",
        tests=("tests/wrap/test_journal.py::test_whatever_moment_we_are_killed_at_an_undo_restores_every_byte",),
    ),
)

"""Which permission each service asks for: one line each, read by `test_rights`.

A new service that takes a session gets its line here. Guarded ones name the permission they ask
for first of all, before they look at anything else; the others stand beneath, by why they ask none.
"""

from __future__ import annotations

from typing import Final

from counterdesk.core.permissions import Permission as May

GUARDED: Final[dict[str, May]] = {
    "acts.acts_page": May.SEE_PAYMENTS,
    "approvals.allow_over_threshold": May.TAKE_PAYMENT,
    "audit.audit_choices": May.SEE_AUDIT,
    "audit.audit_page": May.SEE_AUDIT,
    "audit.check_part": May.SEE_AUDIT,
    "audit.export_acts": May.SEE_AUDIT,
    "audit.note_export": May.SEE_AUDIT,
    "audit.whole_act": May.SEE_AUDIT,
    "consumer_payments.count_payments": May.FIND_CONSUMER,
    "consumer_payments.payment_timeline": May.FIND_CONSUMER,
    "consumers.account_view": May.FIND_CONSUMER,
    "consumers.find_exactly": May.FIND_CONSUMER,
    "consumers.search_consumers": May.FIND_CONSUMER,
    "counts.count_rows": May.OPEN_SHIFT,
    "dashboard.credit_notes": May.SEE_PAYMENTS,
    "dashboard.month_figures": May.SEE_DASHBOARD,
    "drawer.open_drawer_without_sale": May.OPEN_DRAWER,
    "drawer_moves.move_cash": May.OPEN_SHIFT,
    "drawer_moves.move_cash_allowed": May.OPEN_SHIFT,
    "drawer_moves.shift_moves": May.OPEN_SHIFT,
    "drawer_moves.undo_move": May.OPEN_SHIFT,
    "mail_jobs.email_receipt": May.PRINT_RECEIPT,
    "mail_jobs.known_address": May.FIND_CONSUMER,
    "office_changes.change_setting": May.CHANGE_SETTINGS,
    "office_settings.change_settings": May.CHANGE_SETTINGS,
    "office_settings.office_settings": May.SEE_SETTINGS,
    "payment_list.last_payments": May.SEE_PAYMENTS,
    "payments.take_payment": May.TAKE_PAYMENT,
    "people_changes.change_person": May.MANAGE_PEOPLE,
    "people_changes.known_people": May.MANAGE_PEOPLE,
    "print_jobs.kept_receipt": May.SEE_PAYMENTS,
    "print_list.print_document": May.SEE_PAYMENTS,
    "print_list.print_page": May.SEE_PAYMENTS,
    "print_moves.answer_for_print": May.PRINT_RECEIPT,
    "print_moves.give_up_print_job": May.PRINT_RECEIPT,
    "print_moves.move_print_job": May.PRINT_RECEIPT,
    "printer_trial.print_test_page": May.CHANGE_PRINTERS,
    "printers.assign_paper": May.CHANGE_PRINTERS,
    "printers.put_first": May.CHANGE_PRINTERS,
    "printers.remove_printer": May.CHANGE_PRINTERS,
    "printers.save_printer": May.CHANGE_PRINTERS,
    "reprints.allow_reprint": May.PRINT_RECEIPT,
    "reprints.reprint": May.PRINT_RECEIPT,
    "shift_blockers.close_blockers": May.OPEN_SHIFT,
    "shift_closing.close_shift": May.OPEN_SHIFT,
    "shift_closing.close_shift_allowed": May.OPEN_SHIFT,
    "shift_counting.count_drawer": May.OPEN_SHIFT,
    "shifts.open_shift": May.OPEN_SHIFT,
}

EITHER: Final[dict[str, tuple[May, ...]]] = {
    "shift_reports.make_x_report": (May.OPEN_SHIFT, May.SEE_DRAWER),
}
"""Services that one of several permissions opens."""

SECRET: Final = frozenset({
    "approvals.another_person", "approvals.begin_approval", "people.begin_attempt",
    "people.begin_return", "people.check_secret", "people.sign_in", "people.sign_out",
    "people.unlock", "people.verify_again",
})  # fmt: skip
"""They ask for a secret, or end what a secret began; `test_people` and the like show how."""

OPEN: Final = frozenset({
    "acts.count_acts", "acts.way_of", "mail_jobs.mail_state_of", "office_changes.shown_setting",
    "office_changes.waits_for_centre", "people.anyone_may_sign_in", "people.people_valid_until",
    "print_jobs.print_state_of", "print_list.print_troubles", "printers.counter_printers",
    "shift_figures.drawer_now", "shifts.current_shift", "standing.standing",
    "startup.drop_draft", "startup.keep_draft", "startup.last_payment",
    "startup.mark_receipt_seen",
})  # fmt: skip
"""How the till stands, for whoever stands before it; what a role may not know is left out of it."""

PROGRAM: Final = frozenset({
    "drawer.drawer_asked", "drawer.take_drawer", "mail_jobs.mail_waits", "mail_jobs.next_mail_job",
    "print_jobs.next_print_job", "print_jobs.note_print_state", "print_jobs.recover_print_jobs",
    "print_jobs.something_waits", "put_back.put_back", "setup.set_up_counter",
    "shift_export.shift_lines", "verification.record_findings", "verification.verify",
})  # fmt: skip
"""What printers, mail, commands and the start do while nobody needs to be signed in."""

WITHIN: Final = frozenset({
    "account_standing.credit_minor", "account_standing.open_charges", "account_standing.plans_of",
    "account_standing.warnings_of", "acts.acknowledged_seq", "approvals.find_approval",
    "collection.collection", "collection.received", "consumer_payments.last_payments",
    "consumer_payments.method_names", "consumer_search.find_rows", "consumers.account_refs",
    "counts.counts_made", "counts.float_pieces", "counts.pieces_of", "counts.write_count",
    "drawer.ask_drawer", "numbering.next_number", "office_changes.note_asked", "people.entitled",
    "people_changes.note_person_asked", "print_jobs.mark_sending", "print_jobs.original_of",
    "print_jobs.queue_copy", "printers.put_printers_back", "receipts.receipt_document",
    "receipts.receipt_facts", "secret_hash.keep_secret", "secret_hash.secret_matches",
    "shift_counting.check_fresh", "shift_counting.held_against", "shift_counting.shift_to_close",
    "shift_figures.evidence", "shift_figures.expected_of", "shift_figures.shift_figures",
    "shift_report_blocks.counted", "shift_report_blocks.head", "shift_report_blocks.place",
    "shift_reports.voucher", "shift_reports.z_report", "shifts.check_cash",
    "shifts.expected_drawer", "shifts.shift_of", "taken.find_taken",
    "verified_chain.chain_findings", "verified_chain.check_chain",
    "verified_chain.journal_findings", "verified_chain.stored_events",
    "verified_documents.document_findings", "verified_numbers.block_findings",
    "verified_numbers.number_findings", "verified_papers.paper_findings",
    "verified_rows.row_findings", "verified_sums.sum_findings",
})  # fmt: skip
"""Parts of other services, which asked before. The window calls none of them."""

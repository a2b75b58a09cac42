"""Which permission each service asks for: one line each, read by `test_rights`.

A new service that takes a session gets its line here. Guarded ones name the permission they ask
for first of all, before they look at anything else; the others stand beneath, by why they ask none.
"""

from __future__ import annotations

from typing import Final

from counterdesk.core.permissions import Permission as May

GUARDED: Final[dict[str, May]] = {
    "acts.acts_page": May.SEE_PAYMENTS,
    "analytics.analytics": May.SEE_DASHBOARD,
    "analytics_export.analytics_csv": May.SEE_DASHBOARD,
    "approvals.allow_over_threshold": May.TAKE_PAYMENT,
    "audit.audit_choices": May.SEE_AUDIT,
    "audit.audit_page": May.SEE_AUDIT,
    "audit.check_part": May.SEE_AUDIT,
    "audit.export_acts": May.SEE_AUDIT,
    "audit.note_export": May.SEE_AUDIT,
    "audit.whole_act": May.SEE_AUDIT,
    "cash_room.undeposited": May.SEE_DEPOSITS,
    "consumer_payments.count_payments": May.FIND_CONSUMER,
    "consumer_payments.payment_timeline": May.FIND_CONSUMER,
    "consumers.account_view": May.FIND_CONSUMER,
    "consumers.find_exactly": May.FIND_CONSUMER,
    "consumers.search_consumers": May.FIND_CONSUMER,
    "correctable.visit_to_correct": May.UNDO_PAYMENT,
    "corrections.correct_payment": May.UNDO_PAYMENT,
    "counts.count_rows": May.OPEN_SHIFT,
    "credit_decisions.decide_credit_note": May.APPROVE_CREDIT,
    "credit_decisions.decide_credit_note_allowed": May.RAISE_CREDIT,
    "credit_details.newest_credit_notes": May.SEE_PAYMENTS,
    "credit_details.note_details": May.SEE_PAYMENTS,
    "credit_notes.raise_approved_credit_note": May.RAISE_CREDIT,
    "credit_notes.raise_credit_note": May.RAISE_CREDIT,
    "credit_payouts.refund_credit_note": May.CHANGE_CREDIT,
    "credit_payouts.transfer_credit_note": May.CHANGE_CREDIT,
    "credit_people.signed_in_approver": May.APPROVE_CREDIT,
    "credit_printing.allow_credit_note_copy": May.PRINT_RECEIPT,
    "credit_printing.electronic_credit_note": May.PRINT_RECEIPT,
    "credit_printing.print_credit_note": May.PRINT_RECEIPT,
    "credit_spending.allow_offline_credit": May.TAKE_PAYMENT,
    "creditable_payments.creditable_payment": May.SEE_PAYMENTS,
    "creditable_payments.payments_of_visit": May.SEE_PAYMENTS,
    "dashboard.month_figures": May.SEE_DASHBOARD,
    "deposit_list.deposits": May.SEE_DEPOSITS,
    "deposits.make_deposit": May.MAKE_DEPOSIT,
    "deposit_list.mix_of": May.SEE_DEPOSITS,
    "deposits.validate_deposit": May.MAKE_DEPOSIT,
    "drawer.open_drawer_without_sale": May.OPEN_DRAWER,
    "drawer_moves.move_cash": May.OPEN_SHIFT,
    "drawer_moves.move_cash_allowed": May.OPEN_SHIFT,
    "drawer_moves.shift_moves": May.OPEN_SHIFT,
    "drawer_moves.undo_move": May.OPEN_SHIFT,
    "handover.cash_to_hand_over": May.OPEN_SHIFT,
    "handover.hand_over": May.OPEN_SHIFT,
    "handover.refuse_handover": May.OPEN_SHIFT,
    "late_capture.allow_late": May.CAPTURE_LATE,
    "mail_jobs.email_receipt": May.PRINT_RECEIPT,
    "mail_jobs.known_address": May.FIND_CONSUMER,
    "office_changes.change_setting": May.CHANGE_SETTINGS,
    "office_settings.change_settings": May.CHANGE_SETTINGS,
    "office_settings.office_settings": May.SEE_SETTINGS,
    "payment_list.last_payments": May.SEE_PAYMENTS,
    "payment_pages.payments_page": May.SEE_PAYMENTS,
    "payment_pages.payments_sum": May.SEE_PAYMENTS,
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
    "settling.open_differences": May.SEE_DEPOSITS,
    "settling.settle_difference": May.ALLOW_CASH,
    "settling.settle_difference_allowed": May.OPEN_SHIFT,
    "shift_blockers.close_blockers": May.OPEN_SHIFT,
    "shift_closing.close_shift": May.OPEN_SHIFT,
    "shift_closing.close_shift_allowed": May.OPEN_SHIFT,
    "shift_closing.close_with": May.OPEN_SHIFT,
    "shift_counting.count_drawer": May.OPEN_SHIFT,
    "shifts.open_shift": May.OPEN_SHIFT,
    "turn_in.offer_turn_in": May.OPEN_SHIFT,
    "undo_choices.ways_to_undo": May.UNDO_PAYMENT,
    "undo_plan.show_undo": May.UNDO_PAYMENT,
    "undoing.undo_payment": May.UNDO_PAYMENT,
    "waiting.answer": May.SEE_PAYMENTS,
    "waiting.answer_allowed": May.SEE_PAYMENTS,
    "waiting.what_waits": May.SEE_PAYMENTS,
}

EITHER: Final[dict[str, tuple[May, ...]]] = {
    "shift_reports.make_x_report": (May.OPEN_SHIFT, May.SEE_DRAWER),
}
"""Services that one of several permissions opens."""

SECRET: Final = frozenset({
    "approvals.another_person", "approvals.begin_approval", "credit_people.second_person",
    "people.begin_attempt", "people.begin_return", "people.check_secret", "people.sign_in",
    "people.sign_out", "people.unlock", "people.verify_again", "turn_in.accept_turn_in",
    "turn_in.refuse_turn_in",
})  # fmt: skip
"""They ask for a secret, or end what a secret began; `test_people` and the like show how."""

OPEN: Final = frozenset({
    "acts.count_acts", "acts.way_of", "mail_jobs.mail_state_of", "office_changes.shown_setting",
    "office_changes.waits_for_centre", "people.anyone_may_sign_in", "people.people_valid_until",
    "print_jobs.print_state_of", "print_list.print_troubles", "printers.counter_printers",
    "shift_figures.drawer_now", "shifts.current_shift", "standing.standing", "startup.drop_draft",
    "startup.keep_draft", "startup.last_payment", "startup.mark_receipt_seen",
    "undone.undone_statuses",
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
    "account_standing.open_charges", "account_standing.plans_of", "account_standing.warnings_of",
    "acts.acknowledged_seq", "approvals.find_approval", "approvals.granted_over_threshold",
    "approvals.refuse_outdated",
    "cash_room.cheques_received", "cash_room.money_of", "collected.collected",
    "collection.collection", "collection.received", "consumer_payments.last_payments",
    "consumer_payments.method_names", "consumer_search.find_rows", "consumers.account_refs",
    "counts.counts_made", "counts.float_pieces", "counts.pieces_of", "counts.write_count",
    "credit_changes.business_date", "credit_changes.change_row", "credit_changes.changes_of",
    "credit_changes.find_note", "credit_changes.holder_of", "credit_changes.saved_before",
    "credit_changes.write_change",
    "credit_notes.note_row", "credit_papers.credit_note_document", "credit_payouts.other_account",
    "credit_people.refuse_over_ceiling", "credit_printing.credit_paper_again",
    "credit_printing.papers_made", "credit_refund_ways.refund_ways", "credit_spending.check_credit",
    "credit_spending.offline_refusal", "credit_spending.without_centre", "credit_standing.note_now",
    "credit_standing.notes_of", "credit_standing.pending_notes", "credit_standing.raised_from",
    "deposit_slip.deposit_slip", "drawer.ask_drawer", "late_capture.check_late",
    "moved_facts.insert_moved", "numbering.next_number", "office_changes.note_asked",
    "own_charges.bounced_here", "own_charges.own_open_charges", "payment_filters.own_conditions",
    "payment_filters.sum_conditions", "people.change_person", "people.entitled",
    "people_changes.note_person_asked", "print_jobs.cancel_waiting", "print_jobs.mark_sending",
    "print_jobs.original_of", "print_jobs.queue_copy", "printers.put_printers_back",
    "receipts.receipt_document", "receipts.receipt_facts", "refund_vouchers.refund_voucher",
    "secret_hash.keep_secret", "secret_hash.secret_matches", "shift_counting.check_fresh",
    "shift_counting.held_against", "shift_counting.shift_to_close", "shift_figures.evidence",
    "shift_figures.expected_of", "shift_figures.shift_figures", "shift_report_blocks.counted",
    "shift_report_blocks.head", "shift_report_blocks.place", "shift_reports.voucher",
    "shift_reports.z_report", "shifts.check_cash", "shifts.expected_drawer", "shifts.shift_of",
    "taken.find_taken", "undo_moves.move_parts", "undo_papers.undo_slip", "undo_parts.all_parts",
    "undo_parts.visit_of", "undo_plan.plan_undo", "undo_rows.undo_rows", "undoing.checked_asked",
    "undoing.known_undo", "undoing.save_undo", "undone.find_undone", "undone.marked",
    "undone.undone_of", "undone_sums.beside_the_drawer", "undone_sums.cash_steps",
    "undone_sums.handed_back", "undone_sums.undone_sums", "undone_sums.voided_in",
    "verified_chain.chain_findings", "verified_chain.check_chain",
    "verified_chain.journal_findings", "verified_chain.stored_events",
    "verified_documents.document_findings", "verified_numbers.block_findings",
    "verified_numbers.number_findings", "verified_papers.paper_findings",
    "verified_past.past_findings", "verified_rows.row_findings", "verified_sums.sum_findings",
})  # fmt: skip
"""Parts of other services, which asked before. The window calls none of them."""

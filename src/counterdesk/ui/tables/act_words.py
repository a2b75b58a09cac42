"""What an act of this counter is called, and how far it came, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterdesk.core.i18n import _

if TYPE_CHECKING:
    from counterdesk.services.acts import Act

_ASKED = frozenset({"setting.changed", "user.changed"})
"""Acts that move no money: the centre is asked for something."""

_TONES = {"saved": "info", "sent": "info", "acknowledged": "ok", "exception": "warn"}


def act_sentence(act: Act) -> str:
    """Return what happened; a kind that is not known here stays as it is."""
    text = _sentences().get(act.detail or act.kind, act.kind)
    if act.kind == "person.tried" and not act.subject:
        text = _("Somebody tried to sign in")
    name = _series_word(act.of_whom) if act.kind == "numbers.leased" else act.of_whom
    return text.format(number=act.subject, name=name)


def _series_word(series: str) -> str:
    return {
        "payment": _("payments"), "transaction": _("transactions"), "receipt": _("receipts"),
        "credit_note": _("credit notes"), "shift": _("shifts"), "dispute": _("disputes"),
    }.get(series, series)  # fmt: skip


def _sentences() -> dict[str, str]:
    return {
        "counter.set_up": _("This counter was set up"),
        "person.tried": _("{number} tried to sign in"),
        "person.signed_in": _("{name} signed in"),
        "person.signed_out": _("{name} signed out"),
        "person.returned": _("{name} came back"),
        "person.unlocked": _("{name} unlocked the login {number}"),
        "people.told": _("The centre told who may sign in here"),
        "numbers.leased": _("The centre gave numbers for {name}: {number}"),
        "shift.opened": _("Shift {number} of {name} opened"),
        "shift.closed": _("Shift {number} of {name} closed"),
        "shift.reported": _("X report {number} was made"),
        "list.export_begun": _("{number}: somebody began to write the list into a file"),
        "list.exported": _("{number}: the file was written"),
        "list.not_exported": _("{number}: the file was not written"),
        "shift.exported": _("Shift {number} was written into a file"),
        "shift.handed_over": _("{name} handed over the drawer of shift {number}"),
        "handover.refused": _("{name} did not take over the drawer of shift {number}"),
        "turn_in.offered": _("{name} turned in the money of shift {number}"),
        "turn_in.answered": _("{name} answered for the money of shift {number}"),
        "deposit.made": _("Deposit {number} was made"),
        "deposit.validated": _("The bank's number of deposit {number} was recorded"),
        "difference.settled": _("A difference of shift {number} was settled"),
        "drawer.moved": _("Cash moved in the drawer: {number}"),
        "drawer.counted": _("The drawer of shift {number} was counted"),
        "approval.granted": _("{name} allowed more on {number}"),
        "credit.allowed": _("{name} allowed credit of {number} without the centre"),
        "late.allowed": _("{name} allowed that paper {number} is captured"),
        "payment.taken": _("Payment {number} of {name}"),
        "payment.verified": _("Online payment {number} of {name} was verified"),
        "dispute.raised": _("Dispute {number} of {name} was raised"),
        "dispute.closed": _("{name} closed dispute {number}"),
        "transaction.undone": _("Receipt {number} was undone; {name} allowed it"),
        "credit_note.raised": _("Credit note {number} for {name} was made"),
        "credit_note.changed": _("Credit note {number} of {name} was changed"),
        "credit_note.approved": _("Credit note {number} of {name} was approved"),
        "credit_note.rejected": _("Credit note {number} of {name} was rejected"),
        "credit_note.held": _("Credit note {number} of {name} was held"),
        "credit_note.released": _("Credit note {number} of {name} was released"),
        "credit_note.refunded": _("Credit note {number} of {name} was paid back"),
        "credit_note.transferred": _("Credit note {number} of {name} went to another account"),
        "credit_note.cancelled": _("Credit note {number} of {name} was cancelled"),
        "credit_note.printed": _("Credit note {number} of {name} was printed"),
        "receipt.reprinted": _("A copy of receipt {number} was printed"),
        "printers.changed": _("The printers of this counter were changed"),
        "print.moved": _("Receipt {number} was moved to another printer"),
        "print.given_up": _("Receipt {number} was not printed"),
        "print.answered": _("Somebody looked whether receipt {number} came out"),
        "drawer.opened": _("{name} opened the drawer without a sale"),
        "statement.made": _("A statement of account {number} of {name} was made"),
        "receipt.emailed": _("Receipt {number} was sent by email"),
        "setting.changed": _("The office was asked to change {number}"),
        "user.changed": _("The centre was asked to change who {number} is"),
    }


def way_word(way: str) -> str:
    """Return the word for how far an act came."""
    return {
        "saved": _("Saved"), "sent": _("Sent"), "acknowledged": _("Acknowledged"),
        "exception": _("Exception"),
    }[way]  # fmt: skip


def way_tone(way: str) -> str:
    """Return the tone of how far an act came: ok, warn or info."""
    return _TONES[way]


def way_sentence(act: Act) -> str:
    """Return what it means for one act, and the way out where there is a hitch."""
    if act.way == "exception" and act.kind in _ASKED:
        return _(
            "The centre returned No. {seq}: {reason}. All stays as it was. Look at it again (F9), "
            "and change it once more where that is still wanted."
        ).format(seq=act.seq, reason=act.reason)
    if act.way == "exception":
        return _(
            "The centre keeps No. {seq} and could not place it: {reason}. The money counts and the "
            "receipt stays valid. Tell who looks after the centre; once the matter is put right "
            "there, it is placed by itself and leaves this list."
        ).format(seq=act.seq, reason=act.reason)
    return {
        "saved": _("No. {seq} is saved on this machine; the centre has not got it yet."),
        "sent": _(
            "No. {seq} was sent, and no answer came. It is sent again by itself; the centre takes "
            "it once."
        ),
        "acknowledged": _("The centre has No. {seq}."),
    }[act.way].format(seq=act.seq)


def payment_way(way: str) -> str:
    """Return where a payment is, quietly, for its receipt's page."""
    return {
        "saved": _("Waits for the centre."),
        "sent": _("Sent; the centre has not answered yet."),
        "acknowledged": _("The centre has acknowledged it."),
        "exception": _("The centre has it, as an exception: see Sync, F11."),
    }[way]

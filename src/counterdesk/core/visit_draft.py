"""A visit while it is being keyed: accounts, ticks, amounts and tenders, no more than that.

Nothing is added up here: `request` puts the keyed together, `work_out` says what it comes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from counterdesk.core.account_draft import AccountDraft
from counterdesk.core.cash import is_unlikely_change, likely_cash, notes_for
from counterdesk.core.credit_draft import CreditDraft
from counterdesk.core.effects import what_it_does
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.visit import (
    Approval,
    Credit,
    PaperReceipt,
    PaymentRequest,
    Problem,
    TenderGiven,
    VisitResult,
)
from counterdesk.core.visit_rules import tender_problems
from counterdesk.core.visit_settling import Refusal, refusals
from counterdesk.core.visit_sums import cash_due, work_out

_MONEY = ("methodBox", "tenderAmount", "cashReceived")


class VisitDraft:
    """One visit from its first consumer to Confirm."""

    def __init__(self, request_id: UUID, settings: Settings, today: date) -> None:
        self.request_id = request_id
        self.settings = settings
        self.today = today
        self.accounts: list[AccountDraft] = []
        self.current_index = 0
        self.channel = next(iter(settings.channels), "")
        self.paid_by = ""
        self.notes = ""
        self.credit = CreditDraft(self.accounts, settings)
        self.paper: PaperReceipt | None = None
        self.given: list[TenderGiven] = []
        self.keyed: TenderGiven | None = None
        self.keep_change = False
        self.change_account = ""
        self.as_of_utc: datetime | None = None
        self._approval: Approval | None = None
        self._approved: Credit | None = None

    @property
    def current(self) -> AccountDraft:
        """The account that is being worked on."""
        return self.accounts[self.current_index]

    @property
    def touched(self) -> bool:
        """Whether something would be lost if the visit were left now."""
        written = self.paid_by or self.notes or self.paper
        keyed = written or self.listed or self.keyed or len(self.accounts) > 1
        return bool(keyed) or any(account.touched for account in self.accounts)

    @property
    def listed(self) -> tuple[TenderGiven, ...]:
        """What is tendered already: credit notes, and the tenders of a split payment."""
        return (*self.credit.tenders(), *self.given)

    def add_account(self, account: AccountDraft) -> None:
        """Put another account on the visit and work on it.

        Raises:
            UserError: It is already there.
        """
        if self.find(account.account.account_number) is not None:
            raise UserError(_("This account is already part of the visit."), "consumerSearch")
        self.accounts.append(account)
        self.current_index = len(self.accounts) - 1

    def find(self, account_number: str) -> AccountDraft | None:
        """Return the visit's account with a number."""
        numbers = (a for a in self.accounts if a.account.account_number == account_number)
        return next(numbers, None)

    def work_on(self, account_number: str) -> bool:
        """Work on the visit's account with a number; tell whether that is another one now."""
        for place, one in enumerate(self.accounts):
            if one.account.account_number == account_number and place != self.current_index:
                self.current_index = place
                return True
        return False

    def tick_scanned(self, code: str) -> bool:
        """Tick what a scanned bill names, and work on its account; tell whether it is here."""
        for place, account in enumerate(self.accounts):
            ticked = account.tick_scanned(code, only=False) is not None
            if ticked or account.account.account_number in code.split(":"):
                self.current_index = place
                return True
        return False

    def remove_current(self) -> None:
        """Take the account being worked on off the visit; the last one stays."""
        if len(self.accounts) > 1:
            gone = self.accounts.pop(self.current_index)
            self.current_index = max(self.current_index - 1, 0)
            if self.change_account == gone.account.account_number:
                self.change_account = ""

    def request(self) -> PaymentRequest:
        """Return the visit as it stands, an approval included where it still covers it."""
        request = PaymentRequest(
            request_id=self.request_id,
            channel=self.channel,
            lines=tuple(account.line() for account in self.accounts),
            tenders=(*self.listed, *([self.keyed] if self.keyed else [])),
            keep_change=self.keep_change,
            change_account=self.change_account if self.keep_change else "",
            paid_by=self.paid_by.strip(),
            notes=self.notes.strip(),
            paper=self.paper,
        )
        if self._approval is not None and self._is_covered(request):
            return replace(request, approval=self._approval)
        return request

    def result(self) -> VisitResult:
        """Return what the visit comes to as it stands."""
        return work_out(self.request(), self.settings, self.today)

    def problem(self, fields: Iterable[str]) -> Problem | None:
        """Return what is wrong with the given fields, with the account being worked on first."""
        return min(self._problems(fields), key=self._is_elsewhere, default=None)

    def early_problem(self, fields: Iterable[str]) -> Problem | None:
        """Return what is wrong with the given fields here, whatever is still to be keyed."""
        here = (one for one in self._problems(fields) if not self._is_elsewhere(one))
        return next((problem for problem in here if problem.early), None)

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what of the visit does not accept which payment modes."""
        return tuple(refusals(self.request(), self.settings))

    def over_threshold(self) -> Credit | None:
        """Return the credit for which a supervisor has to be asked."""
        request = self.request()
        return None if request.approval is not None else next(self._too_much(request), None)

    def allow(self, approval: Approval, credit: Credit) -> None:
        """Note a supervisor's yes; it holds for this account up to this amount."""
        self._approval = approval
        self._approved = credit

    def effects(self) -> tuple[str, ...]:
        """Return in sentences what the money will do."""
        return what_it_does(self.request(), self.result(), self.settings, self.today)

    def due_in_cash(self) -> int:
        """Return what the tenders already listed leave to be paid in cash, in minor units."""
        listed = replace(self.request(), tenders=self.listed)
        if any(self._is_cash(tender) for tender in self.given):
            return self.still_due()
        return cash_due(listed, self.settings)

    def still_due(self) -> int:
        """Return what the tenders already listed leave open, in minor units."""
        listed = replace(self.request(), tenders=self.listed)
        result = work_out(listed, self.settings, self.today)
        return result.missing_minor

    def likely_cash(self) -> tuple[int, ...]:
        """Return the amounts a payer is likely to hand over, the exact one first."""
        due = self.due_in_cash()
        return likely_cash(due, self.settings.cash_notes_minor) if due > 0 else ()

    def change_in_notes(self) -> tuple[tuple[int, int], ...]:
        """Return the notes and coins to give as change, as (note in minor units, count)."""
        return notes_for(self.result().change_minor, self.settings.cash_notes_minor)

    def unlikely_change(self) -> int:
        """Return the change, in minor units, if it is too large to be meant; else 0."""
        change = self.result().change_minor
        return change if is_unlikely_change(change, self.settings.cash_notes_minor) else 0

    def split(self, tender: TenderGiven) -> None:
        """List a tender, so that another one can be keyed beside it.

        Raises:
            UserError: Something is wrong with this tender, whatever comes beside it.
        """
        for problem in self._split_problems(tender):
            raise UserError(problem.message, problem.field)
        self.given.append(tender)
        self.keyed = None

    def _problems(self, fields: Iterable[str]) -> list[Problem]:
        wanted = set(fields)
        return [problem for problem in self.result().problems if problem.field in wanted]

    def _split_problems(self, tender: TenderGiven) -> Iterator[Problem]:
        alone = replace(self.request(), tenders=(tender,))
        yield from tender_problems(alone, self.settings, max(tender.amount_minor, 1), self.today)
        beside = replace(alone, tenders=(*self.listed, tender))
        found = work_out(beside, self.settings, self.today).problems
        yield from (one for one in found if one.early and one.field in _MONEY)

    def _is_elsewhere(self, problem: Problem) -> bool:
        return problem.account_number not in ("", self.current.account.account_number)

    def _is_cash(self, tender: TenderGiven) -> bool:
        mode = self.settings.mode(tender.method)
        return mode is not None and mode.kind is ModeKind.CASH

    def _is_covered(self, request: PaymentRequest) -> bool:
        allowed = self._approved
        return allowed is not None and all(
            credit.account == allowed.account and credit.amount_minor <= allowed.amount_minor
            for credit in self._too_much(request)
        )

    def _too_much(self, request: PaymentRequest) -> Iterator[Credit]:
        limit = self.settings.overpayment_threshold_minor
        credits = work_out(request, self.settings, self.today).credits
        return (credit for credit in credits if credit.amount_minor > limit)

"""What an office sets about its receipts: logo, lines at head and foot, language, paper of PDFs."""

from __future__ import annotations

from dataclasses import replace

from babel import Locale
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout

from counterdesk.core.documents import Logo, logo_from, logo_to_json
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, languages
from counterdesk.core.setting_rules import LONGEST_LINE, MOST_LINES
from counterdesk.core.settings import PAGES, Settings
from counterdesk.core.text import clean
from counterdesk.ui.theme import FORM_WIDTH, ROW_HEIGHT, SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import card, named, row
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label

NAMES = (
    "receipt_logo", "receipt_header", "receipt_footer", "receipt_language", "document_page",
)  # fmt: skip
"""Of the settings that stand here."""


class ReceiptForm(QFrame):
    """Tells of every keystroke; whoever shows it saves what `save_asked` asks for."""

    edited = Signal()
    """Something reads otherwise now."""

    logo_asked = Signal()
    """Another picture is wanted."""

    save_asked = Signal()
    """What stands here is to hold."""

    def __init__(self) -> None:
        super().__init__()
        self._logo = ""
        self._make_fields()
        self._build()
        self._connect()

    @property
    def at_the_end(self) -> bool:
        """Whether the lines at the end of a receipt are being written."""
        return self._footer.hasFocus()

    @property
    def saving(self) -> Field:
        """The button that saves, for a place where it is always in sight."""
        return self._fields["receiptSave"]

    def applied(self, settings: Settings) -> Settings:
        """Return settings with what the fields say."""
        return replace(
            settings,
            receipt_logo=self._logo,
            receipt_header=_lines(self._header),
            receipt_footer=_lines(self._footer),
            receipt_language=str(self._language.currentData()),
            document_page=str(self._page.currentData()),
        )

    @property
    def is_right(self) -> bool:
        """Whether nothing is refused."""
        return not any(field.error for field in self._fields.values())

    def show_settings(self, settings: Settings) -> None:
        """Say what holds now."""
        blocked = [QSignalBlocker(one) for one in (self._header, self._footer)]
        self._header.setPlainText("\n".join(settings.receipt_header))
        self._footer.setPlainText("\n".join(settings.receipt_footer))
        if self._language.findData(settings.receipt_language) < 0:  # such as "es_MX"
            self._offer_language(settings.receipt_language)
        self._language.choose(settings.receipt_language)
        self._page.choose(settings.document_page)
        self._show_logo(settings.receipt_logo)
        del blocked
        self._check()

    def show_logo(self, logo: Logo) -> None:
        """Take another picture as the logo."""
        self._show_logo(logo_to_json(logo))
        self._fields["receiptLogo"].refuse("")
        self.edited.emit()

    def refuse(self, error: UserError) -> None:
        """Say what is wrong beneath its field, or beneath the button."""
        self._fields.get(error.field, self._fields["receiptSave"]).refuse(error.message)

    def allow(self, *, save: bool) -> None:
        """Offer to save what stands here, or not."""
        self._save.setEnabled(save)

    def begin(self) -> None:
        """Put the focus on the first lines."""
        self._header.setFocus()

    def _make_fields(self) -> None:
        self._choose = key_button(_("Choose a picture"), "Ctrl+G", "receiptLogo", "")
        self._remove = key_button(_("Without a logo"), "Ctrl+Del", "receiptLogoRemove")
        self._size = plain_label("", "muted", name="receiptLogoSize")
        self._header, self._footer = _lines_edit("receiptHeader"), _lines_edit("receiptFooter")
        self._footer.setPlaceholderText(_("Thank you."))
        self._language = named(ChoiceBox(), "receiptLanguage")
        self._language.addItem(_("The language of the window"), "")
        for name in languages():
            self._offer_language(name)
        self._page = named(ChoiceBox(), "documentPage")
        for page in PAGES:
            self._page.addItem(page_words(page), page)
        self._save = key_button(_("Save"), "Ctrl+S", "receiptSave", "primary")
        self._fields = {
            "receiptLogo": Field(_("Logo"), self._choose, beside=self._size),
            "receiptHeader": Field(_("Lines below the utility's name and address"), self._header),
            "receiptFooter": Field(_("Lines at the end of a receipt"), self._footer),
            "receiptSave": Field("", self._save),
        }

    def _offer_language(self, name: str) -> None:
        self._language.addItem(str(Locale.parse(name).get_display_name(name)), name)

    def _build(self) -> None:
        frame, inside = card("receiptDesignCard")
        inside.setSpacing(SPACE_M)
        inside.addWidget(self._fields["receiptLogo"])
        inside.addLayout(row(self._remove, None))
        inside.addWidget(self._fields["receiptHeader"])
        inside.addWidget(self._fields["receiptFooter"])
        inside.addWidget(Field(_("Language of receipts"), self._language))
        inside.addWidget(Field(_("Paper of PDFs"), self._page))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)
        layout.addStretch(1)
        frame.setMaximumWidth(FORM_WIDTH)

    def _connect(self) -> None:
        self._choose.clicked.connect(self.logo_asked)
        self._remove.clicked.connect(self._go_without)
        self._save.clicked.connect(self.save_asked)
        for edit in (self._header, self._footer):
            edit.textChanged.connect(self._tell)
        for box in (self._language, self._page):
            box.activated.connect(self._tell)

    @Slot()
    def _tell(self) -> None:
        self._check()
        self.edited.emit()

    @Slot()
    def _go_without(self) -> None:
        self._show_logo("")
        self._tell()

    def _show_logo(self, text: str) -> None:
        self._logo = text
        logo = logo_from(text) if text else None
        size = _("{width} by {height} dots")
        self._size.setText(
            size.format(width=logo.width, height=logo.height) if logo else _("None yet")
        )
        self._remove.setEnabled(bool(text))

    def _check(self) -> None:
        for field in self._fields.values():
            field.refuse("")
        for name, edit in (("receiptHeader", self._header), ("receiptFooter", self._footer)):
            self._fields[name].refuse(_refusal(_lines(edit)))


def page_words(page: str) -> str:
    """Return what a paper of PDFs is called."""
    return _("Roll of 80 mm") if page == "roll80" else page


def _lines_edit(name: str) -> QPlainTextEdit:
    edit = named(QPlainTextEdit(tabChangesFocus=True), name)
    edit.setFixedHeight(2 * ROW_HEIGHT + SPACE_L)
    return edit


def _lines(edit: QPlainTextEdit) -> tuple[str, ...]:
    lines = (clean(line).strip() for line in edit.toPlainText().split("\n"))
    return tuple(filter(None, lines))


def _refusal(lines: tuple[str, ...]) -> str:
    if len(lines) > MOST_LINES:
        return _("There is room for {count} lines.").format(count=MOST_LINES)
    if any(len(line) > LONGEST_LINE for line in lines):
        return _("A line can be {count} letters at most.").format(count=LONGEST_LINE)
    return ""

"""The intake notice 知识入库通知单: the twelve fields of the regulation's form, in its order (R52, R53).

The form is Chinese in every language: its labels are the regulation's words, not messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

FORM_TITLE = "知识入库通知单"
# A form that is filled in before it is submitted, or again afterwards: only a submission has a number.
UNNUMBERED = "未编号（提交时编定）"
TICKED, UNTICKED = "☑", "□"
# More titles than this stand on an annex page.
TITLES_ON_FORM = 8
ANNEX_TITLE = "附页"


class Urgency(Enum):
    """缓急程度."""

    NORMAL = "normal"
    EXPEDITED = "expedited"
    URGENT = "urgent"

    @property
    def label(self) -> str:
        """The word on the form."""
        return _URGENCY_WORDS[self]


_URGENCY_WORDS = {Urgency.NORMAL: "普通", Urgency.EXPEDITED: "加急", Urgency.URGENT: "特急"}
# The form in which material is submitted, by the carrier that its type prescribes (R50).
CARRIER_WORDS = {"word": "Word", "excel": "Excel"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One intake notice. What is not known yet is empty or ``None``, and leaves room on the form.

    ``number`` is ``None`` for a draft; ``carriers`` are those of the entries' types; ``timely`` is ``None``
    where it is not decided.
    """

    number: str | None
    day: date
    department: str
    submitter: str
    phone: str
    carriers: tuple[str, ...]
    urgency: Urgency
    titles: tuple[str, ...]
    reviewer: str = ""
    accepted_at: datetime | None = None
    timely: bool | None = None
    opinion: str = ""
    note: str = ""

    @property
    def needs_annex(self) -> bool:
        """Whether the titles are too many for the form."""
        return len(self.titles) > TITLES_ON_FORM

    def fields(self) -> Iterator[tuple[str, str]]:
        """The twelve fields with their texts, in the form's order."""
        yield "日期", chinese_day(self.day)
        yield "资料提交部门", self.department
        yield "提交责任人", self.submitter
        yield "联系电话", self.phone
        yield "提交资料形式", "、".join(CARRIER_WORDS.get(carrier, carrier) for carrier in self.carriers)
        yield "缓急程度", boxes((urgency.label, urgency is self.urgency) for urgency in Urgency)
        yield "资料内容标题", self.titles_text()
        yield "审核入库人", self.reviewer
        yield "入库时间", chinese_time(self.accepted_at) if self.accepted_at else ""
        yield "资料提交是否及时", boxes((("及时", self.timely is True), ("不及时", self.timely is False)))
        yield "审核意见", self.opinion
        yield "备注", self.note

    def titles_text(self) -> str:
        """The titles as they stand on the form: one a line, or a word that they are on the annex page."""
        if self.needs_annex:
            return f"共{len(self.titles)}项，见{ANNEX_TITLE}。"
        return "\n".join(self.numbered_titles())

    def numbered_titles(self) -> tuple[str, ...]:
        """The titles with their numbers; a single one bears none."""
        if len(self.titles) == 1:
            return self.titles
        return tuple(f"{number}. {title}" for number, title in enumerate(self.titles, 1))


def boxes(choices: Iterator[tuple[str, bool]] | tuple[tuple[str, bool], ...]) -> str:
    """Boxes to tick, ticked where chosen."""
    return "  ".join((TICKED if chosen else UNTICKED) + word for word, chosen in choices)


def chinese_day(day: date) -> str:
    """A day as the bank's forms write it: 2026年11月21日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_time(time: datetime) -> str:
    """A time as the bank's forms write it: 2026年11月21日 09:05."""
    return f"{chinese_day(time.date())} {time:%H:%M}"

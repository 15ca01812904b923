"""The lay-out of the intake notice that Word and Excel share: what stands on the form, and what goes to its annex."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kbctl.documents.text import count_lines, plain
from kbctl.model.notice import ANNEX_TITLE, FORM_TITLE, UNNUMBERED, Notice, chinese_day

TITLE = FORM_TITLE
ANNEX_HEADING = f"{FORM_TITLE}（{ANNEX_TITLE}）"
SEE_ANNEX = f"见{ANNEX_TITLE}。"
DEPARTMENT_SEAL = "提交部门（盖章）：\n\n提交责任人（签字）：\n\n　　　　　　　年　　月　　日"
REVIEWER_SEAL = "审核部门（盖章）：\n\n审核入库人（签字）：\n\n　　　　　　　年　　月　　日"
# Half-width characters that a line of the form holds: beside another field, and across the page.
_HALF, _WHOLE = 18, 58
_TITLE_LINES = 9
# The fields by row with the lines that each may take before it goes to the annex, and its height in lines.
_ROWS = (
    (("资料提交部门", 2, 2), ("提交责任人", 2, 2)),
    (("联系电话", 2, 2), ("提交资料形式", 2, 2)),
    (("缓急程度", 2, 2),),
    (("资料内容标题", _TITLE_LINES, 8),),
    (("审核入库人", 2, 2), ("入库时间", 2, 2)),
    (("资料提交是否及时", 2, 2),),
    (("审核意见", 5, 5),),
    (("备注", 3, 3),),
)


@dataclass(frozen=True, slots=True)
class FormField:
    """A labelled field; ``lines`` is the least height."""

    label: str
    text: str
    lines: int


@dataclass(frozen=True, slots=True)
class Form:
    """What stands where: ``rows`` of one or two fields; ``titles`` and ``overflow`` fill the annex page, if any."""

    day: str
    number: str
    rows: tuple[tuple[FormField, ...], ...]
    titles: tuple[str, ...]
    overflow: tuple[tuple[str, str], ...]

    @property
    def has_annex(self) -> bool:
        """Whether there is a second page."""
        return bool(self.titles or self.overflow)


def arrange(notice: Notice) -> Form:
    """Place the fields of *notice* on one A4 page; what does not fit goes to the annex (R52)."""
    texts = {label: plain(text) for label, text in notice.fields()}
    crowded = notice.needs_annex or count_lines(texts["资料内容标题"], _WHOLE) > _TITLE_LINES
    if crowded:
        texts["资料内容标题"] = f"共{len(notice.titles)}项，{SEE_ANNEX}"
    overflow: dict[str, str] = {}
    rows = tuple(tuple(_fields(row, texts, overflow)) for row in _ROWS)
    number = f"编号：{notice.number or UNNUMBERED}"
    titles = tuple(plain(title) for title in notice.titles) if crowded else ()
    return Form(f"日期：{chinese_day(notice.day)}", number, rows, titles, tuple(overflow.items()))


def _fields(
    row: tuple[tuple[str, int, int], ...], texts: dict[str, str], overflow: dict[str, str]
) -> Iterator[FormField]:
    for label, most, least in row:
        field = FormField(label, texts[label], least)
        if count_lines(field.text, _HALF if len(row) > 1 else _WHOLE) > most:
            overflow[label] = field.text
            field = replace(field, text=SEE_ANNEX)
        yield field

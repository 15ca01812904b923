"""The form of the intake notice as Markdown, for people: the twelve fields, and what the form has no room for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kbctl.model.notice import FORM_TITLE, chinese_time
from kbctl.model.submission import REVIEWER, SUBMITTER, Submission, Verdict

CHANGE_WORDS = {
    "new": "新上线",
    "changed": "变更",
    "withdrawn": "撤下",
    "validity": "有效期",
    "rows": "营业信息",
    "transferred": "移交",
    "removed": "删除",
}
_VERDICT_WORDS = {
    Verdict.ACCEPTED: "同意入库",
    Verdict.RETURNED: "退回",
    Verdict.RECALLED: "提交部门撤回",
    Verdict.TAKEN_OVER: "接替提交",
}
_MARKS = re.compile(r"[\\|<>`*_\[\]#]")


def notice_form(submission: Submission) -> str:
    """The form, and below it what the form has no room for: the items, and every decision."""
    notice = submission.notice()
    parts = [
        f"# {FORM_TITLE}\n",
        _table(("项目", "内容"), [("编号", submission.number), *notice.fields()]),
        "## 提交内容\n",
        _table(("类别", "标题", "文件"), [(CHANGE_WORDS[c.change], c.title, c.path) for c in submission.changes]),
    ]
    if submission.summary:
        parts.append(f"## 变更说明\n\n{_cell(submission.summary)}\n")
    if submission.decisions:
        parts.extend(("## 审核记录\n", _table(("时间", "审核人", "结论", "意见"), _history(submission))))
    return "\n" + "\n".join(parts)


def _history(submission: Submission) -> Iterator[Sequence[str]]:
    for decision in submission.decisions:
        who = decision.name if decision.role in (REVIEWER, SUBMITTER) else f"{decision.name}（{decision.role}）"
        verdict = f"{_VERDICT_WORDS[decision.verdict]}（第{decision.revision}次提交）"
        yield chinese_time(decision.at), who, verdict, decision.opinion


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(map(_cell, line)) + " |\n" for line in lines)


def _cell(text: str) -> str:
    """Text that stays in its cell and is nothing but text."""
    return _MARKS.sub(r"\\\g<0>", text).replace("\n", "<br>")

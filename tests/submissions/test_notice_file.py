from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbctl.model.notice import Urgency
from kbctl.model.submission import (
    REVIEWER,
    Change,
    Content,
    Decision,
    Kind,
    Submission,
    SubmissionState,
    Verdict,
    number_of_notice,
)
from kbctl.submissions.drafting import printable
from kbctl.submissions.notice_file import NoticeError, parse_notice, read_notice, write_notice

CHINA = ZoneInfo("Asia/Shanghai")
NUMBER = "20261120-retail-banking-1"
GOLDEN = Path(__file__).parent / "notice.md"
DECISION = Decision(
    verdict=Verdict.ACCEPTED,
    by="zhao-min",
    name="赵敏",
    role=REVIEWER,
    at=datetime(2026, 11, 20, 16, 5, tzinfo=CHINA),
    opinion="同意入库。",
    revision=2,
    digest="sha256:aa",
)
SUBMISSION = Submission(
    number=NUMBER,
    kind=Kind.ENTRIES,
    urgency=Urgency.EXPEDITED,
    day=date(2026, 11, 20),
    revision=2,
    submitted_at=datetime(2026, 11, 20, 9, 30, tzinfo=CHINA),
    department="retail-banking",
    department_name="零售银行部",
    submitter="zhang-wei",
    submitter_name="张伟",
    phone="0379-01001001",
    carriers=("word", "excel"),
    effective=date(2026, 12, 1),
    timely=True,
    summary="补卡工本费由10元调整为15元",
    note="",
    changes=(
        Change("card-loss", "changed", "银行卡丢失怎么办", "faq", "kb/entries/retail-banking/card-loss.md"),
        Change("outlets", "rows", "营业网点", "outlets", "kb/entries/retail-banking/outlets/table.csv"),
    ),
    content=Content(
        ("kb/entries/retail-banking/card-loss.md",), {"kb/entries/retail-banking/outlets/table.csv": ("A", "B")}
    ),
    digest="sha256:aa",
    decisions=(
        replace(DECISION, verdict=Verdict.RETURNED, opinion="请注明\n生效日期", revision=1, digest="sha256:bb"),
        DECISION,
    ),
)


def test_a_notice_has_always_the_same_bytes() -> None:
    """A change of these bytes makes every published notice look edited: raise FORMAT with it."""
    assert write_notice(SUBMISSION).decode() == GOLDEN.read_text(encoding="utf-8")


def test_what_is_written_is_read() -> None:
    assert read_notice(write_notice(SUBMISSION), NUMBER) == SUBMISSION


def test_an_acceptance_that_leaves_others_to_accept_does_not_close_the_form() -> None:
    """A notice without ``leaves`` was written before it was recorded, and has the same bytes as ever."""
    first = replace(DECISION, leaves=("compliance",))
    open_ = replace(SUBMISSION, decisions=(first,))
    assert (open_.notice().reviewer, open_.notice().accepted_at) == ("", None)
    assert read_notice(write_notice(open_), NUMBER) == open_
    second = replace(DECISION, role="compliance", by="xie-fang", name="谢芳", at=datetime(2026, 11, 23, tzinfo=CHINA))
    done = open_.decided(second)
    assert (done.notice().reviewer, done.notice().accepted_at) == ("赵敏", second.at)
    assert read_notice(write_notice(done), NUMBER) == done


TEXT = st.text(max_size=60)


@given(TEXT, TEXT, TEXT, TEXT, st.sampled_from([True, False, None]))
def test_any_text_comes_back(summary: str, note: str, title: str, opinion: str, timely: bool | None) -> None:
    change = replace(SUBMISSION.changes[0], title=printable(title, ""))
    decision = replace(DECISION, opinion=printable(opinion, ""))
    submission = replace(
        SUBMISSION,
        summary=printable(summary, ""),
        note=printable(note, ""),
        timely=timely,
        changes=(change,),
        decisions=(decision,),
    )
    assert read_notice(write_notice(submission), NUMBER) == submission


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("urgency: expedited", "urgency: urgent"),
        ("□普通  ☑加急", "☑普通  □加急"),
        ("同意入库。", "不同意。"),
        ("| 赵敏 |", "| 钱磊 |"),
        ('revision: "2"', "revision: 2"),
        ("timely: in-time", "timely: maybe"),
        ("kind: entries", "kind: entries\nkind: rows"),
        ("---\n", "--\n"),
        ("number: 2026", "number: 2027"),
        ("2026-11-20T09:30+08:00", "2026-11-20T09:30"),
    ],
)
def test_an_edit_by_hand_shows(old: str, new: str) -> None:
    data = write_notice(SUBMISSION).replace(old.encode(), new.encode(), 1)
    assert data != write_notice(SUBMISSION)
    with pytest.raises(NoticeError):
        read_notice(data, NUMBER)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"---\n---\n", b"---\na: *b\n---\n", b"---\n" + b"[" * 9999])
def test_what_is_no_notice_is_refused(data: bytes) -> None:
    with pytest.raises(NoticeError):
        parse_notice(data)


def test_a_notice_of_another_number_is_refused() -> None:
    with pytest.raises(NoticeError):
        read_notice(write_notice(SUBMISSION), "20261120-retail-banking-2")


def test_a_decision_holds_for_its_revision_and_content_only() -> None:
    assert SUBMISSION.state((REVIEWER,), published=False) is SubmissionState.ACCEPTED
    assert replace(SUBMISSION, digest="sha256:cc").state((REVIEWER,), False) is SubmissionState.IN_REVIEW
    assert replace(SUBMISSION, revision=3).state((REVIEWER,), False) is SubmissionState.IN_REVIEW
    assert SUBMISSION.state((REVIEWER, "compliance"), False) is SubmissionState.IN_REVIEW
    assert SUBMISSION.missing_roles((REVIEWER, "compliance")) == ("compliance",)
    returned = replace(SUBMISSION, decisions=(replace(DECISION, verdict=Verdict.RETURNED),))
    assert returned.state((REVIEWER,), False) is SubmissionState.RETURNED
    assert returned.notice().opinion == "退回：同意入库。"
    assert returned.notice().accepted_at is None


def test_the_form_is_closed_out_once_it_is_accepted() -> None:
    notice = SUBMISSION.notice()
    fields = dict(notice.fields())
    assert (fields["审核入库人"], fields["入库时间"], fields["审核意见"]) == (
        "赵敏",
        "2026年11月20日 16:05",
        "同意入库。",
    )
    open_ = replace(SUBMISSION, decisions=()).notice()
    assert (open_.reviewer, open_.accepted_at, open_.opinion) == ("", None, "")


@pytest.mark.parametrize(
    "path",
    [
        "kb/submissions/2026/x.md",
        "kb/submissions/2027/20261120-retail-banking-1.md",
        "kb/submissions/2026/20261120-retail-banking-0.md",
        "kb/submissions/2026/20261120-retail-banking-1.md\n",
        "kb/submissions/20261120-retail-banking-1.md",
    ],
)
def test_what_is_no_place_of_a_notice(path: str) -> None:
    assert number_of_notice(path) is None
    assert number_of_notice(SUBMISSION.path) == NUMBER

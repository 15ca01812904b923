from __future__ import annotations

from datetime import date

import pytest

from kbctl.reports.expiry import ExpiryReport, expiry_report
from kbctl.reports.selection import Selection
from tests.reports.bank import TODAY, entry, load

RETAIL = "kb/entries/retail-banking"


def report(
    changes: dict[str, str | None] | None = None,
    today: date = TODAY,
    selection: Selection | None = None,
    within: int | None = None,
) -> ExpiryReport:
    return expiry_report(*load(changes), today, selection, within)


def reasons(found: ExpiryReport) -> dict[str, tuple[str, ...]]:
    return {item.entry.id: item.reasons for item in found.items}


def test_every_reason() -> None:
    found = reasons(report())
    month, fortnight, week = ("within_30",), ("within_15", "within_30"), ("within_7", "within_15", "within_30")
    assert found == {
        "expired": ("expired",),
        "today": week,
        "week": week,
        "fortnight": fortnight,
        "month": month,
        "leaves-later": month,
        "gap": (*fortnight, "successor_waiting"),
        "seamless": ("successor_waiting",),
        "review": ("review_overdue",),
        "left": ("contact_left",),
        "leaves": ("contact_leaves",),
        **{f"hostile-{name}": fortnight for name in ("formula", "script", "markup", "lines", "escape")},
    }


def test_summary_is_cumulative_and_leaves_out_what_is_expired_or_withdrawn() -> None:
    assert report().summary == {
        "expired": 1,
        "within_7": 2,
        "within_15": 9,
        "within_30": 11,
        "review_overdue": 1,
        "successor_waiting": 2,
        "contact_left": 1,
        "contact_leaves": 1,
        "stale_rows": 2,
    }


def test_what_lapsed_longest_ago_comes_first() -> None:
    (retail, branch) = report().groups
    assert [item.entry.id for item in retail.items][:4] == ["expired", "today", "week", "gap"]
    assert [item.entry.id for item in retail.items][-1] == "seamless"
    assert branch.owner == "dongcheng-business"
    assert [row.row.key for row in branch.rows] == ["DC-J02", "DC02"]


def test_commands_that_mend() -> None:
    found = {item.entry.id: item.mend for item in report().items}
    assert found["expired"] == (
        "kbctl extend expired --until DATE --reason TEXT",
        "kbctl withdraw expired --reason TEXT",
        "kbctl change expired --from 2026-11-21",
    )
    assert found["gap"] == ("kbctl extend gap --until 2026-12-14 --reason TEXT",)
    assert found["seamless"] == ()
    assert found["review"] == ("kbctl extend review --review-by DATE --reason TEXT",)
    assert found["left"] == ("kbctl contacts replace feng-li CONTACT --department retail-banking",)


def test_who_is_to_be_called_holds_the_post_today() -> None:
    found = {item.entry.id: item.call for item in report().items}
    assert found["left"] is not None and found["left"].id == "zhang-wei"
    assert found["leaves"] is not None and found["leaves"].id == "wu-bin"


def test_nobody_to_call() -> None:
    path = "kb/entries/empty-department/lonely.md"
    found = report({path: entry("lonely", "empty-department", contact="[gone]", valid_until="2026-10-31")})
    (lonely,) = [item for item in found.items if item.entry.id == "lonely"]
    assert lonely.call is None
    assert lonely.reasons == ("expired", "contact_left")


def test_an_unknown_owner_comes_last() -> None:
    path = "kb/entries/nowhere/orphan.md"
    found = report({path: entry("orphan", "nowhere", valid_until="2026-10-31")})
    assert found.groups[-1].owner == "nowhere"
    assert found.groups[-1].department is None


@pytest.mark.parametrize("day", [date(2026, 12, 1), date(2026, 12, 15)])
def test_a_successor_that_has_begun_governs(day: date) -> None:
    found = reasons(report(today=day))
    assert "successor_waiting" not in found.get("seamless", ())
    assert "expired" not in found.get("seamless", ())


def test_between_two_versions_nothing_answers() -> None:
    (gap,) = [item for item in report(today=date(2026, 12, 5)).items if item.entry.id == "gap"]
    assert gap.reasons == ("expired", "successor_waiting")
    assert gap.mend == ("kbctl extend gap --until 2026-12-14 --reason TEXT",)


def test_a_planned_withdrawal_is_no_surprise_until_it_is_past() -> None:
    assert "closing" not in reasons(report())
    assert "closing" not in reasons(report(today=date(2026, 12, 24)))


def test_a_contact_who_leaves_before_a_successor_takes_over_only_counts_until_then() -> None:
    changes: dict[str, str | None] = {
        f"{RETAIL}/seamless.md": entry("seamless", contact="[wu-bin]", valid_until="2026-12-31")
    }
    assert reasons(report(changes))["seamless"] == ("successor_waiting",)


def test_warning_days_come_from_the_settings() -> None:
    settings = "[knowledge-base]\nname = '测试银行'\nwarning_days = [90, 10]\n"
    found = report({"kb/kb.toml": settings})
    assert found.summary["within_10"] == 8
    assert found.summary["within_90"] == 13
    assert "within_30" not in found.summary


def test_within_lists_more_or_less_and_counts_stay_true() -> None:
    wide, narrow = report(within=31), report(within=7)
    assert "later" in reasons(wide)
    assert wide.summary["within_31"] == 12
    assert "fortnight" not in reasons(narrow)
    assert "expired" in reasons(narrow)
    assert narrow.summary["within_30"] == 11
    assert narrow.lapsing == 2


def test_selection() -> None:
    assert set(reasons(report(selection=Selection(types=frozenset({"outlets"}))))) == set()
    only = report(selection=Selection(branch="dongcheng-branch"))
    assert {group.owner for group in only.groups} == {"dongcheng-business"}
    head = report(selection=Selection(branch="head-office"))
    assert {group.owner for group in head.groups} == {"retail-banking"}
    retail = report(selection=Selection(owners=frozenset({"retail-banking"})))
    assert retail.summary["stale_rows"] == 0


def test_broken_and_undated_rows_are_told() -> None:
    found = report()
    assert [(finding.code, finding.path, finding.line) for finding in found.findings] == [
        ("KB602", "kb/entries/dongcheng-business/outlets/table.csv", 4),
        ("KB605", "kb/entries/dongcheng-business/outlets/table.csv", 5),
    ]


def test_the_load_counts_everything_that_falls_due() -> None:
    load_ = report().load
    assert load_.months[0] == date(2026, 11, 1)
    assert load_.months[-1] == date(2027, 10, 1)
    retail = load_.by_owner["retail-banking"]
    # expired and review; today, reviewed, week and the five hostile ones; fortnight, month, later, upcoming, leaves-later
    assert retail[:3] == (2, 8, 5)
    assert len(retail) == 13


def test_an_empty_knowledge_base() -> None:
    changes = {path: None for path in load()[2].files() if path.startswith("kb/entries/")}
    found = report(changes)
    assert found.groups == ()
    assert set(found.summary.values()) == {0}


def test_an_id_that_is_more_than_an_id_is_not_put_into_a_command() -> None:
    found = report({f"{RETAIL}/odd.md": entry('"x; rm -rf ~"', valid_until="2026-10-31")})
    (odd,) = [item for item in found.items if item.entry.id.startswith("x;")]
    assert odd.mend == ()

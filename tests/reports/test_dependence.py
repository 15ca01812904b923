from __future__ import annotations

from kbctl.reports.dependence import Dependence, dependence, handover
from kbctl.reports.tables import table_report
from tests.reports.bank import TODAY, entry, load

RETAIL = "kb/entries/retail-banking"
NOTICE = entry("notice", type="announcement", contact="[zhang-wei]", emergency_contacts="[wu-bin, zhang-wei]")
TESTED = entry("tested", tested="{by: wu-bin, on: 2025-12-01, covers: 全流程}")
EXTRA: dict[str, str | None] = {f"{RETAIL}/notice.md": NOTICE, f"{RETAIL}/tested.md": TESTED}


def of(id_: str) -> Dependence:
    corpus, rulebook, world = load(EXTRA)
    tables = table_report(corpus, rulebook, world, TODAY).tables
    return dependence(id_, corpus, rulebook, tables, TODAY)


def test_everything_that_names_a_person() -> None:
    found = of("wu-bin")
    assert [(one.entry.id, one.key) for one in found.answers] == [
        ("leaves-later", "contact"),
        ("leaves", "contact"),
        ("notice", "emergency_contacts"),
    ]
    assert [one.entry.id for one in found.tested] == ["tested"]
    assert found.roles == ("administrators",)
    assert found.alone == ("leaves-later",)


def test_rows_that_mention_a_person() -> None:
    (mention,) = of("zhang-wei").mentions
    assert (mention.table.entry.id, mention.row.key) == ("emergency", "DC-J02")


def test_somebody_whom_only_entries_know() -> None:
    corpus, rulebook, _ = load({f"{RETAIL}/ghost.md": entry("ghost", contact="[ghost-id]")})
    found = dependence("ghost-id", corpus, rulebook, (), TODAY)
    assert found.contact is None
    assert [one.entry.id for one in found.answers] == ["ghost"]


def test_handing_over_names_nobody_twice_and_leaves_records() -> None:
    corpus, rulebook, _ = load(EXTRA)
    planned = {(one.entry.id, one.key): one.value for one in handover("wu-bin", "zhang-wei", corpus, rulebook, TODAY)}
    assert planned == {
        ("leaves", "contact"): ["zhang-wei"],
        ("leaves-later", "contact"): ["zhang-wei"],
        ("notice", "emergency_contacts"): ["zhang-wei"],
    }


def test_what_is_past_stays_and_what_waits_goes_along() -> None:
    corpus, rulebook, _ = load()
    paths = [one.entry.path for one in handover("zhang-wei", "wu-bin", corpus, rulebook, TODAY)]
    assert f"{RETAIL}/withdrawn.md" not in paths
    assert f"{RETAIL}/superseded.md" not in paths
    assert f"{RETAIL}/superseded@2026-11-01.md" in paths
    assert f"{RETAIL}/seamless@2026-12-01.md" in paths
    assert f"{RETAIL}/expired.md" in paths


def test_only_one_departments_entries() -> None:
    corpus, rulebook, _ = load()
    assert handover("zhang-wei", "wu-bin", corpus, rulebook, TODAY, "dongcheng-business") == []

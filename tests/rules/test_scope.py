"""For which institutions an entry answers (KB110, KB111)."""

from __future__ import annotations

import pytest

from tests.helpers import QUESTION, base_files, check, codes, overlay, place_of, places

BRANCH = "kb/entries/dongcheng-business/night-market.md"
SUBORDINATE = (
    "==> kb/organization/institutions.yaml <==\ninstitutions:\n  - {id: head-office, name: 总行}\n"
    "  - {id: dongcheng-branch, name: 东城分行, parent: head-office}\n"
    "  - {id: dongcheng-gucheng, name: 古城支行, parent: dongcheng-branch}\n"
)


def test_unknown_institutions_have_their_place() -> None:
    files = overlay("scope:\n  - head-office\n  - nancheng")
    assert places(check(files), "KB110") == [place_of(files, QUESTION, "nancheng")]


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("[dongcheng-branch]", True),
        ("[head-office]", False),
        ("[dongcheng-gucheng]", False),
        ("[dongcheng-branch, dongcheng-gucheng]", False),
        ("[dongcheng-branch, head-office]", False),
    ],
)
def test_a_branch_writes_for_itself_alone(scope: str, allowed: bool) -> None:
    files = overlay(
        f"{SUBORDINATE}==> {BRANCH} <==\ncontact: [yuan-mei]\nscope: {scope}\ntopic: night-market\nfacts: []\n"
    )
    found = places(check(files), "KB111")
    assert found == ([] if allowed else [place_of(files, BRANCH, scope)])


def test_a_department_of_a_subordinate_unit_writes_for_its_branch() -> None:
    department = (
        "==> kb/organization/gucheng.yaml <==\nid: gucheng\nname: 古城支行\ninstitution: dongcheng-gucheng\nrole: branch\n"
        "contacts: [{id: he-ping, name: 何平, phone: 0379-01001030}]\n"
    )
    entry = "==> kb/entries/gucheng/night-market.md <==\ncontact: [he-ping]\nscope: [dongcheng-branch]\nfacts: []\n"
    assert codes(check(overlay(SUBORDINATE + department + entry))) == []


def test_the_head_office_may_write_for_a_branch() -> None:
    assert codes(check(overlay("scope: [dongcheng-branch]"))) == []


def test_without_institutions_only_their_absence_is_reported() -> None:
    files = dict(base_files())
    del files["kb/organization/institutions.yaml"]
    assert codes(check(files)) == ["KB913"]

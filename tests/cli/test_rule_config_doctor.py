"""``kbctl rule``, ``config show`` and ``doctor``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kbctl.rules.registry import RULES
from tests.conftest import Outcome, git

Run = Callable[..., Outcome]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_explained_with_examples(code: str, kbctl: Run) -> None:
    outcome = kbctl("rule", code.lower())
    assert outcome.status == 0
    assert RULES[code].name in outcome.out
    assert "Bad:" in outcome.out
    assert "Good:" in outcome.out


def test_rules_are_listed_and_found_by_name(kbctl: Run) -> None:
    assert len(kbctl("rule").out.strip().split("\n")) == len(RULES)
    assert "KB201" in kbctl("rule", "section-missing").out
    outcome = kbctl("rule", "section-mising")
    assert outcome.status == 2
    assert "section-missing" in outcome.err
    assert len(json.loads(kbctl("rule", "--json").out)["rules"]) == len(RULES)


def test_config_show_says_where_things_come_from(sample: Path, kbctl: Run) -> None:
    shown = json.loads(kbctl("config", "show", "--json").out)
    assert shown["settings"]["warning_days"] == [30, 15, 7]
    assert shown["base"].startswith("main (")
    assert shown["schemas"] == "schemas/"


def test_doctor_is_content_with_the_sample(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("doctor", "--json")
    assert outcome.status == 0
    assert {check["status"] for check in json.loads(outcome.out)["checks"]} <= {"ok", "warning"}


def test_doctor_names_what_must_be_mended(sample: Path, kbctl: Run) -> None:
    (sample / "kb/organization/operations.yaml").write_text("id: operations\nname: [1]\n", encoding="utf-8")
    outcome = kbctl("doctor")
    assert outcome.status == 2
    assert "kb/organization/operations.yaml" in outcome.out


def test_doctor_warns_of_a_tracked_index(sample: Path, kbctl: Run) -> None:
    kbctl("index")
    git(sample, "add", "-f", ".kbctl")
    outcome = kbctl("doctor")
    assert outcome.status == 2
    assert ".kbctl" in outcome.out


def test_doctor_outside_a_knowledge_base(tmp_path: Path, kbctl: Run) -> None:
    outcome = kbctl("--root", str(tmp_path), "doctor")
    assert outcome.status == 2
    assert "kbctl init" in outcome.out

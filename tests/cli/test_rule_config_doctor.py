"""``kbctl rule``, ``config show`` and ``doctor``."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kbctl.rules.registry import RULES
from kbctl.submissions.problems import PROBLEMS
from tests.conftest import Outcome, git

Run = Callable[..., Outcome]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_explained_with_examples(code: str, kbctl: Run) -> None:
    outcome = kbctl("rule", code.lower())
    assert outcome.status == 0
    assert RULES[code].name in outcome.out
    assert "Bad:" in outcome.out
    assert "Good:" in outcome.out


@pytest.mark.parametrize("code", PROBLEMS)
def test_what_is_wrong_with_a_submission_is_explained(code: str, kbctl: Run) -> None:
    outcome = kbctl("rule", code)
    assert outcome.status == 0
    assert PROBLEMS[code].name in outcome.out
    # Why, and how to mend it; it cannot be waved through. By which requirement is for machines.
    assert re.search(r"\(R[0-9]+", json.loads(kbctl("rule", code, "--json").out)["rules"][0]["why"])
    assert "What to do:" in outcome.out
    assert "kbctl: allow" not in outcome.out


def test_codes_of_rules_and_submissions_do_not_meet() -> None:
    assert not set(RULES) & set(PROBLEMS)
    assert not {rule.name for rule in RULES.values()} & {rule.name for rule in PROBLEMS.values()}


def test_rules_have_a_title_in_the_language_asked_for(kbctl_process: Run) -> None:
    listed = kbctl_process("--lang", "zh_CN", "rule").out.strip().split("\n")
    titles = [line.split("  ", 2)[2] for line in listed]
    assert all(re.search("[\u4e00-\u9fff]", title) for title in titles)
    assert "KB201  错误  缺少章节“…”" in listed
    assert not any("{" in title for title in titles)


def test_rules_are_listed_and_found_by_name(kbctl: Run) -> None:
    count = len(RULES) + len(PROBLEMS)
    assert len(kbctl("rule").out.strip().split("\n")) == count
    assert "KB951" in kbctl("rule", "change-without-submission").out
    assert "KB201" in kbctl("rule", "section-missing").out
    outcome = kbctl("rule", "section-mising")
    assert outcome.status == 2
    assert "section-missing" in outcome.err
    assert len(json.loads(kbctl("rule", "--json").out)["rules"]) == count


def test_config_show_says_where_things_come_from(sample: Path, kbctl: Run) -> None:
    shown = json.loads(kbctl("config", "show", "--json").out)
    assert shown["settings"]["warning_days"] == [30, 15, 7]
    assert shown["base"].startswith("main (")
    assert shown["schemas"] == "schemas/"


def test_config_show_says_what_each_key_means(sample: Path, kbctl: Run) -> None:
    lines = kbctl("config", "show").out.split("\n")
    assert not any(line.endswith(" ") for line in lines)
    keys = {line.split(" ")[0] for line in lines if line}
    shown = json.loads(kbctl("config", "show", "--json").out)
    assert keys == {*shown, *shown["settings"]} - {"schema_version", "settings"}
    line = next(line for line in lines if line.startswith("warning_days"))
    assert "before its end" in line and "30, 15, 7 (default)" in line
    assert "urgent: 2" in next(line for line in lines if line.startswith("review_hours"))


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


def checks(outcome: Outcome) -> dict[str, dict[str, str]]:
    return {check["subject"]: check for check in json.loads(outcome.out)["checks"]}


def test_doctor_looks_at_who_git_takes_the_user_for(sample: Path, kbctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks(kbctl("doctor", "--json"))["git identity"]["status"] == "ok"
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "zhang@elsewhere.example")
    found = checks(kbctl("doctor", "--json"))["git identity"]
    assert found["status"] == "warning"
    assert "zhang@elsewhere.example" in found["text"]
    assert "zhang.wei@example.com in kb/organization/retail-banking.yaml" in found["hint"]
    monkeypatch.delenv("GIT_AUTHOR_EMAIL")
    found = checks(kbctl("doctor", "--json"))["git identity"]
    assert "git config --global user.email" in found["hint"]


def test_doctor_tries_the_remote(sample: Path, kbctl: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "remote repository" not in checks(kbctl("doctor", "--json"))
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(sample), str(clone))
    monkeypatch.chdir(clone)
    assert checks(kbctl("doctor", "--json"))["remote repository"]["status"] == "ok"
    git(clone, "remote", "set-url", "origin", str(tmp_path / "gone"))
    found = checks(kbctl("doctor", "--json"))["remote repository"]
    assert found["status"] == "warning"
    assert "gone" in found["text"]
    assert found["hint"]
    assert "remote repository" not in checks(kbctl("doctor", "--json", "--offline"))


def test_doctor_does_not_wait_for_a_remote_that_is_silent(
    sample: Path, kbctl: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(sample), str(clone))
    monkeypatch.chdir(clone)
    monkeypatch.setattr("kbctl.cli.commands.doctor._PATIENCE", 0.5)
    monkeypatch.setenv("GIT_SSH_COMMAND", "sleep 20 #")
    git(clone, "remote", "set-url", "origin", "ssh://bank.invalid/kb")
    begun = time.monotonic()
    found = checks(kbctl("doctor", "--json"))["remote repository"]
    assert found["status"] == "warning"
    assert time.monotonic() - begun < 15


def test_a_rule_is_explained_without_numbers_of_requirements(kbctl: Run) -> None:
    for language in ("en", "zh_CN"):
        assert not re.search(r"[(（]R\d", kbctl("--lang", language, "rule", "KB203").out)

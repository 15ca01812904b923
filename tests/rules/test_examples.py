"""The examples that ``kbctl rule`` shows, run as tests.

``kbctl/rules/examples/<CODE>/bad.txt`` must yield its code, ``good.txt`` must not; how an excerpt is laid over the small
knowledge base of ``tests/rules/base`` says ``tests/helpers.py`` (and, for authors, the README beside the examples).
Codes in ``DESCRIBED`` are about what no text can show; ``test_files.py`` proves them with real files.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from kbctl.model.finding import Severity
from kbctl.output.messages import MESSAGES, WORDS, hint, message
from kbctl.rules.registry import RULES
from kbctl.rules.run import Report
from tests.helpers import ROOT, base_files, check, codes, overlay
from tests.rules.test_files import DESCRIBED

EXAMPLES = ROOT / "kbctl" / "rules" / "examples"
RUN = [code for code in RULES if code not in DESCRIBED]
FIELD = re.compile(r"\{[a-z_]+\}")


@cache
def report_of(code: str, name: str) -> Report:
    excerpt = (EXAMPLES / code / f"{name}.txt").read_text(encoding="utf-8")
    return check(overlay(excerpt), published=base_files())


def errors(report: Report) -> set[str]:
    return {finding.code for finding in report.findings if finding.severity is Severity.ERROR}


def test_the_small_knowledge_base_is_without_findings() -> None:
    assert check(base_files()).findings == ()


@pytest.mark.parametrize("code", RUN)
def test_the_bad_example_yields_the_code_and_no_other_error(code: str) -> None:
    report = report_of(code, "bad")
    assert code in codes(report)
    assert errors(report) <= {code}


@pytest.mark.parametrize("code", RUN)
def test_the_good_example_is_free_of_errors(code: str) -> None:
    report = report_of(code, "good")
    assert code not in codes(report)
    assert errors(report) == set()


@pytest.mark.parametrize("code", RUN)
def test_every_field_of_the_sentences_is_filled(code: str) -> None:
    found = [finding for finding in report_of(code, "bad").findings if finding.code == code]
    for finding in found:
        for sentence in (message(finding), hint(finding)):
            assert sentence.strip()
            assert not FIELD.search(sentence)


def test_every_rule_has_two_examples_and_nothing_else_lies_among_them() -> None:
    expected = {f"{code}/{name}.txt" for code in RULES for name in ("bad", "good")} | {"README.md"}
    assert {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*") if path.is_file()} == expected


@pytest.mark.parametrize("code", RULES)
def test_an_example_is_short_and_tells_bad_from_good(code: str) -> None:
    bad, good = ((EXAMPLES / code / f"{name}.txt").read_text(encoding="utf-8") for name in ("bad", "good"))
    assert bad != good
    assert max(bad.count("\n"), good.count("\n")) <= 14
    assert bad.endswith("\n") and good.endswith("\n")


def test_rules_and_messages_have_the_same_codes() -> None:
    assert list(RULES) == list(MESSAGES)


def test_codes_and_names_are_unique_and_in_order() -> None:
    assert list(RULES) == sorted(RULES)
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    assert all(code == rule.code and re.fullmatch("KB[0-9]{3}", code) for code, rule in RULES.items())


def test_every_message_is_complete() -> None:
    for code, sentences in MESSAGES.items():
        assert sentences.text and sentences.hint and sentences.why, code
        assert not sentences.text.endswith("."), code
        assert sentences.why.endswith("."), code


def test_words_are_for_params_that_messages_use() -> None:
    used = {
        field.strip("{}") for sentences in MESSAGES.values() for field in FIELD.findall(sentences.text + sentences.hint)
    }
    assert set(WORDS) <= used

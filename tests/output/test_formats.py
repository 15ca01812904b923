"""The formats of a report, over one report of hostile findings: golden files, and what each format's readers demand."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from kbctl.model.finding import Finding, Severity
from kbctl.output.checked import Checked
from kbctl.output.findings import lines
from kbctl.output.formats import WRITERS, Format
from kbctl.submissions.problems import NO_SUBMISSION, problem
from tests.conftest import Outcome, git

DATA = Path(__file__).parent.parent / "data"
GOLDEN = DATA / "formats"
SUFFIXES = {
    Format.JSON: "json",
    Format.GITHUB: "github.txt",
    Format.GITLAB: "gitlab.json",
    Format.SARIF: "sarif",
    Format.JUNIT: "junit.xml",
}

NASTY = (
    '第一行\r\n::error file=a::假的 100% %0A ]]> <b a="1">&amp; \x1b[31m红\x1b[0m \u202e反 {0} [点](http://evil) ,:\t终'
)
PATH = 'kb/entries/零售 "银行"/大额,存单:%41\'.md'
FINDINGS = (
    Finding("KB203", PATH, 12, 3, NASTY, {"heading": NASTY}, Severity.ERROR),
    Finding("KB203", PATH, 40, 3, NASTY, {"heading": NASTY}, Severity.ERROR),
    Finding(
        "KB606", "kb/entries/x/y/table.csv", 2, 1, "A-1", {"verified_on": "2026-01-01", "days": 90}, Severity.WARNING
    ),
    Finding("KB403", "kb/entries/x/z\udcff\x00\n.md", 1, 1, "", {"key": "起点\ufffe"}, Severity.NOTE),
    problem(NO_SUBMISSION, "kb/entries/x/y.md", "kb/entries/x/y.md"),
)
HOSTILE = Checked(FINDINGS, 4, "validate", "知识 库/")
CLEAN = Checked((), 7, "review verify")


def written(format_: Format, checked: Checked = HOSTILE) -> str:
    return WRITERS[format_](checked)


def test_every_format_but_text_has_a_writer() -> None:
    assert set(WRITERS) == set(Format) - {Format.TEXT}


@pytest.mark.parametrize("format_", list(WRITERS))
def test_golden_files(format_: Format) -> None:
    """`WRITE_GOLDEN=1 pytest` writes them anew, to be looked at in the diff."""
    path = GOLDEN / f"hostile.{SUFFIXES[format_]}"
    data = written(format_).encode("utf-8", "replace")
    if "WRITE_GOLDEN" in os.environ:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert data == path.read_bytes()


@pytest.mark.parametrize("format_", list(WRITERS))
def test_no_format_lets_a_terminal_be_rewritten(format_: Format) -> None:
    if format_ is not Format.JSON:
        assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", written(format_))


def unescaped(text: str) -> str:
    for code, char in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_github_reads_one_command_a_line_and_gets_the_text_back() -> None:
    lines = written(Format.GITHUB).split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(FINDINGS)
    for line, finding in zip(lines, FINDINGS, strict=True):
        match = re.fullmatch(r"::(error|warning|notice) (file=[^,:]*),line=(\d+),col=(\d+),title=(KB\d+)::(.*)", line)
        assert match, line
        assert int(match[3]) == finding.line
        assert match[5] == finding.code
    first = re.fullmatch(r"::error file=(.*?),line=12,.*?::(.*)", lines[0])
    assert first
    assert unescaped(first[1]) == "知识 库/" + PATH
    assert "假的 100% %0A ]]>" in unescaped(first[2])


def test_gitlab_fingerprints_are_unique_and_do_not_follow_the_line() -> None:
    issues = json.loads(written(Format.GITLAB))
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == len(prints)
    moved = replace(HOSTILE, findings=[replace(finding, line=finding.line + 7) for finding in FINDINGS])
    assert [issue["fingerprint"] for issue in json.loads(written(Format.GITLAB, moved))] == prints
    other = replace(HOSTILE, findings=[replace(finding, path="a.md") for finding in FINDINGS])
    assert set(prints).isdisjoint(issue["fingerprint"] for issue in json.loads(written(Format.GITLAB, other)))
    later = replace(HOSTILE, findings=[replace(FINDINGS[2], params={**FINDINGS[2].params, "days": 91})])
    assert json.loads(written(Format.GITLAB, later))[0]["fingerprint"] == prints[2]
    assert {issue["severity"] for issue in issues} == {"major", "minor", "info"}
    assert issues[0]["location"] == {"path": "知识 库/" + PATH, "lines": {"begin": 12}}


@pytest.mark.parametrize("checked", [HOSTILE, CLEAN])
def test_sarif_fits_the_schema_of_oasis(checked: Checked) -> None:
    text = (DATA / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")
    # A bracket that closes nothing stands in the standard's own pattern, and strict readers refuse it.
    schema = json.loads(text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$"))
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    document = json.loads(written(Format.SARIF, checked).encode("utf-8", "replace"))
    assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(document)] == []


def test_sarif_names_rules_with_help_and_encodes_paths() -> None:
    (run,) = json.loads(written(Format.SARIF))["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"] and rule["fullDescription"]["text"]
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert all(re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri) for uri in uris)
    assert uris[0].startswith("%E7%9F%A5%E8%AF%86%20%E5%BA%93/kb/entries/")
    assert uris[0].endswith("%3A%2541%27.md")
    text = run["results"][0]["message"]["text"]
    assert "{{0}}" in text
    assert "](" not in text


def test_junit_is_xml_and_counts_what_fails() -> None:
    root = ElementTree.fromstring(written(Format.JUNIT).encode("utf-8", "replace"))
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures")) == ("5", "3")
    assert len(suite.findall("testcase/failure")) == 3
    assert len(suite.findall("testcase/system-out")) == 2
    failure = suite.find("testcase/failure")
    assert failure is not None and failure.text is not None
    assert "]]> <b" in failure.text
    strict = ElementTree.fromstring(
        written(Format.JUNIT, replace(HOSTILE, threshold=Severity.NOTE)).encode("utf-8", "replace")
    )
    assert strict.get("failures") == "5"
    (empty,) = ElementTree.fromstring(written(Format.JUNIT, CLEAN))
    assert (empty.get("tests"), empty.get("failures"), len(empty)) == ("1", "0", 1)


def test_validate_writes_each_format_and_exits_alike(sample: Path, kbctl: Callable[..., Outcome]) -> None:
    path = sample / "kb/entries/retail-banking/hongyun-cd.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("contact: [zhang-wei]", "contact: [zhang-we]"), encoding="utf-8"
    )
    for format_ in Format:
        outcome = kbctl("validate", "--format", format_.value, "--select", "KB105")
        assert outcome.status == 1
        assert "KB105" in outcome.out
    outcome = kbctl("validate", "--format", "junit", "--output", "report.xml", "--select", "KB105")
    assert outcome.status == 1
    assert "hongyun-cd.md:" in outcome.out
    assert ElementTree.parse("report.xml").getroot().get("failures") == "1"
    assert kbctl("validate", "--output", "report.txt").status == 2


def test_paths_are_those_of_the_repository_where_the_knowledge_base_lies_deeper(
    sample: Path, tmp_path: Path, kbctl: Callable[..., Outcome]
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    git(whole, "init", "-q")
    (sample / ".git").rename(tmp_path / "gone")
    sample.rename(whole / "客服 库")
    outcome = kbctl("--root", str(whole / "客服 库"), "validate", "--format", "gitlab", "--select", "KB606")
    found = json.loads(outcome.out)
    assert found
    assert all(issue["location"]["path"].startswith("客服 库/kb/entries/") for issue in found)


def test_a_change_is_judged_by_the_rules_of_the_base(sample: Path, kbctl: Callable[..., Outcome]) -> None:
    git(sample, "switch", "-q", "-c", "evil")
    schema = sample / "schemas/product.yaml"
    schema.write_text(
        schema.read_text(encoding="utf-8").replace("heading: 风险提示", "heading: 没有风险"), encoding="utf-8"
    )
    settings = sample / "kb/kb.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("# base = ", "base = "), encoding="utf-8")
    entry = sample / "kb/entries/retail-banking/hongyun-cd.md"
    text = entry.read_text(encoding="utf-8").replace("## 风险提示", "## 没有风险")
    entry.write_text(re.sub(r"(?m)^valid_from: .*$", "valid_from: 2027-01-01", text), encoding="utf-8")
    git(sample, "commit", "-q", "-am", "evil")
    outcome = kbctl("validate", "--changed-since", "main", "--rules-from", "main", "--json")
    found = json.loads(outcome.out)
    assert {"KB201", "KB205", "KB125"} <= {finding["code"] for finding in found["findings"]}
    assert {finding["path"] for finding in found["findings"]} == {"kb/entries/retail-banking/hongyun-cd.md"}
    assert found["summary"]["files"] == 1


def test_a_name_with_line_ends_stays_on_its_line_in_text() -> None:
    name = "kb/entries/a\nkb/entries/b.md:1:1: error KB999 x\u2028y\x1b[31m"
    (_, head, _), (_, other, _) = lines([Finding("KB009", name, params={"name": name}), Finding("KB101", "a  b.md")])
    assert len(head.splitlines()) == 1
    assert "\x1b" not in head
    assert other.startswith("a  b.md:1:1: ")

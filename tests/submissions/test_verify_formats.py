"""`review verify` in the six formats, over what was committed around the flow with a hostile file name."""

import json
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from kbctl.output.formats import Format
from tests.helpers import ROOT
from tests.submissions.bank import LOSS, Bank

NAME = "100%,a:b 'x' <b>]]>&amp;%0A::error::假的 [点](x).docx"


@pytest.fixture
def reports(bank: Bank) -> dict[Format, str]:
    clone = bank.clone("zhang-wei")
    clone.edit(LOSS, "10元", "15元")
    clone.write(LOSS.replace(".md", "/" + NAME), b"x")
    clone.commit_all("around")
    found = {}
    for format_ in Format:
        done = clone.kbctl("review", "verify", "--base", "origin/main", "--head", "HEAD", "--format", format_.value)
        assert done.status == 1, done.err
        found[format_] = done.out
    done = clone.kbctl("review", "verify", "--base", "origin/main", "--format", "sarif", "--output", "verify.sarif")
    assert (done.status, clone.read("verify.sarif")) == (1, found[Format.SARIF])
    assert "KB951" in done.out
    return found


def test_every_format_says_the_same(reports: dict[Format, str]) -> None:
    assert reports[Format.TEXT].count(" KB951 ") == 2
    assert [finding["code"] for finding in json.loads(reports[Format.JSON])["findings"]] == ["KB951"] * 2

    lines = reports[Format.GITHUB].splitlines()
    assert len(lines) == 2 and all(line.startswith("::error file=kb/entries/retail-banking/") for line in lines)
    assert "100%25%2Ca%3Ab" in reports[Format.GITHUB]

    issues = json.loads(reports[Format.GITLAB])
    assert {issue["location"]["path"] for issue in issues} == {LOSS, LOSS.replace(".md", "/" + NAME)}

    suite = ElementTree.fromstring(reports[Format.JUNIT].encode())
    assert (suite.get("name"), suite.get("failures")) == ("kbctl review verify", "2")
    assert any(NAME in str(case.get("classname")) for case in suite.iter("testcase"))


def test_sarif_fits_the_schema_and_explains_the_rule(reports: dict[Format, str]) -> None:
    text = (ROOT / "tests/data/schemas/sarif-schema-2.1.0.json").read_text(encoding="utf-8")
    # As in tests/output/test_formats.py: a bracket too many in the standard's own pattern.
    schema = json.loads(text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$"))
    document = json.loads(reports[Format.SARIF])
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert [str(error) for error in validator.iter_errors(document)] == []
    (rule,) = document["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("KB951", "change-without-submission")
    assert rule["shortDescription"]["text"] == "… was changed, and no submission covers it"
    assert "kbctl rule KB951" in rule["help"]["text"]

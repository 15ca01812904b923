"""``kbctl search``, ``index`` and ``search-test`` on a real repository."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Outcome, git

Run = Callable[..., Outcome]
ENTRY = "kb/entries/operations/card-loss-report.md"


def _search(kbctl: Run, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kbctl("search", *arguments, "--json").out)
    return found


def _ids(found: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in found["hits"]]


def test_the_answer_comes_first_with_whom_to_call(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("search", "银行卡丢了怎么挂失")
    assert outcome.status == 0
    first = outcome.out.split("\n2. ")[0]
    assert "借记卡挂失" in first
    assert "card-loss-report" in first
    assert "0379-0100" in first
    assert "knowledge base as of 2026-11-20 10:00" in outcome.err


def test_json_has_what_its_version_promises(sample: Path, kbctl: Run) -> None:
    found = _search(kbctl, "大额存单")
    assert found["schema_version"] == 1
    assert {"query", "as_of", "base_time", "total", "total_exact", "hidden", "hits"} <= found.keys()
    hit = found["hits"][0]
    keys = "id title type owner state valid_from valid_until score section snippet row path contact".split()
    assert set(keys) <= hit.keys()
    assert hit["contact"][0].keys() == {"id", "name", "phone"}


def test_only_what_is_in_force_unless_asked(sample: Path, kbctl: Run) -> None:
    assert "winter-deposit-gift" not in _ids(_search(kbctl, "岁末感恩存款季"))
    found = _search(kbctl, "岁末感恩存款季", "--state", "all")
    assert _ids(found)[0] == "winter-deposit-gift"
    assert _ids(_search(kbctl, "岁末感恩存款季", "--as-of", "2026-12-05"))[0] == "winter-deposit-gift"
    assert _search(kbctl, "教育储蓄")["hidden"] >= 1


def test_the_branchs_own_answer_comes_first_for_its_customers(sample: Path, kbctl: Run) -> None:
    branch = _ids(_search(kbctl, "残缺污损人民币兑换", "--branch", "xicheng-branch"))
    bank = _ids(_search(kbctl, "残缺污损人民币兑换"))
    assert branch.index("xicheng-damaged-notes") < branch.index("damaged-notes")
    assert bank.index("damaged-notes") < bank.index("xicheng-damaged-notes")


def test_nothing_found(sample: Path, kbctl: Run) -> None:
    outcome = kbctl("search", "宠物寄养一天多少钱")
    assert outcome.status == 1
    assert "Nothing found." in outcome.err
    assert "Ask: 赵敏" in outcome.err


def test_a_commit_is_found_by_the_next_search(sample: Path, kbctl: Run) -> None:
    assert "card-loss-report" in _ids(_search(kbctl, "借记卡挂失"))
    path = sample / ENTRY
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: 借记卡挂失", "title: 火星移民登记"), encoding="utf-8"
    )
    assert "card-loss-report" not in _ids(_search(kbctl, "火星移民"))
    assert "card-loss-report" in _ids(_search(kbctl, "火星移民", "--worktree"))
    git(sample, "commit", "-qam", "改名")
    assert _ids(_search(kbctl, "火星移民"))[0] == "card-loss-report"
    assert "card-loss-report" not in _ids(_search(kbctl, "火星移民", "--at", "HEAD~1"))


def test_drafts_are_marked(sample: Path, kbctl: Run) -> None:
    path = sample / ENTRY
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: 借记卡挂失", "title: 借记卡挂失办法"), encoding="utf-8"
    )
    assert "draft" in kbctl("search", "借记卡挂失", "--worktree").out.split("\n")[0]


def test_filters_and_their_mistakes(sample: Path, kbctl: Run) -> None:
    found = _search(kbctl, "挂失", "--owner", "credit-card")
    assert {hit["owner"] for hit in found["hits"]} == {"credit-card"}
    assert {hit["type"] for hit in _search(kbctl, "挂失", "--type", "service")["hits"]} == {"service"}
    for wrong in (["--owner", "credit-crad"], ["--type", "prodct"], ["--branch", "nowhere"], ["--state", "gone"]):
        outcome = kbctl("search", "挂失", *wrong)
        assert outcome.status == 2, wrong
        assert "→" in outcome.err


def test_odd_queries_never_crash(sample: Path, kbctl: Run) -> None:
    for query in ('(AND) OR *~^"', "\x1b[31m", "卡" * 10_000, "a" * 10_000, "'; DROP TABLE"):
        outcome = kbctl("search", "--", query)
        assert outcome.status in (0, 1), query
    assert kbctl("search", "--", "--help me").status in (0, 1)


@pytest.mark.parametrize("query", ["", " ", "？！，。", "😀", "()", "——"])
def test_a_question_without_a_word_is_a_mistake(sample: Path, kbctl: Run, query: str) -> None:
    for options in ((), ("--json",)):
        outcome = kbctl("search", *options, "--", query)
        assert (outcome.status, outcome.out) == (2, "")
        assert "no word" in outcome.err


@pytest.mark.parametrize("name", ["dongcheng-jiefang", "东城分行解放路支行", "解放路支行", "解放路", "jiefang"])
def test_a_branch_may_be_named_as_people_do(sample: Path, kbctl: Run, name: str) -> None:
    expected = _ids(_search(kbctl, "社保卡激活", "--branch", "dongcheng-jiefang"))
    assert expected[0] == "dongcheng-social-security-card"
    assert _ids(_search(kbctl, "社保卡激活", "--branch", name)) == expected


@pytest.mark.parametrize(("name", "offered"), [("东成分行", "东城分行"), ("支行", "古城支行"), ("nowhere", "东城分行")])
def test_names_that_come_near_are_offered(sample: Path, kbctl: Run, name: str, offered: str) -> None:
    outcome = kbctl("search", "挂失", "--branch", name)
    assert outcome.status == 2
    assert offered in outcome.err


def test_the_beginning_of_a_branchs_name_is_the_branch_and_not_what_is_below_it(sample: Path, kbctl: Run) -> None:
    assert _ids(_search(kbctl, "残币兑换", "--branch", "西城"))[0] == "xicheng-damaged-notes"


def test_a_hit_whose_review_is_overdue_says_so(sample: Path, kbctl: Run) -> None:
    path = sample / ENTRY
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"review_by: .*", "review_by: 2026-11-20", text), encoding="utf-8")
    git(sample, "commit", "-qam", "复核日期")
    assert "! review overdue since 2026-11-20" in kbctl("search", "借记卡挂失", "-n", "1").out
    assert "overdue" not in kbctl("search", "借记卡挂失", "-n", "1", "--as-of", "2026-11-20").out
    assert _search(kbctl, "借记卡挂失")["hits"][0]["review_by"] == "2026-11-20"


def test_hidden_hits_are_those_in_other_states_than_asked_for(sample: Path, kbctl: Run) -> None:
    assert "not in force" in kbctl("search", "岁末感恩存款季", "教育储蓄").err
    outcome = kbctl("search", "借记卡挂失", "--state", "expired")
    assert "in other states (--state all shows them)" in outcome.err
    assert "not in force" not in outcome.err


def test_what_matches_but_is_withdrawn_is_named_with_its_own_contact_first(sample: Path, kbctl: Run) -> None:
    for question in (["教育储蓄"], ["“教育储蓄”业务停办"]):
        outcome = kbctl("search", *question)
        lines = outcome.err.splitlines()
        at = next(number for number, line in enumerate(lines) if "is no answer (not in force)" in line)
        assert re.search(r"education-savings  \[withdrawn on 2026-06-30\]  个人金融部 · 张伟 0379-", lines[at + 1])
    assert outcome.status == 1
    assert at < next(number for number, line in enumerate(lines) if line.startswith("Ask: "))
    hidden = _search(kbctl, *question)["hidden_hits"][0]
    assert (hidden["id"], hidden["state"], hidden["owner"]) == ("education-savings", "withdrawn", "retail-banking")
    assert hidden["withdrawn_on"] == "2026-06-30" and hidden["contact"][0]["phone"]


def test_all_that_is_shown_is_not_called_at_least(sample: Path, kbctl: Run) -> None:
    found = _search(kbctl, "借记卡挂失手续费", "-n", "1000")
    assert f"{len(found['hits'])} hits" in kbctl("search", "借记卡挂失手续费", "-n", "1000").err
    assert "at least" not in kbctl("search", "大额存单", "-n", "1000").err


def test_another_day_is_named(sample: Path, kbctl: Run) -> None:
    past = kbctl("search", "大额存单", "--as-of", "2026-10-01")
    assert "In force on 2026-10-01, as it is worded now" in past.err
    assert "lapses in" not in past.out
    assert "In force on 2026-12-05" in kbctl("search", "岁末感恩存款季", "--as-of", "2026-12-05").err
    assert "In force on" not in kbctl("search", "大额存单").err


def test_internal_numbers_are_not_found(sample: Path, kbctl: Run) -> None:
    rows = (sample / "kb/entries/dongcheng-business/dongcheng-emergency/table.csv").read_text(encoding="utf-8")
    mobile = re.search(r"\b1\d{10}\b", rows)
    assert mobile
    assert kbctl("search", mobile.group()).status == 1
    found = _search(kbctl, "安全保卫与消防找石磊", "--limit", "50")
    assert [hit for hit in found["hits"] if hit["row"]]
    assert not re.search(r"\b1\d{10}\b", str(found))


def test_traditional_script_full_width_and_case(sample: Path, kbctl: Run) -> None:
    expected = _ids(_search(kbctl, "ATM取款限额"))
    assert _ids(_search(kbctl, "ＡＴＭ取款限額")) == expected
    assert _ids(_search(kbctl, "atm取款限额")) == expected


def test_a_directory_without_a_commit_is_read_from_the_desk(sample: Path, kbctl: Run) -> None:
    (sample / ".git").rename(sample / "not-git")
    outcome = kbctl("search", "借记卡挂失")
    assert outcome.status == 0
    assert "no commit" in outcome.err
    heads = [line for line in outcome.out.splitlines() if re.match(r" *[\d.]+ ?(↳ )?.*\[", line)]
    assert heads
    assert all(line.endswith("draft") for line in heads)
    assert all(hit["draft"] for hit in _search(kbctl, "借记卡挂失")["hits"])


def test_index_is_built_once_and_anew_when_damaged(sample: Path, kbctl: Run) -> None:
    assert "up to date" in kbctl("index").err
    assert "fresh already" in kbctl("index").err
    before = kbctl("search", "借记卡挂失").out
    for path in (sample / ".kbctl").rglob("*"):
        if path.is_file() and path.suffix not in (".json", ""):
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 0xFF
            path.write_bytes(bytes(data))
    assert kbctl("search", "借记卡挂失").out == before
    assert "up to date" in kbctl("index", "--rebuild").err


def test_deleting_derived_state_loses_nothing(sample: Path, kbctl: Run) -> None:
    before = kbctl("search", "借记卡挂失").out
    git(sample, "clean", "-qfdX")
    assert not (sample / ".kbctl").exists()
    assert kbctl("search", "借记卡挂失").out == before


def test_search_test_reads_yaml_and_tsv(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    questions = tmp_path / "q.tsv"
    questions.write_text(
        "借记卡挂失\tcard-loss-report\n大额存单\thongyun-cd,fixed-deposit\n宠物寄养\tcard-loss-report\n",
        encoding="utf-8",
    )
    outcome = kbctl("search-test", str(questions), "--json", "--fail-under", "0.6")
    measured = json.loads(outcome.out)
    assert measured["schema_version"] == 1
    assert measured["queries"] == 3
    assert [failure["query"] for failure in measured["failures"]] == ["宠物寄养"]
    assert outcome.status == 0
    assert kbctl("search-test", str(questions), "--fail-under", "0.9").status == 1
    assert kbctl("search-test", "nowhere.yaml").status == 2


def test_the_sample_answers_its_own_questions(sample: Path, kbctl: Run) -> None:
    measured = json.loads(kbctl("search-test", "--json").out)
    assert measured["queries"] >= 120
    assert measured["hit_at_1"] >= 0.95


def test_a_file_without_questions_fails_nobody(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    questions = tmp_path / "none.yaml"
    questions.write_text("today: 2026-11-21\nqueries: []\n", encoding="utf-8")
    assert kbctl("search-test", str(questions)).status == 0


def test_search_test_says_what_got_worse(sample: Path, kbctl: Run, tmp_path: Path) -> None:
    questions = tmp_path / "q.tsv"
    questions.write_text("借记卡挂失\tcard-loss-report\n鸿运大额存单\thongyun-cd\n", encoding="utf-8")
    kept = tmp_path / "kept.json"
    assert kbctl("search-test", str(questions), "--save-baseline", str(kept)).status == 0
    assert "worse: 0" in kbctl("search-test", str(questions), "--baseline", str(kept)).out
    assert kbctl("search-test", str(questions), "--save-baseline", str(kept)).status == 0
    assert kbctl("search-test", str(questions), "--save-baseline", str(questions)).status == 2
    assert questions.read_text(encoding="utf-8").startswith("借记卡挂失\t")
    (sample / ENTRY).unlink()
    git(sample, "commit", "-qam", "撤下")
    outcome = kbctl("search-test", str(questions), "--baseline", str(kept))
    assert outcome.status == 1
    assert "1 → –  借记卡挂失" in outcome.out
    compared = json.loads(kbctl("search-test", str(questions), "--baseline", str(kept), "--json").out)["baseline"]
    assert [move["query"] for move in compared["worse"]] == ["借记卡挂失"]

"""The whole way through three clones of one bare repository: department, reviewer, agent."""

from pathlib import Path

from tests.submissions.bank import CD, LOSS, Bank

NUMBER = "20261120-retail-banking-1"
NOTICE = f"kb/submissions/2026/{NUMBER}.md"


def test_from_submission_to_answer(bank: Bank) -> None:
    department, reviewer, agent = bank.clone("zhang-wei"), bank.clone("zhao-min"), bank.clone("liu-yang", "agent")
    department.edit(LOSS, "到网点补卡，工本费10元", "到网点补卡，立等可取，工本费10元")
    desk, reviewers_desk = department.everything(), reviewer.desk()

    done = department.ok("submit", "--summary", "补卡时间", "--urgency", "expedited", "--note", "客户常问")
    commit = bank.git("rev-parse", f"submission/{NUMBER}").strip()
    assert done == {
        "schema_version": 1,
        "number": NUMBER,
        "branch": f"submission/{NUMBER}",
        "commit": commit,
        "kind": "entries",
        "urgency": "expedited",
        "entries": [{"id": "card-loss", "change": "changed"}],
        "timely": True,
        "effective": None,
        "notice": NOTICE,
        "digest": done["digest"],
        "pushed": True,
        "reviewers": ["reviewer"],
        "left_out": {},
        "findings": [],
        "rows": [],
        "missed": None,
    }
    assert bank.git("rev-list", "--count", f"main..submission/{NUMBER}").strip() == "1"
    assert department.desk() == {name: value for name, value in desk.items() if name != "refs"}

    (waiting,) = reviewer.ok("review", "list")["submissions"]
    assert (waiting["number"], waiting["state"], waiting["overdue"]) == (NUMBER, "review", False)
    shown = reviewer.kbctl("review", "show", NUMBER)
    assert "{+立等可取，+}" in shown.out
    assert "☑加急" in shown.out

    returned = reviewer.ok("review", "return", NUMBER, "--opinion", "请写明是否限网点")
    assert returned["decision"]["verdict"] == "returned"
    assert reviewer.ok("review", "list")["submissions"] == []
    (mine,) = department.ok("submissions", "--mine")["submissions"]
    assert (mine["state"], mine["decisions"][-1]["opinion"]) == ("returned", "请写明是否限网点")

    department.edit(LOSS, "立等可取", "全部网点立等可取")
    again = department.ok("submit", "--resubmit", NUMBER, "--summary", "补卡时间，已更正")
    assert again["number"] == NUMBER
    assert bank.git("rev-list", "--count", f"main..submission/{NUMBER}").strip() == "3"
    assert department.ok("submissions", "--mine")["submissions"][0]["state"] == "review"

    assert "{+全部网点立等可取，+}" in reviewer.kbctl("review", "show", NUMBER).out
    accepted = reviewer.ok("review", "accept", NUMBER, "--opinion", "同意")
    assert accepted["published"] == bank.git("rev-parse", "main").strip()
    assert reviewer.desk() == reviewers_desk
    trailers = bank.git("log", "-1", "--format=%(trailers:only,unfold)", "main")
    assert trailers.split("\n")[:3] == [
        f"Submission: {NUMBER}",
        "Submitted-by: 张伟 <zhang-wei@bank.example>",
        "Reviewed-by: 赵敏 <zhao-min@bank.example>",
    ]
    notice = bank.show(NOTICE)
    assert "| 审核入库人 | 赵敏 |" in notice
    assert "| 审核意见 | 同意 |" in notice

    synced = department.ok("sync")
    assert (synced["adopted"], synced["kept"]) == ([LOSS], [])
    assert department.git("status", "--porcelain") == ""
    assert department.git("rev-parse", "HEAD").strip() == accepted["published"]

    assert "立等可取" not in agent.kbctl("show", "card-loss").out
    assert LOSS in agent.ok("sync")["brought"]
    assert "全部网点立等可取" in agent.kbctl("show", "card-loss").out
    assert agent.ok("search", "立等可取")["hits"][0]["id"] == "card-loss"
    assert agent.ok("review", "verify", "--base", bank.baseline, "--head", "origin/main")["findings"] == []
    (published,) = agent.ok("submissions", "--state", "published")["submissions"]
    assert published["number"] == NUMBER


def test_a_change_from_next_month_leaves_todays_answer(bank: Bank) -> None:
    department, reviewer, agent = bank.clone("zhang-wei"), bank.clone("zhao-min"), bank.clone("liu-yang", "agent")
    successor = CD.replace(".md", "@2026-12-21.md")
    text = department.read(CD)
    start = next(line for line in text.split("\n") if line.startswith("valid_from"))
    department.write(successor, text.replace(start, "valid_from: 2026-12-21").replace("title: 鸿运", "title: 新鸿运"))
    done = department.ok("submit", successor, "--summary", "改名")
    assert done["entries"] == [{"id": "hongyun-cd", "change": "changed"}]
    assert (done["timely"], done["effective"]) == (True, "2026-12-21")
    reviewer.ok("review", "accept", done["number"], "--opinion", "同意")
    agent.ok("sync")
    assert agent.ok("show", "hongyun-cd")["title"].startswith("鸿运")
    assert agent.ok("show", "hongyun-cd", "--as-of", "2026-12-21")["title"].startswith("新鸿运")


def test_a_knowledge_base_that_is_not_at_the_top(tmp_path: Path) -> None:
    bank = Bank(tmp_path, below="客服/知识 库")
    department, reviewer = bank.clone("zhang-wei"), bank.clone("zhao-min")
    department.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    department.write("../notes.md", "none of its business\n")
    done = department.ok("submit", "--summary", "补卡时间")
    assert bank.git("diff", "-z", "--name-only", "main", done["branch"]).split("\0")[:-1] == [
        f"客服/知识 库/{LOSS}",
        f"客服/知识 库/{NOTICE}",
    ]
    assert "{+，立等可取+}" in reviewer.kbctl("review", "show", NUMBER).out
    reviewer.ok("review", "accept", NUMBER, "--opinion", "同意")
    assert department.ok("sync")["adopted"] == [LOSS]
    assert department.git("status", "--porcelain", "-z") == "?? 客服/notes.md\0"
    assert reviewer.ok("review", "verify", "--base", bank.baseline, "--head", "origin/main")["submissions"] == [NUMBER]


def test_the_notice_in_word_and_excel_is_closed_out(bank: Bank) -> None:
    department, reviewer = bank.clone("zhang-wei"), bank.clone("zhao-min")
    department.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    number = department.ok("submit", "--summary", "补卡时间")["number"]
    assert "| 审核入库人 |  |" in reviewer.kbctl("notice", number).out
    reviewer.ok("review", "accept", number, "--opinion", "同意")
    closed = reviewer.kbctl("notice", number)
    assert "| 审核入库人 | 赵敏 |" in closed.out
    for format_ in ("docx", "xlsx"):
        assert reviewer.kbctl("notice", number, "--format", format_, "--output", f"notice.{format_}").status == 0
        assert (reviewer.path / f"notice.{format_}").stat().st_size > 1000

"""Synchronising: what equals the published text is adopted, what is the user's own is kept and named."""

from tests.submissions.bank import CD, LOSS, Bank, Clone

NEW = "kb/entries/retail-banking/card-query.md"


def publish(bank: Bank, name: str = "publisher") -> None:
    """Somebody publishes a changed entry and a new one with an attachment."""
    clone, zhao = bank.clone("li-na", name), bank.clone("zhao-min", name + "-reviewer")
    clone.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    text = clone.read(LOSS).replace("card-loss", "card-query").replace("银行卡丢失怎么办", "银行卡查询")
    text = (
        text.split("facts:")[0].split("---\n## 问题")[0]
        + "attachments: [{file: 说明 书.docx, kind: other}]\n---\n## 问题"
        + text.split("## 问题")[1]
    )
    clone.write(NEW, text)
    clone.write(NEW.replace(".md", "/说明 书.docx"), b"\x00\x01")
    number = clone.ok("submit", "--summary", "x")["number"]
    zhao.ok("review", "accept", number, "--opinion", "同意")


def clean(clone: Clone) -> bool:
    return clone.git("status", "--porcelain") == "" and clone.git("diff", "HEAD", "--stat") == ""


def test_a_clean_desk_comes_along(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    publish(bank)
    done = clone.ok("sync")
    assert len(done["brought"]) == 4
    assert (done["adopted"], done["kept"]) == ([], [])
    assert clean(clone)
    assert (clone.path / NEW.replace(".md", "/说明 书.docx")).read_bytes() == b"\x00\x01"
    assert clone.ok("sync")["brought"] == []


def test_several_at_once_on_one_desk(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    publish(bank)
    clone.edit(CD, "title: 鸿运", "title: 新鸿运")
    before = clone.read(CD)
    running = [clone.start("sync") for _ in range(6)]
    said = [(process.communicate()[1].decode(), process.returncode) for process in running]
    assert [status for _, status in said] == [0] * 6, said
    assert clone.git("status", "--porcelain") == f" M {CD}\n"
    assert clone.read(CD) == before
    assert clone.git("rev-parse", "HEAD") == clone.git("rev-parse", "origin/main")


def test_own_changes_are_kept_and_named(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    publish(bank)
    clone.edit(LOSS, "工本费10元", "工本费12元")
    clone.edit(CD, "title: 鸿运", "title: 新鸿运")
    clone.write(NEW, "mine\n")
    clone.write("notes.txt", "mine\n")
    before = {path: clone.read(path) for path in (LOSS, CD, NEW, "notes.txt")}
    done = clone.kbctl("sync")
    assert done.status == 0
    assert all(path in done.err for path in (LOSS, NEW))
    assert {path: clone.read(path) for path in before} == before
    status = clone.git("status", "--porcelain", "-z").split("\0")[:-1]
    assert status == [f" M {LOSS}", f" M {NEW}", f" M {CD}", "?? notes.txt"]


def test_what_is_staged_stays_staged(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    publish(bank)
    clone.edit(LOSS, "工本费10元", "工本费12元")
    clone.git("add", LOSS)
    assert clone.ok("sync")["kept"] == [LOSS]
    assert clone.git("show", f":{LOSS}") == clone.read(LOSS)


def test_a_file_removed_on_the_desk_is_not_put_back(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    publish(bank)
    (clone.path / LOSS).unlink()
    assert clone.ok("sync")["kept"] == [LOSS]
    assert not (clone.path / LOSS).exists()


def test_a_branch_with_commits_of_its_own_is_not_touched(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    publish(bank)
    clone.edit(CD, "title: 鸿运", "title: 新鸿运")
    clone.commit_all("mine")
    before = clone.desk()
    done = clone.kbctl("sync")
    assert (done.status, "commits" in done.err) == (2, True)
    assert clone.desk() == before
    # They can be submitted all the same, and then the branch is merely behind nothing.
    assert clone.ok("submit", "--summary", "x")["entries"] == [{"id": "hongyun-cd", "change": "changed"}]


def test_another_branch_on_the_desk_is_left_alone(bank: Bank) -> None:
    clone = bank.clone("zhang-wei")
    publish(bank)
    clone.git("switch", "-q", "-c", "side")
    head = clone.git("rev-parse", "HEAD")
    clone.ok("sync")
    assert clone.git("rev-parse", "HEAD") == head
    assert clone.git("rev-parse", "main") == clone.git("rev-parse", "origin/main")
    assert clean(clone)


def test_files_outside_the_knowledge_base_come_along(bank: Bank) -> None:
    """The repository holds more than the knowledge base, which need not stand at its top."""
    clone, other = bank.clone("zhang-wei"), bank.clone("zhao-min")
    other.write("README.md", "read me\n")
    other.write("bin/run", "#!/bin/sh\n")
    (other.path / "bin/run").chmod(0o755)
    other.commit_all("around")
    other.git("push", "-q")
    clone.ok("sync")
    assert clean(clone)
    assert (clone.path / "bin/run").stat().st_mode & 0o100
    other.git("rm", "-q", "-r", "bin")
    other.commit_all("gone")
    other.git("push", "-q")
    clone.ok("sync")
    assert not (clone.path / "bin").exists()

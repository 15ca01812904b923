"""``kbctl ci init``: the files fit their forge's schema, and what they run works in a fresh clone and runs nothing of a change."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import yaml

from tests.conftest import Outcome, git
from tests.helpers import ROOT
from tests.submissions.bank import CD, LOSS, TODAY, Bank, Clone, environment
from tests.submissions.test_signatures import Keys

SCHEMAS = Path(__file__).parent.parent / "data" / "schemas"
FILES = {
    "github": [".github/workflows/kbctl.yml"],
    "gitlab": [".gitlab-ci.yml"],
    "gitee": [".workflow/kbctl-change.yml", ".workflow/kbctl-published.yml"],
    "shell": ["ci/kbctl-ci.sh"],
}
PACKAGE = "kbctl==0.1.0"


def load(path: Path) -> Any:
    """YAML as the forges read it: `on` is a key, not a truth value."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.mark.parametrize("forge", FILES)
def test_files_are_written_once(forge: str, sample: Path, kbctl: Callable[..., Outcome]) -> None:
    shown = kbctl("ci", "init", forge, "--dry-run")
    assert shown.status == 0
    assert not any((sample / name).exists() for name in FILES[forge])
    assert kbctl("ci", "init", forge).status == 0
    texts = [(sample / name).read_text(encoding="utf-8") for name in FILES[forge]]
    assert "".join(texts) == shown.out
    assert not any(re.search("@[A-Z_]+@", text) for text in texts)
    (sample / FILES[forge][-1]).write_text("mine\n", encoding="utf-8")
    refused = kbctl("ci", "init", forge)
    assert refused.status == 2
    assert FILES[forge][-1] in refused.err
    assert (sample / FILES[forge][-1]).read_text(encoding="utf-8") == "mine\n"
    assert kbctl("ci", "init", forge, "--force").status == 0
    assert [(sample / name).read_text(encoding="utf-8") for name in FILES[forge]] == texts


@pytest.mark.parametrize(("forge", "schema"), [("github", "github-workflow.json"), ("gitlab", "gitlab-ci.json")])
def test_the_pipeline_fits_the_schema_of_its_forge(
    forge: str, schema: str, sample: Path, kbctl: Callable[..., Outcome]
) -> None:
    assert kbctl("ci", "init", forge, "--package", "kbctl @ https://packages.bank.example/kbctl-0.1.0.whl").status == 0
    validator = jsonschema_rs.validator_for(json.loads((SCHEMAS / schema).read_text(encoding="utf-8")))
    document = yaml.safe_load((sample / FILES[forge][0]).read_text(encoding="utf-8").replace("\non:\n", '\n"on":\n'))
    assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(document)] == []


def test_gitees_pipelines_have_the_parts_that_its_documentation_names(
    sample: Path, kbctl: Callable[..., Outcome]
) -> None:
    kbctl("ci", "init", "gitee")
    change, published = (load(sample / name) for name in FILES["gitee"])
    assert change["triggers"]["pr"]["branches"] == {"precise": ["main"]}
    assert published["triggers"]["push"]["branches"] == {"precise": ["main"]}
    assert published["triggers"]["schedule"] == [{"cron": "23 7 * * ?"}]
    for pipeline in (change, published):
        assert {"version", "name", "displayName", "triggers", "variables", "stages"} == set(pipeline)
        (stage,) = pipeline["stages"]
        (step,) = stage["steps"]
        assert step["step"] == "build@python"
        assert step["artifacts"] == [{"name": "KBCTL_REPORTS", "path": ["./kbctl-reports"]}]


def test_github_reads_the_change_as_data_only(sample: Path, kbctl: Callable[..., Outcome]) -> None:
    kbctl("ci", "init", "github")
    workflow = load(sample / FILES["github"][0])
    assert set(workflow["on"]) == {"pull_request_target", "push", "schedule", "workflow_dispatch"}
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            if "uses" in step:
                assert len(step["uses"].partition("@")[2]) == 40
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--package", "kbctl; rm -rf $HOME"),
        ("--package", "--requirement=x"),
        ("--base", "a b"),
        ("--base", "${{x}}"),
    ],
)
def test_what_cannot_be_quoted_is_refused(
    arguments: tuple[str, str], sample: Path, kbctl: Callable[..., Outcome]
) -> None:
    assert kbctl("ci", "init", "github", *arguments).status == 2
    assert not (sample / ".github").exists()


# --- what the pipelines run -------------------------------------------------------------------------------------------

SEARCH_TESTS = f"today: {TODAY}\nqueries:\n  - {{query: 银行卡丢了怎么办, expect: card-loss}}\n"


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    bank = Bank(tmp_path)
    founder = bank.clone("zhao-min", "founder")
    founder.write("kb/search-tests.yaml", SEARCH_TESTS)
    founder.commit_all("Search tests")
    founder.git("push", "-q", "origin", "main")
    return bank


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """What the step that installs would leave: the console script."""
    folder = tmp_path / "tools with space"
    folder.mkdir()
    script = folder / "kbctl"
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from kbctl.__main__ import main; main()"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -c "{start}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return folder


def script_of(forge: str, job: str, folder: Path) -> list[str]:
    """The command that runs one job of a forge, written to a file as the forge's runner does."""
    if forge == "shell":
        copy = folder.parent / "kbctl-ci.sh"
        shutil.copy(folder / FILES["shell"][0], copy)
        return ["sh", str(copy), job]
    if forge == "github":
        steps = load(folder / FILES[forge][0])["jobs"][job]["steps"]
        text = next(step["run"] for step in steps if "run" in step)
    elif forge == "gitlab":
        text = "\n".join(load(folder / FILES[forge][0])[f"kbctl-{job}"]["script"])
    else:
        name = FILES[forge][0 if job == "change" else 1]
        text = "\n".join(load(folder / name)["stages"][0]["steps"][0]["commands"])
    script = folder.parent / f"{forge}-{job}.sh"
    script.write_text(text, encoding="utf-8")
    return ["bash", "-e", str(script)] if forge == "github" else ["sh", "-e", str(script)]


def variables_of(forge: str, job: str, folder: Path) -> Mapping[str, str]:
    if forge == "shell":
        return {}
    pipeline = load(folder / FILES[forge][0 if job == "change" or len(FILES[forge]) == 1 else 1])
    return {name: str(value) for name, value in pipeline["env" if forge == "github" else "variables"].items()}


def run(
    bank: Bank, tools: Path, forge: str, job: str, branch: str, **more: str
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Run a job in a fresh clone, checked out as the forge does; return what it printed and where its reports are.

    :param more: further variables of the environment; ``options`` are those of ``ci init``.
    """
    options = more.pop("options", "").split()
    config = bank.folder / f"config-{forge}"
    if not config.exists():
        # The administrator's clone, with the pipeline's files.
        clone = bank.clone("qian-lei", config.name)
        assert clone.kbctl("ci", "init", forge, "--package", PACKAGE, *options).status == 0
    checkout = bank.folder / f"checkout-{forge}-{job}-{branch.replace('/', '-')}"
    bank.git("clone", "-q", bank.bare.as_uri(), str(checkout), cwd=bank.folder)
    commit = git(checkout, "rev-parse", f"refs/remotes/origin/{branch}").strip()
    git(checkout, "checkout", "-q", "--detach", commit)
    git(bank.bare, "update-ref", "refs/pull/7/head", commit)
    reports = bank.folder / f"reports-{forge}-{job}"
    given = {
        "github": {
            "GITHUB_WORKSPACE": str(checkout),
            "RUNNER_TEMP": str(reports),
            "GITHUB_STEP_SUMMARY": str(bank.folder / "summary.md"),
        },
        "gitlab": {"CI_PROJECT_DIR": str(checkout), "CI_COMMIT_SHA": commit, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": ""},
        "gitee": {"GITEE_PULL_ID": "7", "GITEE_SOURCE_COMMIT": commit},
        "shell": {"KBCTL_REPORTS": str(reports)},
    }[forge]
    clean = {name: value for name, value in environment().items() if name not in ("PYTHONPATH", "HOME")}
    done = subprocess.run(
        script_of(forge, job, config),
        cwd=checkout,
        env={
            **clean,
            **variables_of(forge, job, config),
            **given,
            "KBCTL_BIN": str(tools),
            "KBCTL_TODAY": TODAY,
            "HOME": str(bank.folder),
            **more,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )
    place = {"github": reports / "kbctl-reports", "shell": reports}.get(forge, checkout / "kbctl-reports")
    return done, place


def planted(clone: Clone, mark: Path) -> None:
    """Files that would run or loosen something if CI took more than data from a change."""
    evil = f"open({str(mark)!r}, 'w').close()\n"
    for name in ("yaml.py", "kbctl.py", "sitecustomize.py", "kb/yaml.py", "conftest.py"):
        clone.write(name, evil)
    clone.write("kbctl/__init__.py", evil)
    clone.write(".gitattributes", "*.md filter=evil diff=evil merge=evil\n")
    clone.write("templates/report/expiry.html.j2", "{{ 1/0 }}")
    clone.edit("kb/kb.toml", "[knowledge-base]", '[knowledge-base]\nbase = "origin/evil"')
    clone.edit("schemas/product.yaml", "heading: 风险提示", "heading: 没有风险")
    clone.edit(CD, "## 风险提示", "## 没有风险")
    clone.edit("kb/roles.yaml", "[zhao-min, qian-lei]", "[zhao-min, qian-lei, zhang-wei]")


@pytest.mark.parametrize("forge", FILES)
def test_a_change_made_by_hand_is_refused_and_nothing_of_it_runs(forge: str, bank: Bank, tools: Path) -> None:
    clone = bank.clone("zhang-wei")
    clone.git("switch", "-q", "-c", "evil")
    mark = bank.folder / "ran"
    planted(clone, mark)
    clone.commit_all("around")
    clone.git("push", "-q", "origin", "evil")
    done, reports = run(bank, tools, forge, "change", "evil")
    assert done.returncode == 1, done.stderr
    assert not mark.exists()
    said = done.stdout + done.stderr
    assert "KB951" in said, said
    # By the base's schema the section 风险提示 is missing, whatever the change's own schema calls it.
    assert "KB201" in said, said
    if forge == "github":
        assert f"::error file={CD},line=" in done.stdout
    elif forge == "gitlab":
        found = [
            issue for name in ("validate", "verify") for issue in json.loads((reports / f"{name}.json").read_text())
        ]
        assert {"KB201", "KB951"} <= {issue["check_name"] for issue in found}
    else:
        assert int(ElementTree.parse(reports / "validate.xml").getroot().get("failures", 0)) > 0
        assert int(ElementTree.parse(reports / "verify.xml").getroot().get("failures", 0)) > 0


@pytest.mark.parametrize("forge", FILES)
def test_an_accepted_submission_passes_and_a_contradicting_one_does_not(forge: str, bank: Bank, tools: Path) -> None:
    clone = bank.clone("zhang-wei")
    clone.edit(LOSS, "工本费10元。", "工本费10元。挂失全天受理。")
    number = clone.ok("submit", LOSS, "--summary", "补充受理时间")["number"]
    waiting, _ = run(bank, tools, forge, "change", f"submission/{number}")
    assert waiting.returncode == 1, waiting.stdout + waiting.stderr
    assert "KB955" in waiting.stdout + waiting.stderr
    bank.clone("zhao-min").ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    shutil.rmtree(bank.folder / f"checkout-{forge}-change-submission-{number}")
    # The base has moved meanwhile, elsewhere.
    other = bank.clone("qian-lei", "other")
    other.write("README.md", "知识库\n")
    other.commit_all("readme")
    other.git("push", "-q", "origin", "main")
    done, _ = run(bank, tools, forge, "change", f"submission/{number}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hit_at_1 1.000" in done.stdout
    # And then at the same place.
    other.edit(LOSS, "工本费10元。", "工本费10元，须本人办理。")
    other.commit_all("same place")
    other.git("push", "-q", "origin", "main")
    shutil.rmtree(bank.folder / f"checkout-{forge}-change-submission-{number}")
    clash, _ = run(bank, tools, forge, "change", f"submission/{number}")
    assert clash.returncode == 1
    assert "bring it up to date" in clash.stderr or "已发布" in clash.stderr


@pytest.mark.parametrize("forge", FILES)
def test_what_is_published_is_verified_and_reported(forge: str, bank: Bank, tools: Path) -> None:
    done, reports = run(bank, tools, forge, "published", "main")
    assert done.returncode == 0, done.stdout + done.stderr
    if forge != "gitee":
        report, reports = run(bank, tools, forge, "report", "main")
        assert report.returncode == 0, report.stdout + report.stderr
    assert "<html" in (reports / "expiry.html").read_text(encoding="utf-8")
    around = bank.clone("zhang-wei", "around")
    around.edit(LOSS, "工本费10元。", "工本费10元，须本人办理。")
    around.commit_all("around")
    around.git("push", "-q", "origin", "main")
    shutil.rmtree(bank.folder / f"checkout-{forge}-published-main")
    refused, _ = run(bank, tools, forge, "published", "main")
    assert refused.returncode == 1
    assert "KB951" in refused.stdout + refused.stderr


def test_the_shell_script_leaves_the_checkout_as_it_is(bank: Bank, tools: Path) -> None:
    run(bank, tools, "shell", "change", "main")
    checkout = bank.folder / "checkout-shell-change-main"
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "worktree", "list").count("\n") == 1
    assert not (checkout / ".git/worktrees").exists()


BASE_TAGS = ("main", "origin/main", "heads/main", "remotes/main", "refs/heads/main", "refs/remotes/main")


def tagged_like_the_base(bank: Bank, commit: str, clone: Clone) -> None:
    """Tags that git takes for the base, pushed by somebody who may push no base; fetched with every clone."""
    for name in BASE_TAGS:
        clone.git("push", "-q", "origin", f"{commit}:refs/tags/{name}")


@pytest.mark.parametrize("forge", FILES)
def test_tags_named_like_the_base_get_nothing_past_a_pipeline(forge: str, bank: Bank, tools: Path) -> None:
    clone = bank.clone("zhang-wei")
    clone.git("switch", "-q", "-c", "evil")
    clone.edit(LOSS, "工本费10元。", "免费。")
    clone.edit("kb/roles.yaml", "[zhao-min, qian-lei]", "[zhao-min, qian-lei, zhang-wei]")
    evil = clone.commit_all("around")
    clone.git("push", "-q", "origin", "evil")
    tagged_like_the_base(bank, evil, clone)
    change, _ = run(bank, tools, forge, "change", "evil")
    assert (change.returncode, "KB951" in change.stdout + change.stderr) == (1, True), change.stderr
    # And of what was published around the flow the tags say that nothing was.
    git(bank.bare, "update-ref", "refs/heads/main", evil)
    for name in BASE_TAGS:
        clone.git("push", "-q", "--force", "origin", f"{bank.baseline}:refs/tags/{name}")
    published, _ = run(bank, tools, forge, "published", "main")
    assert (published.returncode, "KB951" in published.stdout + published.stderr) == (1, True), published.stderr


@pytest.mark.parametrize("configured", ["", "main", "origin/main"])
def test_tags_named_like_the_base_stand_for_it_nowhere(configured: str, bank: Bank) -> None:
    sun = bank.clone("sun-tao")
    lines = [f'baseline = "{bank.baseline}"', *([f'base = "{configured}"'] if configured else [])]
    sun.edit("kb/kb.toml", "[knowledge-base]", "\n".join(["[knowledge-base]", *lines]))
    sun.edit(LOSS, "工本费10元。", "工本费20元。")
    sun.commit_all("published around the flow")
    sun.git("push", "-q")
    evil = bank.clone("zhang-wei", "evil")
    evil.edit(LOSS, "工本费20元。", "免费。")
    tagged_like_the_base(bank, evil.commit_all("around"), evil)
    reader = bank.clone("qian-lei", "reader")
    reader.git("branch", "-q", "refs/remotes/main", bank.baseline)
    for command in (("show", "card-loss"), ("search", "工本费")):
        assert "免费" not in reader.kbctl(*command).out, command
    assert "20元" in reader.kbctl("show", "card-loss").out
    assert reader.kbctl("sync").status == 0
    assert "20元" in reader.read(LOSS)
    done = reader.kbctl("review", "verify")
    assert (done.status, "KB951" in done.out) == (1, True), done.err
    if configured == "main":
        # As CI has it: without a branch of its own there is no base, whatever a tag says.
        reader.git("checkout", "-q", "--detach")
        reader.git("branch", "-D", "main")
        assert reader.kbctl("review", "verify").status == 2


@pytest.mark.parametrize("options", [(), ("--require-signed",)])
def test_before_the_first_commit_there_is_nothing_to_verify_from(
    options: tuple[str, ...], sample: Path, kbctl: Callable[..., Outcome]
) -> None:
    git(sample, "update-ref", "-d", "HEAD")
    refused = kbctl("ci", "init", "gitlab", *options)
    assert (refused.status, "git commit" in refused.err) == (2, True)
    assert not (sample / ".gitlab-ci.yml").exists()
    git(sample, "commit", "-q", "-m", "知识库")
    written = kbctl("ci", "init", "gitlab", *options)
    assert (written.status, "ci/allowed_signers" in written.err) == (0, "--require-signed" in options)
    commit = git(sample, "rev-parse", "HEAD").strip()
    text = (sample / ".gitlab-ci.yml").read_text(encoding="utf-8")
    assert f"review verify --base {commit} --head HEAD" in text
    assert (f"--signed-since {commit}" in text) == ("--require-signed" in options)


@pytest.mark.parametrize("arguments", [("--base", "HEAD", "--head", "HEAD"), ("--base", "HEAD")])
def test_verifying_nothing_for_ever_is_refused(
    arguments: tuple[str, ...], sample: Path, kbctl: Callable[..., Outcome]
) -> None:
    refused = kbctl("review", "verify", *arguments)
    assert (refused.status, "HEAD" in refused.err) == (2, True)


def test_a_merge_request_in_a_fork_of_gitlab_says_so(bank: Bank, tools: Path) -> None:
    ids = {"CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"}
    done, _ = run(bank, tools, "gitlab", "change", "main", CI_PROJECT_ID="2", **ids)
    assert (done.returncode, "fork" in done.stderr) == (1, True)
    shutil.rmtree(bank.folder / "checkout-gitlab-change-main")
    there, _ = run(bank, tools, "gitlab", "change", "main", CI_PROJECT_ID="1", **ids)
    assert there.returncode == 0, there.stderr


QUESTIONS = "".join(f"  - {{query: 银行卡丢了怎么办{mark}, expect: card-loss}}\n" for mark in ("", "？", "呢", "呀"))


@pytest.mark.parametrize("forge", FILES)
def test_a_question_that_is_lost_turns_the_search_test_red(forge: str, bank: Bank, tools: Path) -> None:
    """However little the share: compared with what the base keeps, which the change cannot rewrite."""
    founder = bank.clone("zhao-min", "baseline")
    questions = f"today: {TODAY}\nfail_under: 0.5\nqueries:\n{QUESTIONS}"
    founder.write("kb/search-tests.yaml", questions)
    kept = founder.path / "kb/search-baseline.json"
    assert founder.kbctl("search-test", "--worktree", "--save-baseline", str(kept)).status == 0
    founder.commit_all("Kept results")
    founder.git("push", "-q", "origin", "main")
    published, _ = run(bank, tools, forge, "published", "main")
    assert published.returncode == 0, published.stdout + published.stderr
    clone = bank.clone("zhang-wei", "loser")
    clone.git("switch", "-q", "-c", "lost")
    clone.write("kb/search-tests.yaml", questions.replace("办呀, expect: card-loss", "办呀, expect: hongyun-cd"))
    worse = clone.path / "kb/search-baseline.json"
    assert clone.kbctl("search-test", "--worktree", "--save-baseline", str(worse)).status == 0
    assert clone.kbctl("search-test", "--worktree", "--baseline", str(worse)).status == 0
    clone.commit_all("one is lost")
    clone.git("push", "-q", "origin", "lost")
    lost, _ = run(bank, tools, forge, "change", "lost")
    assert lost.returncode == 1
    assert "怎么办呀" in lost.stdout
    assert re.search(r"hit_at_1 0\.750 \(at least 0\.50\)", lost.stdout), lost.stdout


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
@pytest.mark.parametrize("forge", FILES)
def test_signatures_count_by_the_list_of_the_base(forge: str, bank: Bank, tools: Path) -> None:
    folder = bank.folder / "keys"
    folder.mkdir()
    keys = Keys(folder)
    zhang, zhao = bank.clone("zhang-wei"), bank.clone("zhao-min")
    keys.give(zhang, "zhang-wei")
    keys.give(zhao, "zhao-min")
    zhao.write("ci/allowed_signers", keys.allowed.read_bytes())
    zhao.commit_all("Whose signatures count")
    zhao.git("push", "-q")
    signed = {"options": "--require-signed"}
    # The list of the change is not asked: here a thief puts their own key beside the reviewer's address.
    thief = bank.clone("zhao-min", "thief")
    keys.give(thief, "liu-yang", trusted=False)
    zhang.ok("sync")
    zhang.edit(LOSS, "工本费10元", "工本费10元，立等可取")
    number = zhang.ok("submit", LOSS, "--summary", "x")["number"]
    thief.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    thief.git("fetch", "-q")
    thief.git("switch", "-q", "-c", "mine", f"origin/submission/{number}")
    public = (folder / "liu-yang.pub").read_text(encoding="utf-8")
    thief.write("ci/allowed_signers", f"zhao-min@bank.example {public}")
    thief.commit_all("my key")
    thief.git("push", "-q", "origin", "HEAD:stolen")
    stolen, _ = run(bank, tools, forge, "change", "stolen", **signed)
    assert (stolen.returncode, "KB965" in stolen.stdout + stolen.stderr) == (1, True), stolen.stdout + stolen.stderr
    zhang.edit(LOSS, "立等可取", "当日可取")
    zhang.ok("submit", "--resubmit", number, "--summary", "y")
    zhao.ok("review", "accept", number, "--opinion", "同意", "--no-merge")
    good, _ = run(bank, tools, forge, "change", f"submission/{number}", **signed)
    assert good.returncode == 0, good.stdout + good.stderr
    zhao.ok("review", "accept", number, "--opinion", "同意")
    published, _ = run(bank, tools, forge, "published", "main", **signed)
    assert published.returncode == 0, published.stdout + published.stderr


def test_the_shell_script_leaves_nothing_behind_and_says_where_it_is_needed(bank: Bank, tools: Path) -> None:
    rooms = bank.folder / "tmp"
    rooms.mkdir()
    done, _ = run(bank, tools, "shell", "change", "main", TMPDIR=str(rooms), KBCTL_REPORTS="")
    assert done.returncode == 0, done.stderr
    assert list(rooms.iterdir()) == []
    shutil.rmtree(bank.folder / "checkout-shell-change-main")
    kept, _ = run(bank, tools, "shell", "change", "main", TMPDIR=str(rooms), KBCTL_REPORTS="kept here")
    assert kept.returncode == 0, kept.stderr
    assert (bank.folder / "checkout-shell-change-main/kept here/verify.xml").exists()
    script = ["sh", str(bank.folder / "kbctl-ci.sh"), "change"]
    nowhere = subprocess.run(
        script, cwd=rooms, capture_output=True, check=False, env={**environment(), "TMPDIR": str(rooms)}
    )
    assert (nowhere.returncode, b"git" in nowhere.stderr, b"fatal" in nowhere.stderr) == (2, True, False)
    assert list(rooms.iterdir()) == []

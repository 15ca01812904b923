import subprocess
import sys

HEAVY = ("yaml", "git", "jinja2", "markdown_it", "openpyxl", "jsonschema_rs", "rich", "typer", "docx")


def test_searching_a_fresh_index_loads_no_heavy_library() -> None:
    code = f"import sys, kbctl.search.whoosh_index; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""

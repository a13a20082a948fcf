"""What the documents point at exists, and no tracked document names a path of somebody's machine."""

import re
import subprocess

import pytest

from tests.conftest import ROOT

DOCUMENTS = ["README.md", "CONTRIBUTING.md", *(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    document = ROOT / name
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    missing = {target for target in local if not (document.parent / target).exists()}
    assert missing == set()


def test_every_make_target_that_the_readme_names_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z]+)", "".join((ROOT / d).read_text(encoding="utf-8") for d in DOCUMENTS)))
    assert {"run", "test"} <= named
    assert sorted(target for target in named if f"\n{target}:" not in makefile) == []


def test_every_command_behind_the_makefile_exists():
    used = re.findall(r"-m runtime ([a-z]+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    for command in set(used):
        done = subprocess.run(
            [ROOT / ".venv/bin/python", "-m", "runtime", command, "--help"], cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == 0, command

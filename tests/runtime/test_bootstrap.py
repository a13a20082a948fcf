"""Set-up installs again only when a requirement file changed in content, and finds a Python that starts."""

import hashlib
import subprocess
import sys

from runtime import bootstrap, training
from tests.conftest import ROOT


def test_bootstrap_needs_nothing_but_the_standard_library():
    code = "import sys, runtime.bootstrap; print({'yaml', 'pydantic', 'httpx'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_a_touched_but_unchanged_file_changes_nothing(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("x==1\n", encoding="ascii")
    before = bootstrap.digest(("a.txt",), tmp_path)
    file.write_text("x==1\n", encoding="ascii")
    assert bootstrap.digest(("a.txt",), tmp_path) == before
    file.write_text("x==2\n", encoding="ascii")
    assert bootstrap.digest(("a.txt",), tmp_path) != before


def test_the_environments_are_current_and_a_broken_interpreter_is_seen(tmp_path):
    assert bootstrap.is_current(bootstrap.APP_ENV, bootstrap.APP_FILES)
    (tmp_path / bootstrap.STAMP).write_text(bootstrap.digest(bootstrap.APP_FILES), encoding="ascii")
    assert not bootstrap.is_current(tmp_path, bootstrap.APP_FILES)


def test_a_shim_without_a_version_is_passed_over(tmp_path, monkeypatch):
    shim = tmp_path / "python3.10"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="ascii")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert bootstrap.find_python((3, 10), (3, 10)) is None


def test_every_requirement_is_hashed_and_no_file_names_an_index():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        pins = [row for row in text.splitlines() if row and row[0].isalnum()]
        assert pins, path.name
        assert all(row.endswith(" \\") for row in pins), path.name
        assert "://" not in text, path.name


class TestTraining:
    """The model is trained again only when something it depends on changed."""

    def _root(self, tmp_path):
        for name in ("bot/data/nlu", "bot/domain", "bot/engine", "knowledge/faq"):
            (tmp_path / name).mkdir(parents=True)
        (tmp_path / "config.yml").write_text("pipeline: []\n", encoding="utf-8")
        self._faq(tmp_path, question="いつから", answer="10月から")
        return tmp_path

    @staticmethod
    def _faq(root, question, answer):
        text = f"- id: tp_period\n  questions: [{question}]\n  answer: {answer}\n"
        (root / "knowledge" / "faq" / "period.yml").write_text(text, encoding="utf-8")

    def test_a_changed_answer_needs_no_training(self, tmp_path):
        root = self._root(tmp_path)
        before = training.training_digest(root)
        self._faq(root, question="いつから", answer="毎月です")
        assert training.training_digest(root) == before

    def test_a_new_phrasing_does(self, tmp_path):
        root = self._root(tmp_path)
        before = training.training_digest(root)
        self._faq(root, question="いつからですか", answer="10月から")
        assert training.training_digest(root) != before

    def test_a_changed_pipeline_does(self, tmp_path):
        root = self._root(tmp_path)
        before = training.training_digest(root)
        (root / "config.yml").write_text("pipeline: [x]\n", encoding="utf-8")
        assert training.training_digest(root) != before

    def test_a_new_word_of_the_lexicon_does(self, tmp_path):
        root = self._root(tmp_path)
        before = training.training_digest(root)
        (root / "bot" / "data" / "lexicon").mkdir(parents=True, exist_ok=True)
        (root / "bot" / "data" / "lexicon" / "plan.yml").write_text("entity: plan\n", encoding="utf-8")
        assert training.training_digest(root) != before

    def test_a_change_of_the_run_time_side_does_not(self, tmp_path):
        root = self._root(tmp_path)
        before = training.training_digest(root)
        (root / "bot" / "engine" / "serve.py").write_text("x = 1\n", encoding="utf-8")
        assert training.training_digest(root) == before
        (root / "bot" / "engine" / "ranker.py").write_text("x = 1\n", encoding="utf-8")
        assert training.training_digest(root) != before

    def test_the_model_on_disk_is_believed_only_with_its_stamp(self, tmp_path):
        root = self._root(tmp_path)
        (root / "models").mkdir()
        (root / training.MODEL).write_bytes(b"model")
        assert not training.is_trained(root)
        (root / training.STAMP).write_text(hashlib.sha256(b"other").hexdigest(), encoding="ascii")
        assert not training.is_trained(root)
        (root / training.STAMP).write_text(training.training_digest(root), encoding="ascii")
        assert training.is_trained(root)

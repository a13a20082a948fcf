"""Serving without TensorFlow: a process of its own per test, since imports cannot be taken back."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_rasa_is_imported_without_the_real_packages() -> None:
    """Fails when Rasa uses one of them at import time, and when the real one comes in all the same."""
    script = (
        "from bot.engine import absent\nabsent.install()\nimport sys\n"
        "import rasa.core.run, rasa.engine.recipes.default_components, rasa.model_training\n"
        "real = [name for name in absent.PACKAGES if getattr(sys.modules.get(name), '__file__', None)]\n"
        "print(real, 'tensorflow' in sys.modules)"
    )
    assert run(script) == "[] True"  # no longer needed when Rasa itself stops importing it: then take it out


@pytest.mark.parametrize(
    "use", ["tensorflow.zeros((2, 2))", "tensorflow.keras.layers.Dense(3)", "tensorflow.constant(1.0)"]
)
def test_whatever_is_called_says_so(use: str) -> None:
    script = (
        "from bot.engine import absent\nabsent.install()\nimport tensorflow\n"
        f"try:\n    {use}\nexcept absent.AbsentUsed as error:\n    print('tensorflow' in str(error))"
    )
    assert run(script) == "True"


def test_a_package_that_is_there_already_is_not_replaced() -> None:
    script = (
        "import sys, types\nsys.modules['twilio'] = types.ModuleType('twilio')\nfrom bot.engine import absent\n"
        "try:\n    absent.install()\nexcept RuntimeError as error:\n    print(error)"
    )
    assert run(script) == "imported before its stand-in: twilio"


def test_the_strings_that_are_left_out_change_no_reading_norm_or_vector() -> None:
    script = (
        "import spacy\nfrom bot.engine import absent\nabsent.install()\n"
        "from bot.engine.ginza import LeanGinza\n"
        "lean, full = LeanGinza.load_model('ja_ginza').model, spacy.load('ja_ginza', exclude=['tok2vec', 'parser',"
        " 'attribute_ruler', 'ner', 'morphologizer', 'compound_splitter', 'bunsetu_recognizer'])\n"
        "text = '仮設の足場を倒してお隣の車に傷をつけた。対物1億でいくら？Sompoの窓口は'\n"
        "seen = [[(t.text, t.norm_, t.pos_, str(t.morph), t.has_vector, float(t.vector.sum())) for t in model(text)]"
        " for model in (lean, full)]\n"
        "print(seen[0] == seen[1], len(lean.vocab.strings) < 1000, len(full.vocab.strings) > 100000)"
    )
    assert run(script) == "True True True"

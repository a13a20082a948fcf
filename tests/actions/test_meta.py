"""The project about itself: what is declared in one place is there in the other, and nothing lies unused."""

from __future__ import annotations

import ast
import re
import subprocess
import tokenize
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.dispatch import ACTIONS
from bot.actions.flow import load_specs
from tests.conftest import ROOT

LOCALES = ROOT / "bot" / "locales"
FLOWS = load_specs()
ASPECTS = ("label", "ask", "hint", "why", "what", "unknown")
# Written by an independent hand before the intent was renamed.
RENAMED = {"restart": "start_over"}
_KEY = re.compile(r"[a-z_]+(\.[A-Za-z0-9_-]+)+")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uff66-\uff9f]")


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _leaves(body: Any, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(body, dict):
        for key, value in body.items():
            yield from _leaves(value, f"{prefix}.{key}")
    else:
        yield prefix, str(body)


@lru_cache
def texts(lang: str) -> dict[str, str]:
    """All texts of a language by key."""
    found = {}
    for path in sorted(LOCALES.glob(f"*.{lang}.yml")):
        found |= dict(_leaves(_yaml(path), path.name.split(".")[0]))
    return found


@lru_cache
def training() -> dict[str, list[str]]:
    """Training phrases by intent; FAQ entries and coverage cases as `faq` and `coverage`."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "bot/data/nlu").glob("*.yml")):
        for block in _yaml(path)["nlu"]:
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
            found.setdefault(block["intent"], []).extend(lines)
    for path in sorted((ROOT / "knowledge/faq").rglob("*.yml")):
        for entry in _yaml(path):
            found.setdefault("faq", []).extend(entry["questions"])
    for path in sorted((ROOT / "knowledge/coverage").glob("*.yml")):
        body = _yaml(path)
        for case in body.get("cases", ()) if isinstance(body, dict) else ():
            found.setdefault("coverage", []).extend(case["examples"])
    return found


# -- intents -----------------------------------------------------------------------------------------------------------


def _rules() -> dict[str, str]:
    found = {}
    for rule in _yaml(ROOT / "bot/data/rules/rules.yml")["rules"]:
        intent, action = rule["steps"]
        found[intent["intent"]] = action["action"]
    return found


def _intents() -> list[str]:
    domain = _yaml(ROOT / "bot/domain/domain.yml")
    return [next(iter(intent)) if isinstance(intent, dict) else intent for intent in domain["intents"]]


def test_every_intent_has_one_rule_and_every_rule_an_intent() -> None:
    assert len(_intents()) == len(set(_intents()))
    assert set(_intents()) == set(_rules())


def test_every_rule_leads_to_an_action_that_is_there() -> None:
    domain = set(_yaml(ROOT / "bot/domain/domain.yml")["actions"])
    assert set(_rules().values()) == domain == set(ACTIONS)


@pytest.mark.parametrize("intent", sorted(set(_intents()) - {"nlu_fallback"}))
def test_every_intent_has_phrases(intent: str) -> None:
    assert len(set(training().get(intent, ()))) >= 20


def test_every_phrase_belongs_to_an_intent() -> None:
    assert set(training()) <= set(_intents())


def test_every_intent_is_tested_by_an_independent_hand() -> None:
    tested = Counter(RENAMED.get(item["intent"], item["intent"]) for item in _yaml(ROOT / "tests/nlu/intents.yml"))
    tested["faq"] = len(_yaml(ROOT / "tests/nlu/faq.yml"))
    tested["out_of_scope"] = len(_yaml(ROOT / "tests/nlu/out_of_scope.yml"))
    assert set(tested) == set(_intents()) - {"nlu_fallback"}
    assert min(tested.values()) >= 20


def test_every_flow_opens_by_intents_of_the_domain_and_no_intent_opens_two() -> None:
    opening = [intent for spec in FLOWS.values() for intent in spec.intents]
    assert len(opening) == len(set(opening))
    assert set(opening) <= set(_intents())


# -- test utterances ---------------------------------------------------------------------------------------------------


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).lower())


def test_test_utterances_are_not_training_phrases() -> None:
    """Short everyday words coincide (はい, やめる); a sentence of its own must not have been learnt by heart.

    bot/engine/evaluation leaves the coincidences out of its figures.
    """
    known = {_letters(phrase) for phrases in training().values() for phrase in phrases}
    utterances = [
        item["text"]
        for name in ("intents", "faq", "out_of_scope", "coverage_cases", "values")
        for item in _yaml(ROOT / f"tests/nlu/{name}.yml")
    ]
    same = [text for text in utterances if _letters(text) in known]
    long = [text for text in same if len(_letters(text)) > 14]
    assert len(same) <= len(utterances) * 0.08
    assert len(long) <= len(utterances) * 0.01, long


# -- texts -------------------------------------------------------------------------------------------------------------


def _literals(path: Path) -> Iterator[str]:
    """String literals; an f-string as a pattern in which `\\0` stands for what is filled in. Docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            yield "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | inside:
            yield node.value


@lru_cache
def _used() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Text keys named in the actions: whole ones, and patterns for composed ones."""
    spaces = {key.split(".")[0] for key in texts("ja")}
    whole, composed = set(), set()
    for path in sorted((ROOT / "bot/actions").rglob("*.py")):
        for literal in _literals(path):
            if "\0" in literal:
                first = literal.split(".")[0]
                if "." in literal and " " not in literal and (first in spaces or first.startswith("flow_")):
                    composed.add(re.escape(literal).replace("\0", ".+"))
            elif _KEY.fullmatch(literal) and literal.split(".")[0] in spaces and not literal.endswith(".yml"):
                whole.add(literal)
    return frozenset(whole), tuple(re.compile(pattern) for pattern in sorted(composed))


def test_every_text_that_the_actions_name_exists() -> None:
    whole, composed = _used()
    missing = sorted(key for key in whole if key not in texts("ja") and not _is_branch(key))
    missing += [pattern.pattern for pattern in composed if not any(pattern.match(key) for key in texts("ja"))]
    assert not missing


def _is_branch(key: str) -> bool:
    """A key that a further part is added to."""
    return any(known.startswith(f"{key}.") for known in texts("ja"))


def test_every_text_is_used() -> None:
    whole, composed = _used()
    flows = {f"flow_{name}" for name in FLOWS}
    unused = [
        key
        for key in texts("ja")
        if key.split(".")[0] not in flows
        and key not in whole
        and not any(key.startswith(f"{branch}.") for branch in whole)
        and not any(pattern.fullmatch(key) for pattern in composed)
    ]
    assert not unused


def test_flow_texts_belong_to_questions() -> None:
    for name, spec in FLOWS.items():
        slots = {question.slot for question in spec.questions}
        body = _yaml(LOCALES / f"flow_{name}.ja.yml")
        for slot, aspects in body.items():
            if slot == "title":
                continue
            allowed = {*ASPECTS, "options"} if slot in slots else {"label", "options"}
            assert set(aspects) <= allowed, f"flow_{name}.{slot}"


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("flow", sorted(FLOWS))
def test_every_question_has_its_texts(flow: str, lang: str) -> None:
    known = texts(lang)
    if not (LOCALES / f"flow_{flow}.{lang}.yml").exists():
        assert lang != "ja"
        return
    wanted = [f"flow_{flow}.title"]
    for question in FLOWS[flow].questions:
        wanted += [f"flow_{flow}.{question.slot}.{aspect}" for aspect in ASPECTS]
        wanted += [f"flow_{flow}.{question.slot}.options.{choice}" for choice in question.choices]
    assert not [key for key in wanted if not known.get(key, "").strip()]


def test_no_two_aspects_of_a_question_say_the_same() -> None:
    for name, spec in FLOWS.items():
        for question in spec.questions:
            said = [texts("ja")[f"flow_{name}.{question.slot}.{aspect}"] for aspect in ASPECTS[1:]]
            assert len(said) == len(set(said)), f"flow_{name}.{question.slot}"


# -- entries that flows lead to ----------------------------------------------------------------------------------------


def _entry_ids(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for key, value in body.items():
            if isinstance(key, str) and _ENTRY.fullmatch(key):
                yield key
            yield from _entry_ids(value)
    elif isinstance(body, list):
        for value in body:
            yield from _entry_ids(value)
    elif isinstance(body, str) and _ENTRY.fullmatch(body):
        yield body


_ENTRY = re.compile(r"(tp|as|cy|my|gu|ge|ac)_[a-z0-9_]+")


def test_entries_that_flows_lead_to_exist() -> None:
    known = {entry["id"] for path in (ROOT / "knowledge/faq").rglob("*.yml") for entry in _yaml(path)}
    for path in sorted((ROOT / "bot/data/flows/tables").glob("*.yml")):
        named = set(_entry_ids(_yaml(path)))
        assert named, f"{path.name} names no entry"
        assert named <= known, f"{path.name}: {sorted(named - known)}"


# -- code --------------------------------------------------------------------------------------------------------------


def test_no_japanese_in_code() -> None:
    """Comments and docstrings may name a Japanese term; what a member reads or says stands in data files."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, check=True, capture_output=True, text=True)
    faults = []
    for name in listed.stdout.split():
        path = ROOT / name
        if not name.startswith("tests/") and path.exists():
            faults += [
                f"{name}:{line}: {text[:40]}" for line, text in _written_literals(path) if _JAPANESE.search(text)
            ]
    assert not faults


def _written_literals(path: Path) -> Iterator[tuple[int, str]]:
    """String literals as written, with their line: an escape such as \\u3040 is a character's number, not a text."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for token in tokenize.generate_tokens(iter(lines).__next__):
        if token.type == tokenize.STRING and not token.string.lstrip("rRbBuUfF").startswith('"""'):
            yield token.start[0], token.string

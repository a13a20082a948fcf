"""Write the stock's training data from ours: the same examples, the same answers, one generated folder."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

from runtime.bootstrap import ROOT

GENERATED_NLU = ROOT / "build" / "nlu"
STOCK = ROOT / "bench" / "stock"
# examples that are kept of an entry and of an intent: analysing one with full ja_ginza takes 25 ms and more
KEPT_EXAMPLES = {"faq": 3, "intent": 30}
# answered by the rules of dialogue.yml, or by Rasa itself
OWN_INTENTS = ("faq", "quote", "nlu_fallback", "restart")


def write_stock_project(folder: Path) -> str:
    """Write config, domain, rules and NLU data into `folder`; returns a digest of all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = _nlu_blocks()
    dialogue = yaml.safe_load((STOCK / "dialogue.yml").read_text(encoding="utf-8"))
    intents = sorted({str(block["intent"]).split("/")[0] for block in blocks})
    plain = [intent for intent in intents if intent not in OWN_INTENTS]
    rules = dialogue.pop("rules") + [
        {
            "rule": intent,
            "condition": [{"active_loop": None}],
            "steps": [{"intent": intent}, {"action": f"utter_{intent}"}],
        }
        for intent in plain
    ]
    stories = {"version": "3.1", "rules": rules, "stories": dialogue.pop("stories")}
    responses = dialogue.pop("responses") | _responses(blocks, plain)
    domain = dialogue | {"intents": intents, "responses": responses}
    files: dict[str, Any] = {
        "config.yml": yaml.safe_load((STOCK / "config.yml").read_text(encoding="utf-8")),
        "domain.yml": domain,
        "data/rules.yml": stories,
        "data/nlu.yml": {"version": "3.1", "nlu": blocks},
        "credentials.yml": {"rest": None},
    }
    sha = hashlib.sha256()
    for name, content in files.items():
        text = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        sha.update(json.dumps([name, text]).encode())
    return sha.hexdigest()


def write_endpoints(folder: Path, actions_port: int) -> None:
    """Write the stock's endpoints: its action server and SQLite, as Rasa's documentation shows."""
    endpoints = {
        "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")},
    }
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")


def _nlu_blocks() -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    written = sorted((ROOT / "bot" / "data" / "nlu").glob("*.yml"))
    for path in [*written, *sorted(GENERATED_NLU.glob("*.yml"))]:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        blocks += [block for block in content["nlu"] if "intent" in block]
    return [_thinned(_without_retrieval(block)) for block in blocks]


def _thinned(block: dict[str, Any]) -> dict[str, Any]:
    kept = KEPT_EXAMPLES["faq" if "/" in str(block["intent"]) else "intent"]
    examples = str(block["examples"]).splitlines()
    return block | {"examples": "".join(f"{example}\n" for example in examples[:kept])}


def _without_retrieval(block: dict[str, Any]) -> dict[str, Any]:
    retrieval, _, _ = str(block["intent"]).partition("/")
    return block if retrieval == "faq" else block | {"intent": retrieval}


def _responses(blocks: list[dict[str, Any]], plain: list[str]) -> dict[str, Any]:
    answers = {block["intent"]: block["intent"] for block in blocks if "/" in block["intent"]}
    return {f"utter_{name}": [{"text": str(name)}] for name in [*answers, *plain]}

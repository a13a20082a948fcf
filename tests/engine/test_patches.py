"""Each change to Rasa: the stock function is still the one it was written for, still does what we cannot have, and the
changed one does the same work without it.
"""

from __future__ import annotations

import ast
import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rasa
import rasa.shared.utils.common
import yaml
from aiohttp import web
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.engine import patches

PATCHED = {
    ("shared/core/events.py", "Event", "resolve_by_type"): "4b50cbf0b383a34f",
    ("core/actions/action.py", "RemoteAction", "_validate_action_result"): "c528806a75ee2938",
    ("core/actions/action.py", "RemoteAction", "_action_call_format"): "da90af559155a463",
    ("utils/endpoints.py", "EndpointConfig", "request"): "60519a1e8f24e488",
    ("core/policies/rule_policy.py", "RulePolicy", "_find_action_from_rules"): "b908f94c83741b5c",
    ("engine/runner/dask.py", "DaskGraphRunner", "run"): "844545a26d58ca7a",
}
RULES = Path("bot/data/rules")
GOOD = {"events": [], "responses": [{"text": "x"}]}


def _stock(path: str, owner: str, function: str) -> str:
    """A digest of a stock function as it stands in the installed package, whatever is patched in this process."""
    tree = ast.parse((Path(rasa.__file__).parent / path).read_text(encoding="utf-8"))
    kind = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == owner)
    found = next(node for node in kind.body if getattr(node, "name", "") == function)
    return hashlib.sha256(ast.dump(found).encode()).hexdigest()[:16]


@pytest.fixture
def patched() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Apply a patch, and put the stock function back afterwards."""
    owners = (Event, RemoteAction, EndpointConfig, RulePolicy, DaskGraphRunner)
    names = (
        "resolve_by_type",
        "_validate_action_result",
        "_action_call_format",
        "request",
        "_find_action_from_rules",
        "run",
    )
    before = [(owner, name, owner.__dict__[name]) for owner in owners for name in names if name in owner.__dict__]
    yield lambda patch: patch()
    for owner, name, value in before:
        setattr(owner, name, value)


@pytest.mark.parametrize(("place", "digest"), PATCHED.items(), ids=[name for *_, name in PATCHED])
def test_the_stock_function_is_the_one_that_was_patched(place: tuple[str, str, str], digest: str) -> None:
    assert _stock(*place) == digest


def test_another_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa, "__version__", "3.7.0")
    with pytest.raises(patches.UnsupportedRasa):
        patches.apply()


def test_nothing_is_patched_on_import() -> None:
    assert Event.resolve_by_type.__module__ == "rasa.shared.core.events"
    assert EndpointConfig.request.__module__ == "rasa.utils.endpoints"


# -- event types -------------------------------------------------------------------------------------------------------


def test_event_types_are_looked_up_without_walking_the_class_tree(
    patched: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    walks: list[object] = []
    stock = rasa.shared.utils.common.all_subclasses
    monkeypatch.setattr(rasa.shared.utils.common, "all_subclasses", lambda cls: walks.append(cls) or stock(cls))
    assert Event.resolve_by_type("slot") is SlotSet
    assert walks, "stock Rasa walks no more: the patch is not needed"
    patched(patches.remember_event_types)
    kinds = stock(Event)
    walks.clear()
    for kind in kinds:
        assert Event.resolve_by_type(kind.type_name).type_name == kind.type_name
    assert not walks


def test_unknown_event_types_are_treated_as_before(patched: Callable[..., None]) -> None:
    patched(patches.remember_event_types)
    assert Event.resolve_by_type("no such event", SlotSet) is SlotSet
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("no such event")


# -- schema of results -------------------------------------------------------------------------------------------------


def test_the_schema_of_results_is_not_checked_anew(
    patched: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    import jsonschema

    calls: list[object] = []
    stock = jsonschema.validate
    monkeypatch.setattr(jsonschema, "validate", lambda *given: calls.append(given) or stock(*given))
    action = RemoteAction("action_quote", None)
    assert action._validate_action_result(GOOD)
    assert calls, "stock Rasa compiles the schema once: the patch is not needed"
    patched(patches.compile_action_schema)
    calls.clear()
    assert action._validate_action_result(GOOD)
    assert not calls


@pytest.mark.parametrize(
    "bad",
    [
        {"events": "none"},
        {"events": [{"no": "event"}]},
        {"events": ["slot"]},
        {"events": [{"event": "strange"}]},
        {"events": [{"event": "slot", "name": "dialogue"}]},
        {"events": [{"event": "slot", "name": "dialogue", "value": 1, "timestamp": "noon"}]},
        {"responses": 3},
        [],
    ],
)
def test_a_wrong_result_is_refused_as_before(bad: Any, patched: Callable[..., None]) -> None:
    action = RemoteAction("action_quote", None)
    with pytest.raises(ValidationError):
        action._validate_action_result(bad)
    patched(patches.compile_action_schema)
    with pytest.raises(ValidationError):
        action._validate_action_result(bad)


@pytest.mark.parametrize(
    "event",
    [
        {"event": "slot", "name": "dialogue", "value": {"lang": "ja"}, "timestamp": None},
        {"event": "action", "name": "action_listen"},
        {"event": "restart"},
    ],
)
def test_a_right_event_is_taken_as_before(event: dict[str, Any], patched: Callable[..., None]) -> None:
    action, answer = RemoteAction("action_quote", None), {**GOOD, "events": [event, event]}
    assert action._validate_action_result(answer)
    patched(patches.compile_action_schema)
    assert action._validate_action_result(answer)


# -- the request to the actions ----------------------------------------------------------------------------------------


def _tracker(turns: int) -> DialogueStateTracker:
    domain = Domain.load("bot/domain")
    tracker = DialogueStateTracker.from_events("sender", [], domain.slots)
    for number in range(turns):
        tracker.update(UserUttered(f"message {number % 10}", {"name": "inform", "confidence": 1.0}))
        tracker.update(SlotSet("dialogue", {"lang": "ja"}))
        tracker.update(ActionExecuted("action_listen"))
    tracker.update(UserUttered("the last message", {"name": "quote", "confidence": 0.9}))
    return tracker


def test_the_request_does_not_grow_with_the_talk(patched: Callable[..., None]) -> None:
    domain, action = Domain.load("bot/domain"), RemoteAction("action_quote", EndpointConfig("http://127.0.0.1:9"))
    sizes = [len(json.dumps(action._action_call_format(_tracker(turns), domain))) for turns in (5, 50)]
    assert sizes[1] > sizes[0] * 1.2, "stock Rasa sends no history: the patch is not needed"
    patched(patches.send_only_what_actions_read)
    short, long = (action._action_call_format(_tracker(turns), domain) for turns in (5, 50))
    assert len(json.dumps(short)) == pytest.approx(len(json.dumps(long)), rel=0.02)
    assert "domain" not in long
    assert long["tracker"]["slots"]["dialogue"] == {"lang": "ja"}
    assert long["tracker"]["latest_message"]["text"] == "the last message"
    assert long["next_action"] == "action_quote"
    assert long["sender_id"] == "sender"


# -- connections -------------------------------------------------------------------------------------------------------


async def _calls(count: int, path: str = "/webhook") -> tuple[int, Any]:
    """Call a server several times; returns how many connections that took and the last answer."""
    peers = set()

    async def answer(request: web.Request) -> web.Response:
        peers.add(request.transport.get_extra_info("peername"))
        body = await request.json()
        if body == {"fail": True}:
            return web.json_response({"error": "no"}, status=500)
        return web.json_response({"got": body, "token": request.headers.get("Authorization")})

    app = web.Application()
    app.router.add_post(path, answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook", headers={"Authorization": "Bearer t"})
    try:
        for number in range(count):
            got = await endpoint.request(json={"number": number}, method="post")
        with pytest.raises(ClientResponseError):
            await endpoint.request(json={"fail": True}, method="post")
        return len(peers), got
    finally:
        kept = getattr(endpoint, "_kept_session", None)
        if kept is not None:
            await kept.close()
        await runner.cleanup()


def test_one_connection_serves_all_calls(patched: Callable[..., None]) -> None:
    connections, _ = asyncio.run(_calls(4))
    assert connections > 1, "stock Rasa keeps its connection: the patch is not needed"
    patched(patches.keep_action_connections)
    connections, got = asyncio.run(_calls(4))
    assert connections == 1
    assert got == {"got": {"number": 3}, "token": "Bearer t"}


def test_a_rule_is_looked_for_once(patched: Callable[[Callable[[], None]], None], monkeypatch: Any) -> None:
    looked: list[str] = []

    def stock(_self: Any, tracker: DialogueStateTracker, *_others: Any) -> tuple[str, str, bool]:
        looked.append(str(tracker.latest_message.intent["name"]))
        return f"action_{looked[-1]}", "rule", False

    monkeypatch.setattr(RulePolicy, "_find_action_from_rules", stock)
    patched(patches.remember_rules)
    policy = RulePolicy.__new__(RulePolicy)
    domain = Domain.from_dict({"intents": ["quote", "faq"]})
    tracker = DialogueStateTracker.from_events("s", [ActionExecuted("action_listen")])
    found = []
    for intent in ("quote", "faq", "quote"):
        tracker.update(UserUttered("x", {"name": intent, "confidence": 1.0}))
        found.append(policy._find_action_from_rules(tracker, domain, use_text_for_last_user_input=False)[0])
    assert found == ["action_quote", "action_faq", "action_quote"]
    assert looked == ["quote", "faq"]


def test_every_rule_is_one_intent_and_one_action() -> None:
    rules = [rule for path in RULES.glob("*.yml") for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]]
    assert rules
    for rule in rules:
        assert set(rule) == {"rule", "steps"}
        assert [sorted(step) for step in rule["steps"]] == [["intent"], ["action"]]


# -- the order of a graph ----------------------------------------------------------------------------------------------


class Joined(GraphComponent):
    """Joins what it is handed; one that is told to fails."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Joined:
        return cls(config)

    def join(self, first: str, second: str = "") -> str:
        if self._config.get("fails"):
            raise ValueError("as told")
        return f"({first}{self._config['sign']}{second})"


def _node(needs: dict[str, str], **config: Any) -> SchemaNode:
    return SchemaNode(needs, Joined, "create", "join", config, eager=True)


@pytest.fixture
def runner(tmp_path: Path) -> Callable[..., DaskGraphRunner]:
    def make(**last: Any) -> DaskGraphRunner:
        nodes = {
            "last": _node({"first": "left", "second": "right"}, sign="+", **last),
            "left": _node({"first": "given"}, sign="l"),
            "right": _node({"first": "left", "second": "given"}, sign="r"),
            "beside": _node({"first": "given"}, sign="b"),
        }
        nodes["last"].is_target = True
        schema = GraphSchema(nodes)
        return DaskGraphRunner.create(schema, LocalModelStorage.create(tmp_path), ExecutionContext(schema))

    return make


def test_a_graph_gives_what_it_gave(runner: Callable[..., DaskGraphRunner], patched: Callable[..., None]) -> None:
    stock = runner()
    before = [stock.run({"given": "x"}), stock.run({"given": "y"}, ["right", "beside"])]
    patched(patches.run_graphs_in_order)
    changed = runner()
    assert [changed.run({"given": "x"}), changed.run({"given": "y"}, ["right", "beside"])] == before
    assert before[0] == {"last": "((xl)+((xl)rx))"}


def test_a_graph_is_planned_once(
    runner: Callable[..., DaskGraphRunner], patched: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[Any] = []
    minimal = GraphSchema.minimal_graph_schema
    monkeypatch.setattr(
        GraphSchema, "minimal_graph_schema", lambda self, targets: planned.append(targets) or minimal(self, targets)
    )
    stock = runner()
    assert [stock.run({"given": sign}) for sign in "xy"]
    assert len(planned) == 2, "stock Rasa plans a graph once: the patch is not needed"
    patched(patches.run_graphs_in_order)
    planned.clear()
    changed = runner()
    assert [changed.run({"given": sign}) for sign in "xyz"]
    assert len(planned) == 1


def test_a_failing_node_and_a_confusing_input_are_told_as_before(
    runner: Callable[..., DaskGraphRunner], patched: Callable[..., None]
) -> None:
    for patch in (lambda: None, patches.run_graphs_in_order):
        patched(patch)
        with pytest.raises(GraphComponentException):
            runner(fails=True).run({"given": "x"})
        with pytest.raises(GraphRunError):
            runner().run({"given": "left"})

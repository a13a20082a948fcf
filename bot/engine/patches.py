"""Every change that we make to Rasa 3.6.21 itself: one function each, with its reason and its place in the source.

tests/engine/test_patches.py fails when a patch no longer fits or is no longer needed. `apply` is called by the
engine's composition root only; nothing is patched on import.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

import aiohttp
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import ClientResponseError, EndpointConfig, concat_url

RASA_VERSION = "3.6.21"


class UnsupportedRasa(RuntimeError):
    """The installed Rasa is not the version that the patches were written for."""


def apply() -> None:
    """Apply all patches.

    Raises:
        UnsupportedRasa: Another Rasa than 3.6.21 is installed.
    """
    if rasa.__version__ != RASA_VERSION:
        raise UnsupportedRasa(f"Rasa {rasa.__version__} is installed; the patches are for {RASA_VERSION}.")
    remember_event_types()
    compile_action_schema()
    send_only_what_actions_read()
    keep_action_connections()
    remember_rules()
    run_graphs_in_order()


def remember_event_types() -> None:
    """Look an event type up in a dict: the class tree was walked for each event of each turn.

    Source: rasa/shared/core/events.py, `Event.resolve_by_type`.
    """
    stock = Event.resolve_by_type
    known = {cls.type_name: cls for cls in reversed(all_subclasses(Event))}

    def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        return known.get(type_name) or stock(type_name, default)

    Event.resolve_by_type = staticmethod(resolve_by_type)


def compile_action_schema() -> None:
    """Compile the schema of action results once, and look at an event with the schema of its own type only.

    Re-checking the schema itself took 19 of 24 ms of an action call, and trying each event as each of 25 types half a
    millisecond more.

    Source: rasa/core/actions/action.py, `RemoteAction._validate_action_result`.
    """
    from jsonschema import Draft7Validator

    schema = RemoteAction.action_response_format_spec()
    events = schema["properties"]["events"]["items"]
    kinds = {kind["properties"]["event"]["const"]: kind for kind in events["oneOf"]}
    common = {key: value for key, value in events.items() if key != "oneOf"}
    result = Draft7Validator({**schema, "properties": {**schema["properties"], "events": {"type": "array"}}})
    any_event = Draft7Validator(events)
    known = {name: Draft7Validator({"allOf": [common, kind]}) for name, kind in kinds.items()}

    def _validate_action_result(self: RemoteAction, answer: Any) -> bool:
        result.validate(answer)
        for event in answer.get("events", ()):
            name = event.get("event") if isinstance(event, dict) else None
            known.get(name, any_event).validate(event)
        return True

    RemoteAction._validate_action_result = _validate_action_result


def send_only_what_actions_read() -> None:
    """Send slots and the latest message, not all events: the request grew from 30 to 188 KB in 60 turns.

    Source: rasa/core/actions/action.py, `RemoteAction._action_call_format`.
    """

    def _action_call_format(self: RemoteAction, tracker: DialogueStateTracker, domain: Any) -> dict[str, Any]:
        state = tracker.current_state(EventVerbosity.NONE)
        state["events"] = []
        return {"next_action": self._name, "sender_id": tracker.sender_id, "tracker": state, "version": RASA_VERSION}

    RemoteAction._action_call_format = _action_call_format


def keep_action_connections() -> None:
    """Keep one HTTP session an endpoint: stock Rasa opens a session and a connection for every call.

    Source: rasa/utils/endpoints.py, `EndpointConfig.request`.
    """

    async def request(
        self: EndpointConfig,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        session: aiohttp.ClientSession | None = getattr(self, "_kept_session", None)
        if session is None or session.closed:
            session = self._kept_session = self.session()
        async with session.request(
            method, concat_url(self.url, subpath), params=self.combine_parameters(kwargs), compress=compress, **kwargs
        ) as answer:
            if answer.status >= 400:
                raise ClientResponseError(answer.status, answer.reason, await answer.content.read())
            return await answer.json()

    EndpointConfig.request = request


def remember_rules() -> None:
    """Find an intent's rule once: the states of the window were rebuilt, copied and compared twice in each turn.

    Each of our rules is one intent and one action, without slots or loops (tests hold that), so what was said last and
    what was done last decide.

    Source: rasa/core/policies/rule_policy.py, `RulePolicy._find_action_from_rules`.
    """
    stock = RulePolicy._find_action_from_rules

    def _find_action_from_rules(
        self: RulePolicy, tracker: DialogueStateTracker, domain: Any, use_text_for_last_user_input: bool
    ) -> Any:
        known: dict[Any, Any] = self.__dict__.setdefault("_known_rules", {})
        said = tracker.latest_message.intent.get("name") if tracker.latest_message else None
        key = (said, tracker.latest_action_name, use_text_for_last_user_input)
        if tracker.active_loop_name:
            return stock(self, tracker, domain, use_text_for_last_user_input)
        if key not in known:
            known[key] = stock(self, tracker, domain, use_text_for_last_user_input)
        return known[key]

    RulePolicy._find_action_from_rules = _find_action_from_rules


def run_graphs_in_order() -> None:
    """Run a graph's nodes one after another in an order found once: dask planned three small graphs anew in each turn.

    Source: rasa/engine/runner/dask.py, `DaskGraphRunner.run`.
    """

    def run(
        self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        wanted = tuple(targets or self._graph_schema.target_names)
        orders: dict[tuple[str, ...], list[tuple[str, list[str]]]] = self.__dict__.setdefault("_orders", {})
        if wanted not in orders:
            orders[wanted] = _in_order(self._graph_schema.minimal_graph_schema(list(wanted)))
        for value in (inputs or {}).values():
            if isinstance(value, str) and value in self._instantiated_nodes:
                raise GraphRunError(f"The input {value!r} has the name of a node.")
        done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for name, needs in orders[wanted]:
                if name not in done:
                    done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(done[name] for name in wanted)

    DaskGraphRunner.run = run


def _in_order(schema: GraphSchema) -> list[tuple[str, list[str]]]:
    """Each node of a graph with the names of those that it needs, which stand before it."""
    needed = {name: list(node.needs.values()) for name, node in schema.nodes.items()}
    return [(name, needed[name]) for name in TopologicalSorter(needed).static_order() if name in needed]

"""A short question about what was just told: its limit, its deductible, how many minutes, asked without naming it.

The lines of the last reply that hold it are said again, and nothing is looked up by words that name nothing. Patterns
stand in bot/data/afterwards.yml.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.actions import following
from bot.actions.clauses import asks, fold, supposes
from bot.actions.evidence import SITES
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.sureness import FAQ
from knowledge import render_answer

TABLE = Path(__file__).resolve().parent.parent / "data" / "afterwards.yml"
# Words of these kinds name a subject of their own.
_SUBJECTS = frozenset(
    {"scheme", "plan", "cyber_plan", "cause", "property", "desk", "need", "foreign", "matter", "fact"}
)
_AMOUNTS = frozenset({"money", "course", "headcount", "class"})
# Entries of one matter share the first words of their names.
_FAMILY = 2


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def of_last(turn: Turn) -> Reply | None:
    """The lines of what was told last, or offered first, that a short question asks for; None when it asks otherwise.

    Args:
        turn: The turn; its message must name no subject of its own.
    """
    heard, table = turn.heard, _table()
    text = fold(heard.text).strip()
    named = any(word.entity in (*_SUBJECTS, "membership") for word in heard.words)
    most = table["most"] * (2 if turn.state.lang == "en" else 1)
    if len(text) > most or named or any(item.kind in _AMOUNTS for item in heard.quantities):
        return None
    for aspect in table["aspects"]:
        if re.search(aspect["asked"], text):
            lines = _holding(turn.state.last_text, aspect["told"]) or _holding(_offered(turn), aspect["told"])
            return Reply().say(*lines) if lines else None
    return None


def entry_beside_last(turn: Turn, *, aside: bool = False) -> str | None:
    """The entry beside the one told last that a short question asks for without naming its subject; None mostly.

    Args:
        turn: The turn.
        aside: That one was told beside a question that is still open.
    """
    text, said = fold(turn.heard.text).strip(), fold(turn.state.last_text)
    entries = turn.services.knowledge.entries
    found = entry_beside_flow(turn, turn.state.topic or "") or of_not_held(turn)
    if found is not None:
        return found
    last = entries.get(turn.state.answer or "")
    after = turn.state.topic == FAQ or (last is not None and last.scheme in SITES) or aside
    # An amount that is told wants to be reckoned with.
    if last is None or not after or turn.heard.mention("scheme") or turn.heard.quantity("money") is not None:
        return None
    family = "_".join(last.entry_id.split("_")[:_FAMILY]) + "_"
    own = (key for key in entries if key.startswith(f"{last.entry_id}_"))
    near = [last.entry_id, *last.related, *own, *(key for key in entries if key.startswith(family))]
    for wanted in _table()["beside"]:
        if not aside and "unless" in wanted and re.search(wanted["unless"], said, re.MULTILINE):
            continue
        most = wanted.get("most", _table()["most"]) * (2 if turn.state.lang == "en" else 1)
        if len(text) <= most and re.search(wanted["asked"], text):
            title = wanted.get("title")
            fitting = [key for key in near if title and key in entries and re.search(title, entries[key].title)]
            otherwise: str | None = wanted.get("any") or wanted.get("entry", {}).get(last.scheme)
            if fitting or otherwise:
                return fitting[0] if fitting else otherwise
    return None


def echoed(turn: Turn) -> Reply | None:
    """The lines of the last reply that name the one thing a message asks about (`and the insurer?`); None mostly."""
    found = re.search(_table()["echo"], fold(turn.heard.text).strip())
    lines = _holding(turn.state.last_text, re.escape(found["thing"])) if found else []
    # A line that asks back, or a title, tells nothing.
    told = [line for line in lines if len(line) > len(found["thing"]) * 2] if found else []
    return Reply().say(*told) if told and turn.state.topic is not None else None


def asks_really(turn: Turn) -> Reply | None:
    """That what was told last is printed so, with the place, for whoever asks whether it is; None mostly."""
    if turn.state.topic is None or not re.search(_table()["really"], fold(turn.heard.text).strip()):
        return None
    sources = [line for line in turn.state.last_text.splitlines() if re.search(_table()["source"], fold(line))]
    doubt = re.search(_table()["likely"], turn.state.last_text) is not None
    return Reply().say(turn.t("talk.really_likely" if doubt else "talk.really"), *sources) if sources else None


def holding_amount(turn: Turn) -> Reply | None:
    """The lines of the last reply with the one amount that a short question names again; None mostly."""
    heard, state = turn.heard, turn.state
    told = [one.value for one in heard.quantities if one.kind == "money" and one.value]
    brief = len(heard.text) <= _table()["most"] and state.topic in ("faq", "coverage", "compare")
    if len(told) != 1 or len(heard.quantities) > 1 or not brief or not asks(heard.text):
        return None
    if any(word.entity in _SUBJECTS for word in heard.words):
        return None
    lines = _holding(state.last_text, f"(?<![0-9,]){re.escape(fold(turn.t.yen(told[0])))}")
    return Reply().say(*lines) if lines else None


def holding_count(turn: Turn) -> Reply | None:
    """The lines of the last reply with the number of times that few words suppose (`and twice?`); None mostly."""
    heard, state = turn.heard, turn.state
    told = [one.text for one in heard.quantities if one.kind == "times"]
    brief = len(heard.text) <= _table()["most"] and state.topic == FAQ and (asks(heard.text) or supposes(heard.text))
    if len(told) != 1 or len(heard.quantities) > 1 or not brief:
        return None
    if any(word.entity in _SUBJECTS for word in heard.words):
        return None
    lines = _holding(state.last_text, f"(?<![0-9]){re.escape(fold(told[0]))}")
    return Reply().say(*lines) if lines else None


def same_for_plan(turn: Turn) -> Reply | None:
    """The lines of the last reply that name a plan for which it is asked whether it is the same; None mostly."""
    plans = turn.heard.mentions.get("plan", ())
    if len(plans) != 1 or turn.heard.quantities or not re.search(_table()["same_for"], fold(turn.heard.text).strip()):
        return None
    name = turn.t(f"flow_quote.plan.options.{plans[0]}")
    lines = _holding(turn.state.last_text, re.escape(fold(name)))
    return Reply().say(*lines) if lines else None


def restated(turn: Turn) -> str | None:
    """The entry told last, or offered first, that is wanted once more in few words; None mostly."""
    state, entries = turn.state, turn.services.knowledge.entries
    if not wants_it_shortly(turn):
        return None
    shown = [one["faq"] for one in state.choices[-state.shown :] if one.get("faq") in entries] if state.shown else []
    return next(iter(shown), state.answer if state.topic == FAQ else following.told_last(turn))


def wants_it_shortly(turn: Turn) -> bool:
    """Whether few words want what was told last once more: plainly, shortly, in points."""
    return re.search(_table()["restated"], fold(turn.heard.text).strip()) is not None


def asks_surely(turn: Turn) -> str | None:
    """The entry told last, for whoever asks whether it holds without fail; None mostly."""
    found = re.search(_table()["surely"], fold(turn.heard.text).strip())
    return following.told_last(turn) if found else None


def of_not_held(turn: Turn) -> str | None:
    """The entry told last, that something is not held here, where a short message asks on about it; None mostly."""
    state, heard, table = turn.state, turn.heard, _table()
    named = any(word.entity in _SUBJECTS for word in heard.words) or len(heard.text) > table["most"]
    on = state.topic == FAQ and state.answer in table["not_held"] and not named
    return state.answer if on and re.search(table["of_that"], heard.folded) else None


def asks_why(turn: Turn) -> bool:
    """Whether a message only asks why it is so."""
    return turn.state.topic is not None and re.search(_table()["why"], fold(turn.heard.text).strip()) is not None


def entry_beside_flow(turn: Turn, flow: str, *, asking: bool = True) -> str | None:
    """The entry of the scheme spoken of that a short question asks for while a flow runs or was last; None mostly.

    Args:
        turn: The turn.
        flow: The flow's name.
        asking: Whether the message asks; rows that are also meant by what is only told (`told`) count anyway.
    """
    text = fold(turn.heard.text).strip()
    known = turn.state.closed.get(flow, {})
    scheme = (
        turn.heard.mention("scheme")
        or known.get("scheme")
        or known.get("product")
        or known.get("_judged")
        or turn.state.scheme
    )
    for wanted in _table()["beside_flow"].get(flow, ()) if len(text) <= _table()["most"] else ():
        if (asking or wanted.get("told")) and re.search(wanted["asked"], text):
            entry: str | None = wanted["entry"].get(scheme) or wanted["entry"].get("any")
            return entry
    return None


def place_named(turn: Turn, shown: int) -> int | None:
    """Which of the things shown last a message points at by its place, counted from 0; None when it names none.

    Args:
        turn: The turn.
        shown: How many there are; of one thing, none is pointed at.
    """
    found = re.search(_table()["place"], fold(turn.heard.text).strip()) if shown > 1 else None
    if found is None:
        return None
    if found["number"]:
        number = str(_table()["digits"]).find(found["number"]) % 9
    else:
        middle = shown // 2 if shown % 2 else -1
        number = {"first": 0, "last": shown - 1, "middle": middle}[
            next(name for name in ("first", "middle", "last") if found[name])
        ]
    return number if 0 <= number < shown else None


def whom(turn: Turn) -> str | None:
    """The entry of whom to ask about the scheme spoken of, when hardly more than that is asked; None mostly."""
    state, table, heard = turn.state, _table(), turn.heard
    text = fold(heard.text).strip()
    named = any(word.entity in _SUBJECTS for word in heard.words)
    spoken = state.topic is not None or state.scheme is not None
    if not spoken or named or len(text) > table["most"] or not re.search(table["whom"], text):
        return None
    if "harmed" in state.facts and state.scheme in table["by_hour"]:
        # After a harm that was told it goes by the hour whom to call.
        return None
    if state.answer in table["whom_again"]:
        return state.answer
    if state.topic in table["whom_itself"] or (state.answer or "").startswith(tuple(table["whom_answers"])):
        return None
    entry: str | None = table["whom_entry"].get(heard.mention("scheme") or state.scheme or "third_party")
    return entry


def of_scheme(turn: Turn, *, named: bool = False, surely: bool = False) -> str | None:
    """The entry that tells for the whole scheme spoken of what a question without a subject asks; None mostly.

    It is asked only when nothing nearer was found.

    Args:
        turn: The turn.
        named: Also where the message names the scheme itself.
        surely: Only by words that ask for it whatever else they are like.
    """
    state, table, heard = turn.state, _table(), turn.heard
    text = fold(heard.text).strip()
    free = {"scheme"} if named else set()
    other = any(word.entity in _SUBJECTS - free for word in heard.words)
    spoken = state.topic is not None or state.scheme is not None
    most = table["of_scheme_most"] * (2 if state.lang == "en" else 1)
    if not spoken or state.flow is not None or other or len(text) > most:
        return None
    last = turn.services.knowledge.entries.get(state.answer or "")
    scheme = state.scheme or (last.scheme if last is not None else "")
    rows = (row for row in table["of_scheme"] if row.get("sure") or not surely)
    entries = (wanted["entry"].get(scheme) for wanted in rows if re.search(wanted["asked"], text))
    return next((entry for entry in entries if entry), None)


def of_sums(turn: Turn) -> str | None:
    """The entry of the scheme spoken of that tells whether one sum is paid on top of another; None mostly."""
    heard, state, table = turn.heard, turn.state, _table()
    scheme = heard.mention("scheme") or state.scheme or ""
    text = fold(heard.text).strip()
    told = state.topic is not None and not (heard.mention("harm") or heard.mention("happened"))
    if not told or len(text) > table["of_sums_most"] or not asks(heard.text):
        return None
    rows = (row for row in table["of_sums"] if re.search(row["asked"], text) and re.search(row["beside"], text))
    said = fold(state.last_text)
    fitting = (row["entry"] for row in rows if re.search(row.get("said", ""), said))
    return next((entry[scheme] for entry in fitting if scheme in entry), None)


def about_quote(turn: Turn) -> str | None:
    """What few words after a premium want: `lasts`, `none`, `leave`, `cheaper`, `apply`, `tax`, `pay`; else None."""
    text, table = fold(turn.heard.text).strip(), _table()
    told = any(quantity.kind != "year" for quantity in turn.heard.quantities)
    if len(text) > table["quote_most"] or told or turn.heard.mention("scheme"):
        return None
    return next((wanted for wanted, asked in table["quote"].items() if re.search(asked, text)), None)


def asks_where(turn: Turn) -> bool:
    """Whether a message asks what the talk is about."""
    text = fold(turn.heard.text).strip()
    return len(text) <= _table()["most"] and re.search(_table()["where"], text) is not None


def loses_paper(turn: Turn) -> bool:
    """Whether a message tells of a paper, a number or a word that is lost: no accident."""
    text = fold(turn.heard.text)
    return re.search(_table()["lost_paper"], text) is not None and not turn.heard.mention("accident_detail")


def _holding(text: str, told: str) -> list[str]:
    """The lines that hold what is asked for, and where they are printed."""
    table = _table()
    lines = text.splitlines()
    sources = [line for line in lines if re.search(table["source"], fold(line))]
    found = [line.strip() for line in lines if line not in sources and re.search(told, fold(line))]
    # A line with an amount answers, one that only speaks of amounts does not.
    found = [line for line in found if re.search(table["amount"], fold(line))] or found
    return [*found, *sources] if found else []


def _offered(turn: Turn) -> str:
    """The answer of the entry that the last reply offered first; empty when it offered none."""
    knowledge = turn.services.knowledge
    title = next((choice for choice in turn.state.choices if choice["title"] in turn.state.last_text), None)
    entry = knowledge.entries.get((title or {}).get("faq", ""))
    if entry is None:
        return ""
    rendered = render_answer(entry, knowledge, as_of=turn.now, lang=turn.state.lang)
    return "\n".join(part for part in (rendered.text, rendered.detail, rendered.source_line) if part)

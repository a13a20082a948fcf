"""The third step of `quantities`: what stands around each quantity and between two: modifiers, ranges, tax, role."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from bot.engine.quantity_parts import LEFT, MAN, RANGED, Found
from bot.engine.quantity_words import Words

SHARED = "annual_sales"  # amounts beside each other are of the same kind only here; limits come in pairs
# What an amount may seem to be that names a course by its limit (「弁償が5千万までのコース」).
UNNAMED = (None, "damage")


class Composer:
    """Puts the quantities of one text in relation to its words and to each other."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def compose(self, text: str, found: list[Found]) -> list[Found]:
        """The quantities with modifiers, ranges joined, tax and role; `found` is changed."""
        for index, item in enumerate(found):
            previous = found[index - 1].end if index else 0
            following = found[index + 1].start if index + 1 < len(found) else len(text)
            self._modify(text, item, previous, following)
        self._list_courses(text, found)
        self._mark_left(text, found)
        found = self._merge(text, found)
        for index, item in enumerate(found):
            previous = found[index - 1].after if index else 0
            following = found[index + 1].before if index + 1 < len(found) else len(text)
            item.tax = self._tax_of(text, item, previous, following)
            item.role = item.role or self._role_near(text, found, index)
            if item.kind == "number" and item.role in self._words.table["headcount_roles"]:
                item.kind, item.unit = "headcount", "person"
        for left, right in pairwise(item for item in found if item.kind == "money"):
            if left.role == SHARED and right.role is None and self._words.beside.fullmatch(text, left.end, right.start):
                right.role = left.role
        self._pair_limits(text, found)
        for item in found:
            if item.kind == "money" and item.role in UNNAMED and self._words.limit_of_course.match(text, item.end):
                item.role = "sum_insured"
            if item.kind in ("money", "number") and self._words.foreign_currency.match(text, item.end):
                item.kind, item.unit, item.role = "foreign_money", None, None
        return found

    def _modify(self, text: str, item: Found, previous: int, following: int) -> None:
        head = text[previous : item.start]
        for pattern, modifier in self._words.prefixes:
            match = pattern.search(head)
            if match:
                item.modifier, item.before = modifier, previous + match.start()
                break
        for pattern, modifier in self._words.suffixes:
            match = pattern.match(text, item.end)
            if match and match.end() <= following:
                item.modifier, item.after = modifier, match.end()
                return

    def _merge(self, text: str, found: list[Found]) -> list[Found]:
        merged: list[Found] = []
        for item in found:
            joined = self._joined(text, merged[-1], item) if merged else None
            if joined is None:
                merged.append(item)
            else:
                merged[-1] = joined
        return merged

    def _mark_left(self, text: str, found: list[Found]) -> None:
        """Mark what is denied, or left for what follows it (「②から③に変えたら」): it is meant no more."""
        for index, left in enumerate(found):
            right = found[index + 1] if index + 1 < len(found) else None
            if self._words.denied.match(text, left.end) or self._words.denied_before.search(text[: left.start]):
                left.role = LEFT
            elif right is not None and left.kind in (right.kind, "number"):
                gap = self._words.changed_from.match(text, left.end)
                if gap and gap.end() == right.start and self._words.changed_to.match(text, right.end):
                    left.role = LEFT
                elif left.kind == right.kind and self._words.mended.fullmatch(text, left.end, right.start):
                    left.role = LEFT

    def _list_courses(self, text: str, found: list[Found]) -> None:
        """A bare number in a row with a course before it is a course too (`courses 1, 2 and 3`)."""
        for left, right in pairwise(found):
            bare = right.kind == "number" and 1 <= right.value <= 5
            if left.kind == "course" and bare and self._words.course_list.match(text[left.end : right.start]):
                right.kind, right.unit = "course", "course"

    @staticmethod
    def _course_range(left: Found, right: Found) -> Found | None:
        if not {left.kind, right.kind} <= {"course", "number"} or not left.value < right.value <= 5:
            return None
        low, high = left.value, right.value
        start = {"start": left.start, "before": left.before}
        return replace(right, kind="course", unit="course", value=low, low=low, high=high, modifier=None, **start)

    def _joined(self, text: str, left: Found, right: Found) -> Found | None:
        """The range that two neighbours make, if they make one."""
        if LEFT in (left.role, right.role):
            return None
        if "course" in (left.kind, right.kind):
            return self._course_range(left, right) if self._words.range.match(text[left.end : right.start]) else None
        if right.kind not in RANGED or left.kind not in (right.kind, "number") or left.low is not None:
            return None
        between = text[left.end : right.start]
        listed = bool(self._words.list.match(between))
        bounded = (
            left.modifier in ("at_least", "over")
            and right.modifier in ("under", "at_most")
            and bool(self._words.bound_join.match(text[left.after : right.before]))
        )
        if not (listed or bounded or self._words.range.match(between)):
            return None
        upper = self._neighbour(left, right) if listed else right
        low = self._scaled(left, upper) if upper else None
        if upper is None or low is None:
            return None
        modifier = None if bounded else right.modifier if right.modifier == "about" else left.modifier
        joined = replace(upper, value=low, low=low, high=upper.value, start=left.start, before=left.before)
        joined.modifier = modifier if modifier == "about" else None
        return joined

    @staticmethod
    def _neighbour(left: Found, right: Found) -> Found | None:
        """The right one of a list when it follows the left one directly (「7、8千万」, 「十二、三人」)."""
        if left.value + 1 == (right.first if left.kind == "number" else right.value):
            return right if left.kind == "number" or right.kind in ("headcount", "times") else None
        tens = left.value - left.value % 10
        if left.kind == "number" and tens and left.value % 10 + 1 == right.value:
            return replace(right, value=tens + right.value)
        return None

    @staticmethod
    def _scaled(left: Found, right: Found) -> Decimal | None:
        """The lower bound, with the scale of the upper one where its own was left out (「5〜6千万」)."""
        if left.kind == right.kind and left.kind != "number":
            return left.value if left.value < right.value else None
        scales = (right.first_scale, MAN, 1) if right.kind == "money" else (right.first_scale, 1)
        return next((left.value * scale for scale in scales if left.value * scale < right.value), None)

    # -- tax and role

    def _tax_of(self, text: str, item: Found, previous: int, following: int) -> str | None:
        if item.kind not in ("money", "number"):
            return None
        reach = self._words.table["tax_reach"]
        before = text[max(previous, item.start - reach) : item.start]
        after = text[item.end : min(following, item.end + reach)]
        matches = [*self._words.tax.finditer(before)][-1:] + [*self._words.tax.finditer(after)][:1]
        if not matches:
            return None
        return "included" if matches[0].group("included") else "excluded"

    def _role_near(self, text: str, found: list[Found], index: int) -> str | None:
        item = found[index]
        allowed = self._allowed(item)
        if not allowed:
            return None
        previous = found[index - 1].end if index else 0
        reach = self._words.table["role_reach_before"]
        # A word that ends within reach is read whole (`property damage`, not `damage`).
        before = self._words.clause.split(
            text[max(previous, item.start - reach - self._words.longest_role) : item.start]
        )[-1]
        cues = [cue.group() for cue in self._words.role.finditer(before) if len(before) - cue.end() < reach]
        own = [cue for cue in cues if self._words.role_of[cue] is None or self._words.role_of[cue] in allowed]
        if own and self._words.role_of[own[-1]] in self._words.table["yielding_roles"]:
            own = [cue for cue in own if self._words.role_of[cue] in self._words.table["yields_to"]] or own
        if own and not (index and self._belongs_before(text, found[index - 1], item)):
            return self._words.role_of[own[-1]]
        after = self._words.role_after.match(text, item.end)
        if after and (not cues or not own or index):
            role = self._words.role_of[after.group("cue")]
            following = found[index + 1].start if index + 1 < len(found) else len(text) + 9
            # What stands right before another quantity belongs to that one, where it can have such a role at all.
            free = index + 1 == len(found) or role not in self._allowed(found[index + 1])
            link = len(text[item.end : after.end()].strip()) > len(after.group("cue"))
            tied = free or link or following - after.end() > 3
            if role in allowed and tied:
                return role
        return self._words.role_of[own[-1]] if own else None

    def _allowed(self, item: Found) -> list[str]:
        """The roles that a quantity of its kind can have."""
        money, people = self._words.table["money_roles"], self._words.table["headcount_roles"]
        return {"money": money, "number": [*money, *people], "headcount": people}.get(item.kind, [])

    def _pair_limits(self, text: str, found: list[Found]) -> None:
        """Two amounts side by side (「5億5億」) are a course's limits: for persons, then for property."""
        for left, right in pairwise(found):
            plain = all(
                item.kind == "money" and item.low is None and item.modifier is None and item.role is None
                for item in (left, right)
            )
            large = min(left.value, right.value) >= self._words.table["limit_from"]
            if plain and large and self._words.limit_pair.match(text[left.end : right.start]):
                left.role, right.role = "limit_bodily", "limit_property"

    def _belongs_before(self, text: str, left: Found, item: Found) -> bool:
        """Whether the cue between two amounts is tied to the first one (「8千万の売上で1億の対物」)."""
        link = self._words.role_after.match(text, left.end)
        if not link or link.end() > item.start or link.end() - left.end == len(link.group("cue")):
            return False
        if self._words.role_of[link.group("cue")] not in self._allowed(left):
            return False
        own = self._words.role_after.match(text, item.end)
        return bool(own)

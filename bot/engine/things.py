"""What a message names and counts, as words: the classifier learns from kinds of things beside the n-grams.

`第三者で3千万円のワイド` and `サイバーの売上2億でC` share hardly an n-gram, but a scheme, an amount and a plan.
The lexicon and the quantity parser find them anyhow; here each becomes one word for its kind and one for its value.
"""

from __future__ import annotations

from bot.engine.lexicon import whole_lexicon
from bot.engine.quantities import whole_parser


def things(text: str) -> str:
    """Kinds and values of all that a message names and counts, in the order of the text, separated by spaces."""
    found: list[tuple[int, int, str]] = []
    # What was said before stands on a line of its own, and was read then.
    for number, line in enumerate(text.split("\n")):
        for item in whole_lexicon().find(line):
            found.append((number, item["start"], f"{item['entity']} {item['entity']}={item['value']}"))
        for counted in whole_parser().parse(line):
            found.append((number, counted.start, f"{counted.kind} {counted.kind}:{counted.role}"))
    return " ".join(words for _, _, words in sorted(found))

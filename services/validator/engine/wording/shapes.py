"""Patterns in words: « un chiffre, puis 2 lettres » rather than a regular expression.

Nobody in a town hall reads regular expressions. What the words cannot say briefly keeps its
pattern, with an example.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from services.validator.engine.wording.pattern_tree import (
    Either,
    Known,
    Letters,
    Maybe,
    OneOf,
    Part,
    Several,
    Text,
    read,
)
from services.validator.engine.wording.shape_words import (
    KINDS,
    KNOWN,
    NOUNS,
    PLAIN,
    USUAL,
    Noun,
)
from shared.typography import NO_BREAK

_OF_SPREADSHEET = re.compile(r"\d([.,]\d+)?[eE]\+?\d\d?")
"""2,194E+13, which was a number of fourteen digits."""
_SHOWN = 12
_LONGEST = 240
"""Values of a list that are named, and characters that words may take."""
_MOST_PARTS = 7


@lru_cache(maxsize=1024)
def shape(pattern: str, lang: str) -> str | None:
    """The pattern in words, None where they would not be shorter and clearer than the pattern."""
    if usual := USUAL.get(pattern):
        return usual.fr if lang == "fr" else usual.en
    parts = read(pattern)
    if not parts or _size(parts) > _MOST_PARTS:
        return None
    said = _Speaker(lang).whole(parts)
    return said if len(said) <= _LONGEST or isinstance(parts[0], OneOf | Several) else None


def describe_pattern(params: Mapping[str, Any], cell: str, lang: str) -> dict[str, str]:
    """`shape` and `shape_example`: what a pattern's wording names.

    What a spreadsheet made of a long number is said rather than an example.
    """
    pattern, example = str(params.get("pattern", "")), params.get("example")
    plain = PLAIN[lang]
    said = shape(pattern, lang) or plain["pattern"].format(_Speaker(lang).quoted(pattern))
    if not example and pattern in USUAL:
        example = USUAL[pattern].example
    if _OF_SPREADSHEET.fullmatch(cell):
        hint = plain["spreadsheet"]
    else:
        hint = plain["example"].format(example) if example else plain["no-example"]
    return {"shape": said, "shape_example": hint}


def _size(parts: Sequence[Part]) -> int:
    total = 0
    for part in parts:
        total += 1
        if isinstance(part, Maybe | Several):
            total += _size(part.parts)
        elif isinstance(part, Either):
            total += sum(_size(way) for way in part.ways)
    return total


class _Speaker:
    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._words = PLAIN[lang]

    def whole(self, parts: Sequence[Part]) -> str:
        if len(parts) == 1 and isinstance(parts[0], OneOf):
            return self._words["among"].format(self._listed(parts[0].values))
        return self.sequence(parts)

    def sequence(self, parts: Sequence[Part]) -> str:
        return self._words["then"].join(map(self._part, parts))

    def _together(self, parts: Sequence[Part]) -> str:
        """As one part of something larger."""
        *said, last = map(self._part, parts)
        return self._words["and"].join(filter(None, (", ".join(said), last)))

    def quoted(self, text: str) -> str:
        if not text.strip():
            return self._words["space"]
        return f"«{NO_BREAK}{text}{NO_BREAK}»" if self._lang == "fr" else f'"{text}"'

    def _part(self, part: Part) -> str:
        match part:
            case Text(text):
                said = self.quoted(text)
            case Known(name):
                said = KNOWN[self._lang][name]
            case Letters():
                said = self._letters(part)
            case OneOf(values):
                said = self._listed(values)
            case Maybe(parts):
                said = self._words["maybe"] + self._together(parts)
            case Either(ways):
                said = self._words["else"].join(map(self._together, ways))
            case Several(parts, separator):
                said = self._several(parts, separator)
        return said

    def _several(self, parts: Sequence[Part], separator: str) -> str:
        mark = self.quoted(separator)
        if len(parts) == 1 and isinstance(parts[0], OneOf):
            values = self._listed(parts[0].values)
            return self._words["several-among"].format(values, mark)
        return self._words["several"].format(self._together(parts), mark)

    def _listed(self, values: Sequence[str]) -> str:
        said: list[str] = []
        for value in values[:_SHOWN]:
            if said and len(value) + sum(map(len, said)) > _LONGEST:
                break
            said.append(self.quoted(value))
        if len(said) < len(values):
            return ", ".join(said) + self._words["more"].format(len(values))
        return self._words["or"].join(filter(None, (", ".join(said[:-1]), said[-1])))

    def _letters(self, part: Letters) -> str:
        words, nouns = self._words, NOUNS[self._lang]
        # A letter is a letter with or without its accent, where both cases may stand.
        kinds = part.kinds - {"accent"} if part.kinds >= {"upper", "lower"} else part.kinds
        members = self._members(part, kinds)
        among = words["with"].format(", ".join(members))
        some, noun = words["some"] + among, Noun(words["one"], "", words["many"])
        if part.but:
            without = words["nor"].join(members)
            some, among = words["text-but"].format(without), words["but"].format(without)
        elif _are_digits(part):
            digits = nouns[frozenset({"digit"})]
            return self._number(part, Noun(digits.one + among, digits.or_more, digits.many + among))
        elif kinds in nouns and not part.ranges and part.others in {"", "_"}:
            some, noun, among = words["text"] if kinds == {"any"} else "", nouns[kinds], ""
        if some and part.most is None and part.least <= 1:
            return self._maybe(part) + some
        return self._number(part, noun) + among

    def _maybe(self, part: Letters) -> str:
        return "" if part.least else self._words["maybe"]

    def _number(self, part: Letters, noun: Noun) -> str:
        least, most, words = part.least, part.most, self._words
        if most == 1:
            said = self._maybe(part) + noun.one
        elif most is None and least > 1:
            said = words["least"].format(least, noun.many)
        elif most is None:
            said = f"{noun.or_more if least else words['any']} {noun.many}"
        elif least == most:
            said = f"{least} {noun.many}"
        elif least == 0:
            said = words["most"].format(most, noun.many)
        elif most == least + 1:
            said = f"{least}{words['or']}{most} {noun.many}"
        else:
            said = words["between"].format(least, most, noun.many)
        return said

    def _members(self, part: Letters, kinds: frozenset[str]) -> list[str]:
        names, said = KINDS[self._lang], []
        if part.but and kinds == {"space"}:
            said, kinds = [self._words["space"]], frozenset()
        if kinds >= {"upper", "lower"}:
            said.append(self._words["letters"])
            kinds -= {"upper", "lower"}
        said += [names[kind] for kind in names if kind in kinds]
        said += [self._words["range"].format(*ends) for ends in part.ranges]
        return [*said, *(part.others if _are_digits(part) else map(self.quoted, part.others))]


def _are_digits(part: Letters) -> bool:
    """Whether some of the ten digits may stand there and nothing else."""
    letters = part.others + "".join(map("".join, part.ranges))
    return not part.kinds and letters.isdigit()

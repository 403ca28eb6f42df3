"""Order and equality of version numbers as French schemas write them.

They are nearly, not always, semantic versions: `1.1`, `v2.1.5`, `0.5beta`, `1.0.0-rc.1`.
"""

import re

_NUMBER = re.compile(
    r"v?(\d{1,9}(?:\.\d{1,9})*)(?:[-.]?([0-9A-Za-z][0-9A-Za-z.-]*))?(?:\+.*)?", re.IGNORECASE
)
_MAX_LENGTH = 40
_DIGITS_OR_LETTERS = re.compile(r"\d+|[A-Za-z]+")

VersionKey = tuple[tuple[int, ...], int, tuple[tuple[int, int, str], ...]]


def is_version(text: str) -> bool:
    """Whether the text looks like a version number: `main` and `latest` do not."""
    return len(text) <= _MAX_LENGTH and _NUMBER.fullmatch(text) is not None


def version_key(text: str) -> VersionKey:
    """A key that orders versions: 0.5beta < 0.5 < 0.10 < 1.1 = v1.1.0.

    A pre-release comes before its release; its parts compare as numbers where both are
    (rule 11 of semver). What is no version at all comes before everything.
    """
    found = _NUMBER.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if found is None:
        return (), 0, ((0, 0, text),)
    numbers = tuple(int(part) for part in found[1].split("."))
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers = numbers[:-1]
    if not found[2]:
        return numbers, 1, ()
    parts = _DIGITS_OR_LETTERS.findall(found[2].lower())
    return numbers, 0, tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)


def is_prerelease(text: str) -> bool:
    """Whether a release is still to come after this version."""
    return version_key(text)[1] == 0


def latest(versions: list[str]) -> str:
    """The newest release, or the newest pre-release where nothing else exists.

    Raises `ValueError` without versions.
    """
    releases = [version for version in versions if not is_prerelease(version)]
    return max(releases or versions, key=version_key)

"""A file that is checked, whoever sent it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CheckedFile:
    """The file that was checked, whoever sent it. `source_url`: where it was fetched.

    `new`: its content was not in the store before, so no verdict on it can be known. `passing`:
    it came to be checked only, and is kept for a while, unless a resource has it too.
    """

    sha256: str
    size: int
    name: str
    source_url: str | None = None
    new: bool = field(default=False, compare=False)
    passing: bool = field(default=False, compare=False)

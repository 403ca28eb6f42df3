"""Files of the kinds that the Pollock benchmark pollutes, generated from one clean table.

Each says the labels and rows that a good reader finds, or that the file is no table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LABELS = ("identifiant", "nom", "montant", "date")
ROWS = (
    ("1", "Créteil", "12.5", "2024-01-31"),
    ("2", "Joinville, le Pont", "3", "2024-02-01"),
    ("3", "l'Haÿ", "0", "2023-12-31"),
    ("4", 'dit "oui"', "-1", "2022-05-06"),
)  # fmt: skip


@dataclass(frozen=True)
class Polluted:
    """`rows` None: the file must be refused as unreadable."""

    name: str
    content: bytes
    labels: tuple[str, ...] = LABELS
    rows: tuple[tuple[str, ...], ...] | None = ROWS


def _quoted(cell: str, delimiter: str, mark: str, *, everywhere: bool) -> str:
    if everywhere or any(sign in cell for sign in (delimiter, mark, "\r", "\n")):
        return f"{mark}{cell.replace(mark, mark * 2)}{mark}"
    return cell


def _text(
    rows: Sequence[Sequence[str]] = ROWS, *, labels: Sequence[str] = LABELS, delimiter: str = ",",
    end: str = "\n", mark: str = '"', everywhere: bool = False,
) -> str:  # fmt: skip
    return "".join(
        delimiter.join(_quoted(cell, delimiter, mark, everywhere=everywhere) for cell in row) + end
        for row in (labels, *rows)
    )


def _delimiters() -> Iterator[Polluted]:
    marks = {"semicolon": ";", "tab": "\t", "pipe": "|", "comma": ","}
    for name, mark in marks.items():
        yield Polluted(f"delimiter-{name}", _text(delimiter=mark).encode())
        everywhere = _text(delimiter=mark, everywhere=True)
        yield Polluted(f"delimiter-{name}-all-quoted", everywhere.encode())
    yield Polluted("delimiter-then-space", _text(delimiter=", ").encode())
    yield Polluted("separator-declared", ("sep=;\n" + _text(delimiter=";")).encode())


def _line_ends() -> Iterator[Polluted]:
    for name, end in {"lf": "\n", "crlf": "\r\n", "cr": "\r"}.items():
        text = _text(end=end)
        yield Polluted(f"line-end-{name}", text.encode())
        yield Polluted(f"line-end-{name}-none-at-end", text.removesuffix(end).encode())
        yield Polluted(f"line-end-{name}-twice-at-end", (text + end).encode(), rows=(*ROWS, ()))
    lines = _text().splitlines()
    mixed = "".join(line + end for line, end in zip(lines, ("\n", "\r\n", "\n", "\r\n", "\n"),
                                                   strict=True))  # fmt: skip
    yield Polluted("line-ends-mixed", mixed.encode())


def _encodings() -> Iterator[Polluted]:
    for name in ("utf-8-sig", "utf-16", "cp1252", "iso-8859-15", "mac-roman", "cp850"):
        yield Polluted(f"encoding-{name}", _text().encode(name))
    yield Polluted("encoding-utf-16-le-no-mark", _text().encode("utf-16-le"))


def _around() -> Iterator[Polluted]:
    text = _text()
    yield Polluted("above-one-title", f"Liste des villes\n{text}".encode())
    yield Polluted("above-title-and-blank", f"Liste des villes\n\n{text}".encode())
    yield Polluted("above-title-padded", f"Liste des villes,,,\n,,,\n{text}".encode())
    yield Polluted("above-blank-line", f"\n{text}".encode())
    yield Polluted("below-blank-lines", f"{text}\n\n\n".encode(), rows=(*ROWS, (), (), ()))
    yield Polluted(
        "below-rows-of-delimiters", f"{text},,,\n,,,\n".encode(),
        rows=(*ROWS, ("",) * 4, ("",) * 4),
    )  # fmt: skip
    yield Polluted("header-only", _text(()).encode(), rows=())
    yield Polluted("empty", b"", rows=None)
    yield Polluted("blank-lines-only", b"\n\n \n", rows=None)
    yield Polluted("binary", bytes(range(256)) * 8, rows=None)


def _quotes() -> Iterator[Polluted]:
    inside = (("1", "deux\nlignes", "2", "x"), ("2", 'a "b", c', "3", "y"))
    yield Polluted("quote-newline-inside", _text(inside).encode(), rows=inside)
    yield Polluted("quote-all", _text(everywhere=True).encode())
    plain = 'identifiant,nom\n1,5 "pouces"\n2,x\n'
    yield Polluted(
        "quote-inside-unquoted", plain.encode(), ("identifiant", "nom"),
        (("1", '5 "pouces"'), ("2", "x")),
    )  # fmt: skip
    after = 'identifiant,nom\n1,"ab"cd\n2,x\n'
    yield Polluted(
        "quote-closed-early", after.encode(), ("identifiant", "nom"), (("1", "abcd"), ("2", "x"))
    )
    left_open = 'identifiant,nom\n1,x\n2,"jamais fermé\n3,y\n'
    yield Polluted("quote-left-open", left_open.encode(), ("identifiant", "nom"), (("1", "x"),))


def _rows() -> Iterator[Polluted]:
    for name, changed in {
        "short": ROWS[1][:2], "long": (*ROWS[1], "de trop"), "very-long": (*ROWS[1], *"abcdef"),
        "one-cell": ROWS[1][:1], "blank": (), "of-delimiters": ("",) * 4,
    }.items():  # fmt: skip
        rows = (ROWS[0], changed, *ROWS[2:])
        yield Polluted(f"row-{name}", _text(rows).encode(), rows=rows)
    trailing = tuple((*row, "") for row in ROWS)
    yield Polluted("delimiter-at-every-end", _text(trailing).encode(), rows=trailing)


def _columns() -> Iterator[Polluted]:
    yield Polluted("single-column", b"nom\nx\ny\n", ("nom",), (("x",), ("y",)))
    yield Polluted(
        "column-without-title", b"identifiant,,nom\n1,a,x\n", ("identifiant", "", "nom"),
        (("1", "a", "x"),),
    )  # fmt: skip
    yield Polluted("column-title-twice", b"nom,nom\nx,y\n", ("nom", "nom"), (("x", "y"),))
    wide = tuple(f"c{n}" for n in range(500))
    yield Polluted("columns-many", _text((wide,), labels=wide).encode(), wide, (wide,))
    long = (("1", "x" * 100_000, "2", "y"),)
    yield Polluted("cell-very-long", _text(long).encode(), rows=long)
    yield Polluted(
        "decimal-commas", _text((("1", "a", "12,5", "x"), ("2", "b", "0,5", "y")),
                                delimiter=";").encode(),
        rows=(("1", "a", "12,5", "x"), ("2", "b", "0,5", "y")),
    )  # fmt: skip


def polluted_files() -> tuple[Polluted, ...]:
    """All of them, in a stable order."""
    return (
        *_delimiters(), *_line_ends(), *_encodings(), *_around(), *_quotes(), *_rows(),
        *_columns(),
    )  # fmt: skip

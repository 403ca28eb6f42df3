"""The words of which the shapes of values are made, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.typography import NO_BREAK


@dataclass(frozen=True)
class Usual:
    """Words for patterns that schemas have in common, better than those made from their parts."""

    fr: str
    en: str
    example: str


_DATE = Usual("une date (AAAA-MM-JJ)", "a date (YYYY-MM-DD)", "2024-03-15")
_INSEE = Usual(
    "un code INSEE de commune (5 caractères)", "the INSEE code of a commune (5 characters)", "94028"
)
USUAL: Mapping[str, Usual] = {
    r"\d{4}-\d{2}-\d{2}": _DATE,
    r"^\d{4}-\d{2}-\d{2}$": _DATE,
    r"^[0-9]{4}\-[0-9]{2}\-[0-9]{2}$": _DATE,
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])$": _DATE,
    r"^\d{4}-[01]\d-[0-3]\d([+-][0-2]\d:[0-5]\dZ?)?$": _DATE,
    r"^([013-9]\d|2[AB1-9])\d{3}$": _INSEE,
    r"^\d[AB\d]\d{3}$": _INSEE,
    r"^(https?)://[^\s/$.?#].[^\s]*$": Usual(
        "une adresse web complète", "a complete web address", "https://www.ville-creteil.fr"
    ),
    r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])": _DATE,
    r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})$": Usual(
        "une date, une heure et un fuseau (AAAA-MM-JJThh:mm:ss+hh:mm)",
        "a date, a time and an offset (YYYY-MM-DDThh:mm:ss+hh:mm)",
        "2024-03-15T14:30:00+01:00",
    ),
    r"^[1-2]\d\d\d$": Usual("une année sur 4 chiffres", "a year of 4 digits", "2024"),
    r"^[0-9]{4}(\/[0-9]{4})?$": Usual(
        "une année, ou deux années séparées par /",
        "a year, or two years separated by /",
        "2023/2024",
    ),
    r"^[0-9]{4}\-[0-9]{2}\-[0-9]{2}(\/[0-9]{4}\-[0-9]{2}\-[0-9]{2})?$": Usual(
        "une date AAAA-MM-JJ, ou deux séparées par /",
        "a date YYYY-MM-DD, or two separated by /",
        "2024-01-01/2024-12-31",
    ),
}


@dataclass(frozen=True)
class Noun:
    """What is counted: one of them, how one says that there may be more, their plural."""

    one: str
    or_more: str
    many: str


KNOWN: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "insee": "un code INSEE de commune",
        "date": "une date AAAA-MM-JJ",
        "web": f"«{NO_BREAK}http://{NO_BREAK}» ou «{NO_BREAK}https://{NO_BREAK}»",
    },
    "en": {
        "insee": "the INSEE code of a commune",
        "date": "a date YYYY-MM-DD",
        "web": '"http://" or "https://"',
    },
}
NOUNS: Mapping[str, Mapping[frozenset[str], Noun]] = {
    "fr": {
        frozenset({"any"}): Noun("un caractère", "un ou plusieurs", "caractères"),
        frozenset({"digit"}): Noun("un chiffre", "un ou plusieurs", "chiffres"),
        frozenset({"upper"}): Noun(
            "une lettre majuscule", "une ou plusieurs", "lettres majuscules"
        ),
        frozenset({"lower"}): Noun(
            "une lettre minuscule", "une ou plusieurs", "lettres minuscules"
        ),
        frozenset({"upper", "lower"}): Noun("une lettre", "une ou plusieurs", "lettres"),
        frozenset({"upper", "digit"}): Noun(
            "une majuscule ou un chiffre", "un ou plusieurs", "majuscules ou chiffres"
        ),
        frozenset({"upper", "lower", "digit"}): Noun(
            "une lettre ou un chiffre", "un ou plusieurs", "lettres ou chiffres"
        ),
    },
    "en": {
        frozenset({"any"}): Noun("one character", "one or more", "characters"),
        frozenset({"digit"}): Noun("one digit", "one or more", "digits"),
        frozenset({"upper"}): Noun("one capital", "one or more", "capitals"),
        frozenset({"lower"}): Noun("one small letter", "one or more", "small letters"),
        frozenset({"upper", "lower"}): Noun("one letter", "one or more", "letters"),
        frozenset({"upper", "digit"}): Noun(
            "one capital or digit", "one or more", "capitals or digits"
        ),
        frozenset({"upper", "lower", "digit"}): Noun(
            "one letter or digit", "one or more", "letters or digits"
        ),
    },
}
KINDS: Mapping[str, Mapping[str, str]] = {
    "fr": {"upper": "majuscules", "lower": "minuscules", "digit": "chiffres",
           "accent": "lettres accentuées", "space": "espaces"},
    "en": {"upper": "capitals", "lower": "small letters", "digit": "digits",
           "accent": "letters with accents", "space": "spaces"},
}  # fmt: skip
PLAIN: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "or": " ou ", "then": ", puis ", "else": ", ou bien ", "and": " et ",
        "maybe": "éventuellement ", "letters": "lettres", "one": "un caractère",
        "some": "des caractères", "many": "caractères", "with": " ({})", "but": " autres que {}",
        "text-but": "un texte sans {}",
        "nor": " ni ",
        "text": "un texte", "any": "éventuellement des",
        "least": "au moins {} {}", "most": "au plus {} {}",
        "between": "{} à {} {}", "range": "{} à {}", "among": "une valeur parmi {}",
        "several-among": "une ou plusieurs valeurs parmi {}, séparées par {}",
        "several": f"une ou plusieurs valeurs, séparées par {{1}}, chacune ainsi{NO_BREAK}: {{0}}",
        "more": " … ({} en tout)",
        "pattern": "motif {}", "example": "Par exemple {}.",
        "spreadsheet": "Le tableur a pris ce numéro pour un nombre et des chiffres sont perdus"
        f"{NO_BREAK}: mettez la colonne au format texte, puis saisissez le numéro à nouveau.",
        "no-example": "Comparez avec les autres lignes, ou avec la documentation du schéma.",
        "space": "espace",
    },
    "en": {
        "or": " or ", "then": ", then ", "else": ", or else ", "and": " and ",
        "maybe": "possibly ", "letters": "letters", "one": "one character",
        "some": "characters", "many": "characters", "with": " ({})", "but": " other than {}",
        "text-but": "a text without {}",
        "nor": " or ",
        "text": "a text", "any": "possibly", "least": "at least {} {}", "most": "at most {} {}",
        "between": "{} to {} {}", "range": "{} to {}", "among": "one of {}",
        "several-among": "one or more of {}, separated by {}",
        "several": "one or more values, separated by {1}, each like this: {0}",
        "more": " … ({} in all)",
        "pattern": "pattern {}", "example": "For example {}.",
        "spreadsheet": "The spreadsheet took it for a number and digits are lost: format the "
        "column as text, then type the number again.",
        "no-example": "Compare with other rows, or with the documentation of the schema.",
        "space": "space",
    },
}  # fmt: skip

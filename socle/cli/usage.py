"""Errors in the way a command was written, in French unless English is wanted.

The two parsers of the command line (argparse, Typer) state them in English only.
"""

import os
import re
from collections.abc import Sequence

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")

_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), french)
    for pattern, french in (
        (
            r"No such option: (\S+)(?: \(Possible options: (?P<near>.*)\))?",
            "l'option {0} n'existe pas",
        ),
        (
            r"No such command '(.*?)'\.(?: Did you mean (?P<near>.*)\?)?",
            "la commande « {0} » n'existe pas",
        ),
        (r"Missing command\.", "il manque une commande"),
        (r"Missing (?:argument|parameter) '?(.*?)'?\..*", "il manque {0}"),
        (r"Missing option '?(.*?)'?\..*", "il manque l'option {0}"),
        (r"Option '(.*)' does not take a value\.", "l'option {0} ne prend pas de valeur"),
        (r"Option '(.*)' requires an argument\.", "il manque une valeur après {0}"),
        (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", "en trop : {0}"),
        (
            r"Invalid value for '?(.*?)'?: (?:Value )?'(.*)' is not a valid .*",
            "{0} : « {1} » n'est pas une valeur permise",
        ),
        (
            r"Invalid value for '?(.*?)'?: (?:Value error, )?'(.*)' is not one of (.*)\.",
            "{0} : « {1} » n'est pas permis ; choisissez parmi {2}",
        ),
        (r"Invalid value for '?(.*?)'?: (.*)", "{0} : valeur incorrecte ({1})"),
        (r"unrecognized arguments: (.*)", "en trop, ou inconnu : {0}"),
        (r"the following arguments are required: (.*)", "il manque {0}"),
        (r"argument (.*): expected one argument", "il manque une valeur après {0}"),
        (
            r"argument (.*): invalid choice: '(.*)' \(choose from (.*)\)",
            "{0} : « {1} » n'est pas permis ; choisissez parmi {2}",
        ),
        (r"argument (.*): invalid \w+ value: '(.*)'", "{0} : « {1} » n'est pas permis"),
        (
            r"ambiguous option: (.*) could match (.*)",
            "{0} peut vouloir dire {1} : écrivez l'option en entier",
        ),
    )
)


def wants_english(arguments: Sequence[str]) -> bool:
    """`--lang` says it, else the locale of the session."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1] == "en"
        if argument.startswith("--lang="):
            return argument == "--lang=en"
    locale = next((os.environ[name] for name in _LOCALE if os.environ.get(name)), "")
    return locale.lower().startswith("en")


def usage_error(message: str, *, english: bool) -> str:
    """The parser's message as a sentence; one that is not known stays as it is."""
    if english:
        return message
    for pattern, french in _SENTENCES:
        if found := pattern.fullmatch(message.strip()):
            near = found.groupdict().get("near")
            hint = f" ; vouliez-vous écrire {near} ?" if near else "."
            return french.format(*found.groups()) + hint
    return message

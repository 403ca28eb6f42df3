"""Warnings about the choice of the schema, which the engine knows nothing of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from shared.contracts.report import ReportError

_WORDS: Mapping[str, Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "declared-schema-unknown": {
            "fr": (
                "Schéma déclaré inconnu",
                (
                    "« {declared} », déclaré par le portail, n'est pas un schéma du registre : le "
                    "schéma a été cherché d'après les colonnes."
                ),
                "Déclarez sur le portail un schéma de schema.data.gouv.fr.",
            ),
            "en": (
                "Unknown declared schema",
                (
                    "The schema declared by the portal, {declared}, is not in the register: the "
                    "schema was looked for from the columns."
                ),
                "Declare a schema of schema.data.gouv.fr on the portal.",
            ),
        },
        "declared-version-unknown": {
            "fr": (
                "Version déclarée inconnue",
                (
                    "La version déclarée, {declared}, n'est pas dans le registre : le fichier est "
                    "contrôlé avec la version {used}."
                ),
                "Déclarez sur le portail une version publiée du schéma.",
            ),
            "en": (
                "Unknown declared version",
                (
                    "The declared version, {declared}, is not in the register: the file is checked "
                    "with version {used}."
                ),
                "Declare a published version of the schema on the portal.",
            ),
        },
    }
)


@dataclass(frozen=True)
class Notice:
    """`params` are JSON values."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the report."""
        return {"code": self.code, "params": dict(self.params)}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Notice":
        """The inverse of `to_json`."""
        return cls(code=facts["code"], params=facts["params"])

    def in_words(self, lang: str) -> ReportError:
        """The warning as it stands in a report."""
        title, message, hint = _WORDS[self.code]["en" if lang == "en" else "fr"]
        return ReportError(
            code=self.code, title=title, message=message.format(**self.params).strip(), hint=hint
        )

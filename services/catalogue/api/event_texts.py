"""An event in words."""

from services.catalogue.models.event import Event, EventKind
from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.wording import Language, wording


def event_title(event: Event, language: Language) -> str:
    """« Délibérations, deliberations-2025.csv : non conforme → conforme »."""
    words = wording(language)
    kind = event.kind.value
    if event.kind is EventKind.VERDICT_CHANGED and event.before is None:
        kind = "verdict-first"
    return words[f"event.{kind}"].format(
        dataset=event.dataset_title,
        resource=event.resource_title or words["feed.file"],
        before=words.get(f"verdict.{event.before}", ""),
        after=words.get(f"verdict.{event.after}", ""),
    )


def event_summary(event: Event, language: Language) -> str:
    """Who, by which schema, and where to go on from here."""
    words = wording(language)
    parts = [words["event.organization"].format(name=event.organization_name)]
    if event.schemas:
        names = ", ".join(schema_label(name, language) for name in event.schemas)
        parts.append(words["event.schema"].format(name=names))
    if event.after in {"invalid", "unreadable"}:
        parts.append(words["event.see-report"])
    if event.fictitious:
        parts.append(words["event.fictitious"])
    return " ".join(parts)

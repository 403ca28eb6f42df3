"""Why a dataset has its place in a search, in numbers and in a sentence."""

from pydantic import BaseModel

from services.catalogue.models.ranking import Factors
from services.catalogue.models.search import Explanation, WordMatch

_FIELDS = {
    "title": "dans le titre",
    "names": "dans les noms (organisation, producteur, territoire)",
    "topics": "dans les mots-clés, thèmes ou schémas",
    "rest": "dans la description ou les titres des fichiers",
    "around": "dans les territoires qui le contiennent",
    "place": "est le territoire du jeu",
    "territory": "contient le territoire du jeu",
    "words": "au début d’un mot",
    "together": "mots voisins dans le titre",
}


class WordView(BaseModel):
    """A word of the query in a dataset: as what it was found, in which field, its points."""

    word: str
    found_as: tuple[str, ...]
    field: str
    points: float


class ExplanationView(BaseModel):
    """Why a dataset has its place: `score` = `text` × `validity` × `freshness` × `archived`."""

    score: float
    text: float
    words: list[WordView]
    validity: float
    freshness: float
    archived: float
    sentence: str


def explanation_view(explanation: Explanation) -> ExplanationView:
    """An explanation for a reader of the API."""
    held = explanation.factors
    return ExplanationView(
        score=round(explanation.score, 4),
        text=round(explanation.text, 4),
        words=[
            WordView(
                word=match.word,
                found_as=match.found_as,
                field=match.field,
                points=round(match.points, 4),
            )
            for match in explanation.words
        ],
        validity=round(held.validity, 4),
        freshness=round(held.freshness, 4),
        archived=held.archived,
        sentence=_sentence(explanation),
    )


def _sentence(explanation: Explanation) -> str:
    held = explanation.factors
    words = " ; ".join(map(_word, explanation.words)) or "aucun mot cherché"
    parts = [f"× {_number(held.validity)} ({_validity(held)})"]
    parts.append(f"× {_number(held.freshness)} (modifié il y a {held.age_in_days} jours)")
    if held.archived < 1:
        parts.append(f"× {_number(held.archived)} (archivé)")
    return (
        f"{words}. Pertinence : {_number(explanation.text)} {' '.join(parts)} "
        f"= {_number(explanation.score)}."
    )


def _word(match: WordMatch) -> str:
    place = f"{_FIELDS[match.field]} : {_number(match.points)}"
    if not match.word:
        return place
    found_as = " ".join(match.found_as)
    read_as = f" (lu « {found_as} »)" if found_as != match.word else ""
    return f"« {match.word} »{read_as} {place}"


def _validity(held: Factors) -> str:
    if held.validity_share is None:
        return "aucun fichier contrôlé"
    return f"{held.validity_share:.0%} des fichiers contrôlés sont conformes".replace("%", " %")


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")

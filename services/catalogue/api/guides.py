"""The documentary base: guides and tutorials, by phase and audience."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.catalogue.api.dependencies import (
    FileLanguage,
    GivenDatabase,
    GivenResources,
    ReaderLanguage,
    Writer,
)
from services.catalogue.api.tables import csv_response, named_columns
from services.catalogue.models.guide import Audience, FoundGuide, Guide
from services.catalogue.models.wording import Language, wording
from services.catalogue.operations.guides import (
    read_guides,
    read_one_guide,
    remove_guide,
    save_guide,
    search_guides,
)

router = APIRouter()

Slug = Annotated[str, Path(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
_WORD = Field(max_length=100)
_FOUND = 10
_HEADER = (
    "id",
    "titre",
    "resume",
    "phase",
    "public",
    "licence",
    "langue",
    "auteur",
    "mots_cles",
    "schemas",
    "date_modification",
    "url",
)


class GuideView(BaseModel):
    """A guide; `body` is Markdown, left out of lists. `language` of the texts: the reader's if
    the guide is there in it.
    """

    slug: str
    title: str
    summary: str
    body: str | None = None
    url: str | None
    phase: int | None
    phase_title: str | None
    audience: Audience
    audience_label: str
    license: str
    language: str
    author: str
    keywords: tuple[str, ...]
    schemas: tuple[str, ...]
    shipped: bool
    updated_on: date


class NewGuide(BaseModel):
    """A guide of the operator's: a text (Markdown), a link, or both."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=300)
    summary: str = Field(min_length=1, max_length=1000)
    body: str | None = Field(default=None, max_length=200_000)
    url: str | None = Field(default=None, max_length=2000, pattern="^https?://")
    phase: int | None = Field(default=None, ge=1, le=6)
    audience: Audience = Audience.EVERYONE
    license: str = Field(default="lov2", max_length=100)
    language: str = Field(default="fr", pattern="^[a-z]{2}$")
    author: str = Field(min_length=1, max_length=300)
    keywords: list[Annotated[str, _WORD]] = Field(default=[], max_length=30)
    schemas: list[Annotated[str, _WORD]] = Field(default=[], max_length=30)

    @model_validator(mode="after")
    def _something_to_read(self) -> "NewGuide":
        if not self.body and not self.url:
            raise ValueError("un texte (body) ou une adresse (url) est attendu")
        return self


class Chosen(NamedTuple):
    """Which guides."""

    phase: int | None
    audience: Audience | None
    schema: str | None


async def _chosen(
    phase: Annotated[int | None, Query(ge=1, le=6)] = None,
    audience: Audience | None = None,
    schema: str | None = None,
) -> Chosen:
    return Chosen(phase, audience, schema)


GivenChoice = Annotated[Chosen, Depends(_chosen)]


@router.get("/guides", summary="La base documentaire")
async def get_guides(
    database: GivenDatabase, chosen: GivenChoice, language: ReaderLanguage
) -> dict[str, list[GuideView]]:
    """Guides and tutorials by phase; those that serve no phase in particular come last."""
    found = await read_guides(database, language, **chosen._asdict())
    return {"items": [guide_view(one, language, whole=False) for one in found]}


@router.get("/guides.csv", summary="La base documentaire, en CSV")
async def get_guides_csv(
    database: GivenDatabase, chosen: GivenChoice, language: FileLanguage
) -> Response:
    """As `/guides`."""
    found = await read_guides(database, language, **chosen._asdict())
    return csv_response(
        "guides", named_columns(_HEADER, language), [_row(one, language) for one in found]
    )


@router.get("/guides/search", summary="Chercher dans la base documentaire")
async def get_found_guides(
    resources: GivenResources,
    language: ReaderLanguage,
    q: Annotated[str, Query(max_length=500, description="Mots cherchés")] = "",
) -> dict[str, list[FoundGuide]]:
    """The ten best guides for these words, understood as in the search of datasets."""
    return {"items": await search_guides(resources.index, q, language, _FOUND)}


@router.get("/guides/{slug}", summary="Un guide")
async def get_guide(slug: Slug, database: GivenDatabase, language: ReaderLanguage) -> GuideView:
    """A guide with its text, in French if it is not there in the reader's language."""
    return guide_view(await read_one_guide(database, slug, language), language, whole=True)


@router.put("/guides/{slug}", summary="Ajouter ou changer un guide")
async def put_guide(
    slug: Slug,
    new: NewGuide,
    database: GivenDatabase,
    principal: Writer,
    language: ReaderLanguage,
) -> GuideView:
    """Takes a key of the whole syndicate. Guides that come with the platform stay as they are.

    Sent again under the same name with another `language`, it is a translation.
    """
    guide = Guide(
        slug=slug,
        shipped=False,
        updated_on=datetime.now(UTC).date(),
        **{
            **new.model_dump(),
            "keywords": tuple(new.keywords),
            "schemas": tuple(new.schemas),
        },
    )
    await save_guide(database, guide, principal)
    return guide_view(guide, language, whole=True)


@router.delete("/guides/{slug}", status_code=204, summary="Retirer un guide")
async def delete_guide(slug: Slug, database: GivenDatabase, principal: Writer) -> None:
    """In all its languages. Takes a key of the whole syndicate."""
    await remove_guide(database, slug, principal)


def guide_view(guide: Guide, language: Language, *, whole: bool) -> GuideView:
    """A guide for a reader of the API."""
    words = wording(language)
    return GuideView(
        **{
            **vars(guide),
            "body": guide.body if whole else None,
            "phase_title": words[f"phase.{guide.phase}"] if guide.phase else None,
            "audience_label": words[f"audience.{guide.audience.value}"],
        }
    )


def _row(guide: Guide, language: Language) -> tuple[Any, ...]:
    return (
        guide.slug,
        guide.title,
        guide.summary,
        guide.phase,
        wording(language)[f"audience.{guide.audience.value}"],
        guide.license,
        guide.language,
        guide.author,
        " ".join(guide.keywords),
        " ".join(guide.schemas),
        guide.updated_on,
        guide.url,
    )

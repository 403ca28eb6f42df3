"""What a municipal council decides: deliberations, grants, budget."""

import datetime as dt
from itertools import product
from random import Random
from typing import Final

from demo.identifiers import invented_siret
from demo.tables import Assignment, Table, table, words

DELIBERATIONS: Final = (
    "COLL_NOM", "COLL_SIRET", "DELIB_ID", "DELIB_DATE", "DELIB_MATIERE_CODE",
    "DELIB_MATIERE_NOM", "DELIB_OBJET", "BUDGET_ANNEE", "BUDGET_NOM", "PREF_ID", "PREF_DATE",
    "VOTE_EFFECTIF", "VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION", "DELIB_URL",
)  # fmt: skip

GRANTS: Final = (
    "nomAttribuant", "idAttribuant", "dateConvention", "referenceDecision", "nomBeneficiaire",
    "idBeneficiaire", "rnaBeneficiaire", "objet", "montant", "nature", "conditionsVersement",
    "datesPeriodeVersement", "idRAE", "notificationUE", "pourcentageSubvention",
    "dispositifAide",
)  # fmt: skip

BUDGET: Final = (
    "BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET", "BGT_NOM", "BGT_CONTNAT", "BGT_CONTNAT_LABEL",
    "BGT_NATURE", "BGT_NATURE_LABEL", "BGT_FONCTION", "BGT_FONCTION_LABEL", "BGT_OPERATION",
    "BGT_SECTION", "BGT_OPBUDG", "BGT_CODRD", "BGT_MTREAL", "BGT_MTBUDGPREC", "BGT_MTRARPREC",
    "BGT_MTPROPNOUV", "BGT_MTPREV", "BGT_CREDOUV", "BGT_MTRAR3112", "BGT_ARTSPE",
)  # fmt: skip


def council_seats(population: int) -> int:
    """Councillors by population (CGCT, art. L2121-2), for towns between 2,500 and 100,000."""
    steps = ((3500, 23), (5000, 27), (10000, 29), (20000, 33), (30000, 35), (40000, 39),
             (50000, 43), (60000, 45), (80000, 49))  # fmt: skip
    return next((seats for limit, seats in steps if population < limit), 53)


def deliberation(assignment: Assignment, number: int, day: dt.date) -> dict[str, object]:
    """One deliberation taken on `day`; votes add up, the prefecture receives it afterwards."""
    rng, commune = assignment.rng, assignment.commune
    code, matter, subject = rng.choice(words("subjects"))
    seats = council_seats(commune.population)
    voters = seats - rng.randrange(4)
    against, abstained = _opposition(rng, voters)
    financial = code.startswith("7.")
    identifier = f"{day:%Y}-{number:03d}"
    return {
        "COLL_NOM": commune.body,
        "COLL_SIRET": commune.siret,
        "DELIB_ID": identifier,
        "DELIB_DATE": day.isoformat(),
        "DELIB_MATIERE_CODE": code,
        "DELIB_MATIERE_NOM": matter,
        "DELIB_OBJET": subject,
        "BUDGET_ANNEE": str(day.year) if financial else None,
        "BUDGET_NOM": "Budget principal" if financial else None,
        "PREF_ID": f"PREF0{commune.insee_code[:2]}",
        "PREF_DATE": (day + dt.timedelta(days=rng.randrange(1, 8))).isoformat(),
        "VOTE_EFFECTIF": seats,
        "VOTE_REEL": voters,
        "VOTE_POUR": voters - against - abstained,
        "VOTE_CONTRE": against,
        "VOTE_ABSTENTION": abstained,
        "DELIB_URL": f"https://www.{commune.web_domain}/deliberations/{identifier}.pdf",
    }


def _opposition(rng: Random, voters: int) -> tuple[int, int]:
    against = rng.choice((0, 0, 0, 2, 5))
    abstained = rng.choice((0, 0, 1, 3))
    return min(against, voters), min(abstained, voters - against)


def deliberations(assignment: Assignment) -> Table:
    """A year of deliberations, in the order in which they were taken."""
    count = 40 + assignment.commune.population // 1500
    days = sorted(assignment.day() for _ in range(count))
    records = [deliberation(assignment, number, day) for number, day in enumerate(days, 1)]
    return table(records, DELIBERATIONS)


def _identity(rng: Random) -> tuple[str | None, str | None]:
    """The SIRET and RNA number of an association: one of them at least."""
    known = rng.random()
    siret, rna = invented_siret(rng), f"W94{rng.randrange(10**7):07d}"
    return siret if known < 0.8 else None, rna if known > 0.4 else None


def grants(assignment: Assignment) -> Table:
    """Three years of grants; the beneficiary has a SIRET, an RNA number, or both."""
    rng, commune = assignment.rng, assignment.commune
    beneficiaries = {name: _identity(rng) for name in words("associations")}
    records: list[dict[str, object]] = []
    awards = product(range(assignment.year - 2, assignment.year + 1), words("associations"))
    for number, (year, association) in enumerate(awards, 1):
        day = assignment.day()
        day -= dt.timedelta(days=365 * (assignment.year - year))
        siret, rna = beneficiaries[association]
        in_kind = rng.random() < 0.1
        records.append(
            {
                "nomAttribuant": commune.body,
                "idAttribuant": commune.siret,
                "dateConvention": day.isoformat(),
                "referenceDecision": f"{day:%Y}-{number:03d}",
                "nomBeneficiaire": f"{association} {commune.of_name}",
                "idBeneficiaire": siret,
                "rnaBeneficiaire": rna,
                "objet": rng.choice(words("grants")),
                "montant": f"{rng.randrange(3, 240) * 50}.00",
                "nature": "aide en nature" if in_kind else "aide en numéraire",
                "conditionsVersement": rng.choice(("unique", "échelonné")),
                "datesPeriodeVersement": f"{day.isoformat()}/{day:%Y}-12-31",
                "notificationUE": "non",
                "pourcentageSubvention": rng.choice(("1", "0.5", "0.25", "0.8")),
            }
        )
    return table(records, GRANTS)


def budget(assignment: Assignment) -> Table:
    """The year's primitive budget by nature and function, in proportion to the population."""
    rng, commune = assignment.rng, assignment.commune
    total = commune.population * 1400
    records: list[dict[str, object]] = []
    for chapter, chapter_label, nature, label, section, flow, share in words("accounts"):
        for function, function_label in rng.sample(words("functions"), 3):
            amount = f"{total * share / 3 * rng.uniform(0.7, 1.3):.2f}"
            records.append(
                {
                    "BGT_NATDEC": "budget primitif",
                    "BGT_ANNEE": assignment.year,
                    "BGT_SIRET": commune.siret,
                    "BGT_NOM": commune.body,
                    "BGT_CONTNAT": chapter,
                    "BGT_CONTNAT_LABEL": chapter_label,
                    "BGT_NATURE": nature,
                    "BGT_NATURE_LABEL": label,
                    "BGT_FONCTION": function,
                    "BGT_FONCTION_LABEL": function_label,
                    "BGT_SECTION": section,
                    "BGT_OPBUDG": "réel",
                    "BGT_CODRD": flow,
                    "BGT_MTPROPNOUV": amount,
                    "BGT_MTPREV": amount,
                    "BGT_ARTSPE": "non spécialisé",
                }
            )
    return table(records, BUDGET)

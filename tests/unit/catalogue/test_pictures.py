"""Which pictures a table lends itself to."""

from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.models.resource_table import TableColumn
from services.catalogue.portal.pictures import choose_pictures

SUBSIDIES = [
    TableColumn("nomAttribuant", "string"),
    TableColumn("idAttribuant", "string"),
    TableColumn("dateConvention", "date"),
    TableColumn("nomBeneficiaire", "string"),
    TableColumn("nature", "string"),
    TableColumn("montant", "number"),
]


def subsidies() -> list[dict[str, str | None]]:
    return [
        {
            "nomAttribuant": "Créteil",
            "idAttribuant": "21940028000018",
            "dateConvention": f"{year}-03-0{n + 1}",
            "nomBeneficiaire": f"Association {n}",
            "nature": ("numéraire", "nature")[n % 2],
            "montant": str(100 * (n + 1)),
        }
        for year in (2023, 2024, 2025)
        for n in range(4)
    ]


def test_subsidies_are_added_up_by_year_and_by_beneficiary() -> None:
    found = choose_pictures(SUBSIDIES, subsidies())

    assert found.over_time is not None
    assert (found.over_time.kind, found.over_time.measure) == ("year", "montant")
    assert found.over_time.values == [("2023", 1000), ("2024", 1000), ("2025", 1000)]
    assert found.by_class is not None
    assert found.by_class.by == "nomBeneficiaire"
    assert found.by_class.values[0] == ("Association 3", 1200)
    assert not found.places


def test_a_year_of_decisions_is_counted_by_month() -> None:
    rows: list[dict[str, str | None]] = [
        {"DELIB_DATE": f"2026-{month:02}-15", "VOTE": "1"} for month in (1, 1, 2, 3, 5)
    ]

    found = choose_pictures([TableColumn("DELIB_DATE", "date")], rows)

    assert found.over_time is not None
    assert found.over_time.measure is None
    assert found.over_time.values == [
        ("2026-01", 2), ("2026-02", 1), ("2026-03", 1), ("2026-05", 1),
    ]  # fmt: skip


def test_places_are_found_in_two_columns_or_in_one() -> None:
    apart = [
        TableColumn("EQUIP_NOM", "string"),
        TableColumn("EQUIP_LAT", "number"),
        TableColumn("EQUIP_LONG", "number"),
    ]
    rows = [{"EQUIP_NOM": f"Gymnase {n}", "EQUIP_LAT": f"48.7{n}", "EQUIP_LONG": "2.45"}
            for n in range(4)]  # fmt: skip
    together = [TableColumn("coordonneesXY", "geopoint"), TableColumn("geo_point_2d")]

    first = choose_pictures(apart, rows).places
    longitude_first = choose_pictures(together[:1], [{"coordonneesXY": "[2.4, 48.7]"}] * 3).places
    latitude_first = choose_pictures(together[1:], [{"geo_point_2d": "48.7, 2.4"}] * 3).places

    assert (first[0].longitude, first[0].latitude, first[0].name) == (2.45, 48.70, "Gymnase 0")
    assert {(p.longitude, p.latitude) for p in [*longitude_first, *latitude_first]} == {(2.4, 48.7)}


def test_identifiers_and_codes_are_no_quantities_and_no_classes() -> None:
    columns = [
        TableColumn("code_insee", "integer"),
        TableColumn("siren", "string"),
        TableColumn("id", "integer"),
    ]
    rows: list[dict[str, str | None]] = [
        {"code_insee": "94028", "siren": "219400280", "id": str(n)} for n in range(20)
    ]

    assert not choose_pictures(columns, rows).any


@given(
    st.lists(
        st.fixed_dictionaries(
            {c.name: st.one_of(st.none(), st.text(max_size=12)) for c in SUBSIDIES}
        ),
        max_size=20,
    )
)
def test_whatever_the_cells_hold_something_or_nothing_is_chosen(
    rows: list[dict[str, str | None]],
) -> None:
    found = choose_pictures([*SUBSIDIES, TableColumn("lat"), TableColumn("lon")], rows)

    assert found.rows == len(rows)
    for amounts in filter(None, (found.over_time, found.by_class)):
        assert all(isinstance(value, float | int) for _, value in amounts.values)

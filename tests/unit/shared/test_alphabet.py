"""Towns as readers look them up."""

from shared.alphabet import place_in_index


def test_towns_stand_under_their_own_names_whatever_stands_before_them() -> None:
    names = [
        "Commune de Zuydcoote",
        "Syndicat INFOCOM'94",
        "Commune d'Ormesson-sur-Marne",
        "Ville de Nogent",
        "Grand Paris Sud Est Avenir",
        "Commune d’Évry",
        "Le Plessis-Trévise",
        "Commune de La Queue-en-Brie",
        "COMMUNE D'ABLON",
        "Œuilly",
    ]

    assert sorted(names, key=place_in_index) == [
        "COMMUNE D'ABLON",
        "Commune d’Évry",
        "Grand Paris Sud Est Avenir",
        "Ville de Nogent",
        "Œuilly",
        "Commune d'Ormesson-sur-Marne",
        "Le Plessis-Trévise",
        "Commune de La Queue-en-Brie",
        "Syndicat INFOCOM'94",
        "Commune de Zuydcoote",
    ]


def test_a_name_of_such_words_alone_keeps_them() -> None:
    assert place_in_index("La Ville") == "la ville"
    assert place_in_index("…") == ""

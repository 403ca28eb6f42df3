"""Where France is, roughly: bands of latitude for the mainland and Corsica, boxes overseas.

A point in France is never outside. A point abroad may be inside when it lies within about ten
kilometres of the border or between two French capes: Basel and Geneva are, Brussels,
Barcelona, Turin and Milan are not. Rounded from the contours of the départements.
"""

BAND = 0.25
"""Degrees of latitude of one band."""

# Lower latitude of the band: intervals of longitude.
MAINLAND: dict[float, tuple[tuple[float, float], ...]] = {
    41.25: ((8.7, 9.5),),
    41.5: ((8.5, 9.5),),
    41.75: ((8.5, 9.6),),
    42.0: ((8.4, 9.7),),
    42.25: ((1.6, 3.3), (8.4, 9.7)),
    42.5: ((-0.7, 3.3), (8.5, 9.7)),
    42.75: ((-1.6, 3.2), (5.7, 6.6), (9.0, 9.6)),
    43.0: ((-1.9, 3.7), (5.2, 6.8), (9.2, 9.6)),
    43.25: ((-1.9, 7.3),),
    43.5: ((-1.7, 7.7),),
    43.75: ((-1.6, 7.8),),
    44.0: ((-1.5, 7.8),),
    44.25: ((-1.4, 7.3),),
    44.5: ((-1.4, 7.2),),
    44.75: ((-1.4, 7.2),),
    45.0: ((-1.3, 7.3),),
    45.25: ((-1.3, 7.3),),
    45.5: ((-1.4, 7.2),),
    45.75: ((-1.5, 7.2),),
    46.0: ((-1.7, 7.2),),
    46.25: ((-1.9, 7.0),),
    46.5: ((-2.5, 6.6),),
    46.75: ((-2.5, 6.8),),
    47.0: ((-3.3, 7.1),),
    47.25: ((-3.4, 7.7),),
    47.5: ((-4.5, 7.7),),
    47.75: ((-5.0, 7.7),),
    48.0: ((-5.0, 7.8),),
    48.25: ((-5.3, 7.9),),
    48.5: ((-5.3, 8.2),),
    48.75: ((-4.2, 8.4),),
    49.0: ((-1.8, 8.4),),
    49.25: ((-2.0, 7.1),),
    49.5: ((-2.1, 6.6),),
    49.75: ((-2.1, -1.2), (0.1, 5.3)),
    50.0: ((1.0, 5.0),),
    50.25: ((1.4, 4.3),),
    50.5: ((1.4, 3.8),),
    50.75: ((1.4, 3.4),),
    51.0: ((1.6, 2.7),),
}

# West, south, east, north.
OVERSEAS: tuple[tuple[float, float, float, float], ...] = (
    (-61.9, 15.8, -60.9, 16.6),  # Guadeloupe
    (-61.3, 14.3, -60.7, 15.0),  # Martinique
    (-54.7, 2.0, -51.5, 5.9),  # Guyane
    (55.1, -21.5, 55.9, -20.8),  # La Réunion
    (44.9, -13.1, 45.4, -12.5),  # Mayotte
    (-56.6, 46.6, -56.0, 47.2),  # Saint-Pierre-et-Miquelon
    (-63.3, 17.8, -62.7, 18.2),  # Saint-Martin, Saint-Barthélemy
    (163.4, -22.9, 168.3, -19.4),  # Nouvelle-Calédonie
    (-155.0, -28.0, -134.0, -7.0),  # Polynésie française
    (-178.4, -14.5, -176.0, -13.1),  # Wallis-et-Futuna
    (39.5, -50.2, 78.0, -11.2),  # Terres australes
    (136.0, -67.9, 142.1, -65.9),  # Terre Adélie
    (-109.3, 10.2, -109.1, 10.4),  # Clipperton
)


def is_in_france(longitude: float, latitude: float) -> bool:
    """Whether the point may be on French soil."""
    band = MAINLAND.get(latitude // BAND * BAND, ())
    return any(west <= longitude <= east for west, east in band) or any(
        west <= longitude <= east and south <= latitude <= north
        for west, south, east, north in OVERSEAS
    )

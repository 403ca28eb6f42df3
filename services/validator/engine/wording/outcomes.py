"""The words of a file that could not be checked: not a table, no schema, a limit."""

from collections.abc import Mapping

from services.validator.engine.wording.words import Words, words

_SAVE_FR = "Ouvrez-le dans un tableur et enregistrez-le en « CSV UTF-8 »."
_SAVE_EN = 'Open it in a spreadsheet and save it as "CSV UTF-8".'


def _kind(fr: str, en: str, hints: tuple[str, str] = (_SAVE_FR, _SAVE_EN)) -> Words:
    return words(
        (f"Le fichier n'est pas un tableau : {fr}.", hints[0]),
        (f"The file is not a table: {en}.", hints[1]),
    )


SOURCE: Mapping[str, Words] = {
    "empty": words(
        ("Le fichier est vide.", "Vérifiez l'export, puis déposez le fichier à nouveau."),
        ("The file is empty.", "Check the export, then upload the file again."),
    ),
    "html": _kind(
        "c'est une page web (HTML)",
        "it is a web page (HTML)",
        (
            ("L'adresse mène sans doute à une page, pas au fichier : utilisez le lien de"
            " téléchargement direct."),
            "The address probably leads to a page, not to the file: use the direct download link.",
        ),
    ),
    "json": _kind(
        "c'est un document JSON sans liste d'objets",
        "it is a JSON document without a list of objects",
        ("Publiez une liste d'objets, un par ligne du tableau, ou un fichier CSV.",
         "Publish a list of objects, one per row of the table, or a CSV file."),
    ),
    "json-invalid": words(
        (
            "Le fichier JSON est mal écrit, à la ligne {at_line}, caractère n° {at_column}.",
            "Exportez-le à nouveau ; un vérificateur de JSON montre l'endroit.",
        ),
        (
            "The JSON is malformed, at line {at_line}, character {at_column}.",
            "Export it again; a JSON checker shows the place.",
        ),
    ),
    "json-truncated": words(
        (
            ("Le fichier JSON est incomplet : il s'interrompt après la ligne {at_line},"
            " caractère n° {at_column}."),
            "Vérifiez l'export ou le téléchargement, puis déposez le fichier entier.",
        ),
        (
            "The JSON is incomplete: it breaks off after line {at_line}, character {at_column}.",
            "Check the export or the download, then upload the whole file.",
        ),
    ),
    "json-too-deep": words(
        (
            "Le fichier JSON a trop de niveaux les uns dans les autres, à la ligne {at_line}.",
            "Publiez un tableau simple : une liste d'objets.",
        ),
        (
            "The JSON is nested too deeply, at line {at_line}.",
            "Publish a plain table: a list of objects.",
        ),
    ),
    "json-too-long": words(
        (
            "Un élément du fichier JSON dépasse {limit} caractères, à la ligne {at_line}.",
            "Publiez une liste d'objets, un par ligne du tableau.",
        ),
        (
            "An element of the JSON exceeds {limit} characters, at line {at_line}.",
            "Publish a list of objects, one per row of the table.",
        ),
    ),
    "json-mixed": words(
        (
            ("La liste du fichier JSON n'est pas un tableau : l'élément de la ligne {at_line}"
            " n'est pas fait comme les premiers."),
            "Chaque élément de la liste doit être un objet avec les mêmes champs.",
        ),
        (
            ("The list in the JSON is no table: the element at line {at_line} is not made as the"
            " first ones are."),
            "Each element of the list must be an object with the same keys.",
        ),
    ),
    "json-expected": words(
        (
            "Le schéma choisi décrit un document JSON, et ce fichier n'en est pas un ({found}).",
            "Déposez le document JSON, ou choisissez un schéma de tableau.",
        ),
        (
            "The chosen schema describes a JSON document, and this file is none ({found}).",
            "Upload the JSON document, or choose the schema of a table.",
        ),
    ),
    "several-documents": words(
        (
            "L'archive contient plusieurs documents JSON : {names}.",
            "Déposez seulement celui qui est à vérifier.",
        ),
        (
            "The archive holds several JSON documents: {names}.",
            "Upload only the one to be checked.",
        ),
    ),
    "package-alone": words(
        (
            "C'est la description d'un paquet de données, sans ses données.",
            "Déposez dans une même archive zip ce fichier et ceux qu'il nomme.",
        ),
        (
            "This is the description of a data package, without its data.",
            "Upload in one zip archive this file and those that it names.",
        ),
    ),
    "package-without-files": words(
        (
            "L'archive ne contient aucun des tableaux du paquet : {names}.",
            "Ajoutez-y les fichiers CSV du paquet.",
        ),
        (
            "The archive holds none of the tables of the package: {names}.",
            "Add the CSV files of the package.",
        ),
    ),
    "xml": _kind("c'est un document XML", "it is an XML document"),
    "rdf": _kind(
        "c'est un document RDF (données liées)",
        "it is an RDF document (linked data)",
        ("Publiez aussi les données en CSV : c'est le tableau que le schéma décrit.",
         "Publish the data as CSV too: that is the table which the schema describes."),
    ),
    "xml-spreadsheet": _kind(
        "c'est un classeur au format XML d'Excel 2003",
        "it is a workbook in the XML format of Excel 2003",
        ("Ouvrez-le dans un tableur et enregistrez-le en .xlsx, .ods ou « CSV UTF-8 ».",
         'Open it in a spreadsheet and save it as .xlsx, .ods or "CSV UTF-8".'),
    ),
    "xlsb": _kind(
        "c'est un classeur Excel binaire (.xlsb)",
        "it is a binary Excel workbook (.xlsb)",
        ("Ouvrez-le dans Excel et enregistrez-le en .xlsx ou en « CSV UTF-8 ».",
         'Open it in Excel and save it as .xlsx or "CSV UTF-8".'),
    ),
    "geodata": _kind(
        "ce sont des données géographiques (KML, GML ou GPX)",
        "it is geographic data (KML, GML or GPX)",
        ("Convertissez-le en GeoJSON ou en CSV avec un logiciel de cartographie.",
         "Convert it to GeoJSON or CSV with mapping software."),
    ),
    "shapefile": _kind(
        "ce sont des données géographiques (shapefile)",
        "it is geographic data (shapefile)",
        ("Convertissez-le en GeoJSON ou en CSV avec un logiciel de cartographie.",
         "Convert it to GeoJSON or CSV with mapping software."),
    ),
    "gtfs": _kind(
        "ce sont des horaires de transport (GTFS), en plusieurs tableaux",
        "it is a transport timetable (GTFS), in several tables",
        ("Vérifiez-le sur transport.data.gouv.fr, ou déposez un seul de ses tableaux.",
         "Check it on transport.data.gouv.fr, or upload a single one of its tables."),
    ),
    "database": _kind(
        "c'est une base de données (Access, SQLite ou GeoPackage)",
        "it is a database (Access, SQLite or GeoPackage)",
        ("Exportez-en le tableau voulu en « CSV UTF-8 ».",
         'Export the table you mean as "CSV UTF-8".'),
    ),
    "pdf": _kind(
        "c'est un document PDF",
        "it is a PDF document",
        ("Publiez le tableur dont il est tiré, en « CSV UTF-8 ».",
         'Publish the spreadsheet that it was made from, as "CSV UTF-8".'),
    ),
    "archive": _kind(
        "c'est une archive compressée d'un genre qui n'est pas lu",
        "it is a compressed archive of a kind that is not read",
        ("Décompressez-la et déposez le fichier qu'elle contient.",
         "Unpack it and upload the file it holds."),
    ),
    "nested-archive": words(
        (
            "L'archive contient une autre archive.",
            "Déposez directement le fichier du tableau, ou une archive qui ne contient que lui.",
        ),
        (
            "The archive holds another archive.",
            "Upload the file of the table itself, or an archive that holds nothing else.",
        ),
    ),
    "several-tables": words(
        (
            "L'archive contient plusieurs tableaux : {names}.",
            "Déposez seulement celui qui est à vérifier, ou indiquez son nom.",
        ),
        (
            "The archive holds several tables: {names}.",
            "Upload only the one to be checked, or give its name.",
        ),
    ),
    "archive-without-table": words(
        (
            "L'archive ne contient aucun tableau lisible. Fichiers trouvés : {names}.",
            "Déposez le fichier du tableau, en CSV par exemple.",
        ),
        (
            "The archive holds no table that can be read. Files found: {names}.",
            "Upload the file of the table, as CSV for example.",
        ),
    ),
    "archive-password": words(
        ("L'archive est protégée par un mot de passe.", "Déposez-la sans mot de passe."),
        ("The archive is protected by a password.", "Upload it without a password."),
    ),
    "too-many-members": words(
        ("L'archive contient plus de {limit} fichiers.", "Déposez seulement celui du tableau."),
        ("The archive holds more than {limit} files.", "Upload only that of the table."),
    ),
    "no-such-sheet": words(
        (
            "Il n'y a pas de feuille ou de tableau « {sheet} ». Il y a : {names}.",
            "Choisissez un de ces noms, ou son numéro à partir de 1.",
        ),
        (
            'There is no sheet or table "{sheet}". There are: {names}.',
            "Choose one of these names, or its number from 1.",
        ),
    ),
    "damaged-archive": _kind("il est endommagé ou incomplet", "it is damaged or incomplete"),
    "bomb": words(
        (
            "Le fichier est refusé : une fois décompressé il occuperait {size} octets.",
            "Enregistrez-le en CSV.",
        ),
        ("The file is refused: unpacked, it would take {size} bytes.", "Save it as CSV."),
    ),
    "damaged-parquet": words(
        ("Le fichier Parquet ne peut pas être lu : il est endommagé.", "Exportez-le à nouveau."),
        ("The Parquet file cannot be read: it is damaged.", "Export it again."),
    ),
    "image": _kind(
        "c'est une image",
        "it is a picture",
        ("Publiez le tableau lui-même, en « CSV UTF-8 ».",
         'Publish the table itself, as "CSV UTF-8".'),
    ),
    "binary": _kind("son contenu n'est pas du texte", "its content is not text"),
    "document": _kind("c'est un document texte", "it is a text document"),
    "password": words(
        ("Le classeur est protégé par un mot de passe.", "Enregistrez-le sans mot de passe."),
        ("The workbook is protected by a password.", "Save it without a password."),
    ),
    "damaged-spreadsheet": words(
        ("Le classeur ne peut pas être lu : il est endommagé.", _SAVE_FR),
        ("The workbook cannot be read: it is damaged.", _SAVE_EN),
    ),
    "too-many-cells": words(
        (
            "La feuille « {sheet} » s'étend sur plus de {limit} cellules.",
            "Supprimez les lignes et colonnes vides, ou enregistrez le tableau en CSV.",
        ),
        (
            'The sheet "{sheet}" spans more than {limit} cells.',
            "Delete empty rows and columns, or save the table as CSV.",
        ),
    ),
    "empty-workbook": words(
        ("Aucune feuille du classeur ne contient de tableau.", "Vérifiez l'export."),
        ("No sheet of the workbook holds a table.", "Check the export."),
    ),
    "too-many-columns": words(
        (
            "Le fichier a plus de {limit} colonnes.",
            "Vérifiez le séparateur : chaque ligne du fichier doit être une ligne du tableau.",
        ),
        (
            "The file has more than {limit} columns.",
            "Check the separator: each line of the file must be a row of the table.",
        ),
    ),
    "no-lines": _kind("il n'a pas de lignes", "it has no lines"),
}  # fmt: skip

NO_SCHEMA: Mapping[str, Words] = {
    "": words(
        (
            "Aucun schéma connu ne correspond aux colonnes du fichier.",
            "Indiquez le schéma à utiliser, par exemple scdl/deliberations.",
        ),
        (
            "No known schema fits the columns of the file.",
            "Name the schema to use, for example scdl/deliberations.",
        ),
    )
}

SCHEMA: Mapping[str, Words] = {
    "": words(
        (
            "Le schéma lui-même est incorrect, à {place} : {problem}.",
            "Signalez-le à l'auteur du schéma.",
        ),
        ("The schema itself is wrong, at {place}: {problem}.", "Tell the schema's author."),
    )
}

FAILURES: Mapping[str, Words] = {
    "time-limit": words(
        (
            "La vérification a été arrêtée : elle a dépassé la limite de {limit} secondes.",
            "Ce n'est pas une erreur de votre fichier. Découpez-le, ou prévenez l'administrateur.",
        ),
        (
            "The check was stopped: it exceeded the limit of {limit} seconds.",
            "This is no error of your file. Split it, or tell the administrator.",
        ),
    ),
    "memory-limit": words(
        (
            "La vérification a été arrêtée : elle a dépassé la limite de {limit} Mo de mémoire.",
            (
                "Ce n'est pas une erreur de votre fichier. Enregistrez-le en CSV, ou prévenez"
                " l'administrateur."
            ),
        ),
        (
            "The check was stopped: it exceeded the limit of {limit} MB of memory.",
            "This is no error of your file. Save it as CSV, or tell the administrator.",
        ),
    ),
    "crashed": words(
        (
            "La vérification s'est interrompue de façon inattendue.",
            "Ce n'est pas une erreur de votre fichier. Réessayez, puis prévenez l'administrateur.",
        ),
        (
            "The check ended unexpectedly.",
            "This is no error of your file. Try again, then tell the administrator.",
        ),
    ),
    "missing-file": words(
        ("Le fichier n'existe plus à l'endroit indiqué.", "Déposez-le à nouveau."),
        ("The file is no longer where it was.", "Upload it again."),
    ),
    "defect": words(
        (
            "La vérification a échoué à cause d'un défaut du logiciel.",
            "Ce n'est pas une erreur de votre fichier. Prévenez l'administrateur.",
        ),
        (
            "The check failed because of a defect of the software.",
            "This is no error of your file. Tell the administrator.",
        ),
    ),
}

"""Names of the vocabularies that a DCAT description uses."""

_DCT = "http://purl.org/dc/terms/"
_DCAT = "http://www.w3.org/ns/dcat#"
_FOAF = "http://xmlns.com/foaf/0.1/"
_HYDRA = "http://www.w3.org/ns/hydra/core#"
_SCHEMA = "http://schema.org/"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SPDX = "http://spdx.org/rdf/terms#"
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_TIME = "http://www.w3.org/2006/time#"

CATALOG = f"{_DCAT}Catalog"
DATASET_TYPES = (f"{_DCAT}Dataset", f"{_DCAT}DatasetSeries")

TITLE = f"{_DCT}title"
DESCRIPTIONS = (f"{_DCT}description", f"{_DCT}abstract")
IDENTIFIER = f"{_DCT}identifier"
OTHER_IDENTIFIER = "http://www.w3.org/ns/adms#identifier"
NOTATION = f"{_SKOS}notation"
CREATOR = f"{_DCT}creator"
LANDING_PAGE = f"{_DCAT}landingPage"
PUBLISHERS = (f"{_DCT}publisher", f"{_DCT}creator")
NAMES = (f"{_FOAF}name", f"{_SKOS}prefLabel", "http://www.w3.org/2000/01/rdf-schema#label")
LICENSE = f"{_DCT}license"
RIGHTS = f"{_DCT}rights"
ACCESS_RIGHTS = f"{_DCT}accessRights"
LABELS = (
    "http://www.w3.org/2000/01/rdf-schema#label",
    f"{_SKOS}prefLabel",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    TITLE,
)
PERIODICITY = f"{_DCT}accrualPeriodicity"
TEMPORAL = f"{_DCT}temporal"
STARTS = (f"{_DCAT}startDate", f"{_SCHEMA}startDate", "https://schema.org/startDate")
ENDS = (f"{_DCAT}endDate", f"{_SCHEMA}endDate", "https://schema.org/endDate")
BEGINNING = f"{_TIME}hasBeginning"
ENDING = f"{_TIME}hasEnd"
INSTANTS = (
    f"{_TIME}inXSDDate",
    f"{_TIME}inXSDDateTimeStamp",
    f"{_TIME}inXSDDateTime",
    f"{_TIME}inXSDgYear",
)
SPATIAL = f"{_DCT}spatial"
GEOMETRIES = (
    "http://www.w3.org/ns/locn#geometry",
    f"{_DCAT}bbox",
    f"{_DCAT}centroid",
    "http://www.opengis.net/ont/geosparql#asWKT",
    "http://www.opengis.net/rdf#asWKT",
    "http://www.w3.org/2003/01/geo/wgs84_pos#asWKT",
)
KEYWORD = f"{_DCAT}keyword"
THEME = f"{_DCAT}theme"
CONFORMS_TO = f"{_DCT}conformsTo"
VERSION_INFO = "http://www.w3.org/2002/07/owl#versionInfo"
LANGUAGE = f"{_DCT}language"
ISSUED = (f"{_DCT}issued", f"{_DCT}created")
# dct:updated does not exist; GeoNetwork writes it.
MODIFIED = (f"{_DCT}modified", f"{_DCT}updated")
CONTACT = f"{_DCAT}contactPoint"
CONTACT_NAMES = (f"{_VCARD}fn", f"{_VCARD}organization-name", f"{_FOAF}name")
CONTACT_EMAIL = (f"{_VCARD}hasEmail", f"{_FOAF}mbox")
# dcat:distributions is a misspelling that is met.
DISTRIBUTIONS = (f"{_DCAT}distribution", f"{_DCAT}distributions")
HAS_PART = f"{_DCT}hasPart"
DOWNLOAD_URL = f"{_DCAT}downloadURL"
ACCESS_URL = f"{_DCAT}accessURL"
FORMAT = f"{_DCT}format"
MEDIA_TYPE = f"{_DCAT}mediaType"
BYTE_SIZE = f"{_DCAT}byteSize"
CHECKSUM = f"{_SPDX}checksum"
CHECKSUM_ALGORITHM = f"{_SPDX}algorithm"
CHECKSUM_VALUE = f"{_SPDX}checksumValue"
ACCESS_SERVICE = f"{_DCAT}accessService"

PARTIAL_VIEW = f"{_HYDRA}PartialCollectionView"
PAGED_COLLECTION = f"{_HYDRA}PagedCollection"
NEXTS = (f"{_HYDRA}next", f"{_HYDRA}nextPage")
TOTAL_ITEMS = f"{_HYDRA}totalItems"

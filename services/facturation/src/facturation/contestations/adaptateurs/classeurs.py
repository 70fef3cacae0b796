"""Reconnaître un classeur XLSX qui n'est qu'un classeur : tout ce qui n'y est pas permis l'écarte.

Ce qu'il est se lit de ses types de contenu et de ses relations, jamais du seul nom de ses parts.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

ENTREES_MAX: Final = 500
"""Les parts d'un classeur."""
OCTETS_LUS_MAX: Final = 20_000_000
"""Ce que pèsent ses parts, décompressées : ce qu'elles en disent, et ce qu'on en lit."""

_TYPES, _CLASSEUR = "[Content_Types].xml", "xl/workbook.xml"
_PARTS: Final = re.compile(
    r"\[Content_Types\]\.xml"
    r"|(|xl/|xl/(worksheets|chartsheets|drawings|charts|theme|pivotTables|pivotCache|tables)/|customXml/)"
    r"_rels/[\w .-]*\.rels"
    r"|docProps/(app|core|custom)\.xml|docProps/thumbnail\.(png|jpe?g)"
    r"|docMetadata/LabelInfo\.xml|customXml/item(Props)?\d+\.xml"
    r"|xl/(workbook|styles|sharedStrings|calcChain|metadata|comments\d*)\.xml"
    r"|xl/(worksheets|chartsheets|drawings|theme|tables|charts|pivotTables|pivotCache|persons"
    r"|threadedComments|comments)/[\w-]+\.xml"
    r"|xl/drawings/[\w-]+\.vml|xl/media/[\w-]+\.(png|jpe?g)|xl/printerSettings/[\w-]+\.bin",
    re.ASCII,
)
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_TYPE_CLASSEUR: Final = f"{_OFFICE}spreadsheetml.sheet.main+xml"
_TYPES_PERMIS: Final = frozenset(
    {
        "application/xml",
        "text/xml",
        "image/png",
        "image/jpeg",
        "image/jpg",
        "application/vnd.openxmlformats-package.relationships+xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
        "application/vnd.ms-excel.threadedcomments+xml",
        "application/vnd.ms-excel.person+xml",
        "application/vnd.ms-office.chartstyle+xml",
        "application/vnd.ms-office.chartcolorstyle+xml",
        "application/vnd.ms-office.classificationlabels+xml",
        f"{_OFFICE}spreadsheetml.printerSettings",
    }
    | {
        f"{_OFFICE}{nom}+xml"
        for nom in """
            spreadsheetml.sheet.main spreadsheetml.worksheet spreadsheetml.chartsheet
            spreadsheetml.styles spreadsheetml.sharedStrings spreadsheetml.calcChain
            spreadsheetml.table spreadsheetml.comments spreadsheetml.sheetMetadata
            spreadsheetml.pivotTable spreadsheetml.pivotCacheDefinition
            spreadsheetml.pivotCacheRecords theme drawing drawingml.chart drawingml.chartshapes
            extended-properties custom-properties customXmlProperties
        """.split()
    }
    | {f"{_OFFICE}vmlDrawing"}
)
_RELATIONS: Final = frozenset(
    """
    officeDocument core-properties extended-properties custom-properties thumbnail worksheet
    chartsheet theme styles sharedStrings calcChain sheetMetadata drawing vmlDrawing image chart
    chartStyle chartColorStyle chartUserShapes printerSettings table hyperlink comments
    threadedComment person pivotTable pivotCacheDefinition pivotCacheRecords customXml
    customXmlProps classificationlabels
    """.split()
)
_LIENS: Final = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


class _Ecarte(Exception):
    """Ce contenu n'est pas un classeur permis."""


def est_classeur(contenu: bytes) -> bool:
    """Vrai d'un classeur XLSX sans macro, sans lien vers un programme, sans rien d'incorporé."""
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            _exiger_permis(_lire(archive))
    except (
        _Ecarte,
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        ValueError,
        LookupError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ):
        return False
    return contenu.startswith(b"PK\x03\x04")


def _lire(archive: zipfile.ZipFile) -> Mapping[str, bytes]:
    """Chaque part, sous son nom; ce qu'elle dit peser n'est pas cru."""
    entrees = archive.infolist()
    noms = {entree.orig_filename.lower() for entree in entrees}
    if len(entrees) > ENTREES_MAX or len(noms) != len(entrees) or archive.comment:
        raise _Ecarte
    if sum(entree.file_size for entree in entrees) > OCTETS_LUS_MAX:
        raise _Ecarte
    parts: dict[str, bytes] = {}
    reste = OCTETS_LUS_MAX
    for entree in entrees:
        methode = entree.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        chiffree = entree.flag_bits & 0x2041
        if not methode or chiffree or _PARTS.fullmatch(entree.orig_filename) is None:
            raise _Ecarte
        with archive.open(entree) as part:
            lue = part.read(reste + 1)
        reste -= len(lue)
        if reste < 0:
            raise _Ecarte
        parts[entree.orig_filename] = lue
    return parts


def _exiger_permis(parts: Mapping[str, bytes]) -> None:
    """Lève `_Ecarte` si un type de contenu, une relation ou une part n'est pas permise."""
    if not {_TYPES, _CLASSEUR} <= parts.keys():
        raise _Ecarte
    types: dict[str, str] = {}
    for nom, part in parts.items():
        if not nom.endswith((".xml", ".rels", ".vml")):
            continue
        for attributs in _attributs(part, retenir=nom == _TYPES or nom.endswith(".rels")):
            if nom == _TYPES:
                de = attributs.get("PartName") or attributs.get("Extension", "")
                types[de] = attributs.get("ContentType", "")
            else:
                _exiger_relation(attributs)
    du_classeur = types.get(f"/{_CLASSEUR}", types.get("xml"))
    if du_classeur != _TYPE_CLASSEUR or not _TYPES_PERMIS.issuperset(types.values()):
        raise _Ecarte


def _attributs(part: bytes, *, retenir: bool) -> list[dict[str, str]]:
    """Les attributs des éléments d'un XML, sauf sa racine; lève `_Ecarte` s'il a un DOCTYPE."""
    lus: list[dict[str, str]] = []
    analyse = expat.ParserCreate()
    analyse.StartDoctypeDeclHandler = _refuser
    if retenir:
        analyse.StartElementHandler = lambda _, attributs: lus.append(attributs)
    analyse.Parse(part, True)
    return lus[1:]


def _refuser(*_: object) -> None:
    raise _Ecarte


def _exiger_relation(attributs: Mapping[str, str]) -> None:
    """Seul un lien se suit hors du classeur, et seulement vers une page ou une adresse."""
    nom, cible = attributs.get("Type", "").rpartition("/")[2], attributs.get("Target", "")
    externe = attributs.get("TargetMode", "Internal") != "Internal" or set(cible) & {":", "\\"}
    lien = nom == "hyperlink" and _LIENS.match(cible)
    if nom not in _RELATIONS or (externe and not lien):
        raise _Ecarte

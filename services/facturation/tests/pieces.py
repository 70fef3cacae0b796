"""Des pièces entières et minimales, et de quoi les gâter."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

_OFFICE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE_CLASSEUR: Final = f"{_OFFICE}.sheet.main+xml"


def types(**parts: str) -> str:
    """Les types de contenu d'un classeur; de chaque part ajoutée, le sien."""
    dits = {
        "/xl/workbook.xml": TYPE_CLASSEUR,
        "/xl/worksheets/sheet1.xml": f"{_OFFICE}.worksheet+xml",
    }
    dites = "".join(
        f'<Override PartName="{part}" ContentType="{type_}"/>'
        for part, type_ in {**dits, **parts}.items()
    )
    return f'<?xml version="1.0"?><Types xmlns="urn:types">{dites}</Types>'


def relations(nom: str = "worksheet", cible: str = "worksheets/sheet1.xml", mode: str = "") -> str:
    """Une relation du classeur."""
    externe = f' TargetMode="{mode}"' if mode else ""
    une = f'<Relationship Id="r1" Type="{_RELATION}/{nom}" Target="{cible}"{externe}/>'
    return f'<Relationships xmlns="urn:relations">{une}</Relationships>'


PARTS: Final[Mapping[str, str]] = {
    "[Content_Types].xml": types(),
    "_rels/.rels": relations("officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml": "<workbook/>",
    "xl/_rels/workbook.xml.rels": relations(),
    "xl/worksheets/sheet1.xml": "<worksheet/>",
}


def classeur(ajouts: Mapping[str, str | bytes] | None = None) -> bytes:
    """Un classeur d'une feuille, et ces parts, en plus ou à la place."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in {**PARTS, **(ajouts or {})}.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue()


def imprime(objets: bytes = b"", *, taille: int = 0) -> bytes:
    """Un PDF d'un catalogue et de ces objets, complété de blancs jusqu'à cette taille."""
    corps = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + objets
    fin = b"\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    return corps.ljust(taille - len(fin)) + fin


def flux(dictionnaire: bytes, contenu: bytes) -> bytes:
    """Un objet dont le contenu est comprimé."""
    entete = b"5 0 obj\n<< " + dictionnaire + b" /Filter /FlateDecode >>\nstream\n"
    return entete + zlib.compress(contenu) + b"\nendstream\nendobj\n"


def bloc(nom: bytes, contenu: bytes = b"") -> bytes:
    """Un bloc de PNG, sa longueur et sa somme."""
    somme = struct.pack(">I", zlib.crc32(nom + contenu))
    return struct.pack(">I", len(contenu)) + nom + contenu + somme


DEBUT_PNG: Final = b"\x89PNG\r\n\x1a\n"
IHDR: Final = bloc(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
IDAT: Final = bloc(b"IDAT", zlib.compress(b"\x00\x00"))
IEND: Final = bloc(b"IEND")
PNG: Final = DEBUT_PNG + IHDR + IDAT + IEND

SOI: Final = b"\xff\xd8"
APP0: Final = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
SOF: Final = b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
SOS: Final = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00"
EOI: Final = b"\xff\xd9"
JPEG: Final = SOI + APP0 + SOF + SOS + EOI

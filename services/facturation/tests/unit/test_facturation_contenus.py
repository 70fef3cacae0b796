"""FAC-8 : une pièce se reconnaît à son contenu, entier et qui n'agit pas."""

import io
import struct
import zipfile

import pytest

from facturation.contestations.adaptateurs.classeurs import ENTREES_MAX, OCTETS_LUS_MAX
from facturation.contestations.adaptateurs.contenus import genre_de
from facturation.contestations.domaine.pieces import GenrePiece
from services.facturation.tests.pieces import (
    APP0,
    DEBUT_PNG,
    EOI,
    IDAT,
    IEND,
    IHDR,
    JPEG,
    PNG,
    SOI,
    SOS,
    TYPE_CLASSEUR,
    classeur,
    flux,
    imprime,
    relations,
    types,
)

CSV = "billet;jours\r\nINC0045871;20\r\n"
XLSX = classeur()
MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
VBA = "application/vnd.ms-office.vbaProject"
RELS = "xl/_rels/workbook.xml.rels"

PERMIS: dict[str, tuple[bytes, GenrePiece]] = {
    "pdf": (imprime(), GenrePiece.PDF),
    "pdf aux objets comprimés": (
        imprime(flux(b"/Type /ObjStm /N 1 /First 4", b"5 0 << /Type /Page >>")),
        GenrePiece.PDF,
    ),
    "png": (PNG, GenrePiece.PNG),
    "jpeg": (JPEG, GenrePiece.JPEG),
    "csv en UTF-8, BOM": (b"\xef\xbb\xbf" + CSV.encode(), GenrePiece.CSV),
    "csv d'Excel": ("désignation;é\r\n".encode("windows-1252"), GenrePiece.CSV),
    "xlsx": (XLSX, GenrePiece.XLSX),
    "xlsx, une image et un lien": (
        classeur(
            {
                "xl/media/image1.png": PNG,
                "xl/worksheets/_rels/sheet1.xml.rels": relations(
                    "hyperlink", "https://quebec.ca/", "External"
                ),
            }
        ),
        GenrePiece.XLSX,
    ),
    "xlsx dont le type du classeur est celui du XML": (
        classeur(
            {
                "[Content_Types].xml": '<Types><Default Extension="xml"'
                f' ContentType="{TYPE_CLASSEUR}"/></Types>'
            }
        ),
        GenrePiece.XLSX,
    ),
}
CLASSEURS_REFUSES: dict[str, bytes] = {
    "macros": classeur({"xl/vbaProject.bin": b"\xd0\xcf"}),
    "macros sous un autre nom, par leur relation": classeur(
        {
            RELS: relations("vbaProject", "printerSettings/p1.bin"),
            "xl/printerSettings/p1.bin": b"\xd0\xcf",
        }
    ),
    "macros sous un autre nom, par leur type": classeur(
        {
            "[Content_Types].xml": types(**{"/xl/printerSettings/p1.bin": VBA}),
            "xl/printerSettings/p1.bin": b"\xd0\xcf",
        }
    ),
    "classeur qui permet les macros": classeur(
        {"[Content_Types].xml": types(**{"/xl/workbook.xml": MACROS})}
    ),
    "feuille de macros": classeur({"xl/macrosheets/sheet1.xml": "<x/>"}),
    "lien DDE": classeur({"xl/externalLinks/externalLink1.xml": "<ddeLink/>"}),
    "objet incorporé": classeur({"xl/embeddings/oleObject1.bin": b"x"}),
    "ActiveX": classeur({"xl/activeX/activeX1.xml": "<x/>"}),
    "chemin qui remonte": classeur({"../../etc/passwd": "x"}),
    "chemin absolu": classeur({"/xl/worksheets/sheet2.xml": "<x/>"}),
    "exécutable": classeur({"run.exe": b"MZ"}),
    "DOCTYPE": classeur({"xl/workbook.xml": '<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'}),
    "DOCTYPE en UTF-16": classeur({"xl/workbook.xml": "<!DOCTYPE w><w/>".encode("utf-16")}),
    "relation vers un fichier": classeur({RELS: relations("worksheet", "file:///c:/a")}),
    "lien vers un programme": classeur(
        {RELS: relations("hyperlink", "file://serveur/a.exe", "External")}
    ),
    "modèle distant": classeur({RELS: relations("image", "https://x.test/a", "External")}),
    "trop de parts": classeur({f"xl/worksheets/s{n}.xml": "<x/>" for n in range(ENTREES_MAX)}),
    "trop grosses parts": classeur({"xl/media/image1.png": bytes(OCTETS_LUS_MAX + 1)}),
    "document Word": classeur({"word/document.xml": "<x/>"}),
    "archive tronquée": XLSX[:40],
    "archive précédée d'autre chose": b"MZ" + XLSX,
}
PDF_REFUSES: dict[str, bytes] = {
    "sans fin": b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n; , ",
    "suivi d'autre chose": imprime() + b"<script>alert(1)</script>",
    "script": imprime(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"),
    "script aux noms échappés": imprime(b"<< /S /J#61vaScript /#4aS (app) >>"),
    "script nommé JS seulement": imprime(b"<< /S /Rendition /JS 4 0 R >>"),
    "script à l'ouverture": imprime(b"<< /OpenAction << /S /JavaScript >> >>"),
    "programme": imprime(b"<< /S /Launch /F (cmd.exe) >>"),
    "fichier joint": imprime(b"<< /Type /EmbeddedFile >>"),
    "protégé": imprime(b"<< /Encrypt 9 0 R >>"),
    "script comprimé": imprime(
        flux(b"/Type /ObjStm /N 1 /First 4", b"5 0 << /S /JavaScript /JS (x) >>")
    ),
    "script comprimé, sans le dire": imprime(flux(b"/X 1", b"5 0 << /S /#4aavaScript >>")),
    "objets comprimés autrement": imprime(b"<< /Type /ObjStm /Filter /ASCIIHexDecode >>"),
    "objets sans fin": imprime(flux(b"/Type /ObjStm", b"5 0 " + bytes(OCTETS_LUS_MAX))),
    "et archive": imprime(XLSX[XLSX.rindex(b"PK\x05\x06") :]),
}
IMAGES_REFUSEES: dict[str, bytes] = {
    "png tronqué": PNG[:-4],
    "png sans IHDR d'abord": DEBUT_PNG + IDAT + IHDR + IEND,
    "png sans fin": DEBUT_PNG + IHDR + IDAT,
    "png suivi d'une archive": PNG + XLSX,
    "png suivi d'un octet": PNG + b"\n",
    "png retouché": PNG.replace(IDAT, IDAT[:-1] + bytes([IDAT[-1] ^ 1])),
    "jpeg sans cadre": SOI + APP0 + SOS + EOI,
    "jpeg sans fin": JPEG[: -len(EOI)],
    "jpeg suivi d'une archive": JPEG + XLSX,
    "jpeg de rien": SOI + EOI,
    "gif": b"GIF89a;\x01\x00",
}
TEXTES_REFUSES: dict[str, bytes] = {
    "html": b"<html>;<script>alert(1)</script>",
    "html après des blancs": b"\n\t <svg onload=x;>",
    "exécutable": b"MZ\x90\x00;\x03",
    "texte sans colonne": b"bonjour",
    "pdf derrière une colonne": b"a;b\n" + imprime(),
}


@pytest.mark.parametrize("cas", PERMIS)
def test_fac_8_une_piece_se_reconnait_a_son_contenu(cas: str) -> None:
    contenu, attendu = PERMIS[cas]
    assert genre_de(contenu) is attendu


@pytest.mark.parametrize("cas", CLASSEURS_REFUSES)
def test_fac_8_un_classeur_ne_porte_que_ses_feuilles(cas: str) -> None:
    assert genre_de(CLASSEURS_REFUSES[cas]) is None


@pytest.mark.parametrize("cas", PDF_REFUSES)
def test_fac_8_un_pdf_est_entier_et_n_agit_pas(cas: str) -> None:
    assert genre_de(PDF_REFUSES[cas]) is None


@pytest.mark.parametrize("cas", IMAGES_REFUSEES)
def test_fac_8_une_image_va_de_son_debut_a_sa_fin(cas: str) -> None:
    assert genre_de(IMAGES_REFUSEES[cas]) is None


@pytest.mark.parametrize("cas", TEXTES_REFUSES)
def test_fac_8_un_texte_n_est_que_des_colonnes(cas: str) -> None:
    assert genre_de(TEXTES_REFUSES[cas]) is None


def _marquee(position: int, valeur: int, *, octets: int = 2) -> bytes:
    """Le classeur, un champ de sa dernière entrée au répertoire de l'archive réécrit."""
    rang = XLSX.rindex(b"PK\x01\x02") + position
    champ = struct.pack("<H" if octets == 2 else "<I", valeur)
    return XLSX[:rang] + champ + XLSX[rang + octets :]


@pytest.mark.parametrize(
    "contenu",
    [
        _marquee(8, 1),
        _marquee(10, 14),
        _marquee(24, 400_000_000, octets=4),
        _marquee(24, 1, octets=4),
    ],
    ids=["chiffrée", "compression inconnue", "taille énorme", "taille fausse"],
)
def test_fac_8_ce_qu_une_archive_dit_d_elle_ne_se_croit_pas(contenu: bytes) -> None:
    assert genre_de(XLSX) is GenrePiece.XLSX
    assert genre_de(contenu) is None


def test_fac_8_deux_parts_d_un_meme_nom_se_refusent() -> None:
    tampon = io.BytesIO(XLSX)
    with zipfile.ZipFile(tampon, "a") as archive:
        archive.writestr("XL/workbook.xml", "<x/>")
    assert genre_de(tampon.getvalue()) is None

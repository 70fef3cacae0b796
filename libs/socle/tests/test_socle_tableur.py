"""Un lot en CSV, tel que l'enregistre un Excel du Québec."""

import pytest
from fastapi.exceptions import RequestValidationError

from socle.validation import fautes_en_francais
from socle.web.tableur import Tableur, est_csv, nombre, texte

LOT = Tableur("lignes", {"organisme": texte, "montant": nombre, "libelle": texte})
ATTENDU = {"lignes": [{"organisme": "MTQ", "montant": "1234.50", "libelle": "Été; « réseau »"}]}
ECRIT = 'Organisme;MONTANT;Libellé\r\nMTQ;1\u00a0234,50 $;"Été; « réseau »"\r\n;;\r\n'


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252"])
def test_ce_qu_excel_enregistre_se_lit_pareil(encodage: str) -> None:
    assert LOT.lire(ECRIT.encode(encodage)) == ATTENDU


def test_une_cellule_vide_est_un_champ_absent_et_l_ordre_est_libre() -> None:
    lu = LOT.lire(b"montant;organisme;libelle\n12,5;MTQ;\n7;RAMQ\n")
    assert lu["lignes"] == [
        {"montant": "12.5", "organisme": "MTQ"},
        {"montant": "7", "organisme": "RAMQ"},
    ]


@pytest.mark.parametrize(
    ("corps", "dit"),
    [
        (b"", "nomme les colonnes"),
        (b"\r\n;;\r\n", "nomme les colonnes"),
        (b"organisme,montant\nMTQ,12\n", "celles qui le sont : organisme, montant, libelle"),
        (b"organisme;Organisme\nMTQ;MTQ\n", "est répétée"),
        (b"organisme;montant\nMTQ;12;13\n", "plus de cellules"),
        (b'organisme;montant\nMTQ;"12\n', "mal form"),
        ("organisme;montant\nMTQ;12\n".encode("utf-16"), "CSV UTF-8"),
        (b"organisme;montant\nMTQ;12\x81\n", "CSV UTF-8"),
    ],
)
def test_ce_qui_ne_se_lit_pas_se_dit(corps: bytes, dit: str) -> None:
    with pytest.raises(RequestValidationError) as refus:
        LOT.lire(corps)
    (faute,) = fautes_en_francais(refus.value.errors())
    assert dit in faute["faute"]


def test_ce_qui_s_ecrit_se_relit() -> None:
    corps = {"lignes": [{"organisme": "MTQ", "montant": "-1234.50"}, {"libelle": "L'« a;b\n\" »"}]}
    assert LOT.lire(LOT.ecrire(corps).encode()) == corps


def test_chaque_rangee_fautive_se_nomme() -> None:
    with pytest.raises(RequestValidationError) as refus:
        LOT.lire(b"organisme\nMTQ\nRAMQ;x\nSQ\nMSSS;;y\n")
    fautes = fautes_en_francais(refus.value.errors())
    assert [faute["champ"] for faute in fautes] == ["corps.lignes[1]", "corps.lignes[3]"]
    assert all("plus de cellules" in faute["faute"] for faute in fautes)


@pytest.mark.parametrize(
    ("cellule", "lue"),
    [
        ("1 234,50", "1234.50"),
        ("1\u202f234,50\u00a0$", "1234.50"),
        ("-12,5", "-12.5"),
        ("12.50", "12.50"),
        ("1,234.50", "1.234.50"),
        ("douze", "douze"),
    ],
)
def test_un_nombre_a_la_virgule(cellule: str, lue: str) -> None:
    assert nombre(cellule) == lue


def test_le_media_se_reconnait() -> None:
    assert est_csv("Text/CSV; charset=windows-1252")
    assert not est_csv("application/json")

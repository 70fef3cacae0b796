"""Un fichier de règlements, tel que des personnes l'enregistrent (FAC-17)."""

from datetime import date

import pytest
from fastapi.exceptions import RequestValidationError

from facturation.comptes.domaine.reglements import Partie
from facturation.comptes.entrees import lots
from noyau import Montant
from socle.validation import fautes_en_francais
from socle.web import Probleme

ENTETE = "organisme;date;reference;document;montant"
F1, F2 = "2026-2027-000001", "2026-2027-000002"


def fichier(*lignes: str, entete: str = ENTETE) -> bytes:
    return "\r\n".join([entete, *lignes, ""]).encode()


def fautes(corps: bytes) -> list[tuple[str, str]]:
    with pytest.raises(RequestValidationError) as refus:
        lots.lire(corps, "text/csv")
    return [(f["champ"], f["faute"]) for f in fautes_en_francais(refus.value.errors())]


def test_fac_17_les_lignes_d_un_paiement_font_un_reglement() -> None:
    corps = fichier(
        f"MTQ;2026-10-01;VIR 1;{F1};1 234,50",
        f"RAMQ;2026-10-01;VIR 1;{F2};10",
        f"MTQ;2026-10-01;VIR 1;{F2};0,5 $",
        ";;;;",
        "MTQ;2026-10-01;VIR 1;;4,00",
    )
    lot = lots.lire(corps, "text/csv; charset=utf-8")
    mtq, ramq = (un.reglement for un in lot.reglements)
    assert [un.lignes for un in lot.reglements] == [(2, 4, 6), (3,)]
    assert (mtq.organisme, mtq.le, mtq.reference) == ("MTQ", date(2026, 10, 1), "VIR 1")
    assert str(mtq.montant) == "1239.00"
    assert mtq.parties == (Partie(F1, Montant(123_450)), Partie(F2, Montant(50)))
    assert str(ramq.montant) == "10.00"


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("espace", ["\u00a0", " "])
def test_fac_17_excel_l_enregistre_de_plusieurs_facons(encodage: str, espace: str) -> None:
    entete = "Montant;Référence;Organisme;Date;Document"
    ligne = f'"1{espace}234,50";VIR-1;MTQ;2026-10-01;{F1}'
    corps = f"{entete}\n{ligne}\n".encode(encodage)
    ((un),) = lots.lire(corps, "application/vnd.ms-excel").reglements
    assert str(un.reglement.montant) == "1234.50"


@pytest.mark.parametrize(
    ("ligne", "champ"),
    [
        (f"MTQ;2026-10-01;R;{F1};12.50", "montant"),
        (f"MTQ;2026-10-01;R;{F1};1 23,50", "montant"),
        (f"MTQ;2026-10-01;R;{F1};12,505", "montant"),
        (f"MTQ;2026-10-01;R;{F1};", "montant"),
        (f"MTQ;2026-10-01;R;{F1};１２", "montant"),
        (f"MTQ;01/10/2026;R;{F1};12", "date"),
        (f"MTQ;2026-13-01;R;{F1};12", "date"),
        (f"MTQ;2026-10-01;=R;{F1};12", "reference"),
        ("MTQ;2026-10-01;R;1;12", "document"),
        (f"mtq?;2026-10-01;R;{F1};12", "organisme"),
        (f"MTQ;2026-10-01;R;{F1};12;surplus", "colonne_6"),
        (f"MTQ;2026-10-01;R;{F1}", "montant"),
    ],
)
def test_fac_17_une_mauvaise_cellule_se_nomme_par_sa_ligne(ligne: str, champ: str) -> None:
    bonne = f"MTQ;2026-10-01;R;{F2};12,00"
    assert [dite for dite, _ in fautes(fichier(bonne, ligne))] == [f"corps[3].{champ}"]


def test_fac_17_toutes_les_fautes_se_disent_d_un_coup() -> None:
    lues = fautes(fichier(f"MTQ;hier;R;{F1};12.50", f"MTQ;2026-10-01;R;{F1};x"))
    assert [champ for champ, _ in lues] == [
        "corps[2].date",
        "corps[2].montant",
        "corps[3].montant",
    ]
    assert lues[1][1] == "Un montant comme « 1 234,50 » est attendu."


def test_fac_17_un_reglement_ne_vaut_pas_plus_qu_on_ne_peut_garder() -> None:
    ligne = "MTQ;2026-10-01;R;;9999999999,99"
    assert [champ for champ, _ in fautes(fichier(ligne, "MTQ;2026-10-01;R;;0,01"))] == [
        "corps[2].montant"
    ]
    assert len(lots.lire(fichier(ligne), "text/csv").reglements) == 1


@pytest.mark.parametrize(
    "corps",
    [
        b"",
        fichier(),
        fichier("MTQ,2026-10-01,R,,12", entete=ENTETE.replace(";", ",")),
        fichier("MTQ;2026-10-01;R;;12", entete="organisme;date;reference;document"),
        fichier('MTQ;2026-10-01;"R;;12'),
        fichier(*(f"MTQ;2026-10-01;R{n};;1" for n in range(lots.LIGNES + 1))),
    ],
)
def test_fac_17_un_fichier_qu_on_ne_lit_pas_se_refuse(corps: bytes) -> None:
    assert len(fautes(corps)) == 1


@pytest.mark.parametrize(
    ("corps", "media"),
    [
        (fichier("MTQ;2026-10-01;R;;12"), "application/json"),
        (fichier("MTQ;2026-10-01;R;;12"), ""),
        ("é;".encode("utf-16"), "text/csv"),
        (b"organisme\x81\xff", "text/csv"),
    ],
)
def test_fac_17_ce_qui_n_est_pas_un_csv_se_refuse(corps: bytes, media: str) -> None:
    with pytest.raises(Probleme) as refus:
        lots.lire(corps, media)
    assert refus.value.statut == 415

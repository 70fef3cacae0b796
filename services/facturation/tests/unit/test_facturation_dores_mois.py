"""Les tarifs au mois du domaine (§ 4), des fiches livrées : chaque mois entamé, calculé à la main.

Les montants de `AU_MOIS` sont recopiés du domaine, jamais lus des fiches : ils les éprouvent.
"""

from datetime import date

import pytest

from noyau import Mois
from services.facturation.tests import livrees as l
from services.facturation.tests.dores import Cas, jour, pose, verifier

MOIS = {
    # cas : (livré, récupéré, mois, part du mois)
    "mois entier": (jour(1), None, Mois(2026, 9), ""),
    "premier mois, livré le 10": (jour(10), None, Mois(2026, 9), " × 21 ÷ 30"),
    "dernier mois, récupéré le 18": (jour(1), jour(18), Mois(2026, 9), " × 17 ÷ 30"),
    "mois d'un jour, livré le 30": (jour(30), None, Mois(2026, 9), " × 1 ÷ 30"),
    "février, livré le 19": (jour(19, 2, 2027), None, Mois(2027, 2), " × 10 ÷ 28"),
    "29 février": (jour(29, 2, 2028), jour(1, 3, 2028), Mois(2028, 2), " × 1 ÷ 29"),
}
AU_MOIS = {
    # tarif : ($ par mois, puis ce qu'en doit chaque cas de `MOIS`, puis quatre mois s'il se perd)
    "POSTE-01": ("147", "147,00", "102,90", "83,30", "4,90", "52,50", "5,07", "588,00"),
    "POSTE-02": ("208", "208,00", "145,60", "117,87", "6,93", "74,29", "7,17", "832,00"),
    "POSTE-03": ("219", "219,00", "153,30", "124,10", "7,30", "78,21", "7,55", "876,00"),
    "POSTE-04": ("233", "233,00", "163,10", "132,03", "7,77", "83,21", "8,03", "932,00"),
    "POSTE-05": ("296", "296,00", "207,20", "167,73", "9,87", "105,71", "10,21", "1184,00"),
    "POSTE-06": ("198", "198,00", "138,60", "112,20", "6,60", "70,71", "6,83", "792,00"),
    "POSTE-07": ("271", "271,00", "189,70", "153,57", "9,03", "96,79", "9,34", "1084,00"),
    "POSTE-08": ("479", "479,00", "335,30", "271,43", "15,97", "171,07", "16,52", "1916,00"),
    "POSTE-09": ("562", "562,00", "393,40", "318,47", "18,73", "200,71", "19,38", "2248,00"),
    "POSTE-10": ("677", "677,00", "473,90", "383,63", "22,57", "241,79", "23,34", "2708,00"),
    "MONITEUR-01": ("6,25", "6,25", "4,38", "3,54", "0,21", "2,23", "0,22", "25,00"),
    "MONITEUR-02": ("10", "10,00", "7,00", "5,67", "0,33", "3,57", "0,34", "40,00"),
    "MONITEUR-03": ("16", "16,00", "11,20", "9,07", "0,53", "5,71", "0,55", "64,00"),
    "MONITEUR-04": ("12", "12,00", "8,40", "6,80", "0,40", "4,29", "0,41", "48,00"),
    "STATION-01": ("13", "13,00", "9,10", "7,37", "0,43", "4,64", "0,45", "52,00"),
    "JETON": ("8", "8,00", "5,60", "4,53", "0,27", "2,86", "0,28", "32,00"),
    # Rien de dû à la perte d'un jeton virtuel, d'un appareil géré, d'un poste virtuel (FAC-2).
    "JETON-VIRTUEL": ("8", "8,00", "5,60", "4,53", "0,27", "2,86", "0,28", None),
    "MOBILE": ("3", "3,00", "2,10", "1,70", "0,10", "1,07", "0,10", None),
    # Selon sa configuration : le prix du ROPN, sans majoration.
    "POSTE-VIRTUEL": ("41,37", "41,37", "28,96", "23,44", "1,38", "14,78", "1,43", None),
}
ROPN = {"POSTE-VIRTUEL": "41.37"}


def _du_mois(code: str, quoi: str, du: str) -> Cas:
    livre, recupere, mois, part = MOIS[quoi]
    faits = [l.livraison(livre, code)]
    if recupere is not None:
        faits.append(l.recuperation(recupere, code))
    operation = f"{AU_MOIS[code][0]}{part} = {du}"
    dues = ((f"{code} abonnement {livre}", operation),)
    return Cas(quoi=quoi, faits=faits, du=dues, jusqua=mois, portes=((code,),), ropn=ROPN)


def _perdu(code: str, frais: str | None) -> Cas:
    """Livré le 1er, volé le 18 : 17 jours, puis quatre mois du tarif, ou rien."""
    dues = [(f"{code} abonnement {jour(1)}", f"{AU_MOIS[code][0]} × 17 ÷ 30 = {AU_MOIS[code][3]}")]
    if frais:
        dues.append((f"{code} perte {jour(18)}", f"{AU_MOIS[code][0]} × 4 mois = {frais}"))
    faits = [l.livraison(jour(1), code), l.perte(jour(18), code)]
    return Cas(quoi="perdu le 18", faits=faits, du=tuple(dues), portes=((code,),), ropn=ROPN)


CAS = [
    *(
        _du_mois(code, quoi, str(du))
        for code, (_, *dus, _frais) in AU_MOIS.items()
        for quoi, du in zip(MOIS, dus, strict=True)
    ),
    *(_perdu(code, dits[-1]) for code, dits in AU_MOIS.items()),
]


@pytest.mark.parametrize("cas", CAS, ids=lambda c: f"{min(c.codes)} {c.quoi}")
def test_fac_1_fac_2_chaque_mois_d_un_equipement(cas: Cas) -> None:
    verifier(cas)


def test_l_operation_posee_se_verifie() -> None:
    assert pose("219 × 17 ÷ 30 = 124,10") == "124.10"
    assert pose("85 + 3 × 15 = 130,00") == "130.00"
    assert pose("53,90 − 147 = −93,10") == "-93.10"
    with pytest.raises(AssertionError, match=r"l'opération donne"):
        pose("6,25 × 15 ÷ 30 = 3,12")


def test_fac_1_un_poste_virtuel_se_paie_selon_sa_configuration() -> None:
    """Deux configurations, deux prix du ROPN; l'une change de prix le 16."""
    petit, grand = ("POSTE-VIRTUEL",), ("POSTE-VIRTUEL", "POSTE-VIRTUEL")
    verifier(
        Cas(
            quoi="deux configurations",
            faits=[
                l.livraison(jour(1), *petit, actif="v1"),
                l.livraison(jour(1), *grand, actif="v2", quantite=3),
            ],
            du=(
                ("POSTE-VIRTUEL abonnement 2026-09-01", "41,37 = 41,37"),
                ("POSTE-VIRTUEL abonnement 2026-09-01", "118,05 × 3 = 354,15"),
            ),
            portes=(petit, grand),
            ropn={"POSTE-VIRTUEL": "41.37", l.produit_de(*grand): "118.05"},
        )
    )


def test_dem_7_recree_depuis_son_gabarit_un_poste_virtuel_reste_le_meme() -> None:
    """Réinstallé sans avoir été rendu : la même vie, payée une fois, sans frais de remplacement."""
    code = "POSTE-VIRTUEL"
    faits = [l.livraison(jour(1), code), l.livraison(jour(12), code)]
    dues = ((f"{code} abonnement 2026-09-01", "41,37 = 41,37"),)
    verifier(Cas(quoi="recréé", faits=faits, du=dues, portes=((code,),), ropn=ROPN))


def test_fac_1_a_cheval_sur_deux_annees_chaque_mois_a_ses_jours() -> None:
    code, livre = "POSTE-03", date(2026, 12, 31)
    dues = (
        (f"{code} abonnement 2026-12-31", "219 × 1 ÷ 31 = 7,06"),
        (f"{code} abonnement 2027-01-01", "219 = 219,00"),
        (f"{code} abonnement 2027-02-01", "219 × 27 ÷ 28 = 211,18"),
    )
    faits = [l.livraison(livre, code), l.recuperation(date(2027, 2, 28), code)]
    verifier(Cas(quoi="hiver", faits=faits, du=dues, jusqua=Mois(2027, 3), portes=((code,),)))

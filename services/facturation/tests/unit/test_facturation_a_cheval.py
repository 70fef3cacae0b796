"""CAT-9, FAC-4 : un incident à cheval de plusieurs fiches; chaque fait suit celle de son jour."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.faits import Appris, sources
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import Decompte
from services.facturation.tests.builders import (
    SEPTEMBRE,
    TARIFS,
    Faits,
    au_meme,
    du,
    fiche,
    tarification,
)

F = Faits()


def jour(j: int) -> date:
    return date(2026, 9, j)


ENJAMBE = (
    F.intervention("i", jour(9), 40, deplacement=True),
    F.intervention("i", jour(12), 30, deplacement=True, cloture=True),
)
"""Un incident ouvert le 9, clos le 12."""


def lignes(t: Tarification, *appris: Appris) -> list[str]:
    """« tarif montant » de chaque créance."""
    rendu = calculer(sources(appris), t, SEPTEMBRE)
    assert rendu.attentes == ()
    return sorted(f"{c.identite.tarif} {c.montant}" for c in rendu.creances)


def test_cat_9_un_incident_a_cheval_ne_perd_rien_quand_son_tarif_change_de_decompte() -> None:
    """Fait sous l'ancien, compté comme il disait, à la clôture; le reste, à sa date."""
    seule = Decompte(forme="duree", fait="minutes", pas=15)
    chaque = Decompte(forme="unites")
    tarifs = au_meme(TARIFS, "SOUTIEN-HEURE", quantite=seule, montant=Decimal(100))
    tarifs = au_meme(tuple(tarifs), "SOUTIEN-DEPLACEMENT", quantite=chaque)
    t = tarification(fiche(), fiche(2, jour(10), tarifs=tarifs))
    assert lignes(t, *ENJAMBE) == [
        "SOUTIEN-APPEL 23.00",
        "SOUTIEN-DEPLACEMENT 258.00",
        "SOUTIEN-DEPLACEMENT 258.00",
        "SOUTIEN-HEURE 50.00",
        "SOUTIEN-HEURE 86.00",
    ]
    # Le dernier fait peut n'être là que pour clore.
    vide = F.intervention("j", jour(12), 0, cloture=True)
    tot = (F.intervention("j", jour(9), 170), F.intervention("j", jour(9), 50, heure=20), vide)
    assert lignes(t, *tot) == ["SOUTIEN-APPEL 23.00", "SOUTIEN-HEURE 258.00"]


def test_cat_9_a_cheval_d_un_renommage_chaque_fait_a_le_tarif_de_son_jour() -> None:
    renommes = [replace(t, code=t.code.replace("SOUTIEN", "AIDE")) for t in TARIFS]
    t = tarification(fiche(), fiche(2, jour(10), tarifs=renommes))
    assert lignes(t, *ENJAMBE) == [
        "AIDE-APPEL 23.00",
        "AIDE-DEPLACEMENT 258.00",
        "AIDE-HEURE 86.00",
        "SOUTIEN-APPEL 23.00",
        "SOUTIEN-DEPLACEMENT 258.00",
        "SOUTIEN-HEURE 86.00",
    ]


def test_cat_9_a_cheval_de_la_fin_de_son_tarif_le_reste_n_est_plus_du() -> None:
    restent = [t for t in TARIFS if not t.code.startswith("SOUTIEN-")]
    t = tarification(fiche(), fiche(2, jour(10), tarifs=restent))
    assert lignes(t, *ENJAMBE) == [
        "SOUTIEN-APPEL 23.00",
        "SOUTIEN-DEPLACEMENT 258.00",
        "SOUTIEN-HEURE 86.00",
    ]


def test_cat_9_a_cheval_d_une_exigence_qui_change_un_fait_est_du_comme_a_sa_date() -> None:
    """Dû le jour du fait, il le reste; ne l'étant pas, il ne le devient pas."""
    seuls = du("intervention.effectuée", deplacement=True)
    t = tarification(fiche(), fiche(2, jour(10), tarifs=au_meme(TARIFS, "SOUTIEN-HEURE", du=seuls)))
    sans = (F.intervention("i", jour(9), 40), F.intervention("i", jour(12), 200, cloture=True))
    assert lignes(t, *sans) == ["SOUTIEN-APPEL 23.00", "SOUTIEN-HEURE 86.00"]
    inverse = tarification(
        fiche(tarifs=au_meme(TARIFS, "SOUTIEN-HEURE", du=seuls)), fiche(2, jour(10))
    )
    assert lignes(inverse, *sans) == ["SOUTIEN-APPEL 23.00", "SOUTIEN-HEURE 258.00"]


def test_cat_9_trois_fiches_de_suite_ne_comptent_aucune_minute_deux_fois() -> None:
    """Groupé, puis à la journée, puis groupé sous un autre code : chaque fait une fois."""
    journee = Decompte(forme="duree", fait="minutes", pas=15, par=("incident_id", "jour"))
    v2 = fiche(2, jour(10), tarifs=au_meme(TARIFS, "SOUTIEN-HEURE", quantite=journee))
    autres = [replace(t, code="AIDE") if t.code == "SOUTIEN-HEURE" else t for t in TARIFS]
    t = tarification(fiche(), v2, fiche(3, jour(17), tarifs=autres))
    faits = (
        F.intervention("i", jour(9), 40),
        F.intervention("i", jour(14), 20),
        F.intervention("i", jour(21), 75, cloture=True),
    )
    assert lignes(t, *faits) == [
        "AIDE 107.50",
        "SOUTIEN-APPEL 23.00",
        "SOUTIEN-HEURE 43.00",
        "SOUTIEN-HEURE 86.00",
    ]


def test_cat_9_ce_qui_suit_la_fin_du_tarif_attend() -> None:
    restent = [t for t in TARIFS if not t.code.startswith("SOUTIEN-")]
    t = tarification(fiche(), fiche(2, jour(10), tarifs=restent))
    rendu = calculer(sources(replace(f, tarife=True) for f in ENJAMBE), t, SEPTEMBRE)
    assert [a.motif for a in rendu.attentes] == [
        "Aucun tarif en vigueur n'est dû pour « intervention.effectuée »."
    ]

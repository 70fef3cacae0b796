"""L'oracle des arrivées, recompté du scénario par le pli naïf de tests/oracle (DEM-12, DEM-13)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from demo.attendu import lire_attendu
from demo.scenario.gestes import Geste, Verbe
from demo.scenario.lecture import Demande, lire_scenario
from tests.oracle.naif import Dit, Histoire, Impossible, plier

ATTENDUS = {nom: compte.combien for nom, compte in lire_attendu().arrivees.items()}
DEMANDES = lire_scenario().demandes
GESTES = [geste for demande in DEMANDES for geste in demande.gestes]
RECTIFICATIONS = [geste for geste in GESTES if geste.verbe is Verbe.RECTIFICATION]
D_UN_ACTIF = {Verbe.PERTE, Verbe.RECUPERATION}
NOMS = {
    Verbe.SOUMISSION: "soumission",
    Verbe.APPROBATION: "approbation",
    Verbe.REFUS: "refus",
    Verbe.ANNULATION: "annulation",
    Verbe.PRISE_EN_CHARGE: "prise_en_charge",
    Verbe.SUSPENSION: "suspension",
    Verbe.REPRISE: "reprise",
}


def annonces(geste: Geste) -> Iterator[tuple[Dit, ...]]:
    """Ce que dit le geste, annonce par annonce; une livraison s'annonce article par article."""
    match geste.verbe:
        case Verbe.LIVRAISON:
            for rang in geste.articles:
                yield (Dit("livraison", geste.le, article=rang - 1),)
        case Verbe.HEURES | Verbe.COMPLETION:
            heures = [
                Dit("heures_travaillees", geste.le, article=0, tarif=t.tarif, minutes=t.minutes)
                for t in geste.travaux
            ]
            fin = [Dit("livraison", geste.le, article=0)] * (geste.verbe is Verbe.COMPLETION)
            yield (*heures, *fin)
        case Verbe.REOUVERTURE:
            rouverts = tuple(rang - 1 for rang in geste.articles)
            yield (Dit("reouverture", geste.le, rouverts=rouverts),)
        case Verbe.CREATION if geste.mot != "brouillon":
            yield (Dit("soumission", geste.le),)
        case verbe if verbe in NOMS:
            yield (Dit(NOMS[verbe], geste.le),)
        case _:
            return


def arrivees(demande: Demande) -> list[Geste]:
    """Les gestes d'une demande, dans l'ordre où on les apprend."""
    return sorted(demande.gestes, key=lambda geste: geste.annonce)


def se_suivent(demande: Demande, dits: list[Dit]) -> bool:
    signe = any(geste.verbe in {Verbe.APPROBATION, Verbe.REFUS} for geste in demande.gestes)
    articles = ("",) * max(demande.unites, 1)
    try:
        plier(Histoire(demande.sorte, articles, approbation=signe, dits=tuple(dits)))
    except Impossible:
        return False
    return True


def differes(demande: Demande) -> int:
    """Combien d'actes attendent, quand on les apprend un à un; tous finissent par entrer."""
    inscrits: list[Dit] = []
    attente: list[tuple[Dit, ...]] = []
    total = 0
    for geste in arrivees(demande):
        if geste.verbe is Verbe.RECTIFICATION:
            inscrits = rectifier(inscrits, geste)
        for neufs in annonces(geste):
            entrent = entrants(demande, inscrits, neufs, attente)
            if entrent is None:
                attente.append(neufs)
                total += len(neufs)
                continue
            inscrits += [*neufs, *(dit for groupe in entrent for dit in groupe)]
            attente = [groupe for groupe in attente if groupe not in entrent]
    assert attente == [], demande.cle
    return total


def entrants(
    demande: Demande,
    inscrits: list[Dit],
    neufs: tuple[Dit, ...],
    attente: list[tuple[Dit, ...]],
) -> tuple[tuple[Dit, ...], ...] | None:
    """Ceux en attente qui entrent avec ceux-ci, le plus possible; rien s'ils n'entrent pas."""
    for combien in range(len(attente), -1, -1):
        for choisis in combinations(attente, combien):
            if se_suivent(demande, [*inscrits, *neufs, *(d for g in choisis for d in g)]):
                return choisis
    return None


def rectifier(inscrits: list[Dit], geste: Geste) -> list[Dit]:
    """Les actes qui valent une fois celui-là rectifié."""
    article = geste.articles[0] - 1 if geste.articles else None
    rectifies = []
    for dit in inscrits:
        if (dit.quoi, dit.article) != (geste.vise, article):
            rectifies.append(dit)
        elif geste.juste is not None:
            rectifies.append(replace(dit, vrai=geste.juste))
    assert rectifies != inscrits
    return rectifies


def test_les_actes_inscrits_ne_comptent_ni_les_redits_ni_les_repetitions() -> None:
    par_l_itsm = [g for g in GESTES if g.verbe.par_itsm and g.verbe not in D_UN_ACTIF]
    assert ATTENDUS["inscrits"] == sum(len(dits) for g in par_l_itsm for dits in annonces(g))
    assert ATTENDUS["redits"] == sum(geste.annonces for geste in GESTES if geste.redit) >= 10


def test_les_actes_arrives_dans_le_desordre_suivent_un_acte_survenu_plus_tard() -> None:
    hors_ordre = 0
    for demande in DEMANDES:
        vus = [geste for geste in arrivees(demande) if any(annonces(geste))]
        for rang, geste in enumerate(vus):
            if any(avant.le > geste.le for avant in vus[:rang]):
                hors_ordre += geste.annonces
    assert ATTENDUS["hors_ordre"] == hors_ordre >= 20


def test_les_actes_differes_sont_ceux_que_le_pli_naif_ne_peut_suivre() -> None:
    assert ATTENDUS["differes"] == sum(map(differes, DEMANDES)) >= 20


def test_une_livraison_est_redatee_une_autre_annulee() -> None:
    assert ATTENDUS["redates"] == sum(g.juste is not None for g in RECTIFICATIONS) == 1
    assert ATTENDUS["nuls"] == sum(g.nul for g in RECTIFICATIONS) == 1
    assert {g.vise for g in RECTIFICATIONS} == {Verbe.LIVRAISON}
    # Chacune change aussi la complétion que dit la dernière livraison.
    assert lire_attendu().itsm["acte.rectifié"] == 2 * len(RECTIFICATIONS)


def test_le_mois_melange_tout_ce_que_l_ordre_d_arrivee_peut_meler() -> None:
    """Une reprise avant sa suspension, une livraison avant sa prise en charge, des heures après."""
    apres = {
        (tot.verbe, tard.verbe)
        for demande in DEMANDES
        for tard in demande.gestes
        for tot in demande.gestes
        if tot.le < tard.le and tot.annonce > tard.annonce
    }
    assert {
        (Verbe.SUSPENSION, Verbe.REPRISE),
        (Verbe.PRISE_EN_CHARGE, Verbe.LIVRAISON),
        (Verbe.HEURES, Verbe.COMPLETION),
        (Verbe.SUSPENSION, Verbe.COMPLETION),
        (Verbe.PRISE_EN_CHARGE, Verbe.ANNULATION),
    } <= apres

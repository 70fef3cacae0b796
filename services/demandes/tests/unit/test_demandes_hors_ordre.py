"""Les actes de l'ITSM dans tous les ordres (DEM-10) : même fin, mêmes faits, mêmes dates."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demandes.cas_usage.recevoir_acte_itsm import RecevoirActeItsm, recevoir_acte_itsm
from demandes.domaine.demande import Demande, Etat, Geste, Passage, Sorte
from demandes.domaine.itsm import ActeItsm, Sort
from services.demandes.tests.builders import a, acte, demande
from services.demandes.tests.faux import FauxActesItsm, FauxDemandes, faux_depots
from socle.noyau import TransitionImpossible

APPROUVEE = replace(
    demande(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "DESSIN"), etat=Etat.APPROUVEE, soumise_le=a(0)
)
POSTE, LOGICIEL = (article.id for article in APPROUVEE.articles)


def annonce(geste: Geste, heure: float, article: UUID | None = None) -> ActeItsm:
    return ActeItsm(
        id=f"{geste}-{heure}-{article}",
        demande_id=APPROUVEE.id,
        geste=geste,
        survenu_le=a(heure),
        motif="motif",
        article_id=article,
    )


@st.composite
def histoires(tirer: st.DrawFn) -> list[ActeItsm]:
    """Une histoire légale : prise en charge, des suspensions, deux livraisons."""
    heure = 1.0
    histoire = [annonce(Geste.PRENDRE_EN_CHARGE, heure)]
    for livraison in (POSTE, LOGICIEL):
        for _ in range(tirer(st.integers(0, 2))):
            histoire += [annonce(Geste.SUSPENDRE, heure + 1), annonce(Geste.REPRENDRE, heure + 2)]
            heure += 2
        heure += 1
        histoire.append(annonce(Geste.LIVRER, heure, livraison))
    if tirer(st.booleans()):
        histoire.append(annonce(Geste.COMPLETER, heure))
    return histoire


async def derouler(annonces: list[ActeItsm]) -> tuple[Demande, list[Passage], FauxActesItsm]:
    demandes, actes = FauxDemandes({APPROUVEE.id: APPROUVEE}), FauxActesItsm()
    depots = faux_depots(demandes=demandes, actes_itsm=actes)
    for recue in annonces:
        await recevoir_acte_itsm(RecevoirActeItsm(acte_itsm=recue), depots, acte(100))
    return demandes.lignes[APPROUVEE.id], demandes.chronologie, actes


def histoire_de(chronologie: list[Passage]) -> list[tuple[datetime, Geste]]:
    return sorted((p.survenu_le, p.geste) for p in chronologie)


@given(st.data())
async def test_dem_10_tout_ordre_d_arrivee_mene_a_la_meme_fin(data: st.DataObject) -> None:
    """La dernière livraison close la demande : tout le reste doit la précéder à l'arrivée aussi."""
    histoire = data.draw(histoires())
    fins = [acte_ for acte_ in histoire if acte_.geste in {Geste.LIVRER, Geste.COMPLETER}]
    melees = data.draw(st.permutations([x for x in histoire if x not in fins[-2:]])) + fins[-2:]
    attendue, faits, _ = await derouler(histoire)
    trouvee, faits_meles, actes = await derouler(melees)
    assert trouvee.etat is Etat.COMPLETEE
    assert histoire_de(faits_meles) == histoire_de(faits)
    assert (trouvee.etat, trouvee.completee_le) == (attendue.etat, attendue.completee_le)
    assert {acte_.sort for acte_ in actes.lignes.values()} == {Sort.APPLIQUE}


@given(st.data())
async def test_dem_10_la_repetition_n_ajoute_rien(data: st.DataObject) -> None:
    histoire = data.draw(histoires())
    repetee = [acte_ for acte_ in histoire for _ in range(data.draw(st.integers(1, 3)))]
    assert await derouler(repetee) == await derouler(histoire)


async def test_dem_10_avant_la_reouverture_une_livraison_attend() -> None:
    fin, _, _ = await derouler(
        [
            annonce(Geste.PRENDRE_EN_CHARGE, 1),
            annonce(Geste.LIVRER, 2, POSTE),
            annonce(Geste.LIVRER, 3, LOGICIEL),
        ]
    )
    demandes, actes = FauxDemandes({fin.id: fin}), FauxActesItsm()
    depots = faux_depots(demandes=demandes, actes_itsm=actes)
    tot = RecevoirActeItsm(acte_itsm=annonce(Geste.LIVRER, 5, POSTE))
    assert (await recevoir_acte_itsm(tot, depots, acte(6))).valeur.sort is Sort.GARE
    tard = RecevoirActeItsm(acte_itsm=annonce(Geste.SUSPENDRE, 2.5))
    with pytest.raises(TransitionImpossible):
        await recevoir_acte_itsm(tard, depots, acte(6))


@given(st.permutations(range(4)))
async def test_dem_10_les_gares_s_appliquent_dans_l_ordre_de_survenue(ordre: list[int]) -> None:
    """Au même instant, l'ordre du cycle de vie départage."""
    gares = [
        annonce(Geste.SUSPENDRE, 2),
        annonce(Geste.REPRENDRE, 2),
        annonce(Geste.LIVRER, 3, POSTE),
        annonce(Geste.LIVRER, 4, LOGICIEL),
    ]
    melees = [gares[rang] for rang in ordre]
    fin, chronologie, _ = await derouler([*melees, annonce(Geste.PRENDRE_EN_CHARGE, 1)])
    assert fin.etat is Etat.COMPLETEE
    assert [p.geste for p in chronologie] == [
        Geste.PRENDRE_EN_CHARGE,
        Geste.SUSPENDRE,
        Geste.REPRENDRE,
        Geste.LIVRER,
        Geste.LIVRER,
        Geste.COMPLETER,
    ]

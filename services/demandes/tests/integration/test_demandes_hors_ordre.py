"""Les actes de l'ITSM dans tous les ordres (DEM-10) : même fin, mêmes faits, mêmes dates."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, permutations
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import not_, select

from demandes.demande.adaptateurs.tables import gestes_poses
from demandes.demande.domaine.demande import Demande, Etat, Geste, Sorte
from demandes.itsm.adaptateurs.tables import actes_itsm
from demandes.itsm.cas_usage import recevoir_acte
from demandes.itsm.domaine import ActeItsm, EtatActe
from demandes.itsm.ports import Ports
from demandes.main import service
from noyau import TransitionImpossible
from services.demandes.tests.builders import a, acte, demande, histoire
from services.demandes.tests.parcours import Parcours
from socle.bd.connexion import Connexion
from socle.bd.instructions import parmi

pytestmark = pytest.mark.integration

POSTE, LOGICIEL = 0, 1
"""Le rang des articles de la demande."""

sur_la_base = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@dataclass(frozen=True)
class Annonce:
    """Un acte que l'ITSM dit; son identifiant ne dépend que de ce qu'il dit."""

    geste: Geste
    heure: float
    article: int | None = None

    def acte(self, visee: Demande) -> ActeItsm:
        return ActeItsm(
            id=f"{visee.id}-{self.geste}-{self.heure}-{self.article}",
            demande_id=visee.id,
            geste=self.geste,
            survenu_le=a(self.heure),
            motif="motif",
            article_id=None if self.article is None else visee.articles[self.article].id,
        )


@dataclass
class Terrain:
    """Des demandes approuvées, neuves à chaque histoire, sur une vraie base."""

    connexion: Connexion
    ports: Ports
    rangs: "count[int]"

    async def approuvee(self) -> Demande:
        rang = next(self.rangs)
        brouillon = replace(
            demande(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "DESSIN", nom=f"d-{rang}"),
            numero=f"D-2026-{rang:06d}",
        )
        dossier = histoire(brouillon, acte(0), jusqua=Geste.APPROUVER)
        await self.ports.demandes.ajouter(dossier.demande, dossier.histoire.actes)
        return dossier.demande

    async def dire(self, visee: Demande, annonce: Annonce, heure: float = 100) -> ActeItsm:
        return (await recevoir_acte(annonce.acte(visee), self.ports, acte(heure))).valeur

    async def derouler(self, annonces: Sequence[Annonce]) -> "Fin":
        visee = await self.approuvee()
        for annonce in annonces:
            await self.dire(visee, annonce)
        return await self.fin(visee.id)

    async def fin(self, demande_id: UUID) -> "Fin":
        chronologie = await self.connexion.lignes(
            select(gestes_poses.c.geste, gestes_poses.c.survenu_le)
            .where(gestes_poses.c.demande_id == demande_id)
            .where(not_(parmi(gestes_poses.c.geste, [Geste.SOUMETTRE, Geste.APPROUVER])))
            .order_by(gestes_poses.c.survenu_le, gestes_poses.c.geste)
        )
        etats = await self.connexion.colonne(
            select(actes_itsm.c.sort).where(actes_itsm.c.demande_id == demande_id)
        )
        finale = (await self.ports.demandes.charger(demande_id)).demande
        return Fin(finale, [(g, le) for g, le in chronologie], list(etats))


@dataclass
class Fin:
    """Où une histoire a mené : la demande, sa chronologie, ce que les actes sont devenus."""

    demande: Demande
    gestes: list[tuple[Geste, datetime]]
    etats: list[EtatActe]

    @property
    def vue(self) -> tuple[object, ...]:
        """Tout, sauf l'identité de la demande."""
        return self.demande.etat, self.demande.completee_le, self.gestes, self.etats


@pytest.fixture
async def terrain(parcours: Parcours) -> AsyncIterator[Terrain]:
    async with parcours.banc.interne() as connexion:
        yield Terrain(connexion, service().prises.ouvrir(Ports, connexion), count(900_000))


@st.composite
def histoires(tirer: st.DrawFn) -> list[Annonce]:
    """Une histoire légale : prise en charge, des suspensions, deux livraisons."""
    heure = 1.0
    histoire = [Annonce(Geste.PRENDRE_EN_CHARGE, heure)]
    for livraison in (POSTE, LOGICIEL):
        for _ in range(tirer(st.integers(0, 2))):
            histoire += [Annonce(Geste.SUSPENDRE, heure + 1), Annonce(Geste.REPRENDRE, heure + 2)]
            heure += 2
        heure += 1
        histoire.append(Annonce(Geste.LIVRER, heure, livraison))
    if tirer(st.booleans()):
        histoire.append(Annonce(Geste.COMPLETER, heure))
    return histoire


@sur_la_base
@given(data=st.data())
async def test_dem_12_tout_ordre_d_arrivee_mene_a_la_meme_fin(
    terrain: Terrain, data: st.DataObject
) -> None:
    suite = data.draw(histoires())
    melees = data.draw(st.permutations(suite))
    attendue = await terrain.derouler(suite)
    trouvee = await terrain.derouler(melees)
    assert trouvee.demande.etat is Etat.COMPLETEE
    assert trouvee.vue == attendue.vue
    assert set(trouvee.etats) == {EtatActe.APPLIQUE}


@pytest.mark.parametrize("ordre", list(permutations(range(4))))
async def test_dem_12_les_24_ordres_menent_a_la_meme_fin(
    terrain: Terrain, ordre: tuple[int, ...]
) -> None:
    dits = [
        Annonce(Geste.PRENDRE_EN_CHARGE, 2),
        Annonce(Geste.SUSPENDRE, 3),
        Annonce(Geste.REPRENDRE, 10),
        Annonce(Geste.LIVRER, 11, POSTE),
    ]
    fin = await terrain.derouler([dits[rang] for rang in ordre])
    assert fin.demande.etat is Etat.PRISE_EN_CHARGE
    assert fin.gestes == sorted(((d.geste, a(d.heure)) for d in dits), key=lambda g: g[1])
    assert set(fin.etats) == {EtatActe.APPLIQUE}


@sur_la_base
@given(data=st.data())
async def test_dem_10_la_repetition_n_ajoute_rien(terrain: Terrain, data: st.DataObject) -> None:
    suite = data.draw(histoires())
    repetee = [dite for dite in suite for _ in range(data.draw(st.integers(1, 3)))]
    assert (await terrain.derouler(repetee)).vue == (await terrain.derouler(suite)).vue


async def test_dem_12_avant_la_reouverture_une_livraison_attend(terrain: Terrain) -> None:
    fin = await terrain.derouler(
        [
            Annonce(Geste.PRENDRE_EN_CHARGE, 1),
            Annonce(Geste.LIVRER, 2, POSTE),
            Annonce(Geste.LIVRER, 3, LOGICIEL),
        ]
    )
    tot = await terrain.dire(fin.demande, Annonce(Geste.LIVRER, 5, POSTE))
    assert tot.sort is EtatActe.DIFFERE
    double = await terrain.dire(fin.demande, Annonce(Geste.SUSPENDRE, 2.5))
    assert double.sort is EtatActe.DIFFERE, "une reprise avant la seconde livraison le permettrait"
    with pytest.raises(TransitionImpossible) as refus:
        await terrain.dire(fin.demande, Annonce(Geste.PRENDRE_EN_CHARGE, 4))
    assert refus.value.details["acte_contredit"]["acte"] == "livraison"  # type: ignore[index]


@sur_la_base
@given(ordre=st.permutations(range(4)))
async def test_dem_12_les_differes_s_inscrivent_a_leur_place(
    terrain: Terrain, ordre: list[int]
) -> None:
    """Au même instant, le rang dans le cycle départage."""
    differes = [
        Annonce(Geste.SUSPENDRE, 2),
        Annonce(Geste.REPRENDRE, 2),
        Annonce(Geste.LIVRER, 3, POSTE),
        Annonce(Geste.LIVRER, 4, LOGICIEL),
    ]
    melees = [differes[rang] for rang in ordre]
    fin = await terrain.derouler([*melees, Annonce(Geste.PRENDRE_EN_CHARGE, 1)])
    assert fin.demande.etat is Etat.COMPLETEE
    assert {geste for geste, _ in fin.gestes} == {
        Geste.PRENDRE_EN_CHARGE,
        Geste.SUSPENDRE,
        Geste.REPRENDRE,
        Geste.LIVRER,
    }

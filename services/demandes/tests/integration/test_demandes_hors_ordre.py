"""Les actes de l'ITSM dans tous les ordres (DEM-10) : même fin, mêmes faits, mêmes dates."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.demande.adaptateurs.tables import gestes_poses
from demandes.demande.domaine.demande import Demande, Etat, Geste, Sorte
from demandes.itsm.adaptateurs.tables import actes_itsm
from demandes.itsm.cas_usage import recevoir_acte
from demandes.itsm.domaine import ActeItsm, EtatActe
from demandes.itsm.ports import Ports
from demandes.main import service
from noyau import TransitionImpossible
from services.demandes.tests.builders import a, acte, demande
from services.demandes.tests.parcours import Parcours

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

    connexion: AsyncConnection
    ports: Ports
    rangs: "count[int]"

    async def approuvee(self) -> Demande:
        rang = next(self.rangs)
        neuve = replace(
            demande(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "DESSIN", nom=f"d-{rang}"),
            numero=f"D-2026-{rang:06d}",
            etat=Etat.APPROUVEE,
            soumise_le=a(0),
        )
        await self.ports.demandes.ajouter(neuve)
        return neuve

    async def dire(self, visee: Demande, annonce: Annonce, heure: float = 100) -> ActeItsm:
        return (await recevoir_acte(annonce.acte(visee), self.ports, acte(heure))).valeur

    async def derouler(self, annonces: Sequence[Annonce]) -> "Fin":
        visee = await self.approuvee()
        for annonce in annonces:
            await self.dire(visee, annonce)
        return await self.fin(visee.id)

    async def fin(self, demande_id: UUID) -> "Fin":
        chronologie = await self.connexion.execute(
            select(gestes_poses.c.geste, gestes_poses.c.survenu_le)
            .where(gestes_poses.c.demande_id == demande_id)
            .order_by(gestes_poses.c.rang)
        )
        etats = await self.connexion.scalars(
            select(actes_itsm.c.sort).where(actes_itsm.c.demande_id == demande_id)
        )
        finale = await self.ports.demandes.charger(demande_id)
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
async def test_dem_10_tout_ordre_d_arrivee_mene_a_la_meme_fin(
    terrain: Terrain, data: st.DataObject
) -> None:
    """La dernière livraison close la demande : tout le reste doit la précéder à l'arrivée aussi."""
    histoire = data.draw(histoires())
    fins = [dite for dite in histoire if dite.geste in {Geste.LIVRER, Geste.COMPLETER}]
    melees = data.draw(st.permutations([x for x in histoire if x not in fins[-2:]])) + fins[-2:]
    attendue = await terrain.derouler(histoire)
    trouvee = await terrain.derouler(melees)
    assert trouvee.demande.etat is Etat.COMPLETEE
    assert sorted(trouvee.gestes) == sorted(attendue.gestes)
    assert trouvee.demande.etat == attendue.demande.etat
    assert trouvee.demande.completee_le == attendue.demande.completee_le
    assert set(trouvee.etats) == {EtatActe.APPLIQUE}


@sur_la_base
@given(data=st.data())
async def test_dem_10_la_repetition_n_ajoute_rien(terrain: Terrain, data: st.DataObject) -> None:
    histoire = data.draw(histoires())
    repetee = [dite for dite in histoire for _ in range(data.draw(st.integers(1, 3)))]
    assert (await terrain.derouler(repetee)).vue == (await terrain.derouler(histoire)).vue


async def test_dem_10_avant_la_reouverture_une_livraison_attend(terrain: Terrain) -> None:
    fin = await terrain.derouler(
        [
            Annonce(Geste.PRENDRE_EN_CHARGE, 1),
            Annonce(Geste.LIVRER, 2, POSTE),
            Annonce(Geste.LIVRER, 3, LOGICIEL),
        ]
    )
    tot = await terrain.dire(fin.demande, Annonce(Geste.LIVRER, 5, POSTE))
    assert tot.sort is EtatActe.DIFFERE
    with pytest.raises(TransitionImpossible):
        await terrain.dire(fin.demande, Annonce(Geste.SUSPENDRE, 2.5))


@sur_la_base
@given(ordre=st.permutations(range(4)))
async def test_dem_10_les_differes_s_appliquent_dans_l_ordre_de_survenue(
    terrain: Terrain, ordre: list[int]
) -> None:
    """Au même instant, l'ordre du cycle de vie départage."""
    differes = [
        Annonce(Geste.SUSPENDRE, 2),
        Annonce(Geste.REPRENDRE, 2),
        Annonce(Geste.LIVRER, 3, POSTE),
        Annonce(Geste.LIVRER, 4, LOGICIEL),
    ]
    melees = [differes[rang] for rang in ordre]
    fin = await terrain.derouler([*melees, Annonce(Geste.PRENDRE_EN_CHARGE, 1)])
    assert fin.demande.etat is Etat.COMPLETEE
    assert [geste for geste, _ in fin.gestes] == [
        Geste.PRENDRE_EN_CHARGE,
        Geste.SUSPENDRE,
        Geste.REPRENDRE,
        Geste.LIVRER,
        Geste.LIVRER,
        Geste.COMPLETER,
    ]

"""Les dépôts sur PostgreSQL : lignes ↔ domaine, à la main."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from sla.adaptateurs import documents
from sla.adaptateurs.calendriers import calendrier_applique
from sla.adaptateurs.tables import fiches, histoires, mesures
from sla.cas_usage.ports import Depots, EpisodeDe
from sla.domaine.fiche import Fiche, Fiches
from sla.domaine.histoire import Histoire
from sla.domaine.verdict import Mesure

VERROU_FICHES, VERROU_DEMANDE = 5101, 5102
"""Les espaces de noms de nos verrous consultatifs."""

_PARTAGER_FICHES = text("SELECT pg_advisory_xact_lock_shared(:espace, 0)")
_RESERVER_FICHES = text("SELECT pg_advisory_xact_lock(:espace, 0)")
# Dans l'ordre, pour que deux lots qui se recoupent ne s'attendent pas l'un l'autre.
_TENIR_DEMANDES = text(
    "SELECT pg_advisory_xact_lock(:espace, cle)"
    " FROM (SELECT DISTINCT hashtext(id) AS cle"
    "       FROM unnest(CAST(:demandes AS text[])) AS id ORDER BY cle) AS cles"
)


# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_AJOUTER_EPISODES = insert(histoires).on_conflict_do_nothing()
_MESURE = insert(mesures)
_REMPLACER_MESURES = _MESURE.on_conflict_do_update(
    constraint=mesures.primary_key,
    set_={c.name: _MESURE.excluded[c.name] for c in mesures.columns if not c.primary_key},
)
_CHARGER = (
    select(histoires)
    .where(histoires.c.demande_id == any_(bindparam("demandes", type_=ARRAY(Uuid))))
    .order_by(histoires.c.demande_id, histoires.c.organisme)
)
_DEMANDE = attrgetter("demande_id", "organisme")


def ouvrir_depots(connexion: AsyncConnection) -> Depots:
    """Les dépôts d'une transaction."""
    return Depots(
        histoires=HistoiresPg(connexion),
        fiches=FichesPg(connexion),
        mesures=MesuresPg(connexion),
        calendrier=calendrier_applique(),
    )


class HistoiresPg:
    """Les épisodes, un par événement reçu."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def ajouter(self, episodes: Sequence[EpisodeDe]) -> None:
        lignes = [
            {
                "demande_id": e.demande_id,
                "organisme": e.organisme,
                **documents.ligne_d_episode(e.episode),
            }
            for e in episodes
        ]
        await self._connexion.execute(_AJOUTER_EPISODES, lignes)

    async def verrouiller(self, demandes: Collection[UUID]) -> None:
        await self._connexion.execute(_PARTAGER_FICHES, {"espace": VERROU_FICHES})
        cles = {"espace": VERROU_DEMANDE, "demandes": [str(d) for d in demandes]}
        await self._connexion.execute(_TENIR_DEMANDES, cles)

    async def charger(self, demandes: Collection[UUID]) -> Sequence[Histoire]:
        lignes = await self._connexion.execute(_CHARGER, {"demandes": list(demandes)})
        return [
            Histoire.de(demande, organisme, map(documents.episode, suite))
            for (demande, organisme), suite in groupby(lignes, key=_DEMANDE)
        ]


class FichesPg:
    """Les versions de fiches, avec leurs indicateurs."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def ajouter(self, versions: Sequence[Fiche]) -> None:
        await self._connexion.execute(
            insert(fiches).on_conflict_do_nothing(), [documents.ligne_de_fiche(f) for f in versions]
        )
        # Les rejeux en cours les ignorent : on les attend, pour marquer ensuite ce qu'ils écrivent.
        await self._connexion.execute(_RESERVER_FICHES, {"espace": VERROU_FICHES})

    async def toutes(self) -> Fiches:
        lignes = (await self._connexion.execute(select(fiches))).mappings()
        return Fiches.de(map(documents.fiche, lignes))


class MesuresPg:
    """Une ligne par demande : son dernier verdict, ou ce qu'on attend pour en rendre un."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def enregistrer(self, nouvelles: Iterable[Mesure]) -> None:
        ordonnees = sorted(nouvelles, key=lambda mesure: mesure.demande_id)
        lignes = [documents.ligne_de_mesure(mesure) for mesure in ordonnees]
        if lignes:
            await self._connexion.execute(_REMPLACER_MESURES, lignes)

    async def marquer(self, versions: Sequence[Fiche]) -> None:
        marquage = (
            update(mesures)
            .where(mesures.c.j0 >= bindparam("debut"), mesures.c.j0 < bindparam("fin_exclue"))
            .values(a_rejouer=True)
        )
        await self._connexion.execute(
            marquage, [{"debut": f.debut, "fin_exclue": f.fin or date.max} for f in versions]
        )

    async def a_rejouer(self, calendrier: str, limite: int) -> Sequence[UUID]:
        # Deux comparaisons plutôt que « <> » : l'index sert, et il n'y a d'ordinaire rien à lire.
        autre = or_(mesures.c.calendrier < calendrier, mesures.c.calendrier > calendrier)
        lecture = select(mesures.c.demande_id).where(mesures.c.a_rejouer | autre).limit(limite)
        return (await self._connexion.execute(lecture)).scalars().all()

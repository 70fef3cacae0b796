"""Les histoires sur PostgreSQL."""

from collections.abc import Collection, Sequence
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, any_, bindparam, column, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert

from sla.base import VERROU_AGREGAT, VERROU_SUJET
from sla.histoires.adaptateurs import conversion
from sla.histoires.adaptateurs.tables import histoires, rectifications
from sla.histoires.domaine import EpisodeDe, Histoire, RectificationDe, Sujet
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne, ajout_par_document

# Dans l'ordre, pour que deux lots qui se recoupent ne s'attendent pas l'un l'autre.
_TENIR = text(
    "SELECT pg_advisory_xact_lock(:espace, cle)"
    " FROM (SELECT DISTINCT hashtext(id) AS cle"
    "       FROM unnest(CAST(:ids AS text[])) AS id ORDER BY cle) AS cles"
)
_AJOUTER = ajout_par_document(histoires).on_conflict_do_nothing()
_RECTIFIER = insert(rectifications).on_conflict_do_nothing()
_SUJETS = (
    select(histoires.c.sujet, histoires.c.sujet_id)
    .where(histoires.c.acte_id == any_(bindparam("actes", type_=ARRAY(Uuid))))
    .distinct()
)
_ISSUS = (
    select(
        histoires.c.sujet, histoires.c.sujet_id, histoires.c.origine_sorte, histoires.c.origine_id
    )
    .where(histoires.c.origine_id == any_(bindparam("ids", type_=ARRAY(Text))))
    .distinct()
)
_VOULUS = (
    func.unnest(bindparam("sortes", type_=ARRAY(Text)), bindparam("ids", type_=ARRAY(Text)))
    .table_valued(column("sorte", Text), column("id", Text), name="voulus")
    .render_derived()
)
_SIENNES = and_(
    rectifications.c.acte_id == histoires.c.acte_id,
    rectifications.c.organisme == histoires.c.organisme,
)
_SIENS = and_(histoires.c.sujet == _VOULUS.c.sorte, histoires.c.sujet_id == _VOULUS.c.id)
_CLES = ("sujet", "sujet_id", "organisme")
# Une ligne par épisode, répétée pour chacune de ses rectifications : une seule lecture.
_CHARGER = (
    select(histoires, rectifications.c.rang, rectifications.c.survenu_le.label("rectifie_le"))
    .select_from(_VOULUS.join(histoires, _SIENS).outerjoin(rectifications, _SIENNES))
    .order_by(*(histoires.c[nom] for nom in _CLES))
)
_SUJET = attrgetter(*_CLES)


class HistoiresSql:
    """Les épisodes et leurs rectifications, une ligne par événement reçu."""

    def __init__(self, connexion: Connexion) -> None:
        self._connexion = connexion

    async def tenir_agregats(self, agregats: Collection[str]) -> None:
        await self._tenir(VERROU_AGREGAT, list(agregats))

    async def ajouter(self, episodes: Sequence[EpisodeDe]) -> None:
        if episodes:
            lignes = list(map(conversion.ligne_d_episode, episodes))
            await self._connexion.ecrire(_AJOUTER, {"lignes": lignes})

    async def rectifier(self, recues: Sequence[RectificationDe]) -> None:
        lignes = list(map(conversion.ligne_de_rectification, recues))
        await self._connexion.ecrire_lot(_RECTIFIER, lignes)

    async def sujets_de(self, actes: Collection[UUID]) -> set[Sujet]:
        if not actes:
            return set()
        lignes = await self._connexion.lignes(_SUJETS, {"actes": list(actes)})
        return {Sujet(ligne.sujet, ligne.sujet_id) for ligne in lignes}

    async def issus_de(self, sujets: Collection[Sujet]) -> set[Sujet]:
        lignes = await self._connexion.lignes(_ISSUS, {"ids": [s.id for s in sujets]})
        return {
            Sujet(ligne.sujet, ligne.sujet_id)
            for ligne in lignes
            if Sujet(ligne.origine_sorte, ligne.origine_id) in sujets
        }

    async def tenir(self, sujets: Collection[Sujet]) -> None:
        await self._tenir(VERROU_SUJET, [f"{sujet.sorte}/{sujet.id}" for sujet in sujets])

    async def _tenir(self, espace: int, ids: list[str]) -> None:
        await self._connexion.ecrire(_TENIR, {"espace": espace, "ids": ids})

    async def charger(self, sujets: Collection[Sujet]) -> Sequence[Histoire]:
        lues = await self._lire(sujets)
        liees = {cle: _precedents(lignes) for cle, lignes in lues.items()}
        avant = await self._lire({s for precedents in liees.values() for s in precedents})
        return [
            _histoire(
                cle, lignes, [ligne for s in liees[cle] for ligne in avant.get((s, cle[1]), ())]
            )
            for cle, lignes in lues.items()
        ]

    async def _lire(self, sujets: Collection[Sujet]) -> dict[tuple[Sujet, str], list[Ligne]]:
        """Les épisodes et leurs rectifications, par sujet et organisme."""
        if not sujets:
            return {}
        voulus = list(sujets)
        cles = {"sortes": [s.sorte for s in voulus], "ids": [s.id for s in voulus]}
        lignes = await self._connexion.lignes(_CHARGER, cles)
        return {
            (Sujet(sorte, sujet_id), organisme): list(siennes)
            for (sorte, sujet_id, organisme), siennes in groupby(lignes, key=_SUJET)
        }


def _precedents(lignes: Sequence[Ligne]) -> list[Sujet]:
    """Les sujets dont l'histoire précède celle-ci (IC-1)."""
    origines = {
        (ligne.origine_sorte, ligne.origine_id) for ligne in lignes if ligne.origine_id is not None
    }
    return [Sujet(*origine) for origine in sorted(origines)]


def _histoire(
    cle: tuple[Sujet, str], lignes: Sequence[Ligne], precedentes: Sequence[Ligne]
) -> Histoire:
    toutes = (*lignes, *precedentes)
    justes = [conversion.rectification(ligne) for ligne in toutes if ligne.rang is not None]
    avant = map(conversion.episode, precedentes)
    return Histoire.de(*cle, map(conversion.episode, lignes), justes, avant)

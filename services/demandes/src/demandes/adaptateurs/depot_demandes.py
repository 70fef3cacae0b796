"""Les demandes et leur chronologie, les actes de l'ITSM qui les visent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.adaptateurs.lignes import colonnes, demande_de, travaux_de, une
from demandes.adaptateurs.tables import actes_itsm, demandes, numeros, passages
from demandes.domaine.demande import Demande, Passage
from demandes.domaine.itsm import ActeItsm, Sort
from socle.noyau import VersionPerimee

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_CHARGER = select(demandes).where(demandes.c.id == bindparam("id")).with_for_update()
_NUMERO = select(numeros.next_value())
_AJOUTER = insert(demandes)
_PASSER = insert(passages)
_GARES = (
    select(actes_itsm)
    .where(actes_itsm.c.demande_id == bindparam("demande_id"), actes_itsm.c.sort == Sort.GARE)
    .order_by(actes_itsm.c.recu_le, actes_itsm.c.id)
)


@dataclass(frozen=True, slots=True)
class DemandesSql:
    """Tient `DepotDemandes`."""

    connexion: AsyncConnection

    async def charger(self, demande_id: UUID) -> Demande:
        return demande_de(await une(self.connexion, _CHARGER, "Demande", id=demande_id))

    async def nouveau_numero(self, annee: int) -> str:
        rang = await self.connexion.scalar(_NUMERO)
        return f"D-{annee}-{rang:06d}"

    async def ajouter(self, demande: Demande, passages_: Sequence[Passage] = ()) -> None:
        await self.connexion.execute(_AJOUTER, colonnes(demande))
        await self._ajouter_passages(passages_)

    async def enregistrer(self, demande: Demande, passages_: Sequence[Passage]) -> None:
        champs = colonnes(demande)
        ecrit = await self.connexion.execute(
            update(demandes)
            .where(
                demandes.c.id == champs.pop("id"),
                demandes.c.version == demande.version - len(passages_),
            )
            .values(**champs)
        )
        if not ecrit.rowcount:
            raise VersionPerimee("La demande a changé depuis sa lecture.")
        await self._ajouter_passages(passages_)

    async def _ajouter_passages(self, passages_: Sequence[Passage]) -> None:
        if passages_:
            await self.connexion.execute(_PASSER, [_ligne(p) for p in passages_])


@dataclass(frozen=True, slots=True)
class ActesItsmSql:
    """Tient `DepotActesItsm`."""

    connexion: AsyncConnection

    async def trouver(self, identifiant: str) -> ActeItsm | None:
        requete = select(actes_itsm).where(actes_itsm.c.id == identifiant)
        ligne = (await self.connexion.execute(requete)).one_or_none()
        return None if ligne is None else _acte(ligne)

    async def ajouter(self, acte: ActeItsm) -> None:
        await self.connexion.execute(insert(actes_itsm).values(**colonnes(acte)))

    async def gares(self, demande_id: UUID) -> Sequence[ActeItsm]:
        lignes = await self.connexion.execute(_GARES, {"demande_id": demande_id})
        return [_acte(ligne) for ligne in lignes]

    async def enregistrer(self, acte: ActeItsm) -> None:
        await self.connexion.execute(
            update(actes_itsm)
            .where(actes_itsm.c.id == acte.id)
            .values(sort=acte.sort, raison=acte.raison)
        )

    async def signaler(self, avant: datetime, le: datetime) -> Sequence[ActeItsm]:
        requete = (
            update(actes_itsm)
            .where(
                actes_itsm.c.sort == Sort.GARE,
                actes_itsm.c.recu_le < avant,
                actes_itsm.c.signale_le.is_(None),
            )
            .values(signale_le=literal(le))
            .returning(*actes_itsm.c)
        )
        return [_acte(ligne) for ligne in await self.connexion.execute(requete)]


def _ligne(passage: Passage) -> dict[str, Any]:
    signature, article = passage.signature, passage.article
    return {
        "demande_id": passage.demande.id,
        "rang": passage.demande.version,
        "organisme": passage.demande.organisme,
        "geste": passage.geste,
        "avant": passage.avant,
        "apres": passage.demande.etat,
        "survenu_le": passage.survenu_le,
        "enregistre_le": passage.enregistre_le,
        "acteur": passage.acteur,
        "motif": passage.motif,
        "signataire_id": signature and signature.signataire_id,
        "au_nom_de_id": signature and signature.au_nom_de_id,
        "article_id": article and article.id,
    }


def _acte(ligne: Row[Any]) -> ActeItsm:
    valeurs = dict(ligne._mapping)
    del valeurs["signale_le"]
    return ActeItsm(**{**valeurs, "travaux": travaux_de(valeurs["travaux"])})

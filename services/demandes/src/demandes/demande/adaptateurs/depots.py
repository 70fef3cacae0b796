"""Les demandes et leur chronologie sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.demande.adaptateurs.tables import demandes, gestes_poses, numeros
from demandes.demande.domaine.demande import (
    Article,
    Demande,
    FaitsDeMesure,
    GestePose,
    TempsTravaille,
)
from demandes.ropn.domaine import Livraison
from noyau import VersionPerimee
from socle.bd.conversion import Ligne, colonnes, une

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_CHARGER = select(demandes).where(demandes.c.id == bindparam("id")).with_for_update()
_NUMERO = select(numeros.next_value())
_AJOUTER = insert(demandes)
_POSER = insert(gestes_poses)


@dataclass(frozen=True, slots=True)
class DemandesSql:
    """Tient `ports.Demandes`."""

    connexion: AsyncConnection

    async def charger(self, demande_id: UUID) -> Demande:
        ligne = await une(self.connexion, _CHARGER, "Demande introuvable.", id=demande_id)
        return _demande(ligne)

    async def nouveau_numero(self, annee: int) -> str:
        rang = await self.connexion.scalar(_NUMERO)
        return f"D-{annee}-{rang:06d}"

    async def ajouter(self, demande: Demande, gestes: Sequence[GestePose] = ()) -> None:
        await self.connexion.execute(_AJOUTER, colonnes(demande))
        await self._poser(gestes)

    async def enregistrer(self, demande: Demande, gestes: Sequence[GestePose]) -> None:
        champs = colonnes(demande)
        ecrit = await self.connexion.execute(
            update(demandes)
            .where(
                demandes.c.id == champs.pop("id"),
                demandes.c.version == demande.version - len(gestes),
            )
            .values(**champs)
        )
        if not ecrit.rowcount:
            raise VersionPerimee("La demande a changé depuis sa lecture.")
        await self._poser(gestes)

    async def _poser(self, gestes: Sequence[GestePose]) -> None:
        if gestes:
            await self.connexion.execute(_POSER, [_ligne(pose) for pose in gestes])


def _demande(ligne: Ligne) -> Demande:
    """Une demande, ses articles et ses faits de mesure."""
    valeurs = dict(ligne._mapping)
    valeurs["articles"] = tuple(_article(article) for article in valeurs["articles"])
    valeurs["faits"] = FaitsDeMesure(**valeurs["faits"])
    return Demande(**valeurs)


def _ligne(pose: GestePose) -> dict[str, Any]:
    """Une ligne de la chronologie."""
    signature, article = pose.signature, pose.article
    return {
        "demande_id": pose.demande.id,
        "rang": pose.demande.version,
        "organisme": pose.demande.organisme,
        "geste": pose.geste,
        "avant": pose.avant,
        "apres": pose.demande.etat,
        "survenu_le": pose.survenu_le,
        "enregistre_le": pose.enregistre_le,
        "acteur": pose.acteur,
        "motif": pose.motif,
        "signataire_id": signature and signature.signataire_id,
        "au_nom_de_id": signature and signature.au_nom_de_id,
        "article_id": article and article.id,
    }


def _article(valeurs: dict[str, Any]) -> Article:
    return Article(
        **{
            **valeurs,
            "id": UUID(valeurs["id"]),
            "livraison": Livraison(valeurs["livraison"]),
            "livre_le": valeurs["livre_le"] and datetime.fromisoformat(valeurs["livre_le"]),
            "actif_id": valeurs["actif_id"] and UUID(valeurs["actif_id"]),
            "travaux": tuple(TempsTravaille(**travail) for travail in valeurs["travaux"]),
        }
    )

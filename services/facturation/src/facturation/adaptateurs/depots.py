"""Les dépôts : PostgreSQL, une requête par question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, func, insert, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.ext.asyncio import AsyncConnection

from contrats import sujet_de
from facturation.adaptateurs import tables as t
from facturation.adaptateurs.dossiers import lire_dossier, organismes_connus
from facturation.adaptateurs.lignes import (
    ligne_fait,
    ligne_sort,
    lignes_facture,
    tarifs_en_json,
)
from facturation.cas_usage.ports import Depots
from facturation.domaine.dus import Attente
from facturation.domaine.executions import Execution, Sort
from facturation.domaine.factures import Client, Dossier, Facture
from facturation.domaine.faits import FaitRecu
from facturation.domaine.tarifs import EtatProduit, VersionFiche, VersionPrix
from socle.bus.jalons import jalon_atteint

PRODUCTEURS = ("catalogue", "courtier", "demandes")
"""Ceux dont tous les faits d'une période doivent être reçus avant de l'émettre."""


def ouvrir_depots(connexion: AsyncConnection) -> Depots:
    """Les dépôts d'une transaction."""
    return Depots(
        copies=CopiesSql(connexion),
        dossiers=DossiersSql(connexion),
        factures=FacturesSql(connexion),
        executions=ExecutionsSql(connexion),
        attentes=AttentesSql(connexion),
        jalons=JalonsSql(connexion),
    )


@dataclass(frozen=True, slots=True)
class CopiesSql:
    """Voir `ports.Copies`."""

    connexion: AsyncConnection

    async def noter_faits(self, faits: Sequence[FaitRecu]) -> None:
        await self._ajouter(t.faits, [ligne_fait(fait) for fait in faits])

    async def retenir_fiches(self, versions: Sequence[VersionFiche]) -> None:
        lignes = [
            {"fiche": v.fiche, "version": v.version, "debut": v.debut,
             "tarifs": tarifs_en_json(v.tarifs)}
            for v in versions
        ]  # fmt: skip
        await self._ajouter(t.fiches, lignes)

    async def retenir_prix(self, versions: Sequence[VersionPrix]) -> None:
        lignes = [
            {"produit": v.produit, "version": v.version, "debut": v.debut, "prix": v.prix}
            for v in versions
        ]
        await self._ajouter(t.prix, lignes)

    async def retenir_produits(self, etats: Sequence[tuple[EtatProduit, int]]) -> None:
        lignes = [
            {"code": e.code, "sequence": sequence, "depuis": e.depuis, "libelle": e.libelle,
             "tarifs": list(e.tarifs)}
            for e, sequence in etats
        ]  # fmt: skip
        await self._ajouter(t.produits, lignes)

    async def retenir_clients(self, clients: Sequence[tuple[Client, int]]) -> None:
        if not clients:
            return
        lignes = [
            {"organisme": c.organisme, "sequence": sequence, "nom": c.nom, "adresse": c.adresse,
             "interlocuteur": c.interlocuteur, "courriel": c.courriel, "taxable": c.taxable}
            for c, sequence in clients
        ]  # fmt: skip
        ajout = insert_pg(t.clients)
        autres = {c.name: ajout.excluded[c.name] for c in t.clients.c if c.name != "organisme"}
        await self.connexion.execute(
            ajout.on_conflict_do_update(
                index_elements=["organisme"],
                set_=autres,
                where=t.clients.c.sequence < ajout.excluded.sequence,
            ),
            lignes,
        )

    async def _ajouter(self, table: Table, lignes: Sequence[dict[str, Any]]) -> None:
        if lignes:
            await self.connexion.execute(insert_pg(table).on_conflict_do_nothing(), lignes)


@dataclass(frozen=True, slots=True)
class DossiersSql:
    """Voir `ports.Dossiers`."""

    connexion: AsyncConnection

    async def charger(self, organisme: str) -> Dossier:
        return await lire_dossier(self.connexion, organisme, verrouiller=True)


@dataclass(frozen=True, slots=True)
class FacturesSql:
    """Voir `ports.Factures`."""

    connexion: AsyncConnection

    async def prochain_rang(self, exercice: str) -> int:
        ajout = insert_pg(t.compteurs).values(exercice=exercice, dernier=1)
        rang: int = (
            await self.connexion.execute(
                ajout.on_conflict_do_update(
                    index_elements=["exercice"], set_={"dernier": t.compteurs.c.dernier + 1}
                ).returning(t.compteurs.c.dernier)
            )
        ).scalar_one()
        return rang

    async def ajouter(self, facture: Facture) -> None:
        entete, lignes = lignes_facture(facture)
        await self.connexion.execute(insert(t.factures), entete)
        await self.connexion.execute(insert(t.lignes), lignes)


@dataclass(frozen=True, slots=True)
class ExecutionsSql:
    """Voir `ports.Executions`."""

    connexion: AsyncConnection

    async def organismes(self) -> Sequence[str]:
        return await organismes_connus(self.connexion)

    async def ajouter(self, execution: Execution) -> None:
        await self.connexion.execute(
            insert(t.executions),
            {
                "id": execution.id,
                "periode": str(execution.periode),
                "organisme": execution.organisme,
                "demandee_le": execution.demandee_le,
                "demandee_par": execution.demandee_par,
            },
        )
        lignes = [{"execution_id": execution.id, **ligne_sort(sort)} for sort in execution.sorts]
        if lignes:
            await self.connexion.execute(insert(t.sorts), lignes)

    async def consigner(self, execution_id: UUID, sort: Sort) -> None:
        await self.connexion.execute(
            update(t.sorts)
            .where(t.sorts.c.execution_id == execution_id, t.sorts.c.organisme == sort.organisme)
            .values(ligne_sort(sort))
        )


@dataclass(frozen=True, slots=True)
class AttentesSql:
    """Voir `ports.Attentes`."""

    connexion: AsyncConnection

    async def demander_revue(self, organismes: Mapping[str, datetime]) -> None:
        if organismes:
            lignes = [{"organisme": o, "demandee_le": le} for o, le in sorted(organismes.items())]
            await self.connexion.execute(_revue(insert_pg(t.revues)), lignes)

    async def demander_revue_des_ouvertes(self, le: datetime) -> None:
        a = t.lignes_en_attente
        ouvertes = (
            select(a.c.organisme, literal(le, t.revues.c.demandee_le.type))
            .where(a.c.levee_le.is_(None))
            .distinct()
            .order_by(a.c.organisme)
        )
        ajout = insert_pg(t.revues).from_select(["organisme", "demandee_le"], ouvertes)
        await self.connexion.execute(_revue(ajout))

    async def commencer_revue(self, organisme: str) -> None:
        await self.connexion.execute(delete(t.revues).where(t.revues.c.organisme == organisme))

    async def remplacer(
        self, organisme: str, attentes: Sequence[Attente], le: datetime
    ) -> Sequence[Attente]:
        a = t.lignes_en_attente
        cle = tuple_(a.c.source, a.c.tarif, a.c.nature)
        connues = {
            tuple(ligne)
            for ligne in await self.connexion.execute(
                select(a.c.source, a.c.tarif, a.c.nature).where(a.c.organisme == organisme)
            )
        }
        ouvertes = [_cle(attente) for attente in attentes]
        await self.connexion.execute(
            update(a)
            .where(a.c.organisme == organisme, a.c.levee_le.is_(None), cle.not_in(ouvertes))
            .values(levee_le=le)
        )
        if attentes:
            ajout = insert_pg(a)
            remplacees = ("depuis", "motif", "evenements", "levee_le")
            await self.connexion.execute(
                ajout.on_conflict_do_update(
                    index_elements=["organisme", "source", "tarif", "nature"],
                    set_={nom: ajout.excluded[nom] for nom in remplacees},
                ),
                [_ligne_attente(organisme, attente, le) for attente in attentes],
            )
        return [attente for attente in attentes if _cle(attente) not in connues]


@dataclass(frozen=True, slots=True)
class JalonsSql:
    """Voir `ports.Jalons`."""

    connexion: AsyncConnection

    async def recus(self) -> Mapping[str, datetime | None]:
        return {nom: await jalon_atteint(self.connexion, [sujet_de(nom)]) for nom in PRODUCTEURS}


def _revue(ajout: Any) -> Any:  # noqa: ANN401 -- instructions SQLAlchemy
    recente = func.greatest(t.revues.c.demandee_le, ajout.excluded.demandee_le)
    return ajout.on_conflict_do_update(index_elements=["organisme"], set_={"demandee_le": recente})


def _cle(attente: Attente) -> tuple[str, str, str]:
    identite = attente.identite
    return (identite.source, identite.tarif, identite.nature.value)


def _ligne_attente(organisme: str, attente: Attente, le: datetime) -> dict[str, Any]:
    source, tarif, nature = _cle(attente)
    return {
        "organisme": organisme,
        "source": source,
        "tarif": tarif,
        "nature": nature,
        "depuis": attente.identite.debut,
        "motif": attente.motif,
        "evenements": list(attente.evenements),
        "signalee_le": le,
        "levee_le": None,
    }

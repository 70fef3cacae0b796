"""Les dépôts des factures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.ext.asyncio import AsyncConnection

from facturation.creances.domaine.creances import Identite
from facturation.factures.adaptateurs import tables as t
from facturation.factures.domaine import documents
from facturation.factures.domaine.executions import Execution, Traitement
from facturation.factures.domaine.factures import Facture
from noyau import Mois, Montant, sujet_de
from socle.bd.conversion import colonnes
from socle.reception.jalons import jalon_atteint

_PROCHAIN = (
    insert_pg(t.compteurs)
    .on_conflict_do_update(index_elements=["exercice"], set_={"dernier": t.compteurs.c.dernier + 1})
    .returning(t.compteurs.c.dernier)
)
_f, _l = t.factures.c, t.lignes.c
_NUMEROS = select(_f.periode, _f.numero).where(_f.organisme == bindparam("organisme"))
_IDENTITE = (_l.source, _l.tarif, _l.nature, _l.debut, _l.cle)
_DEJA_FACTURE = (
    select(*_IDENTITE, func.sum(_l.montant))
    .where(_l.organisme == bindparam("organisme"))
    .group_by(*_IDENTITE)
)


@dataclass(frozen=True, slots=True)
class FacturesSql:
    """Voir `ports.Factures`."""

    connexion: AsyncConnection

    async def prochain_rang(self, exercice: str) -> int:
        numerote = await self.connexion.execute(_PROCHAIN, {"exercice": exercice, "dernier": 1})
        rang: int = numerote.scalar_one()
        return rang

    async def ajouter(self, facture: Facture) -> None:
        entete, lignes = _lignes(facture)
        await self.connexion.execute(insert(t.factures), entete)
        await self.connexion.execute(insert(t.lignes), lignes)

    async def numeros(self, organisme: str) -> Mapping[Mois, str]:
        emises = await self.connexion.execute(_NUMEROS, {"organisme": organisme})
        return {Mois.lire(periode): numero for periode, numero in emises}

    async def deja_facture(self, organisme: str) -> Mapping[Identite, Montant]:
        sommes = await self.connexion.execute(_DEJA_FACTURE, {"organisme": organisme})
        return {Identite(*identite): somme for *identite, somme in sommes}


@dataclass(frozen=True, slots=True)
class ExecutionsSql:
    """Voir `ports.Executions`."""

    connexion: AsyncConnection

    async def ajouter(self, execution: Execution) -> None:
        entete = colonnes(execution)
        traitements = entete.pop("traitements")
        await self.connexion.execute(insert(t.executions), entete)
        lignes = [{"execution_id": execution.id, **colonnes(x)} for x in traitements]
        if lignes:
            await self.connexion.execute(insert(t.traitements), lignes)

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None:
        c = t.traitements.c
        await self.connexion.execute(
            update(t.traitements)
            .where(c.execution_id == execution_id, c.organisme == traitement.organisme)
            .values(colonnes(traitement))
        )

    async def jalons(self, producteurs: Sequence[str]) -> Mapping[str, datetime | None]:
        return {nom: await jalon_atteint(self.connexion, [sujet_de(nom)]) for nom in producteurs}


def _lignes(facture: Facture) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Une facture et ses lignes; le document se refait d'elles, à l'identique."""
    document = documents.de_facture(facture)
    corps, totaux = document["lignes"], facture.projet.totaux
    commun = {"organisme": document["organisme"], "periode": document["periode"]}
    entete = {
        **commun,
        "numero": facture.numero,
        "emise_le": facture.emise_le,
        "nombre_lignes": len(corps),
        "total_avant_taxes": totaux.avant_taxes,
        "tps": totaux.tps,
        "tvq": totaux.tvq,
        "total": totaux.total,
        "entete": {nom: valeur for nom, valeur in document.items() if nom != "lignes"},
        "empreinte": documents.empreinte(document),
    }
    lignes = [
        {
            **commun,
            "rang": rang,
            **colonnes(ligne.identite),
            "montant": ligne.montant,
            "donnees": donnees,
        }
        for rang, (ligne, donnees) in enumerate(zip(facture.projet.lignes, corps, strict=True), 1)
    ]
    return entete, lignes

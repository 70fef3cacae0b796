"""Les dépôts des factures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_pg

from facturation.creances.domaine.creances import Identite
from facturation.factures.adaptateurs import tables as t
from facturation.factures.domaine import documents
from facturation.factures.domaine.ajustements import Ajustement, Facturee
from facturation.factures.domaine.executions import Execution, Traitement
from facturation.factures.domaine.factures import Document, NatureDocument
from facturation.factures.domaine.taxes import Taxes
from noyau import Introuvable, Mois, sujet_de
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, trouver
from socle.bd.instructions import Ligne
from socle.reception.jalons import jalon_atteint

_PROCHAIN = (
    insert_pg(t.compteurs)
    .on_conflict_do_update(
        index_elements=["nature", "exercice"], set_={"dernier": t.compteurs.c.dernier + 1}
    )
    .returning(t.compteurs.c.dernier)
)
_f, _l, _a = t.factures.c, t.lignes.c, t.ajustements.c
_SOURCES = bindparam("sources", type_=ARRAY(Text))
_NUMEROS = select(_f.periode, _f.numero).where(_f.organisme == bindparam("organisme"))
_IDENTITE = (_l.source, _l.tarif, _l.nature, _l.debut, _l.cle)
_SOMMES = (func.sum(_l.montant).label("facture"), func.sum(_l.ajustement).label("ajuste"))
_DEJA_FACTURE: Select[Any] = (
    select(*_IDENTITE, _l.tps, _l.tvq, *_SOMMES)
    .where(_l.organisme == bindparam("organisme"), _l.source == any_(_SOURCES))
    .group_by(*_IDENTITE, _l.tps, _l.tvq)
)
_LIGNE = (
    select(_l.organisme, *_IDENTITE, _l.actes)
    .join_from(t.lignes, t.factures)
    .where(_f.numero == bindparam("numero"), _l.rang == bindparam("rang"))
)
_AJUSTEMENTS = (
    select(t.ajustements)
    .where(_a.organisme == bindparam("organisme"), _a.source == any_(_SOURCES))
    .order_by(_a.decide_le, _a.id)
)


@dataclass(frozen=True, slots=True)
class FacturesSql:
    """Voir `ports.Factures`."""

    connexion: Connexion

    async def prochain_rang(self, nature: NatureDocument, exercice: str) -> int:
        premier = {"nature": nature, "exercice": exercice, "dernier": 1}
        rang: int = await self.connexion.valeur(_PROCHAIN, premier)
        return rang

    async def ajouter(self, document: Document) -> None:
        entete, lignes = _lignes(document)
        await self.connexion.ecrire(insert(t.factures), entete)
        await self.connexion.ecrire_lot(insert(t.lignes), lignes)

    async def numeros(self, organisme: str) -> Mapping[Mois, str]:
        emises = await self.connexion.lignes(_NUMEROS, {"organisme": organisme})
        return {Mois.lire(periode): numero for periode, numero in emises}

    async def deja_facture(
        self, organisme: str, sources: Collection[str]
    ) -> Mapping[Identite, Facturee]:
        vises = {"organisme": organisme, "sources": list(sources)}
        facturees = await self.connexion.lignes(_DEJA_FACTURE, vises)
        return {objet(Identite, ligne): _facturee(ligne) for ligne in facturees}

    async def ligne(self, numero: str, rang: int) -> tuple[str, Identite, tuple[UUID, ...]]:
        ligne = await trouver(self.connexion, _LIGNE, numero=numero, rang=rang)
        if ligne is None:
            raise Introuvable("Cette ligne n'existe pas.")
        return ligne.organisme, objet(Identite, ligne), tuple(ligne.actes)


@dataclass(frozen=True, slots=True)
class AjustementsSql:
    """Voir `ports.Ajustements`."""

    connexion: Connexion

    async def ajouter(self, ajustement: Ajustement) -> None:
        valeurs = colonnes(ajustement)
        valeurs |= colonnes(valeurs.pop("identite"))
        await self.connexion.ecrire(insert(t.ajustements), valeurs)

    async def des_sources(self, organisme: str, sources: Collection[str]) -> tuple[Ajustement, ...]:
        vises = {"organisme": organisme, "sources": list(sources)}
        lues = await self.connexion.lignes(_AJUSTEMENTS, vises)
        return tuple(objet(Ajustement, x, identite=objet(Identite, x)) for x in lues)


@dataclass(frozen=True, slots=True)
class ExecutionsSql:
    """Voir `ports.Executions`."""

    connexion: Connexion

    async def ajouter(self, execution: Execution) -> None:
        entete = colonnes(execution)
        traitements = entete.pop("traitements")
        await self.connexion.ecrire(insert(t.executions), entete)
        lignes = [{"execution_id": execution.id, **colonnes(x)} for x in traitements]
        await self.connexion.ecrire_lot(insert(t.traitements), lignes)

    async def enregistrer(self, execution_id: UUID, traitement: Traitement) -> None:
        c = t.traitements.c
        await self.connexion.ecrire(
            update(t.traitements)
            .where(c.execution_id == execution_id, c.organisme == traitement.organisme)
            .values(colonnes(traitement))
        )

    async def jalons(self, producteurs: Sequence[str]) -> Mapping[str, datetime | None]:
        return {nom: await jalon_atteint(self.connexion, [sujet_de(nom)]) for nom in producteurs}


def _facturee(ligne: Ligne) -> Facturee:
    return Facturee(
        montant=ligne.facture, taxes=Taxes(ligne.tps, ligne.tvq), ajustement=ligne.ajuste
    )


def _lignes(emis: Document) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Un document et ses lignes; il se refait d'elles, à l'identique."""
    document = documents.de_document(emis)
    corps, totaux = document["lignes"], emis.projet.totaux
    commun = {"organisme": document["organisme"], "periode": document["periode"]}
    entete = {
        **commun,
        "nature": emis.projet.nature,
        "numero": emis.numero,
        "emise_le": emis.emis_le,
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
            "tps": ligne.taxes.tps,
            "tvq": ligne.taxes.tvq,
            "ajustement": ligne.ajustement,
            "actes": list(ligne.creance.evenements) if ligne.creance else [],
            "donnees": donnees,
        }
        for rang, (ligne, donnees) in enumerate(zip(emis.projet.lignes, corps, strict=True), 1)
    ]
    return entete, lignes

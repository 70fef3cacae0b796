"""Ce que les écrans et la tâche lisent des factures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from facturation.base import mis_de_cote
from facturation.factures.adaptateurs import tables as t
from facturation.factures.cas_usage import EmettreFacture
from facturation.factures.domaine.emetteur import Inscriptions
from facturation.factures.domaine.executions import EtatTraitement, Execution, Traitement
from facturation.factures.domaine.factures import NatureDocument
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet

_f, _l, _t, _a = t.factures.c, t.lignes.c, t.traitements.c, t.ajustements.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreFactures:
    """Celles d'un organisme; d'une période; d'une nature; les notes qui corrigent un document."""

    organisme: str | None = None
    periode: str | None = None
    nature: NatureDocument | None = None
    corrige: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreLignes:
    """Celles d'une facture."""

    numero: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAjustements:
    """Ceux d'un document."""

    numero: str | None = None


FACTURE = VueObjet(
    select(_f.organisme, _f.periode, _f.piece, _f.nombre_lignes, _f.entete, _f.empreinte),
    _f.numero,
    "Cette facture n'existe pas.",
)
FACTURES = VueListe(
    requete=select(
        _f.numero, _f.nature, _f.corrige, _f.organisme, _f.periode, _f.emise_le, _f.nombre_lignes,
        _f.total_avant_taxes, _f.tps, _f.tvq, _f.total, _f.empreinte,
    ),
    filtre=FiltreFactures,
    cles=(_f.numero,),
)  # fmt: skip
LIGNES = VueListe(
    requete=select(_l.rang, _l.donnees, _f.numero).join_from(t.lignes, t.factures),
    filtre=FiltreLignes,
    cles=(_l.rang,),
)
AJUSTEMENTS = VueListe(
    requete=select(_a.id, _a.numero, _a.rang, _a.montant, _a.motif, _a.decide_le),
    filtre=FiltreAjustements,
    cles=(_a.decide_le, _a.id),
)
LOT: Final = 1_000
"""Les lignes d'un document qu'on lit à la fois."""
_CORPS = (
    select(_l.donnees)
    .where(_l.organisme == bindparam("organisme"), _l.periode == bindparam("periode"))
    .where(_l.piece == bindparam("piece"))
    .where(_l.rang > bindparam("apres"), _l.rang <= bindparam("apres") + LOT)
    .order_by(_l.rang)
)
_EXECUTION = VueObjet(select(t.executions), t.executions.c.id, "Cette exécution n'existe pas.")
_TRAITEMENTS = (
    select(t.traitements).where(_t.execution_id == bindparam("execution")).order_by(_t.organisme)
)
_x = t.executions.c
_A_EMETTRE = (
    select(t.traitements, _x.periode)
    .join(t.executions)
    .where(_t.etat == EtatTraitement.A_FAIRE)
    .order_by(_t.essais, _x.demandee_le, _t.execution_id, _t.organisme)
)
_reprises, _autres = t.traitements.alias("reprises"), t.executions.alias("autres")
_REPRIS = (
    select(_reprises.c.organisme)
    .join_from(_reprises, _autres, _autres.c.id == _reprises.c.execution_id)
    .where(_reprises.c.organisme == _t.organisme, _autres.c.periode == _x.periode)
    .where(_reprises.c.etat != EtatTraitement.A_FAIRE)
    .where(_reprises.c.etat != EtatTraitement.EN_ATTENTE)
)
_ECHOUEES = (
    select(_t.organisme, _x.periode, _t.raison)
    .join_from(t.traitements, t.executions)
    .where(_t.essais > 0, _t.etat == EtatTraitement.EN_ATTENTE, ~exists(_REPRIS))
    .order_by(_x.periode, _t.organisme)
)


def lot_de_lignes(facture: Ligne, apres: int) -> Vue[list[Mapping[str, Any]]]:
    """Les lignes d'une facture lue, au plus `LOT`, de celle qui suit ce rang."""
    vises = {nom: getattr(facture, nom) for nom in ("organisme", "periode", "piece")}

    async def vue(connexion: Connexion) -> list[Mapping[str, Any]]:
        return await connexion.colonne(_CORPS, {**vises, "apres": apres})

    return vue


def execution(identifiant: UUID) -> Vue[Execution]:
    """Une exécution, organisme par organisme; la vue lève `Introuvable`."""

    async def vue(connexion: Connexion) -> Execution:
        ligne = await _EXECUTION.de(identifiant)(connexion)
        traitements = await connexion.lignes(_TRAITEMENTS, {"execution": identifiant})
        traites = tuple(objet(Traitement, traitement) for traitement in traitements)
        return Execution(**ligne._asdict(), traitements=traites)

    return vue


def emissions_a_faire(inscriptions: Inscriptions) -> Vue[Sequence[EmettreFacture]]:
    """Ce que les exécutions attendent encore, la plus ancienne d'abord, sous ces inscriptions."""

    async def vue(connexion: Connexion) -> Sequence[EmettreFacture]:
        lignes = await connexion.lignes(_A_EMETTRE)
        return [objet(EmettreFacture, ligne, inscriptions=inscriptions) for ligne in lignes]

    return vue


async def emissions_mises_de_cote(connexion: Connexion) -> str | None:
    """Ce que la santé dit des organismes dont l'émission échoue, sans reprise qui aboutisse."""
    lignes = await connexion.lignes(_ECHOUEES)
    return mis_de_cote([f"{x.organisme}, {x.periode} : {x.raison}" for x in lignes])

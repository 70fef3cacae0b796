"""Ce que les écrans et la tâche lisent des factures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from facturation.factures.adaptateurs import tables as t
from facturation.factures.cas_usage import EmettreFacture
from facturation.factures.domaine.emetteur import Inscriptions
from facturation.factures.domaine.executions import EtatTraitement, Execution, Traitement
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet
from socle.bd.vues import Vue, VueListe, VueObjet

_f, _l, _t, _a = t.factures.c, t.lignes.c, t.traitements.c, t.ajustements.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreFactures:
    """Celles d'un organisme; celles d'une période."""

    organisme: str | None = None
    periode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreLignes:
    """Celles d'une facture."""

    numero: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAjustements:
    """Ceux d'un document."""

    numero: str | None = None


FACTURE = VueObjet(
    select(_f.organisme, _f.periode, _f.entete, _f.empreinte),
    _f.numero,
    "Cette facture n'existe pas.",
)
FACTURES = VueListe(
    requete=select(
        _f.numero, _f.nature, _f.organisme, _f.periode, _f.emise_le, _f.nombre_lignes,
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
_CORPS = (
    select(_l.donnees)
    .where(_l.organisme == bindparam("organisme"), _l.periode == bindparam("periode"))
    .order_by(_l.rang)
)
_EXECUTION = VueObjet(select(t.executions), t.executions.c.id, "Cette exécution n'existe pas.")
_TRAITEMENTS = (
    select(t.traitements).where(_t.execution_id == bindparam("execution")).order_by(_t.organisme)
)
_A_EMETTRE = (
    select(t.traitements, t.executions.c.periode)
    .join(t.executions)
    .where(_t.etat == EtatTraitement.A_FAIRE)
    .order_by(t.executions.c.demandee_le, _t.execution_id, _t.organisme)
)


def document(numero: str) -> Vue[dict[str, Any]]:
    """Le document d'une facture, avec son empreinte; la vue lève `Introuvable`."""

    async def vue(connexion: Connexion) -> dict[str, Any]:
        facture = await FACTURE.de(numero)(connexion)
        visee = {"organisme": facture.organisme, "periode": facture.periode}
        corps = await connexion.colonne(_CORPS, visee)
        return {**facture.entete, "lignes": corps, "empreinte": facture.empreinte}

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

"""Ce que les écrans et la tâche lisent des émissions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select, text

from facturation.base import mis_de_cote
from facturation.creances.adaptateurs.tables import touchees
from facturation.emissions.adaptateurs import tables as t
from facturation.emissions.cas_usage import EmettreFacture
from facturation.emissions.domaine.executions import EtatTraitement, Execution, Traitement
from facturation.factures.adaptateurs.tables import factures
from facturation.factures.domaine.emetteur import Inscriptions
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet

_t, _x = t.traitements.c, t.executions.c
_EXECUTION = VueObjet(select(t.executions), t.executions.c.id, "Cette exécution n'existe pas.")
_TRAITEMENTS = (
    select(t.traitements).where(_t.execution_id == bindparam("execution")).order_by(_t.organisme)
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreApprobations:
    """Celles d'un organisme; celles d'une période."""

    organisme: str | None = None
    periode: str | None = None


_p = t.approbations.c
_MONTREES = (
    _p.id, _p.organisme, _p.periode, _p.empreinte, _p.lignes, _p.total, _p.jalons,
    _p.approuvee_le, _p.approuvee_par, _p.retiree_le, _p.retiree_par, _p.motif_du_retrait,
)  # fmt: skip
APPROBATIONS = VueListe(
    requete=select(*_MONTREES),
    filtre=FiltreApprobations,
    cles=(_p.periode, _p.organisme, _p.id),
)
_APPROBATION = VueObjet(
    select(*_MONTREES, _p.instantane, factures.c.numero.label("document")).join_from(
        t.approbations,
        factures,
        (factures.c.organisme == _p.organisme) & (factures.c.periode == _p.periode),
        isouter=True,
    ),
    _p.id,
    "Cette approbation n'existe pas.",
)
NOMMEES: Final = 20
"""Les sources apprises depuis une approbation que l'on nomme."""
_INSTANTANE = text("CAST(CAST(:instantane AS text) AS pg_snapshot)")
_DEPUIS = select(touchees.c.source).where(
    touchees.c.organisme == bindparam("organisme"),
    ~func.pg_visible_in_snapshot(touchees.c.appris, _INSTANTANE),
)
_COMBIEN_DEPUIS = select(func.count()).select_from(_DEPUIS.distinct().subquery())
_PREMIERES_DEPUIS = _DEPUIS.distinct().order_by(touchees.c.source).limit(NOMMEES)


def approbation(identifiant: UUID) -> Vue[dict[str, Any]]:
    """Une approbation et ce qu'on a appris depuis; la vue lève `Introuvable`."""

    async def vue(connexion: Connexion) -> dict[str, Any]:
        lue: Ligne = await _APPROBATION.de(identifiant)(connexion)
        vise = {"organisme": lue.organisme, "instantane": lue.instantane}
        return {
            **lue._asdict(),
            "sources_apprises_depuis": await connexion.valeur(_COMBIEN_DEPUIS, vise),
            "apprises_depuis": await connexion.colonne(_PREMIERES_DEPUIS, vise),
        }

    return vue

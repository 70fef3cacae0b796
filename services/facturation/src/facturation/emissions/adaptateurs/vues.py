"""Ce que les écrans et la tâche lisent des émissions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from facturation.base import MOIS, MONTANT, choix, mis_de_cote
from facturation.creances.adaptateurs.tables import arretes, touchees
from facturation.emissions.adaptateurs import tables as t
from facturation.emissions.cas_usage import DemanderExecution, EmettreFacture
from facturation.emissions.domaine.executions import EtatTraitement, Traitement
from facturation.emissions.domaine.suivi import (
    SORTS_MAXIMUM,
    Avancement,
    EtatExecution,
    Execution,
    Suivi,
)
from facturation.factures.adaptateurs.tables import factures
from facturation.factures.domaine.emetteur import Inscriptions
from noyau import ZERO
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet

_t, _x, _e = t.traitements.c, t.executions.c, arretes.c
_RESTE = (
    select(_t.organisme)
    .where(_t.execution_id == _x.id, _t.etat == EtatTraitement.A_FAIRE)
    .correlate(t.executions)
)


def _etat(dit: EtatExecution) -> ColumnElement[EtatExecution]:
    return literal(dit, choix(EtatExecution))


_ETAT = case(
    (~exists(_RESTE), _etat(EtatExecution.TERMINEE)),
    (_x.arretee_le.is_not(None), _etat(EtatExecution.ARRETEE)),
    else_=_etat(EtatExecution.EN_COURS),
).label("etat")
"""Où en est une exécution, dit de ses organismes : la seule écriture de cette règle."""


def _avec_bilan(executions: FromClause) -> Select[Any]:
    """Ces exécutions, et ce que chacune a fait de ses organismes."""
    x = executions.c
    depuis = _t.traite_le >= func.coalesce(x.reprise_le, x.demandee_le)
    bilan = (
        select(
            *(func.count().filter(_t.etat == etat).label(etat) for etat in EtatTraitement),
            func.coalesce(func.sum(_t.total), literal(ZERO, MONTANT)).label("montant_emis"),
            func.coalesce(x.commencee_le, func.min(_t.traite_le)).label("premier_le"),
            func.max(_t.traite_le).label("dernier_le"),
            func.min(_t.traite_le).filter(depuis).label("premier_depuis"),
            func.count().filter(depuis).label("traites_depuis"),
        )
        .where(_t.execution_id == x.id)
        .lateral("bilan")
    )
    return select(executions, *bilan.c).join(bilan, true())


_EXECUTIONS = select(t.executions, _ETAT)
_UNE = _EXECUTIONS.subquery("une")
EXECUTION = VueObjet(_avec_bilan(_UNE), _UNE.c.id, "Cette exécution n'existe pas.")
SORTS = (
    select(t.traitements)
    .where(_t.execution_id == bindparam("execution"))
    .order_by(_t.organisme)
    .limit(SORTS_MAXIMUM)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreExecutions:
    """Celles d'une période, d'un état, ou demandées pour un seul organisme."""

    periode: str | None = None
    etat: EtatExecution | None = None
    organisme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreTraitements:
    """Ceux d'une exécution, dans un état."""

    execution_id: UUID
    etat: EtatTraitement | None = None


EXECUTIONS = VueListe(
    requete=_EXECUTIONS,
    filtre=FiltreExecutions,
    cles=(_x.id,),
    decroissant=True,
    completer=_avec_bilan,
)
"""La dernière demandée d'abord."""
TRAITEMENTS = VueListe(
    requete=select(t.traitements), filtre=FiltreTraitements, cles=(_t.organisme,)
)


_DEJA_DEMANDEE = (
    select(_x.id)
    .where(_x.periode == bindparam("periode", type_=MOIS))
    .where(_x.organisme.is_not_distinct_from(bindparam("organisme", type_=Text)))
    .where(_x.approuves_seulement == bindparam("approuves_seulement"), exists(_RESTE))
    .where(_x.sautes == bindparam("sautes", type_=ARRAY(MOIS)))
    .order_by(_x.id.desc())
    .limit(1)
)


def deja_demandee(demande: DemanderExecution) -> Vue[UUID | None]:
    """La même exécution, demandée déjà, à qui il reste des organismes; ou rien."""

    async def vue(connexion: Connexion) -> UUID | None:
        vises = ("periode", "organisme", "approuves_seulement", "sautes")
        valeurs = {nom: getattr(demande, nom) for nom in vises}
        deja: UUID | None = await connexion.valeur(_DEJA_DEMANDEE, valeurs)
        return deja

    return vue


def suivi_de(ligne: Ligne, sorts: Sequence[Ligne] = ()) -> Suivi:
    """Une exécution lue avec son bilan, et quelques-uns de ses traitements."""
    avancement = objet(
        Avancement, ligne, par_etat={etat: getattr(ligne, etat) for etat in EtatTraitement}
    )
    execution, traitements = objet(Execution, ligne), [objet(Traitement, s) for s in sorts]
    return Suivi(execution=execution, avancement=avancement, sorts=traitements)


_A_EMETTRE = (
    select(t.traitements, _x.periode, _x.approuves_seulement, _x.sautes)
    .join(t.executions)
    .where(_t.etat == EtatTraitement.A_FAIRE, _x.arretee_le.is_(None))
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


_LIMITE = bindparam("limite", type_=Integer)
_DE_LA_PERIODE = _x.periode == bindparam("periode", type_=MOIS)
INACHEVEES = _EXECUTIONS.where(_DE_LA_PERIODE, exists(_RESTE)).order_by(_x.id).limit(_LIMITE)
MIS_DE_COTE = (
    select(_t.execution_id, _t.organisme, _t.raison, _t.traite_le)
    .ext(distinct_on(_t.organisme))
    .join_from(t.traitements, t.executions)
    .where(_DE_LA_PERIODE, _t.etat == EtatTraitement.EN_ATTENTE, ~exists(_REPRIS))
    .order_by(_t.organisme, _t.execution_id.desc())
    .limit(_LIMITE)
)


_vise = func.unnest(bindparam("organismes", type_=ARRAY(Text))).column_valued("vise")
PARCOURS = select(
    _vise.label("organisme"),
    select(_e.avant).where(_e.organisme == _vise).scalar_subquery().label("arrete"),
    select(func.max(_e.avant)).scalar_subquery().label("plus_avance"),
    select(func.array_agg(_x.periode.distinct(), type_=ARRAY(MOIS)))
    .join_from(t.executions, t.traitements, _t.execution_id == _x.id)
    .where(_x.periode < bindparam("periode", type_=MOIS), _t.organisme == _vise)
    .where(or_(_t.etat == EtatTraitement.A_FAIRE, _t.etat == EtatTraitement.EN_ATTENTE))
    .scalar_subquery()
    .label("demandes"),
)
"""De quoi dire où en est chaque organisme : son arrêté, celui du plus avancé, ce qui l'attend."""


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
    select(
        *_MONTREES,
        _p.instantane,
        _p.sources_apprises_depuis,
        _p.apprises_depuis,
        factures.c.numero.label("document"),
    ).join_from(
        t.approbations,
        factures,
        (factures.c.organisme == _p.organisme)
        & (factures.c.periode == _p.periode)
        & (factures.c.piece == 0),
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


async def apprises_depuis(
    connexion: Connexion, organisme: str, instantane: str
) -> tuple[int, list[str]]:
    """Combien de sources ont changé depuis cet instantané, et les premières par nom."""
    vise = {"organisme": organisme, "instantane": instantane}
    combien: int = await connexion.valeur(_COMBIEN_DEPUIS, vise)
    return combien, await connexion.colonne(_PREMIERES_DEPUIS, vise)


def approbation(identifiant: UUID) -> Vue[dict[str, Any]]:
    """Une approbation et ce qu'on a appris depuis, jusqu'à l'émission si elle a eu lieu.

    La vue lève `Introuvable`.
    """

    async def vue(connexion: Connexion) -> dict[str, Any]:
        lue: Ligne = await _APPROBATION.de(identifiant)(connexion)
        if lue.sources_apprises_depuis is not None:
            return lue._asdict()
        combien, premieres = await apprises_depuis(connexion, lue.organisme, lue.instantane)
        return {
            **lue._asdict(),
            "sources_apprises_depuis": combien,
            "apprises_depuis": premieres,
        }

    return vue

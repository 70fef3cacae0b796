"""Ce que lit le tableau du Courtier : deux lectures bornées par rubrique."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    false,
    func,
    null,
    or_,
    select,
    text,
)

from courtier.avenants.adaptateurs.tables import avenants
from courtier.avenants.domaine.avenant import EtatAvenant
from courtier.base import INSTANT
from courtier.bord.domaine.tableau import CAS_MONTRES, COMPTE_MAXIMUM, NATURES, Rubrique
from courtier.catalogue.adaptateurs.tables import fournisseurs
from courtier.contrats.adaptateurs.tables import contrats
from courtier.contrats.domaine.etats import Etat
from courtier.dossiers.adaptateurs.tables import dossiers
from courtier.dossiers.domaine.actes import Etape
from courtier.evaluations.adaptateurs.tables import evaluations
from courtier.evaluations.domaine.criteres import NoteEvaluation
from courtier.evaluations.domaine.etats import EtatEvaluation
from courtier.evaluations.domaine.finales import Rendement
from courtier.obligations.adaptateurs.tables import obligations
from courtier.obligations.domaine import NatureObligation
from socle.bd.instructions import parmi

_k, _f, _o, _d, _e = contrats.c, fournisseurs.c, obligations.c, dossiers.c, evaluations.c
_a = avenants.c
_JOUR: Final = bindparam("jour", type_=Date())
_CAS: Final = bindparam("cas", type_=Integer())
DE_TROP: Final = COMPTE_MAXIMUM + 1
"""Assez pour savoir qu'il y en a davantage."""


@dataclass(frozen=True, slots=True)
class Compte:
    """Ce qu'une rubrique compte, et les plus anciens qu'elle nomme."""

    nombre: Select[Any]
    cas: Select[Any]

    @classmethod
    def de(cls, requete: Select[Any], *ordre: ColumnElement[Any]) -> "Compte":
        comptes = requete.limit(DE_TROP).subquery()
        return cls(select(func.count()).select_from(comptes), requete.order_by(*ordre).limit(_CAS))


def _contrats(le: ColumnElement[Any], *quand: ColumnElement[bool]) -> Select[Any]:
    """Des contrats, et le fournisseur de chacun."""
    return (
        select(
            _k.organisme, _f.nom, le.label("le"), _k.montant_courant.label("montant"),
            _k.id.label("contrat_id"), _k.dossier_id,
        )
        .join(fournisseurs, _f.id == _k.fournisseur_id)
        .where(*quand)
    )  # fmt: skip


def _en_retard(nature: NatureObligation) -> Compte:
    """Les obligations de cette nature dont la date est passée; leur contrat, s'il y en a un."""
    requete = (
        select(
            _o.organisme, func.coalesce(_f.nom, "").label("nom"), _o.due_le.label("le"),
            null().label("montant"), _o.contrat_id, _o.dossier_id,
        )
        .outerjoin(contrats, and_(_k.organisme == _o.organisme, _k.id == _o.contrat_id))
        .outerjoin(fournisseurs, _f.id == _k.fournisseur_id)
        .where(
            _o.nature == nature.value,
            _o.due_le < _JOUR,
            _o.remplie_le.is_(None),
            _o.abandonnee_le.is_(None),
        )
    )  # fmt: skip
    return Compte.de(requete, _o.due_le, _o.id)


def _dossiers(*quand: ColumnElement[bool]) -> Compte:
    """Les dossiers en cours, du plus ancien au plus récent."""
    requete = select(
        _d.organisme, _d.titre.label("nom"), _d.ouvert_le.label("le"),
        null().label("montant"), _d.contrat_id, _d.id.label("dossier_id"),
    ).where(_d.etat == "en_cours", *quand)  # fmt: skip
    return Compte.de(requete, _d.id)


COMPTES: Final[Mapping[Rubrique, Compte]] = {
    Rubrique.DOSSIERS: _dossiers(),
    Rubrique.RESERVES: _dossiers(_d.reserves),
    Rubrique.A_SIGNER_CLIENT: Compte.de(
        _contrats(_k.valide_le, _k.etat == Etat.VALIDE), _k.valide_le, _k.id
    ),
    Rubrique.CADUCS: Compte.de(
        _contrats(_k.caducite["depuis"].astext.cast(INSTANT), _k.etat == Etat.CADUC), _k.id
    ),
    Rubrique.A_SIGNER_FOURNISSEUR: Compte.de(
        _contrats(_k.client_le, _k.etat == Etat.SIGNE_CLIENT), _k.client_le, _k.id
    ),
    **{rubrique: _en_retard(nature) for rubrique, nature in NATURES.items()},
    Rubrique.FINISSENT: Compte.de(
        _contrats(
            _k.fin,
            _k.etat == Etat.SIGNE,
            _k.fin > _JOUR,
            _k.fin < bindparam("horizon", type_=Date()),
        ),
        _k.fin, _k.id,
    ),
}  # fmt: skip

OUVERTS: Final = (
    select(_d.etape, _d.ouvert_le).where(_d.etat == "en_cours").order_by(_d.id).limit(DE_TROP)
)
"""Un identifiant porte l'heure de l'ouverture : l'index de l'état les donne par âge."""

_TARDIVES = (
    select(_e.fournisseur_id).where(_e.attendue_le < _JOUR).order_by(_e.attendue_le).limit(DE_TROP)
).subquery()
_EN_RETARD = func.count().label("en_retard")
TARDIFS: Final = (
    select(_TARDIVES.c.fournisseur_id, _EN_RETARD)
    .group_by(_TARDIVES.c.fournisseur_id)
    .order_by(_EN_RETARD.desc(), _TARDIVES.c.fournisseur_id)
    .limit(CAS_MONTRES)
)
"""Les fournisseurs dont le plus d'évaluations tardent."""
NOMS: Final = select(_f.id, _f.nom).where(parmi(_f.id, "ids"))
EN_COURS: Final = (
    select(_k.fournisseur_id, func.count().label("contrats"))
    .where(parmi(_k.fournisseur_id, "ids"), _k.etat == Etat.SIGNE, _k.fin > _JOUR)
    .group_by(_k.fournisseur_id)
)
_NON: Final = or_(
    _e.contenu.contains({"reponses": [{"note": NoteEvaluation.INSATISFAISANT}]}),
    _e.contenu.contains({"decision": {"rendement": Rendement.INSATISFAISANT}}),
)
RENDUES: Final = (
    select(
        _e.fournisseur_id,
        func.count().label("rendues"),
        func.count().filter(_NON).label("insatisfaisantes"),
    )
    .where(
        parmi(_e.fournisseur_id, "ids"),
        ~parmi(
            _e.etat, (EtatEvaluation.DEMANDEE, EtatEvaluation.ATTENDUE, EtatEvaluation.NON_REQUISE)
        ),
    )
    .group_by(_e.fournisseur_id)
)

_ORGANISME: Final = bindparam("organisme", type_=Text())
_LIMITE: Final = bindparam("limite", type_=Integer())
CHOISIS: Final = (
    select(_d.id)
    .where(_d.organisme == _ORGANISME, _d.etat == "en_cours", _d.etape == int(Etape.CONTRAT))
    .order_by(_d.id)
    .limit(_LIMITE)
)
_OUVERTS: Final = text("avenants.etat IN ('prepare', 'valide', 'signe_client')")
"""La condition de l'index des avenants ouverts, mot pour mot."""
_AVENANTS: Final = (
    select(
        _a.id, _a.contrat_id, _f.nom.label("fournisseur"),
        _a.texte["objet"].astext.label("texte"), _a.effet, _a.preparation, _a.validation,
    )
    .join(contrats, and_(_k.organisme == _a.organisme, _k.id == _a.contrat_id))
    .join(fournisseurs, _f.id == _k.fournisseur_id)
    .where(_a.organisme == _ORGANISME, _OUVERTS)
    .order_by(_a.id)
    .limit(_LIMITE)
)  # fmt: skip
A_AUTORISER: Final = _AVENANTS.where(
    parmi(_a.etat, (EtatAvenant.PREPARE, EtatAvenant.VALIDE)),
    _a.autorisation_exigee,
    _a.autorisation.is_(None),
)
AVENANTS_A_SIGNER: Final = _AVENANTS.where(_a.etat == EtatAvenant.VALIDE)
CONTRATS_A_SIGNER: Final = (
    select(
        _k.id,
        _f.nom.label("fournisseur"),
        _k.valide_le,
        _k.etat,
        _k.montant,
        _k.dossier_id,
        func.coalesce(_d.reserves, false()).label("reserves"),
    )
    .join(fournisseurs, _f.id == _k.fournisseur_id)
    .outerjoin(dossiers, and_(_d.organisme == _k.organisme, _d.id == _k.dossier_id))
    .where(
        _k.organisme == _ORGANISME,
        parmi(_k.etat, (Etat.VALIDE, Etat.CADUC)),
        _k.valide_le.is_not(None),
    )
    .order_by(_k.id)
    .limit(_LIMITE)
)

"""Ce que lit le tableau du mois : deux lectures bornées par rubrique."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Text,
    bindparam,
    exists,
    func,
    literal,
    null,
    select,
    type_coerce,
)

from contrats.demandes import InterventionEffectuee
from facturation.bord.domaine import CAS_MONTRES, COMPTE_MAXIMUM, Rubrique
from facturation.clients.adaptateurs.tables import clients
from facturation.contestations.adaptateurs.tables import contestations, validations
from facturation.contestations.domaine.contestations import FINIES
from facturation.creances.adaptateurs.tables import arretes, faits, lignes_en_attente, revues
from facturation.creances.domaine.creances import Nature
from facturation.emissions.adaptateurs.tables import approbations
from facturation.factures.adaptateurs.tables import factures
from facturation.factures.domaine.factures import NatureDocument
from facturation.saisies.adaptateurs.tables import decisions
from facturation.saisies.domaine.decisions import EtatDecision
from socle.bd.instructions import Ligne, parmi
from socle.reception.tables import rebuts, stationnement

_PERIODE = bindparam("periode", type_=Text)
_c, _l, _p, _r = clients.c, lignes_en_attente.c, approbations.c, revues.c
_f, _k, _d, _a = factures.c, contestations.c, decisions.c, arretes.c
DE_TROP: Final = COMPTE_MAXIMUM + 1
"""Assez pour savoir qu'il y en a davantage."""


@dataclass(frozen=True, slots=True)
class Compte:
    """Ce qu'une rubrique compte, et les plus anciens qu'elle nomme (`nom`, `texte`, `depuis`)."""

    nombre: Select[Any]
    cas: Select[Any]
    lien: Callable[[Ligne], str | None]

    @classmethod
    def de(
        cls,
        requete: Select[Any],
        ordre: ColumnElement[Any],
        lien: Callable[[Ligne], str | None] = lambda _: None,
    ) -> "Compte":
        comptes = requete.limit(DE_TROP).subquery()
        cas = requete.order_by(ordre).limit(CAS_MONTRES)
        return cls(select(func.count()).select_from(comptes), cas, lien)


def _des_lignes(ligne: Ligne) -> str:
    return f"/v1/lignes-en-attente?organisme={ligne.nom}"


def _de_la_contestation(ligne: Ligne) -> str:
    return f"/v1/contestations/{ligne.id}"


def _emis(organisme: ColumnElement[str]) -> ColumnElement[bool]:
    """Vrai si le document du mois de cet organisme est émis."""
    return exists(
        select(_f.numero).where(_f.organisme == organisme, _f.periode == _PERIODE, _f.piece == 0)
    )


def _approuve(organisme: ColumnElement[str]) -> ColumnElement[bool]:
    return exists(
        select(_p.id).where(
            _p.organisme == organisme, _p.periode == _PERIODE, _p.retiree_le.is_(None)
        )
    )


def _clos(organisme: ColumnElement[str]) -> ColumnElement[bool]:
    """Vrai si une émission lui a calculé ce mois : émis, sans ligne, ou sauté (FAC-6)."""
    premier = func.to_date(_PERIODE, "YYYY-MM")
    return exists(select(_a.organisme).where(_a.organisme == organisme, _a.avant > premier))


_OUVERTES = select(_l.organisme.label("nom"), _l.motif.label("texte"), _l.depuis).where(
    _l.levee_le.is_(None)
)
A_CALCULER: Final = select(func.count()).select_from(
    select(_c.organisme).where(~_clos(_c.organisme)).limit(DE_TROP).subquery()
)
"""Combien d'organismes n'ont pas encore l'émission de cette période (FAC-6)."""
MOIS_DITS: Final = 13
"""Un an, et le même mois de l'an dernier."""
PAR_MOIS: Final = (
    select(
        _f.periode,
        func.count().label("documents"),
        func.sum(_f.total_avant_taxes).label("avant_taxes"),
        func.sum(_f.total).label("total"),
    )
    .group_by(_f.periode)
    .order_by(_f.periode.desc())
    .limit(MOIS_DITS)
)
_D_UN_INCIDENT = exists(
    select(faits.c.acte_id).where(
        faits.c.organisme == _l.organisme,
        faits.c.source == _l.source,
        faits.c.type == InterventionEffectuee.TYPE,
    )
)
_SANS_DECISION = select(
    (_k.organisme + " " + _k.numero).label("nom"), _k.motif.label("texte"),
    _k.ouverte_le.label("depuis"), _k.id,
).where(~parmi(_k.etat, FINIES))  # fmt: skip
COMPTES: Final[Mapping[Rubrique, Compte]] = {
    Rubrique.REBUTS: Compte.de(
        select(
            (rebuts.c.sujet + " " + rebuts.c.cle).label("nom"),
            rebuts.c.raison.label("texte"),
            rebuts.c.ecarte_le.label("depuis"),
        ),
        rebuts.c.ecarte_le,
    ),
    Rubrique.STATIONNES: Compte.de(
        select(
            (stationnement.c.sujet + " " + stationnement.c.cle).label("nom"),
            literal("").label("texte"),
            stationnement.c.stationne_le.label("depuis"),
        ),
        stationnement.c.stationne_le,
    ),
    Rubrique.REVUES: Compte.de(
        select(
            _r.organisme.label("nom"), _r.mise_de_cote.label("texte"),
            _r.demandee_le.label("depuis"),
        ).where(_r.mise_de_cote.is_not(None)),
        _r.demandee_le,
        _des_lignes,
    ),
    Rubrique.INCIDENTS: Compte.de(
        _OUVERTES.where(_l.nature == Nature.ACTE, _D_UN_INCIDENT), _l.depuis, _des_lignes
    ),
    Rubrique.LIGNES_EN_ATTENTE: Compte.de(_OUVERTES, _l.depuis, _des_lignes),
    Rubrique.A_APPROUVER: Compte.de(
        select(
            _c.organisme.label("nom"), literal("").label("texte"), null().label("depuis")
        ).where(~_clos(_c.organisme), ~_approuve(_c.organisme)),
        _c.organisme,
    ),
    Rubrique.NON_VALIDES: Compte.de(
        select(
            _f.numero.label("nom"), _f.organisme.label("texte"), _f.emise_le.label("depuis")
        ).where(
            _f.periode == _PERIODE,
            _f.nature == NatureDocument.FACTURE,
            ~exists(
                select(validations.c.numero).where(
                    validations.c.organisme == _f.organisme, validations.c.numero == _f.numero
                )
            ),
        ),
        _f.numero,
        lambda ligne: f"/v1/factures/{ligne.nom}",
    ),
    Rubrique.CONTESTATIONS: Compte.de(_SANS_DECISION, _k.ouverte_le, _de_la_contestation),
    Rubrique.DECISIONS_EN_RETARD: Compte.de(
        _SANS_DECISION.where(_k.echeance < bindparam("le", type_=Date)),
        _k.ouverte_le,
        _de_la_contestation,
    ),
    Rubrique.A_CONFIRMER: Compte.de(
        select(
            func.coalesce(_d.organisme, "Plusieurs").label("nom"),
            func.coalesce(_d.motif, type_coerce(_d.nature, Text)).label("texte"),
            _d.proposee_le.label("depuis"), _d.id,
        ).where(_d.etat == EtatDecision.A_CONFIRMER),
        _d.proposee_le,
        lambda ligne: f"/v1/decisions/{ligne.id}",
    ),
    Rubrique.APPROUVES: Compte.de(
        select(
            _p.organisme.label("nom"), _p.approuvee_par.label("texte"),
            _p.approuvee_le.label("depuis"), _p.id,
        ).where(_p.periode == _PERIODE, _p.retiree_le.is_(None), ~_emis(_p.organisme)),
        _p.organisme,
        lambda ligne: f"/v1/approbations/{ligne.id}",
    ),
}  # fmt: skip
"""Ce qui se compte des tables seules; le reste est des émissions."""

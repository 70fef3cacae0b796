"""Les dépôts des saisies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, func, insert, or_, select, union_all, update
from sqlalchemy.dialects.postgresql import ARRAY

from facturation.base import INSTANT, MONTANT
from facturation.saisies.adaptateurs import tables as t
from facturation.saisies.domaine.decisions import Decision, EtatDecision, NatureDecision, Pose
from facturation.saisies.domaine.saisies import EN_VIE, Saisie
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une

_s, _d = t.saisies.c, t.decisions.c
_ORGANISMES = any_(bindparam("organismes", type_=ARRAY(Text)))

_SAISIR = insert(t.saisies)
_UNE_SAISIE = select(t.saisies).where(_s.id == bindparam("identifiant"))
_DE_LA_DECISION = select(t.saisies).where(_s.decision_id == bindparam("decision")).order_by(_s.rang)
_CONNUES = select(t.saisies).where(
    _s.organisme == _ORGANISMES,
    _s.empreinte == any_(bindparam("empreintes", type_=ARRAY(Text))),
    or_(*(_s.etat == etat for etat in sorted(EN_VIE))),
)
_SUIVRE = (
    update(t.saisies)
    .where(_s.id == bindparam("de"))
    .values(
        etat=bindparam("etat", type_=_s.etat.type),
        annulee_le=bindparam("annulee_le", type_=INSTANT),
        annulee_par=bindparam("annulee_par", type_=Text),
        motif_annulation=bindparam("motif_annulation", type_=Text),
    )
)
_DECIDER = insert(t.decisions)
_UNE_DECISION = select(t.decisions).where(_d.id == bindparam("identifiant")).with_for_update()
_TRANCHER = (
    update(t.decisions)
    .where(_d.id == bindparam("de"))
    .values(
        etat=bindparam("etat", type_=_d.etat.type),
        tranchee_le=bindparam("tranchee_le", type_=INSTANT),
        tranchee_par=bindparam("tranchee_par", type_=Text),
        motif_refus=bindparam("motif_refus", type_=Text),
    )
)
_seules = (
    _d.proposee_le > bindparam("depuis", type_=INSTANT),
    _d.etat == EtatDecision.APPLIQUEE,
)
_montants = union_all(
    select(_d.proposee_par.label("auteur"), _s.organisme, _s.tarif, _s.montant)
    .join_from(t.saisies, t.decisions)
    .where(
        *_seules,
        or_(_d.organisme == _ORGANISMES, _d.organisme.is_(None)),
        _s.organisme == _ORGANISMES,
    ),
    select(_d.proposee_par, _d.organisme, _d.tarif, func.abs(_d.montant, type_=MONTANT)).where(
        *_seules, _d.organisme == _ORGANISMES, _d.nature == NatureDecision.AJUSTEMENT
    ),
).subquery()
_m = _montants.c
_POSES = select(
    _m.auteur, _m.organisme, _m.tarif, func.sum(_m.montant, type_=MONTANT).label("montant")
).group_by(_m.auteur, _m.organisme, _m.tarif)


@dataclass(frozen=True, slots=True)
class SaisiesSql:
    """Voir `ports.Saisies`."""

    connexion: Connexion

    async def ajouter(self, saisies: Sequence[Saisie]) -> None:
        await self.connexion.ecrire_lot(_SAISIR, [_ligne(saisie) for saisie in saisies])

    async def charger(self, identifiant: UUID) -> Saisie:
        absente = "Cette saisie n'existe pas."
        return objet(
            Saisie, await une(self.connexion, _UNE_SAISIE, absente, identifiant=identifiant)
        )

    async def de(self, decision_id: UUID) -> Sequence[Saisie]:
        lues = await self.connexion.lignes(_DE_LA_DECISION, {"decision": decision_id})
        return [objet(Saisie, ligne) for ligne in lues]

    async def connues(
        self, organismes: Collection[str], empreintes: Collection[str]
    ) -> Mapping[str, Saisie]:
        vises = {"organismes": sorted(organismes), "empreintes": sorted(empreintes)}
        lues = await self.connexion.lignes(_CONNUES, vises)
        return {ligne.empreinte: objet(Saisie, ligne) for ligne in lues}

    async def enregistrer(self, saisies: Sequence[Saisie]) -> None:
        etats = [
            {
                "de": s.id,
                "etat": s.etat,
                "annulee_le": s.annulee_le,
                "annulee_par": s.annulee_par,
                "motif_annulation": s.motif_annulation,
            }
            for s in saisies
        ]
        await self.connexion.ecrire_lot(_SUIVRE, etats)


@dataclass(frozen=True, slots=True)
class DecisionsSql:
    """Voir `ports.Decisions`."""

    connexion: Connexion

    async def ajouter(self, decision: Decision) -> None:
        await self.connexion.ecrire(_DECIDER, colonnes(decision))

    async def charger(self, identifiant: UUID) -> Decision:
        absente = "Cette décision n'existe pas."
        return objet(
            Decision, await une(self.connexion, _UNE_DECISION, absente, identifiant=identifiant)
        )

    async def enregistrer(self, decision: Decision) -> None:
        etat = {
            "de": decision.id,
            "etat": decision.etat,
            "tranchee_le": decision.tranchee_le,
            "tranchee_par": decision.tranchee_par,
            "motif_refus": decision.motif_refus,
        }
        await self.connexion.ecrire(_TRANCHER, etat)

    async def poses_seul(self, organismes: Collection[str], depuis: datetime) -> Sequence[Pose]:
        vise = {"organismes": sorted(organismes), "depuis": depuis}
        return [objet(Pose, ligne) for ligne in await self.connexion.lignes(_POSES, vise)]


def _ligne(saisie: Saisie) -> dict[str, Any]:
    return {**colonnes(saisie), "periode": str(saisie.periode), "empreinte": saisie.empreinte}

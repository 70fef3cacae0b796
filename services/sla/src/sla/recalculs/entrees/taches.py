"""La tâche qui relit les sujets d'un recalcul, par lots (SLA-7)."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from noyau import Mois
from sla.histoires.domaine import Sujet
from sla.recalculs.adaptateurs import vues
from sla.recalculs.cas_usage import (
    AcheverRecalcul,
    EcarterMois,
    EcarterSujet,
    RecalculerLot,
    RecompterMois,
    achever_recalcul,
    ecarter_mois,
    ecarter_sujet,
    recalculer_lot,
    recompter_mois,
)
from sla.recalculs.domaine import Candidat
from sla.recalculs.entrees.candidats import lire_candidat
from sla.recalculs.ports import Ports
from socle.bd.pannes import est_panne
from socle.execution.idempotence import ActeEnCours
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, guet

journal = structlog.get_logger()


async def recalculer(contexte: Contexte) -> int:
    """Relit un lot de sujets du plus ancien rapport, puis recompte un mois, puis l'achève.

    Tuée, elle reprend à ce qui reste. Celui qui ne se rejoue pas est mis de côté avec sa
    raison, et les autres continuent; une panne se retente.
    """
    a_faire = await contexte.lire(vues.a_faire)
    if a_faire is None:
        return 0
    recalcul_id: UUID = a_faire.recalcul.id
    if not a_faire.sujets and a_faire.mois is None:
        commande = AcheverRecalcul(recalcul_id=recalcul_id)
        await contexte.executer(
            "achever_recalcul", Ports, achever_recalcul, commande, cle=str(uuid7())
        )
        return 1
    candidat = lire_candidat(a_faire.recalcul.sorte, a_faire.recalcul.candidat)
    if a_faire.mois is not None and not a_faire.sujets:
        await _recompter(contexte, recalcul_id, candidat, a_faire.mois)
        return 1
    await _relire(contexte, recalcul_id, candidat, a_faire.sujets)
    return len(a_faire.sujets)


async def _relire(
    contexte: Contexte, recalcul_id: UUID, candidat: Candidat, sujets: Sequence[Sujet]
) -> None:
    commande = RecalculerLot(recalcul_id=recalcul_id, candidat=candidat, sujets=sujets)
    try:
        await contexte.executer("recalculer_lot", Ports, recalculer_lot, commande, cle=str(uuid7()))
    except ActeEnCours:
        raise
    except Exception as erreur:
        if est_panne(erreur):
            raise
        if len(sujets) > 1:
            for sujet in sujets:
                await _relire(contexte, recalcul_id, candidat, [sujet])
            return
        journal.exception("recalcul.echec", sujet=sujets[0].id)
        raison = f"Le sujet n'a pu se rejouer ({type(erreur).__name__}); voyez les journaux."
        ecart = EcarterSujet(recalcul_id=recalcul_id, sujet=sujets[0], raison=raison)
        await contexte.executer("ecarter_sujet", Ports, ecarter_sujet, ecart, cle=str(uuid7()))


async def _recompter(contexte: Contexte, recalcul_id: UUID, candidat: Candidat, mois: Mois) -> None:
    commande = RecompterMois(recalcul_id=recalcul_id, candidat=candidat, mois=mois)
    try:
        await contexte.executer("recompter_mois", Ports, recompter_mois, commande, cle=str(uuid7()))
    except ActeEnCours:
        raise
    except Exception as erreur:
        if est_panne(erreur):
            raise
        journal.exception("recalcul.echec", mois=str(mois))
        raison = f"Le mois n'a pu se recompter ({type(erreur).__name__}); voyez les journaux."
        ecart = EcarterMois(recalcul_id=recalcul_id, mois=mois, raison=raison)
        await contexte.executer("ecarter_mois", Ports, ecarter_mois, ecart, cle=str(uuid7()))


RECALCULS = Tache("recalculs", 2.0, recalculer, guet(vues.a_faire))

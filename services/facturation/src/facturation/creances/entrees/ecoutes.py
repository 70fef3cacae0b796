"""Ce que l'aire retient des événements, et la tâche qui revoit ce qu'ils changent."""

from datetime import datetime
from itertools import chain
from typing import Any, Final
from uuid import UUID

import structlog

from contrats import demandes
from contrats.base import Evenement
from contrats.faits import lire_faits
from contrats.registre import EVENEMENTS
from facturation.base import echec_de
from facturation.creances.adaptateurs import vues
from facturation.creances.cas_usage import (
    EnregistrerFait,
    ManquerRevue,
    RevoirOrganisme,
    demander_reveils,
    enregistrer_faits,
    manquer_revue,
    revoir_organisme,
    synchroniser_demandes,
)
from facturation.creances.domaine.faits import (
    DemandeNumerotee,
    FaitRecu,
    Rectification,
    Role,
)
from facturation.creances.ports import Ports
from noyau import Predicat, jour_de_quebec
from socle.identifiants import uuid7
from socle.reception import Ecoute, Ecoutes, Recu
from socle.service import Contexte, Tache, chacun, guet

journal = structlog.get_logger()

_JAMAIS: Final = Predicat(())
_SOURCES = tuple(
    classe
    for classe in EVENEMENTS.values()
    if classe.SOURCE is not None and classe.PRODUCTEUR != "facturation"
)
_FINISSENT = frozenset(chain.from_iterable(classe.FINI_PAR for classe in EVENEMENTS.values()))


def lire_fait(e: Any, acte_id: UUID, survenu_le: datetime) -> FaitRecu:  # noqa: ANN401 -- un événement à source
    """Le fait à facturer que dit un événement : ce qu'il en est vient de son contrat (CAT-9)."""
    faits = lire_faits(e)
    effet = getattr(e, e.EFFET) if e.EFFET else None
    perte = demandes.PERTES.get(e.TYPE, _JAMAIS)
    perd = perte is None or perte.vrai(faits)
    return FaitRecu(
        acte_id=acte_id,
        organisme=e.organisme,
        source=str(getattr(e, e.SOURCE)),
        type=e.TYPE,
        survenu_le=survenu_le,
        effet=jour_de_quebec(effet) if isinstance(effet, datetime) else effet,
        role=_role(type(e)),
        perd=perd,
        tarife=e.TARIFE,
        reprend=e.REPREND,
        transmet=e.TRANSMET and not perd,
        unique=e.UNIQUE,
        faits=faits,
    )


def _role(classe: type[Evenement]) -> Role:
    if classe.FINI_PAR:
        return Role.COMMENCE
    return Role.FINIT if classe.TYPE in _FINISSENT else Role.ACTE


def _fait(recu: Recu[Any]) -> EnregistrerFait:
    fait = lire_fait(recu.evenement, recu.id, recu.survenu_le)
    return EnregistrerFait(fait, recu.enregistre_le)


def _rectification(recu: Recu[demandes.ActeRectifie]) -> EnregistrerFait:
    e = recu.evenement
    rectification = Rectification(
        organisme=e.organisme,
        acte_id=e.acte_id,
        rang=recu.sequence,
        survenu_le=e.survenu_le,
        evenement=recu.id,
    )
    return EnregistrerFait(rectification, recu.enregistre_le)


def _demande(recu: Recu[demandes.DemandeCreee]) -> DemandeNumerotee:
    e = recu.evenement
    return DemandeNumerotee(
        organisme=e.organisme,
        demande_id=e.demande_id,
        numero=e.numero,
        approbation_requise=e.approbation_requise,
    )


ECOUTES: Ecoutes = {
    **dict.fromkeys(_SOURCES, Ecoute(_fait, enregistrer_faits, Ports)),
    demandes.ActeRectifie: Ecoute(_rectification, enregistrer_faits, Ports),
    demandes.DemandeCreee: Ecoute(_demande, synchroniser_demandes, Ports),
}
"""Aucun ordre n'est supposé : tout se garde, le calcul joint à la lecture."""


async def revoir(contexte: Contexte) -> int:
    """Revoit les organismes dont un fait ou un tarif est arrivé.

    Celui dont la revue échoue est mis de côté avec sa raison, aussitôt ou après quelques essais;
    ce qui arrive ensuite de lui l'en sort.
    """

    async def un(a_revoir: RevoirOrganisme) -> None:
        organisme = a_revoir.organisme
        try:
            await contexte.executer(
                "revoir_organisme",
                Ports,
                revoir_organisme,
                a_revoir,
                cle=str(uuid7()),
                organisme=organisme,
            )
        except Exception as erreur:
            if (echec := echec_de(erreur, a_revoir.essais)) is None:
                raise
            journal.exception("revue.echec", organisme=organisme)
        else:
            return
        manquee = ManquerRevue(
            organisme=organisme,
            demandee_le=a_revoir.demandee_le,
            essais=echec.essais,
            raison=echec.raison if echec.definitif else None,
        )
        await contexte.executer(
            "manquer_revue", Ports, manquer_revue, manquee, cle=str(uuid7()), organisme=organisme
        )

    a_revoir = await contexte.lire(vues.organismes_a_revoir)
    return await chacun(a_revoir, un, contexte.prolonger)


async def reveiller(contexte: Contexte) -> int:
    """Demande la revue des organismes où le temps seul fait signaler quelque chose (FAC-4)."""
    fait = await contexte.executer(
        "demander_reveils", Ports, demander_reveils, None, cle=str(uuid7())
    )
    return fait or 0


async def _reveil_venu(contexte: Contexte) -> bool:
    prochain = await contexte.lire(vues.prochain_reveil)
    return prochain is not None and prochain <= jour_de_quebec(contexte.horloge())


REVUE = Tache("attentes", 2.0, revoir, guet(vues.organismes_a_revoir))
REVEILS = Tache("reveils", 60.0, reveiller, _reveil_venu)

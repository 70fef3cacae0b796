"""Signaler une indisponibilité, et ce que le MCN en fait (SLA-5)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from noyau import Acte, Conflit, Fait, Resultat, jour_de_quebec
from sla.disponibilites.cas_usage.constats import Constater, constater_indisponibilite
from sla.disponibilites.domaine.indisponibilites import REGLE, Constat, Nature, Source
from sla.disponibilites.domaine.signalements import Signalement
from sla.disponibilites.ports import Ports


async def signaler(signalement: Signalement, ports: Ports, acte: Acte) -> Resultat[Signalement]:
    """Ce que dit un organisme attend le MCN : rien n'en compte d'ici là.

    Lève `Conflit` si le service est inconnu, si ce qui est dit se contredit, est trop ancien ou
    attend déjà, ou si trop attendent.
    """
    regle = signalement.regle(acte.le)
    recul = ports.reculs.le(jour_de_quebec(acte.le))
    recul.exiger(regle.debut, Source.SIGNALEMENT, acte.le)
    await _exiger_service(regle.service, ports)
    signalement.exiger_neuf(await ports.signalements.en_attente(signalement.organisme))
    await ports.signalements.ajouter(regle)
    return Resultat(regle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retenir:
    """Le signalement admis, et ce qu'il devient : un constat neuf, ou celui qui l'a précédé.

    `debut` et `fin` absents : ce que l'organisme en disait.
    """

    id: UUID
    neuve: UUID
    motif: str
    nature: Nature = Nature.PANNE
    debut: datetime | None = None
    fin: datetime | None = None
    deja: UUID | None = None

    def constat(self, signalement: Signalement) -> Constat:
        """Le constat, chez l'organisme seul."""
        propose = signalement.constat
        return replace(
            propose,
            nature=self.nature,
            debut=self.debut or propose.debut,
            fin=self.fin or propose.fin,
        )


async def retenir(commande: Retenir, ports: Ports, acte: Acte) -> Resultat[Signalement]:
    """Constate ce qu'un organisme a signalé; lève ce que lève un constat, ou un signalement."""
    signalement = acte.sur(await ports.signalements.charger(commande.id))
    retenue = commande.neuve if commande.deja is None else commande.deja
    tranche = signalement.trancher(commande.motif, acte, indisponibilite_id=retenue)
    faits: tuple[Fait, ...] = ()
    if commande.deja is None:
        voulu = Constater(
            id=commande.neuve,
            constat=commande.constat(signalement),
            motif=commande.motif,
            source=Source.SIGNALEMENT,
            apprise_le=signalement.signale_le,
        )
        faits = (await constater_indisponibilite(voulu, ports, acte)).faits
    else:
        await _exiger_atteint(commande.deja, signalement, ports)
    await ports.signalements.enregistrer(tranche)
    return Resultat(tranche, *faits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecarter:
    """Le signalement qui n'est pas retenu, et pourquoi."""

    id: UUID
    motif: str


async def ecarter(commande: Ecarter, ports: Ports, acte: Acte) -> Resultat[Signalement]:
    """Rien n'en compte; lève `Introuvable`, `Interdit`, `TransitionImpossible`."""
    signalement = acte.sur(await ports.signalements.charger(commande.id))
    tranche = signalement.trancher(commande.motif, acte, indisponibilite_id=None)
    await ports.signalements.enregistrer(tranche)
    return Resultat(tranche)


async def _exiger_service(code: str, ports: Ports) -> None:
    connus: Collection[str] = {service.code for service in await ports.services.tous()}
    if code not in connus:
        raise Conflit(f"Le service « {code} » n'est pas connu.", regle=REGLE)


async def _exiger_atteint(identifiant: UUID, signalement: Signalement, ports: Ports) -> None:
    """Celle qui l'a précédé est du même service, et atteint cet organisme."""
    deja = await ports.indisponibilites.charger(identifiant)
    if deja.annulee or deja.service != signalement.service:
        raise Conflit("L'indisponibilité nommée n'est pas de ce service.", regle=REGLE)
    if not deja.atteint(signalement.organisme):
        raise Conflit(
            f"L'indisponibilité nommée n'atteint pas {signalement.organisme}.", regle=REGLE
        )

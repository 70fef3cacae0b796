"""Constater, corriger, annuler une indisponibilité : des actes motivés qui s'ajoutent (SLA-5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from noyau import Acte, Conflit, Mois, Resultat, exiger_une_personne, jour_de_quebec
from sla.disponibilites.cas_usage.comptes import Compteur
from sla.disponibilites.domaine.acquis import exiger_acquis
from sla.disponibilites.domaine.indisponibilites import (
    REGLE,
    ActePose,
    Constat,
    Geste,
    Indisponibilite,
    IndisponibiliteConstatee,
    Source,
    constater,
)
from sla.disponibilites.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Constater:
    """Un constat, l'identité qu'il prend, et pourquoi on le pose."""

    id: UUID
    constat: Constat
    motif: str
    source: Source = Source.SAISIE
    apprise_le: datetime | None = None
    """Quand un organisme l'a signalée; None : à l'instant de l'acte."""


async def constater_indisponibilite(
    commande: Constater, ports: Ports, acte: Acte
) -> Resultat[Indisponibilite]:
    """Constate une indisponibilité; les mois qu'elle touche se recomptent.

    Lève `Conflit` : elle se contredit, est trop ancienne ou déjà dite, nomme un service ou un
    organisme inconnu.
    """
    registre = await Registre.ouvrir(ports)
    neuve = constater(commande.id, commande.constat, commande.source, acte)
    registre.exiger_recente(neuve, commande.source, commande.apprise_le or acte.le)
    await registre.exiger(neuve)
    fait = await registre.poser(neuve, Geste.CONSTAT, commande.motif, acte)
    await registre.recompter([neuve], acte)
    return Resultat(neuve, fait)


@dataclass(frozen=True, slots=True)
class LigneConstatee:
    """Ce qu'il advient d'une ligne d'un lot : une indisponibilité, ou un refus."""

    indisponibilite: Indisponibilite | None
    refus: Conflit | None = None


async def constater_lot(
    lignes: Sequence[Constater], ports: Ports, acte: Acte
) -> Resultat[list[LigneConstatee]]:
    """Constate ce qui se peut d'un lot : une ligne refusée n'arrête pas les autres (SLA-5)."""
    registre = await Registre.ouvrir(ports)
    sorts: list[LigneConstatee] = []
    faits: list[IndisponibiliteConstatee] = []
    for ligne in lignes:
        try:
            neuve = constater(ligne.id, ligne.constat, Source.LOT, acte)
            registre.exiger_recente(neuve, Source.LOT, acte.le)
            await registre.exiger_jamais_dite(neuve)
        except Conflit as refus:
            sorts.append(LigneConstatee(None, refus))
            continue
        faits.append(await registre.poser(neuve, Geste.CONSTAT, ligne.motif, acte))
        sorts.append(LigneConstatee(neuve))
    await registre.recompter([s.indisponibilite for s in sorts if s.indisponibilite], acte)
    return Resultat(sorts, *faits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corriger:
    """Ce qu'il faut dire désormais d'une indisponibilité, et pourquoi."""

    id: UUID
    constat: Constat
    motif: str
    fait_nouveau: str | None = None


async def corriger_indisponibilite(
    commande: Corriger, ports: Ports, acte: Acte
) -> Resultat[Indisponibilite]:
    """Corrige par ajout; une fin perdue se dit ainsi.

    Lève `Introuvable`, `VersionPerimee`, `TransitionImpossible`, `Conflit` (dont SLA-8, ce qu'une
    contestation acceptée a obtenu), `Interdit` si une machine décide.
    """
    exiger_une_personne(acte.acteur, REGLE)
    registre = await Registre.ouvrir(ports)
    ancienne = acte.sur(await ports.indisponibilites.charger(commande.id))
    corrigee = ancienne.corriger(commande.constat, acte)
    registre.exiger_recente(corrigee, Source.SAISIE, acte.le, ancienne)
    await registre.exiger(corrigee)
    voulu = _acte(corrigee, Geste.CORRECTION, commande, acte)
    fait = await registre.revenir(voulu)
    await registre.recompter([ancienne, corrigee], acte)
    return Resultat(corrigee, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annuler:
    """L'indisponibilité qui n'a pas eu lieu, et pourquoi."""

    id: UUID
    motif: str
    fait_nouveau: str | None = None


async def annuler_indisponibilite(
    commande: Annuler, ports: Ports, acte: Acte
) -> Resultat[Indisponibilite]:
    """Annule par ajout : elle demeure, et ne compte plus.

    Lève `Introuvable`, `VersionPerimee`, `TransitionImpossible`, `Conflit` (SLA-8), `Interdit` si
    une machine décide.
    """
    exiger_une_personne(acte.acteur, REGLE)
    registre = await Registre.ouvrir(ports)
    ancienne = acte.sur(await ports.indisponibilites.charger(commande.id))
    annulee = ancienne.annuler()
    fait = await registre.revenir(_acte(annulee, Geste.ANNULATION, commande, acte))
    await registre.recompter([ancienne], acte)
    return Resultat(annulee, fait)


def _acte(
    indisponibilite: Indisponibilite, geste: Geste, commande: Corriger | Annuler, acte: Acte
) -> ActePose:
    return ActePose(
        indisponibilite=indisponibilite,
        geste=geste,
        motif=commande.motif,
        auteur=acte.acteur.sujet,
        le=acte.le,
        fait_nouveau=commande.fait_nouveau,
    )


@dataclass(frozen=True, slots=True)
class Registre:
    """Le registre des indisponibilités, ouvert pour un acte : ce qui s'y admet, s'y inscrit."""

    ports: Ports
    services: Collection[str]
    organismes: Collection[str]

    @classmethod
    async def ouvrir(cls, ports: Ports) -> "Registre":
        """Prend les verrous d'un acte, puis lit ce qui permet d'en juger."""
        await Compteur(ports).verrouiller()
        services = {service.code for service in await ports.services.tous()}
        clients = {client.organisme for client in await ports.clienteles.toutes()}
        return cls(ports, services, clients)

    def exiger_recente(
        self,
        voulue: Indisponibilite,
        source: Source,
        apprise_le: datetime,
        ancienne: Indisponibilite | None = None,
    ) -> None:
        """Lève `Conflit` si son début est trop ancien, ou reculé trop loin de l'ancienne."""
        recul = self.ports.reculs.le(jour_de_quebec(apprise_le))
        connu = None if ancienne is None else ancienne.debut
        recul.exiger(voulue.debut, source, apprise_le, connu)

    def exiger_connus(self, constat: Constat) -> None:
        """Lève `Conflit` si son service ou un organisme est inconnu."""
        if constat.service not in self.services:
            raise Conflit(f"Le service « {constat.service} » n'est pas connu.", regle=REGLE)
        if inconnus := sorted(set(constat.organismes).difference(self.organismes)):
            raise Conflit(f"Organismes inconnus : {', '.join(inconnus)}.", regle=REGLE)

    async def exiger(self, voulue: Indisponibilite) -> None:
        """Lève `Conflit` de même, ou si une autre dit déjà la même chose."""
        self.exiger_connus(voulue)
        deja = await self.ports.indisponibilites.pareille(voulue)
        if deja is not None:
            raise Conflit(
                f"L'indisponibilité {deja} dit déjà la même chose.",
                regle=REGLE,
                details={"indisponibilite_id": str(deja)},
            )

    async def exiger_jamais_dite(self, voulue: Indisponibilite) -> None:
        """Lève `Conflit` de même, ou si on l'a déjà dite avant de la corriger ou de l'annuler.

        Un lot se reprend : ce qu'une personne y a corrigé depuis ne revient pas.
        """
        await self.exiger(voulue)
        deja = await self.ports.indisponibilites.deja_dite(voulue)
        if deja is not None:
            raise Conflit(
                f"L'indisponibilité {deja} disait la même chose; elle fut corrigée ou annulée.",
                regle=REGLE,
                details={"indisponibilite_id": str(deja)},
            )

    async def poser(
        self, indisponibilite: Indisponibilite, geste: Geste, motif: str, acte: Acte
    ) -> IndisponibiliteConstatee:
        """Inscrit l'acte et ce qu'il fait de l'indisponibilité; rend le fait à publier."""
        return await self._inscrire(
            ActePose(
                indisponibilite=indisponibilite,
                geste=geste,
                motif=motif,
                auteur=acte.acteur.sujet,
                le=acte.le,
            )
        )

    async def revenir(self, voulu: ActePose) -> IndisponibiliteConstatee:
        """Inscrit de même l'acte d'une personne, qui revient sur ce qui fut dit.

        Lève `Conflit` (SLA-8) s'il défait sans fait nouveau ce qu'une contestation a obtenu.
        """
        identifiant = voulu.indisponibilite.id
        fil = await self.ports.indisponibilites.actes(identifiant)
        contestations = await self.ports.contestations.des_objets([identifiant])
        exiger_acquis(fil, voulu, contestations)
        return await self._inscrire(voulu)

    async def _inscrire(self, acte: ActePose) -> IndisponibiliteConstatee:
        await self.ports.indisponibilites.poser(acte)
        return IndisponibiliteConstatee(survenu_le=acte.le, indisponibilite=acte.indisponibilite)

    async def recompter(self, touchees: Sequence[Indisponibilite], acte: Acte) -> None:
        """Marque les mois que ces indisponibilités touchent, et en recompte sur-le-champ."""
        for indisponibilite in touchees:
            fin = _mois_de(indisponibilite.fin or acte.le)
            await self.ports.minutes.marquer(_mois_de(indisponibilite.debut), fin)
        await Compteur(self.ports).recompter(acte)


def _mois_de(instant: datetime) -> Mois:
    return Mois.de(jour_de_quebec(instant))

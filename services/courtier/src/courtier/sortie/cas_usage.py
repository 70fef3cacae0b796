"""Planifier, mener et achever la sortie d'un contrat (CI-24).

Tout acte verrouille le contrat, puis sa sortie : sa fin ne change pas pendant qu'on la planifie.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from courtier.obligations.domaine import NatureObligation, Obligation
from courtier.pieces.domaine import GenrePiece, Piece, Visa
from courtier.sortie.domaine import (
    Activite,
    Apres,
    Attestation,
    DonneesALaSortie,
    Parallelisme,
    Plan,
    Sortie,
    rappels_de,
)
from courtier.sortie.ports import Ports
from courtier.suivi.domaine import ContratConclu
from courtier.suivi.ports import abandonner, redater, remplir
from noyau import Acte, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True)
class PreparerLaSortie:
    """Ce qui suit un contrat, dans sa transaction : la sortie qu'il faudra mener."""

    ports: Ports

    async def conclu(self, contrat_id: UUID, acte: Acte) -> None:
        """La sortie est due avant la fin, et se rappelle des mois d'avance."""
        contrat = await self.ports.contrats.lire(contrat_id)
        sortie = Sortie(contrat_id=contrat.id, organisme=contrat.organisme, fin=contrat.fin)
        if await self.ports.sorties.ajouter(sortie):
            await self.ports.obligations.ouvrir(_due(contrat, self.ports, acte))

    async def change(self, contrat_id: UUID, _: datetime, acte: Acte) -> None:
        """La fin a changé : l'obligation s'abandonne, une autre s'ouvre s'il y a de quoi sortir."""
        contrat = await self.ports.contrats.lire(contrat_id)
        sortie = await self.ports.sorties.charger(contrat_id)
        redatee = sortie.redater(contrat)
        if redatee == sortie:
            return
        await self.ports.sorties.enregistrer(redatee)
        if redatee.sans_objet:
            due = (contrat.organisme, contrat.id, NatureObligation.SORTIE)
            await abandonner(self.ports.obligations, *due, acte)
            return
        await redater(self.ports.obligations, _due(contrat, self.ports, acte), acte)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planifier:
    """Ce qui suit le contrat, et les activités d'ici sa fin."""

    contrat_id: UUID
    apres: Apres
    nouveau_contrat_id: UUID | None
    motif: str | None
    activites: tuple[Activite, ...]


@dataclass(frozen=True, slots=True)
class SortieSuivie:
    """Une sortie, et ce que font ensemble l'ancien contrat et le nouveau."""

    sortie: Sortie
    parallelisme: Parallelisme | None


async def planifier(commande: Planifier, ports: Ports, acte: Acte) -> Resultat[SortieSuivie]:
    """Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` (CI-24)."""
    plan = Plan(
        apres=commande.apres,
        nouveau_contrat_id=commande.nouveau_contrat_id,
        motif=commande.motif,
        activites=commande.activites,
        visa=Visa.de(acte),
    )
    nouveau = None
    if commande.nouveau_contrat_id:
        nouveau = await ports.contrats.lire(commande.nouveau_contrat_id)
    return await _agir(
        commande.contrat_id,
        lambda s, c: s.planifier(plan, contrat=c, nouveau=nouveau, acte=acte),
        ports,
        acte,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FinirActivite:
    """L'activité du plan qui est finie, et le jour."""

    contrat_id: UUID
    code: str
    faite_le: date


async def finir_activite(
    commande: FinirActivite, ports: Ports, acte: Acte
) -> Resultat[SortieSuivie]:
    """Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` (CI-24)."""
    return await _agir(
        commande.contrat_id,
        lambda s, c: s.finir(commande.code, commande.faite_le, c, acte),
        ports,
        acte,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attester:
    """Les données rendues, ou détruites, et la pièce qui le prouve."""

    contrat_id: UUID
    donnees: DonneesALaSortie
    le: date
    piece_id: UUID
    titre: str
    empreinte: str


async def attester(commande: Attester, ports: Ports, acte: Acte) -> Resultat[SortieSuivie]:
    """Dépose la pièce et l'inscrit; lève `Introuvable`, `Interdit`, ou `Conflit` (CI-23, CI-24)."""
    attestation = Attestation(
        donnees=commande.donnees,
        le=commande.le,
        piece_id=commande.piece_id,
        visa=Visa.de(acte),
    )
    suivie = await _agir(
        commande.contrat_id, lambda s, c: s.attester(attestation, c, acte), ports, acte
    )
    piece = Piece.deposer(
        commande.piece_id,
        suivie.valeur.sortie.organisme,
        GenrePiece.COMMUNICATION,
        titre=commande.titre,
        empreinte=commande.empreinte,
        datee_le=commande.le,
        contrat_id=commande.contrat_id,
        acte=acte,
    )
    await ports.pieces.ajouter(piece)
    return suivie


@dataclass(frozen=True, slots=True, kw_only=True)
class Achever:
    """Le jour où la transition est achevée; sans lui, aujourd'hui."""

    contrat_id: UUID
    le: date | None


async def achever(commande: Achever, ports: Ports, acte: Acte) -> Resultat[SortieSuivie]:
    """Remplit l'obligation; lève `Introuvable`, `Interdit`, ou `Conflit` s'il reste à faire."""
    le = commande.le or jour_de_quebec(acte.le)
    suivie = await _agir(commande.contrat_id, lambda s, c: s.achever(le, c, acte), ports, acte)
    sortie = suivie.valeur.sortie
    if sortie.achevement:
        due = (sortie.organisme, commande.contrat_id, NatureObligation.SORTIE)
        await remplir(ports.obligations, *due, sortie.achevement.compte_le)
    return suivie


async def lire_sortie(contrat_id: UUID, ports: Ports) -> SortieSuivie:
    """Lève `Introuvable`."""
    return await _suivre(await ports.sorties.lire(contrat_id), ports)


async def _suivre(sortie: Sortie, ports: Ports) -> SortieSuivie:
    """Le parallélisme se lit des deux contrats, à leur fin courante."""
    plan = sortie.plan
    if plan is None or plan.nouveau_contrat_id is None:
        return SortieSuivie(sortie, None)
    if plan.apres is not Apres.NOUVEAU_FOURNISSEUR:
        return SortieSuivie(sortie, None)
    ancien = await ports.contrats.lire(sortie.contrat_id)
    nouveau = await ports.contrats.lire(plan.nouveau_contrat_id)
    return SortieSuivie(sortie, Parallelisme.de(ancien, nouveau))


async def _agir(
    contrat_id: UUID,
    geste: Callable[[Sortie, ContratConclu], Sortie],
    ports: Ports,
    acte: Acte,
) -> Resultat[SortieSuivie]:
    contrat = await ports.contrats.tenir(contrat_id)
    sortie = geste(acte.sur(await ports.sorties.charger(contrat_id)), contrat)
    await ports.sorties.enregistrer(sortie)
    return Resultat(await _suivre(sortie, ports))


def _due(contrat: ContratConclu, ports: Ports, acte: Acte) -> Obligation:
    mois = ports.normes.le(jour_de_quebec(acte.le)).sortie.rappels_mois
    return contrat.doit(
        NatureObligation.SORTIE, contrat.id, contrat.dernier_jour, acte, rappels_de(contrat, mois)
    )

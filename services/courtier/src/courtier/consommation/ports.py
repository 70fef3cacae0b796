"""Ce que l'aire attend de la base et des contrats."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from courtier.consommation.domaine.bilan import Bilan
from courtier.consommation.domaine.commandes import Commande, FactureFournisseur
from courtier.consommation.domaine.prevision import Engagement
from courtier.consommation.domaine.recoupements import Parallele
from courtier.contrats.domaine.contrat import Contrat
from courtier.contrats.ports import Contrats
from courtier.normes.domaine import NormesDatees
from courtier.organismes.ports import Organismes
from noyau import Montant


class Consommations(Protocol):
    """Le bilan, les commandes et les factures d'un contrat.

    Qui les écrit a d'abord chargé le contrat, qui les verrouille tous. Ajouter lève `Conflit`
    (CI-19) d'un numéro que porte déjà, au contrat, une autre qui n'est pas annulée.
    """

    async def bilan(self, contrat: Contrat) -> Bilan:
        """Celui d'un contrat dont rien n'est consommé est vide."""
        ...

    async def tenir(self, bilan: Bilan) -> None: ...
    async def commande(self, contrat_id: UUID, identifiant: UUID) -> Commande: ...

    async def commande_du_bon(self, contrat_id: UUID, bon: str) -> Commande | None:
        """Celle qui n'est pas annulée; aucune si nulle ne porte ce bon, casse et blancs repliés."""
        ...

    async def ajouter_commande(self, commande: Commande) -> None: ...
    async def enregistrer_commande(self, commande: Commande) -> None: ...

    async def reporter_factures(self, de: Commande, vers: Commande) -> None:
        """Les factures de l'une consomment désormais l'autre, qui la corrige."""

    async def en_attente(self, contrat_id: UUID, bons: Collection[str]) -> Mapping[str, Montant]:
        """Par clé de bon, ce que facturent celles qui en attendent la commande, non annulées."""
        ...

    async def rattacher(self, commande: Commande) -> None:
        """Les factures qui attendaient son bon sont désormais celles de la commande."""

    async def sous_bon_inconnu(self, contrat: Contrat) -> Montant:
        """Ce qui est facturé sous un bon que nulle commande ne porte; annulées exclues."""
        ...

    async def facture(self, contrat_id: UUID, identifiant: UUID) -> FactureFournisseur: ...

    async def facture_du_numero(self, contrat_id: UUID, numero: str) -> FactureFournisseur:
        """Celle qui n'est pas annulée; lève `Conflit` (CI-19) si aucune ne porte ce numéro."""
        ...

    async def notes_de(self, facture: FactureFournisseur) -> Montant:
        """Ce dont la réduisent ses notes de crédit, annulées exclues : négatif, ou nul."""
        ...

    async def ajouter_facture(self, facture: FactureFournisseur) -> None: ...
    async def enregistrer_facture(self, facture: FactureFournisseur) -> None: ...

    async def sommes(
        self, contrat: Contrat
    ) -> tuple[Mapping[date, Montant], Mapping[date, Montant]]:
        """Ce qui est commandé et ce qui est facturé, par date, annulés exclus."""
        ...

    async def engagements(self, contrat: Contrat) -> Sequence[Engagement]:
        """Ce que ses commandes engagent, par date, composante et durée, annulées exclues."""
        ...

    async def paralleles(self, contrat: Contrat) -> Sequence[Parallele]:
        """Les autres contrats conclus de l'organisme dont la durée touche la sienne."""
        ...

    async def categories(self, offres: Collection[UUID]) -> Mapping[UUID, str]:
        """La catégorie présente de chaque offre."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de la consommation."""

    consommations: Consommations
    contrats: Contrats
    organismes: Organismes
    normes: NormesDatees

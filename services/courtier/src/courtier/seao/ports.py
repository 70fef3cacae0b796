"""Ce que l'aire attend de la base, du Catalogue, et des normes."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from courtier.catalogue.ports import Catalogue
from courtier.contrats.ports import Contrats
from courtier.normes.domaine import NormesDatees
from courtier.obligations.ports import Obligations
from courtier.organismes.ports import Organismes
from courtier.seao.domaine.profil import Profil
from courtier.seao.domaine.publication import Partie, Publication
from noyau import Montant


class Publications(Protocol):
    """Ce qui se publie des contrats. `charger` verrouille jusqu'à la fin de l'acte.

    Enregistrer lève `Conflit` (CI-18) si un autre contrat porte déjà ce numéro au SEAO.
    """

    async def charger(self, contrat_id: UUID) -> Publication:
        """Lève `Introuvable` d'un contrat qui n'est pas conclu."""
        ...

    async def ajouter(self, publication: Publication) -> None: ...
    async def enregistrer(self, publication: Publication) -> None: ...


class Fournisseurs(Protocol):
    """Ce qui se publie d'un fournisseur : son nom, son NEQ."""

    async def partie(self, fournisseur_id: UUID) -> Partie: ...


class Factures(Protocol):
    """Ce que le fournisseur a facturé d'un contrat (CI-19)."""

    async def facture_au_total(self, organisme: str, contrat_id: UUID) -> Montant:
        """Avant taxes, factures annulées exclues."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de la publication au SEAO."""

    publications: Publications
    contrats: Contrats
    factures: Factures
    fournisseurs: Fournisseurs
    catalogue: Catalogue
    organismes: Organismes
    obligations: Obligations
    normes: NormesDatees
    profil: Profil

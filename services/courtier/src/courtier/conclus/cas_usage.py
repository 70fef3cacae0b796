"""Inscrire un contrat conclu à la liste, et y nommer qui consent (CI-22)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courtier.conclus.domaine import Inscription, PersonneConsentante
from courtier.conclus.ports import Ports
from noyau import Acte, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True)
class Inscrire:
    """Ce qui suit un contrat, dans sa transaction : la liste des contrats conclus."""

    ports: Ports

    async def conclu(self, contrat_id: UUID, acte: Acte) -> None:
        """Le contrat paraît à la liste, sans personne-ressource."""
        ports = self.ports
        contrat = await ports.contrats.lire(contrat_id)
        client = await ports.organismes.lire(contrat.organisme)
        inscription = Inscription.de(
            contrat,
            client_nom=client.nom,
            solutions=await ports.contrats.offres(contrat_id),
            bandes=ports.normes.le(jour_de_quebec(acte.le)).conclus.bandes,
        )
        await ports.inscriptions.ajouter(inscription)

    async def change(self, contrat_id: UUID, _: datetime, acte: Acte) -> None:
        """Sa fin, sa durée et son envergure suivent le contrat."""
        ports = self.ports
        contrat = await ports.contrats.lire(contrat_id)
        inscription = await ports.inscriptions.charger(contrat_id)
        bandes = ports.normes.le(jour_de_quebec(acte.le)).conclus.bandes
        await ports.inscriptions.enregistrer(inscription.suivre(contrat, bandes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Consentir:
    """Le contrat, et la personne de l'organisme qui accepte d'être jointe."""

    contrat_id: UUID
    personne: PersonneConsentante


async def consentir(commande: Consentir, ports: Ports, acte: Acte) -> Resultat[Inscription]:
    """Lève `Introuvable` du contrat d'un autre, ou `Interdit` d'une machine."""
    inscription = await ports.inscriptions.charger(commande.contrat_id)
    consentie = inscription.consentir(commande.personne, acte)
    await ports.inscriptions.enregistrer(consentie)
    return Resultat(consentie)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirer:
    """Le contrat dont la personne ne consent plus."""

    contrat_id: UUID


async def retirer(commande: Retirer, ports: Ports, acte: Acte) -> Resultat[Inscription]:
    """Efface la personne; lève `Introuvable`, `Interdit`, ou `Conflit` si nul ne consent."""
    inscription = await ports.inscriptions.charger(commande.contrat_id)
    retiree = inscription.retirer(acte)
    await ports.inscriptions.enregistrer(retiree)
    return Resultat(retiree)

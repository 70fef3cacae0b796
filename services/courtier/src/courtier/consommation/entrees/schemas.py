"""Ce qui se montre de la consommation d'un contrat; tout est avant taxes."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from courtier.consommation.cas_usage import Consommation
from courtier.consommation.domaine.commandes import (
    Annulation,
    Commande,
    FactureFournisseur,
)
from courtier.consommation.domaine.courbe import MoisDeContrat
from courtier.consommation.domaine.prevision import Methode
from courtier.pieces.domaine import Visa
from noyau import Montant
from socle.bd.conversion import colonnes
from socle.web import Sortie


class LigneOut(Sortie):
    """Une ligne chiffrée au prix du contrat, ou du montant dit."""

    offre_id: UUID
    composante: str
    quantite: int | None
    mois: int
    montant: Decimal


class CommandeOut(Sortie):
    """Une commande, ce qui en est facturé et l'écart."""

    id: UUID
    organisme: str
    contrat_id: UUID
    bon: str
    datee_le: date
    lignes: tuple[LigneOut, ...]
    montant: Decimal
    facture: Decimal
    ecart: Decimal = Field(description="Facturé moins engagé; négatif, il en reste à facturer.")
    inscrite: Visa
    corrige: UUID | None = Field(description="Celle qu'elle remplace.")
    annulation: Annulation | None

    @classmethod
    def de(cls, commande: Commande) -> "CommandeOut":
        lignes = [{**colonnes(li), "montant": li.montant.decimal} for li in commande.lignes]
        deduits = {
            "lignes": lignes,
            "montant": commande.montant.decimal,
            "facture": commande.facture.decimal,
            "ecart": commande.ecart.decimal,
        }
        return cls.model_validate({**colonnes(commande), **deduits})

    @classmethod
    def d_une(cls, commandes: tuple[Commande, ...]) -> "CommandeOut":
        (commande,) = commandes
        return cls.de(commande)


class LotDeCommandesOut(Sortie):
    """Les commandes d'un lot, dans l'ordre de leurs bons."""

    commandes: list[CommandeOut]

    @classmethod
    def de(cls, commandes: tuple[Commande, ...]) -> "LotDeCommandesOut":
        return cls(commandes=[CommandeOut.de(commande) for commande in commandes])


class FactureOut(Sortie):
    """Une facture du fournisseur, le bon qu'elle dit, et la commande qu'elle consomme."""

    id: UUID
    organisme: str
    contrat_id: UUID
    numero: str
    datee_le: date
    montant: Decimal
    bon: str | None = Field(description="Le bon qu'elle dit, tel quel.")
    bon_inconnu: bool = Field(
        description="Vrai : nulle commande ne porte ce bon; elle s'ajoute, en attendant la sienne."
    )
    commande_id: UUID | None
    reduit: UUID | None = Field(description="La facture que réduit une note de crédit.")
    inscrite: Visa
    corrige: UUID | None = Field(description="Celle qu'elle remplace.")
    annulation: Annulation | None

    @classmethod
    def de(cls, facture: FactureFournisseur) -> "FactureOut":
        deduits = {"montant": facture.montant.decimal, "bon_inconnu": facture.bon_inconnu}
        return cls.model_validate({**colonnes(facture), **deduits})

    @classmethod
    def d_une(cls, factures: tuple[FactureFournisseur, ...]) -> "FactureOut":
        (facture,) = factures
        return cls.de(facture)


class LotDeFacturesOut(Sortie):
    """Les factures d'un lot, dans leur ordre."""

    factures: list[FactureOut]

    @classmethod
    def de(cls, factures: tuple[FactureFournisseur, ...]) -> "LotDeFacturesOut":
        return cls(factures=[FactureOut.de(facture) for facture in factures])


class AlerteOut(Sortie):
    """Une part du montant où la consommation s'annonce."""

    seuil: Decimal
    atteint: bool


class PrevisionOut(Sortie):
    """La date où le montant serait consommé, et comment elle se calcule."""

    methode: Methode = Field(
        description="« rythme_moyen » : ce qui est consommé des mois entamés depuis l'entrée, un"
        " au moins, se poursuit; une commande se répartit sur les mois qu'elle couvre, ce qui ne se"
        " paie qu'une fois ne se répète pas. « epuise » : tout est consommé, ou dépassé."
    )
    epuisement_le: date | None = Field(
        description="Aucune si rien n'est consommé, ou si tout l'est."
    )
    avant_la_fin: bool = Field(
        description="Vrai : le montant est dépassé, ou serait épuisé avant le dernier jour."
    )


class MoisOut(Sortie):
    """Un mois du contrat; ses cumuls vont du premier mois à celui-ci, compris."""

    mois: int
    debut: date
    fin: date
    prevu: Decimal
    commande: Decimal
    facture: Decimal
    prevu_cumule: Decimal
    commande_cumule: Decimal
    facture_cumule: Decimal

    @classmethod
    def de(cls, mois: MoisDeContrat) -> "MoisOut":
        dits = colonnes(mois)
        return cls.model_validate(
            {n: v.decimal if isinstance(v, Montant) else v for n, v in dits.items()}
        )


class ConsommationOut(Sortie):
    """Ce qui est consommé du contrat : commandes engagées, et factures sans commande (CI-19)."""

    contrat_id: UUID
    organisme: str
    montant: Decimal = Field(description="Le montant courant, avenants compris.")
    commande: Decimal
    facture: Decimal
    consomme: Decimal
    sous_bon_inconnu: Decimal = Field(
        description="De ce qui est facturé, ce qui l'est sous un bon que nulle commande ne porte."
    )
    reste: Decimal = Field(description="Négatif : le montant est dépassé.")
    depassement: Decimal = Field(description="Ce qui dépasse le montant; un avenant est à faire.")
    alertes: tuple[AlerteOut, ...]
    prevision: PrevisionOut
    mois: tuple[MoisOut, ...]

    @classmethod
    def de(cls, lue: Consommation) -> "ConsommationOut":
        bilan, limite = lue.bilan, lue.contrat.courants.montant
        reste = limite - bilan.consomme
        return cls(
            contrat_id=lue.contrat.id,
            organisme=lue.contrat.organisme,
            montant=limite.decimal,
            commande=bilan.commande.decimal,
            facture=bilan.facture.decimal,
            consomme=bilan.consomme.decimal,
            sous_bon_inconnu=lue.sous_bon_inconnu.decimal,
            reste=reste.decimal,
            depassement=max(-reste, Montant(0)).decimal,
            alertes=tuple(
                AlerteOut(seuil=seuil, atteint=bilan.atteint(seuil, limite))
                for seuil in lue.alertes
            ),
            prevision=PrevisionOut.model_validate(colonnes(lue.prevision)),
            mois=tuple(map(MoisOut.de, lue.mois)),
        )


class RecoupementOut(Sortie):
    """Un autre contrat en cours qui paie la même catégorie d'offre les mêmes mois."""

    contrat_id: UUID
    fournisseur_id: UUID
    categories: tuple[str, ...]
    du: date
    au: date = Field(description="Le premier jour qui n'en est plus.")

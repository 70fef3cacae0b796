"""Ce qu'on peut demander au Catalogue (CI-11, CI-12).

Tout acte sur un fournisseur ou une offre lève aussi `VersionPerimee`, comme au contrat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from courtier.catalogue.domaine import (
    Caracteristiques,
    Composition,
    EntenteCadre,
    Fiche,
    Fournisseur,
    Offre,
    Prix,
)
from courtier.catalogue.ports import Ports
from noyau import Acte, Resultat

# Fournisseurs et ententes-cadres


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrireFournisseur:
    """La fiche d'un nouveau fournisseur."""

    fournisseur_id: UUID
    fiche: Fiche


async def inscrire_fournisseur(
    commande: InscrireFournisseur, ports: Ports, _: Acte
) -> Resultat[Fournisseur]:
    """Lève `Conflit` si un autre fournisseur porte ce NEQ."""
    fournisseur = Fournisseur(id=commande.fournisseur_id, version=1, fiche=commande.fiche)
    await ports.fournisseurs.ajouter(fournisseur)
    return Resultat(fournisseur)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierFournisseur:
    """Les champs de la fiche à remplacer, par leur nom."""

    fournisseur_id: UUID
    changements: Mapping[str, Any]


async def modifier_fournisseur(
    commande: ModifierFournisseur, ports: Ports, acte: Acte
) -> Resultat[Fournisseur]:
    """Lève `Introuvable`, `VersionPerimee`, ou `Conflit` si un autre fournisseur porte ce NEQ."""
    fournisseur = acte.sur(await ports.fournisseurs.charger(commande.fournisseur_id))
    modifie = fournisseur.modifier(commande.changements)
    if modifie != fournisseur:
        await ports.fournisseurs.enregistrer(modifie)
    return Resultat(modifie)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclureEntente:
    """Une entente-cadre, en vigueur sur [debut, fin)."""

    entente_id: UUID
    numero: str
    fournisseur_id: UUID
    debut: date
    fin: date


async def conclure_entente(
    commande: ConclureEntente, ports: Ports, _: Acte
) -> Resultat[EntenteCadre]:
    """Lève `Introuvable`, ou `Conflit` si le numéro est pris ou si la fin précède le début."""
    fournisseur = await ports.fournisseurs.charger(commande.fournisseur_id)
    entente = EntenteCadre(
        id=commande.entente_id,
        numero=commande.numero,
        fournisseur_id=fournisseur.id,
        debut=commande.debut,
        fin=commande.fin,
    )
    await ports.fournisseurs.ajouter_entente(entente)
    return Resultat(entente)


# Offres


@dataclass(frozen=True, slots=True, kw_only=True)
class DecrireOffre:
    """Les caractéristiques d'une offre à inscrire, ou de sa version suivante."""

    offre_id: UUID
    caracteristiques: Caracteristiques


async def inscrire_offre(commande: DecrireOffre, ports: Ports, acte: Acte) -> Resultat[Offre]:
    """Lève `Introuvable` (entente-cadre), ou `Conflit` si la catégorie est inconnue."""
    offre = Offre.inscrire(
        commande.offre_id,
        commande.caracteristiques,
        entente=await ports.catalogue.entente(commande.caracteristiques.entente_id),
        categories=ports.categories,
        acte=acte,
    )
    await ports.offres.ajouter(offre)
    return Resultat(offre)


async def modifier_offre(commande: DecrireOffre, ports: Ports, acte: Acte) -> Resultat[Offre]:
    """Lève `Introuvable` (offre ou entente-cadre), ou `Conflit` (CI-11)."""
    offre = acte.sur(await ports.offres.charger(commande.offre_id))
    modifiee, fait = offre.modifier(
        commande.caracteristiques,
        entente=await ports.catalogue.entente(commande.caracteristiques.entente_id),
        categories=ports.categories,
        acte=acte,
    )
    await ports.offres.enregistrer(modifiee)
    avis = await ports.avertisseur.aviser(modifiee.id, "offre", modifiee.version, acte)
    return Resultat(modifiee, *([fait] if fait else []), *avis)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierOffre:
    """L'offre à publier, dans sa version présente."""

    offre_id: UUID


async def publier_offre(commande: PublierOffre, ports: Ports, acte: Acte) -> Resultat[Offre]:
    """Lève `Introuvable`, ou `TransitionImpossible` si l'offre est déjà publiée."""
    offre = acte.sur(await ports.offres.charger(commande.offre_id))
    publiee, fait = offre.publier(acte)
    await ports.offres.enregistrer(publiee)
    return Resultat(publiee, fait)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierPrix:
    """Les composantes et les modalités d'un prix, et le jour où il prend effet."""

    offre_id: UUID
    composition: Composition
    en_vigueur_le: date


async def publier_prix(commande: PublierPrix, ports: Ports, acte: Acte) -> Resultat[Prix]:
    """Lève `Introuvable`, ou `Conflit` (CI-12)."""
    offre = acte.sur(await ports.offres.charger(commande.offre_id))
    fait = (await ports.offres.grille(offre.id)).publier(
        commande.composition,
        commande.en_vigueur_le,
        offre=offre,
        calendrier=await ports.calendriers.applique(),
        acte=acte,
    )
    await ports.offres.ajouter_prix(offre.id, fait.prix)
    avis = await ports.avertisseur.aviser(offre.id, "prix", fait.prix.version, acte)
    return Resultat(fait.prix, fait, *avis)

"""Ce qu'on peut demander au Catalogue (CI-11, CI-12).

Tout acte sur un fournisseur ou une offre lève aussi `VersionPerimee`, comme au contrat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from courtier.catalogue.domaine import (
    ActeEntente,
    Caracteristiques,
    Composition,
    Difference,
    DocumentPublie,
    EntenteCadre,
    Fiche,
    Fournisseur,
    NatureDocument,
    NaturePreuve,
    Offre,
    PreuveSecurite,
    Prix,
    differences,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PoserActe:
    """Une suspension, une reprise ou une fin, le jour où elle vaut, et pourquoi."""

    entente_id: UUID
    acte: ActeEntente
    le: date
    motif: str


async def poser_acte(commande: PoserActe, ports: Ports, acte: Acte) -> Resultat[EntenteCadre]:
    """Lève `Introuvable`, `Conflit` ou `TransitionImpossible` (CI-11)."""
    entente = acte.sur(await ports.fournisseurs.charger_entente(commande.entente_id))
    changee = entente.poser(commande.acte, commande.le, commande.motif, acte)
    await ports.fournisseurs.poser(changee)
    return Resultat(changee)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierDocument:
    """Une version des conditions ou de l'annexe modificative d'un fournisseur."""

    fournisseur_id: UUID
    nature: NatureDocument
    reference: str
    empreinte: str
    en_vigueur_le: date


async def publier_document(
    commande: PublierDocument, ports: Ports, acte: Acte
) -> Resultat[DocumentPublie]:
    """Lève `Introuvable`, ou `Conflit` (CI-12)."""
    fournisseur = acte.sur(await ports.fournisseurs.charger(commande.fournisseur_id))
    document = (await ports.fournisseurs.documents(fournisseur.id)).publier(
        commande.nature,
        reference=commande.reference,
        empreinte=commande.empreinte,
        en_vigueur_le=commande.en_vigueur_le,
        acte=acte,
    )
    await ports.fournisseurs.ajouter_document(fournisseur.id, document)
    return Resultat(document)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeposerPreuve:
    """Une preuve de sécurité que le fournisseur a remise au Courtier."""

    preuve_id: UUID
    fournisseur_id: UUID
    nature: NaturePreuve
    titre: str
    empreinte: str
    datee_du: date
    expire_le: date | None


async def deposer_preuve(
    commande: DeposerPreuve, ports: Ports, acte: Acte
) -> Resultat[PreuveSecurite]:
    """Lève `Introuvable`, ou `Conflit` (CI-11)."""
    fournisseur = acte.sur(await ports.fournisseurs.charger(commande.fournisseur_id))
    preuve = PreuveSecurite(
        id=commande.preuve_id,
        fournisseur_id=fournisseur.id,
        nature=commande.nature,
        titre=commande.titre,
        empreinte=commande.empreinte,
        datee_du=commande.datee_du,
        expire_le=commande.expire_le,
        deposee_par=acte.acteur.sujet,
        deposee_le=acte.le,
    )
    await ports.fournisseurs.ajouter_preuve(preuve)
    return Resultat(preuve)


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
class RetirerOffre:
    """L'offre, le jour où elle n'entre plus dans un contrat, et pourquoi."""

    offre_id: UUID
    le: date
    motif: str


async def retirer_offre(commande: RetirerOffre, ports: Ports, acte: Acte) -> Resultat[Offre]:
    """Lève `Introuvable`, `Conflit` ou `TransitionImpossible` (CI-11)."""
    offre = acte.sur(await ports.offres.charger(commande.offre_id))
    retiree, fait = offre.retirer(commande.le, commande.motif, acte)
    await ports.offres.enregistrer(retiree)
    avis = await ports.avertisseur.aviser(retiree.id, "offre", retiree.version, acte)
    return Resultat(retiree, fait, *avis)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparerVersions:
    """Deux versions d'une offre; `le` : aujourd'hui, pour celle qui vaut encore."""

    offre_id: UUID
    avant: int
    apres: int
    le: date
    publiee: bool
    """Vrai : une version qui n'est pas publiée est introuvable."""


async def comparer_versions(commande: ComparerVersions, ports: Ports) -> tuple[Difference, ...]:
    """Ce qui diffère de l'une à l'autre, prix compris; lève `Introuvable`."""
    avant, apres = [
        await ports.catalogue.version(
            commande.offre_id, numero, le=commande.le, publiee=commande.publiee
        )
        for numero in (commande.avant, commande.apres)
    ]
    return differences(avant, apres)


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

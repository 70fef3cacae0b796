"""Ce que l'on peut demander d'un produit du ROPN."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from catalogue.produits.domaine import Descriptif, PrixPublie, Produit, Sorte, Statut
from catalogue.produits.ports import Ports
from noyau import Acte, Conflit, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class PremierPrix:
    """Le premier prix (dollars) comble un vide : il peut valoir depuis une date passée."""

    debut: date
    montant: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrireProduit:
    """Un produit et ce qui le décrit."""

    code: str
    sorte: Sorte
    statut: Statut
    descriptif: Descriptif
    prix: PremierPrix | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierProduit:
    """Les champs de `Descriptif` à changer."""

    code: str
    changements: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirerProduit:
    """« plus_offert » reste facturé là où il est déployé; « retire » est sans retour."""

    code: str
    statut: Statut


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierPrix:
    """`montant` en dollars, avant majoration; `fin`, si elle est dite, le début du prix suivant."""

    produit: str
    debut: date
    fin: date | None
    montant: Decimal


async def inscrire_produit(
    commande: InscrireProduit, ports: Ports, acte: Acte
) -> Resultat[Produit]:
    """Inscrit un produit au ROPN (CAT-1), avec son premier prix s'il en a un.

    Lève `Conflit` : code pris, tarif inconnu, prix manquant.
    """
    produit = Produit(
        code=commande.code,
        sorte=commande.sorte,
        descriptif=commande.descriptif,
        statut=commande.statut,
    )
    prix = None
    if commande.prix:
        produit, prix = produit.publier_prix(commande.prix.debut, None, commande.prix.montant, acte)
    nommes, le = commande.descriptif.tarifs, jour_de_quebec(acte.le)
    inscrit = produit.inscrire(await ports.tarifs.en_vigueur(nommes, le), acte)
    if not await ports.produits.ajouter(produit):
        raise Conflit(f"Le produit {produit.code} est déjà inscrit au ROPN.", regle="CAT-1")
    if prix is None:
        return Resultat(produit, inscrit)
    await ports.produits.ajouter_prix(prix)
    return Resultat(produit, inscrit, prix)


async def modifier_produit(
    commande: ModifierProduit, ports: Ports, acte: Acte
) -> Resultat[Produit]:
    """Change le descriptif d'un produit (CAT-1); le même, il ne change rien.

    Lève `Introuvable`, `VersionPerimee`, `Conflit` ou `TransitionImpossible`.
    """
    produit = acte.sur(await ports.produits.charger(commande.code))
    descriptif = replace(produit.descriptif, **commande.changements)
    tarifs = await ports.tarifs.en_vigueur(descriptif.tarifs, jour_de_quebec(acte.le))
    if descriptif == produit.descriptif:
        return Resultat(produit)
    modifie, fait = produit.modifier(descriptif, tarifs, acte)
    await ports.produits.enregistrer(modifie)
    return Resultat(modifie, fait)


async def retirer_produit(commande: RetirerProduit, ports: Ports, acte: Acte) -> Resultat[Produit]:
    """Cesse de l'offrir, ou le retire (CAT-1).

    Lève `Introuvable`, `VersionPerimee` ou `TransitionImpossible`.
    """
    produit = acte.sur(await ports.produits.charger(commande.code))
    retire, fait = produit.retirer(commande.statut, acte)
    await ports.produits.enregistrer(retire)
    return Resultat(retire, fait)


async def publier_prix(commande: PublierPrix, ports: Ports, acte: Acte) -> Resultat[PrixPublie]:
    """Publie un prix (CAT-2).

    Lève `Introuvable`, `VersionPerimee`, `PublicationRefusee` ou `TransitionImpossible`.
    """
    produit = acte.sur(await ports.produits.charger(commande.produit))
    produit, fait = produit.publier_prix(commande.debut, commande.fin, commande.montant, acte)
    await ports.produits.enregistrer(produit)
    await ports.produits.ajouter_prix(fait)
    return Resultat(fait, fait)

"""Les décomptes à l'acte, une fonction par forme : des faits d'un groupe à une quantité (CAT-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from types import MappingProxyType
from typing import Final

from facturation.creances.domaine.faits import FaitRecu
from facturation.creances.domaine.quantites import UNE, Quantite, duree, unites
from facturation.tarification.domaine.ecriture import en_dollars, en_nombre, en_pourcentage
from facturation.tarification.domaine.tarification import Calcule, SansMontant
from facturation.tarification.domaine.tarifs import Forme, Tarif
from noyau import nombre_de, tranche_atteinte

_MESURES: Final = MappingProxyType({Forme.DUREE: "minutes", Forme.SAISI: "$"})


@dataclass(frozen=True, slots=True)
class Compte:
    """Ce que donne un décompte : une quantité, et le prix d'une unité s'il le donne lui-même.

    `mesure` : le nombre que disent les faits, à comparer à sa borne.
    """

    quantite: Quantite
    calcule: Calcule | None = None
    mesure: Decimal = Decimal(0)


def demesure(tarif: Tarif, mesure: Decimal, borne: Decimal | None) -> SansMontant | None:
    """Pourquoi attend une mesure négative ou au-delà de sa borne : faute de frappe, ou faux."""
    if mesure >= 0 and (borne is None or mesure <= borne):
        return None
    mot = _MESURES.get(tarif.forme, "unités") if tarif.forme else "unités"
    return SansMontant(f"Le tarif {tarif.code} compterait {en_nombre(mesure)} {mot} : à vérifier.")


def compter_unites(tarif: Tarif, faits: Sequence[FaitRecu]) -> Compte | SansMontant:
    """La somme du fait `fois`; sans lui, une unité par fait."""
    if tarif.quantite.fois is None:
        return Compte(unites(Fraction(len(faits))))
    somme = _somme(tarif, tarif.quantite.fois, faits)
    if isinstance(somme, SansMontant):
        return somme
    return Compte(unites(Fraction(somme)), mesure=somme)


def compter_duree(tarif: Tarif, faits: Sequence[FaitRecu]) -> Compte | SansMontant:
    """Des minutes additionnées, arrondies au pas supérieur, bornées (FAC-4); zéro : rien."""
    minutes = _somme(tarif, tarif.quantite.fait, faits)
    if isinstance(minutes, SansMontant):
        return minutes
    quantite = duree(Fraction(minutes), tarif.quantite) if minutes else unites(Fraction(0))
    return Compte(quantite, mesure=minutes)


def compter_forfait(_tarif: Tarif, _faits: Sequence[FaitRecu]) -> Compte:
    """Une fois, quel que soit le nombre de faits."""
    return Compte(UNE)


def compter_paliers(tarif: Tarif, faits: Sequence[FaitRecu]) -> Compte | SansMontant:
    """« 85,00 $ + 3 × 15,00 $ » : de chaque palier, les pas entamés (FAC-4)."""
    valeur = _somme(tarif, tarif.quantite.fait, faits)
    if isinstance(valeur, SansMontant):
        return valeur
    if not tarif.quantite.paliers:
        return SansMontant(f"Le tarif {tarif.code} n'a pas de palier.")
    paliers = sorted(tarif.quantite.paliers, key=lambda p: p.a_partir_de)
    total, termes = Decimal(0), list[str]()
    for palier, suivant in zip(paliers, [*paliers[1:], None], strict=True):
        dans = min(valeur, Decimal(suivant.a_partir_de)) if suivant else valeur
        entames = ceil(Fraction(dans - palier.a_partir_de) / palier.pas)
        if entames > 0:
            total += entames * palier.montant
            fois = f"{entames} × " if entames > 1 else ""
            termes.append(fois + en_dollars(palier.montant))
    if not termes:
        return Compte(Quantite(0), mesure=valeur)
    return Compte(UNE, Calcule(total, " + ".join(termes)), valeur)


def compter_grille(tarif: Tarif, faits: Sequence[FaitRecu]) -> Compte | SansMontant:
    """Montant + taux × valeur, à la dernière tranche dont la valeur atteint le seuil.

    Ainsi des frais du Courtier, la seule chose qu'un contrat fait devoir (FAC-12, CI-20).
    """
    valeur = _somme(tarif, tarif.quantite.fait, faits)
    if isinstance(valeur, SansMontant):
        return valeur
    tranche = tranche_atteinte(tarif.quantite.grille, valeur)
    if tranche is None:
        return SansMontant(f"La grille du tarif {tarif.code} ne donne aucun montant.")
    formule = (
        f"({en_dollars(tranche.montant)} + {en_pourcentage(tranche.taux)} × {en_dollars(valeur)})"
    )
    return Compte(UNE, Calcule(tranche.frais(valeur), formule), valeur)


def compter_saisi(tarif: Tarif, faits: Sequence[FaitRecu]) -> Compte | SansMontant:
    """Le montant que disent les faits."""
    montant = _somme(tarif, tarif.quantite.fait, faits)
    if isinstance(montant, SansMontant):
        return montant
    return Compte(UNE, Calcule(montant, en_dollars(montant)), montant)


def compter_abonnes(tarif: Tarif, fait: FaitRecu, borne: Decimal | None) -> int | SansMontant:
    """Le nombre d'unités d'un abonnement, entier, en deçà de sa borne."""
    if tarif.quantite.fois is None:
        return 1
    nombre = _somme(tarif, tarif.quantite.fois, (fait,))
    if isinstance(nombre, SansMontant):
        return nombre
    if trop := demesure(tarif, nombre, borne):
        return trop
    if nombre != int(nombre):
        return SansMontant(f"Le tarif {tarif.code} se compte en unités entières, pas {nombre}.")
    return int(nombre)


def _somme(tarif: Tarif, nom: str | None, faits: Sequence[FaitRecu]) -> Decimal | SansMontant:
    """La somme d'un fait nommé; si l'un des faits ne la dit pas, pourquoi le groupe attend."""
    if nom is None:
        return SansMontant(f"Le tarif {tarif.code} ne dit pas quel fait il compte.")
    nombres = [nombre_de(fait.dit(nom)) for fait in faits]
    connus = [nombre for nombre in nombres if nombre is not None]
    if len(connus) < len(nombres):
        return SansMontant(f"Le tarif {tarif.code} compte « {nom} », qu'un fait ne dit pas.")
    return sum(connus, Decimal(0))

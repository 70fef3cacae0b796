"""Un tarif que personne ne pourrait facturer se refuse à la publication (CAT-9)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from catalogue.fiches.domaine.annuaire import JOUR, AnnuaireFaits, Nature, TypeConnu
from catalogue.fiches.domaine.contenu import Palier, Quantite, Tarif, Tranche
from catalogue.fiches.domaine.erreurs import (
    Erreur,
    dire,
    eprouver,
    verifier_groupe,
    verifier_nature,
)

SOURCES: Final = ("fiche", "ropn")
ABONNEMENTS_OUVERTS: Final = ("finissent", "continuent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forme:
    """Ce qu'une forme de décompte lit; `exige` : ce sans quoi elle ne compte rien."""

    lit: frozenset[str] = frozenset()
    exige: frozenset[str] = frozenset()
    montant: bool = True
    """Vrai : un montant unitaire la chiffre."""
    groupe_libre: bool = False
    """Vrai : un groupe se compte à son premier fait, sans jour ni clôture."""


_GROUPE: Final = frozenset({"par", "a_la_cloture", "signale_apres_jours"})
_FAIT: Final = frozenset({"fait"})

FORMES: Final[Mapping[str, Forme]] = MappingProxyType(
    {
        "mois": Forme(lit=frozenset({"fois"})),
        "unites": Forme(lit=_GROUPE | {"fois"}),
        "duree": Forme(lit=_GROUPE | _FAIT | {"pas", "minimum", "maximum"}, exige=_FAIT),
        "paliers": Forme(
            lit=_GROUPE | _FAIT | {"paliers"}, exige=_FAIT | {"paliers"}, montant=False
        ),
        "grille": Forme(lit=_GROUPE | _FAIT | {"grille"}, exige=_FAIT, montant=False),
        "forfait": Forme(lit=_GROUPE, groupe_libre=True),
        "saisi": Forme(lit=_FAIT, exige=_FAIT, montant=False),
    }
)
"""Les façons de compter que connaît la facturation."""


def verifier_tarif(champ: str, tarif: Tarif, annuaire: AnnuaireFaits) -> Iterator[Erreur]:
    """Tout ce qui empêche un tarif d'être dû, ou compté."""
    yield from _du(f"{champ}.du", tarif, annuaire)
    yield from _montants(champ, tarif)
    forme = FORMES.get(tarif.quantite.forme)
    if forme is None:
        yield Erreur(f"{champ}.quantite.forme", f"Les formes connues : {dire(FORMES)}.")
        return
    yield from _forme(f"{champ}.quantite", tarif.quantite, forme)
    if tarif.montant is not None and (tarif.source == "ropn" or not forme.montant):
        chiffre = "le ROPN" if tarif.source == "ropn" else f"la forme « {tarif.quantite.forme} »"
        yield Erreur(f"{champ}.montant", f"Un montant ne va pas avec {chiffre}, qui le dit.")
    type_ = declenchant(tarif, annuaire)
    if type_ is not None and type_.facturable:
        yield from _quantite(f"{champ}.quantite", tarif.quantite, type_)
        if tarif.quantite.forme == "mois":
            yield from _mois(champ, tarif, type_, annuaire)


def declenchant(tarif: Tarif, annuaire: AnnuaireFaits) -> TypeConnu | None:
    """Le type de ce qui le rend dû; aucun s'il n'en dit pas un, ou qu'il n'existe pas."""
    return annuaire.livraison if tarif.du.livraison else annuaire.de(tarif.du.evenement)


def _du(champ: str, tarif: Tarif, annuaire: AnnuaireFaits) -> Iterator[Erreur]:
    du = tarif.du
    if du.livraison is (du.evenement is not None):
        yield Erreur(champ, "Dites « livraison » ou « evenement » : l'un, et lui seul.")
        return
    type_ = declenchant(tarif, annuaire)
    if type_ is None:
        yield Erreur(f"{champ}.evenement", f"Aucun événement ne se nomme « {du.evenement} ».")
    elif type_.livre_un_actif:
        yield Erreur(
            f"{champ}.evenement",
            "Ce qui livre un actif se facture par son produit : dites « livraison », et que le"
            " produit porte le tarif.",
        )
    elif not type_.facturable:
        yield Erreur(
            f"{champ}.evenement", f"« {du.evenement} » ne nomme rien qui se facture à un organisme."
        )
    else:
        yield from eprouver(f"{champ}.si", du.si, type_)


def _montants(champ: str, tarif: Tarif) -> Iterator[Erreur]:
    if tarif.source not in SOURCES:
        yield Erreur(f"{champ}.source", f"Les sources connues : {dire(SOURCES)}.")
    if tarif.source == "ropn":
        if not tarif.du.livraison:
            yield Erreur(f"{champ}.source", "Le prix du ROPN ne se lit que d'un produit livré.")
        if not FORMES.get(tarif.quantite.forme, Forme()).montant:
            yield Erreur(
                f"{champ}.source", f"Une forme « {tarif.quantite.forme} » ne lit pas le ROPN."
            )
    if tarif.code in tarif.cumule_avec:
        yield Erreur(f"{champ}.cumule_avec", "Un tarif ne se cumule pas avec lui-même.")
    if tarif.quantite.forme != "mois":
        dits = {
            "mois_si_perte": tarif.mois_si_perte > 0,
            "frais_uniques": tarif.frais_uniques is not None,
            "engagement": tarif.engagement is not None,
        }
        for nom, dit in dits.items():
            if dit:
                yield Erreur(f"{champ}.{nom}", "Ne va qu'avec la forme « mois ».")


_JOURS_D_UN_MOIS: Final = 28
"""Le plus court : un avis tient toujours dans un terme."""
_DEFAUTS: Final = {c.name: c.default for c in fields(Quantite) if c.name != "forme"}


def _forme(champ: str, quantite: Quantite, forme: Forme) -> Iterator[Erreur]:
    """Rien que ce que la forme lit, et tout ce qu'elle exige."""
    for nom, absent in _DEFAUTS.items():
        dit = getattr(quantite, nom) != absent
        if dit and nom not in forme.lit:
            yield Erreur(f"{champ}.{nom}", f"Ne va pas avec la forme « {quantite.forme} ».")
        elif not dit and nom in forme.exige:
            yield Erreur(f"{champ}.{nom}", f"La forme « {quantite.forme} » l'exige.")
    if quantite.par and not (quantite.a_la_cloture or JOUR in quantite.par or forme.groupe_libre):
        yield Erreur(
            f"{champ}.par",
            "Un groupe finit par un jour (« jour » parmi « par ») ou par « a_la_cloture ».",
        )
    if quantite.a_la_cloture and not quantite.par:
        yield Erreur(f"{champ}.par", "Une clôture clôt un groupe : dites « par ».")
    if quantite.signale_apres_jours and not quantite.a_la_cloture:
        yield Erreur(
            f"{champ}.signale_apres_jours",
            "Seul un groupe qui se clôt reste ouvert : dites « a_la_cloture ».",
        )
    minimum, maximum = quantite.minimum, quantite.maximum
    if minimum is not None and maximum is not None and minimum > maximum:
        yield Erreur(f"{champ}.minimum", f"Le minimum, {minimum}, passe le maximum, {maximum}.")
    yield from _seuils(f"{champ}.paliers", quantite.paliers)
    yield from _seuils(f"{champ}.grille", quantite.grille)


def _seuils(champ: str, etages: Sequence[Palier] | Sequence[Tranche]) -> Iterator[Erreur]:
    seuils = [Decimal(etage.a_partir_de) for etage in etages]
    if seuils and (seuils[0] != 0 or any(a >= b for a, b in pairwise(seuils))):
        yield Erreur(champ, "Les seuils partent de 0 et croissent.")


def _quantite(champ: str, quantite: Quantite, type_: TypeConnu) -> Iterator[Erreur]:
    """Les faits que lit le décompte existent, et se comptent."""
    yield from verifier_nature(f"{champ}.fois", quantite.fois, Nature.NOMBRE, type_)
    yield from verifier_nature(f"{champ}.fait", quantite.fait, Nature.NOMBRE, type_)
    yield from verifier_groupe(f"{champ}.par", quantite.par, type_)
    yield from verifier_nature(
        f"{champ}.a_la_cloture", quantite.a_la_cloture, Nature.BOOLEEN, type_
    )


def _mois(champ: str, tarif: Tarif, type_: TypeConnu, annuaire: AnnuaireFaits) -> Iterator[Erreur]:
    """Un mois court d'un fait à celui qui le finit."""
    engagement = tarif.engagement
    if engagement and (engagement.preavis_jours or 0) > engagement.mois * _JOURS_D_UN_MOIS:
        yield Erreur(f"{champ}.engagement.preavis_jours", "Le préavis passe la durée du terme.")
    if not type_.fini_par:
        yield Erreur(
            f"{champ}.quantite.forme", "Rien ne finit ce que l'événement commence : pas de mois."
        )
    elif tarif.mois_si_perte and not annuaire.se_perd(type_):
        yield Erreur(f"{champ}.mois_si_perte", "Ce que l'événement commence ne se perd pas.")

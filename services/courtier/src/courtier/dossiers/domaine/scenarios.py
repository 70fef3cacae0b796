"""Les scénarios d'acquisition : un fournisseur chacun, le même besoin, aux prix du jour (CI-14)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from courtier.catalogue.domaine import (
    BASE,
    EntenteCadre,
    Offre,
    OffreAuCatalogue,
    Periodicite,
    Prix,
)
from courtier.dossiers.domaine.besoins import Besoins, UniteBesoin
from courtier.dossiers.domaine.efvp import zone_du_lieu
from courtier.dossiers.domaine.elements import (
    Element,
    QuantitePeriode,
    Quantites,
    composer,
    prix_du_jour,
)
from courtier.frais.domaine import Frais
from noyau import Conflit, Montant, jour_de_quebec

_AU_MICRO = Decimal("0.000001")
_USAGER = "usager"
"""La mesure d'une conversion qui compte des gens; toute autre compte une capacité."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposanteVoulue:
    """Une composante d'une offre : ses unités se déduisent du besoin, ou se disent.

    Lève `Conflit` (CI-14) si elle dit les deux.
    """

    code: str
    sert: Decimal | None = None
    """Combien d'usagers, ou quelle capacité, sert une unité; absent : ce que publie l'offre."""
    quantites: Quantites | None = None

    def __post_init__(self) -> None:
        if self.sert is not None and self.quantites is not None:
            raise Conflit(
                "Une composante dit ce qu'une unité sert, ou ses quantités.", regle="CI-14"
            )


class Provenance(StrEnum):
    """D'où viennent les unités d'une composante : du Catalogue, ou de ce qu'en dit l'organisme."""

    PUBLIEE = "publiee"
    """Le besoin, par la conversion que publie l'offre."""
    CONVERSION_DITE = "conversion_dite"
    """Le besoin, par ce que le scénario dit qu'une unité sert."""
    QUANTITES_DITES = "quantites_dites"
    """Le scénario les dit, sans le besoin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitesDites:
    """Ce qui a fait les unités d'une composante le jour du calcul (CI-14)."""

    offre_id: UUID
    composante: str
    provenance: Provenance
    sert: Decimal | None
    """Ce que sert une unité; rien de quantités dites."""
    minimum: int
    """Les unités qu'impose l'engagement publié de l'offre; 0 : aucune."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OffreVoulue:
    """Une offre d'un scénario, le lieu retenu, et ce qu'on en prend."""

    offre_id: UUID
    lieu: str | None
    composantes: tuple[ComposanteVoulue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chiffrage:
    """Ce que coûte un scénario aux prix d'un jour, figés avec leurs versions."""

    scenario_id: UUID
    duree_mois: int
    elements: tuple[Element, ...]
    calcule_le: datetime
    unites: tuple[UnitesDites, ...] = ()
    """D'où viennent celles de chaque composante; rien d'un calcul d'avant qu'on le garde."""

    @property
    def total(self) -> Montant:
        """Avant taxes, sans les frais du Courtier : sommé exactement, arrondi une fois."""
        return Montant.de(sum((e.cout for e in self.elements), Fraction()))

    @property
    def lignes(self) -> Iterator["LigneCalcul"]:
        """Le calcul, ligne à ligne; leur somme est le total, à l'arrondi près."""
        for element in self.elements:
            for composante in element.composantes:
                for tranche in composante.tranches(element.modalites.indexation):
                    yield LigneCalcul(
                        offre_id=element.offre_id,
                        composante=composante.code,
                        unite=composante.unite,
                        periodicite=composante.periodicite,
                        prix=composante.prix,
                        du_mois=tranche.du_mois,
                        au_mois=tranche.au_mois,
                        quantite=tranche.quantite,
                        hausse=_decimal(tranche.hausse),
                        cout=_decimal(tranche.cout),
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneCalcul:
    """Des mois semblables d'une composante; coût et hausse arrondis au millionième de dollar."""

    offre_id: UUID
    composante: str
    unite: str
    periodicite: Periodicite
    prix: Decimal
    du_mois: int
    au_mois: int
    quantite: int
    hausse: Decimal
    cout: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Empechement:
    """Pourquoi un scénario ne se chiffre plus : il ne compte ni ne se choisit."""

    scenario_id: UUID
    motif: str
    calcule_le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Des offres d'un même fournisseur, qui servent ensemble tout le besoin."""

    id: UUID
    titre: str
    entente_id: UUID
    fournisseur_id: UUID
    offres: tuple[OffreVoulue, ...]

    def __post_init__(self) -> None:
        if len(set(self.offres_ids)) < len(self.offres):
            raise Conflit("Une offre ne figure qu'une fois dans un scénario.", regle="CI-14")
        for offre in self.offres:
            codes = [c.code for c in offre.composantes]
            if len(set(codes)) < len(codes):
                raise Conflit("Une composante ne figure qu'une fois par offre.", regle="CI-14")
            if all(c.code != BASE or c.quantites is not None for c in offre.composantes):
                raise Conflit(
                    "La base d'une offre dit combien d'usagers, ou quelle capacité, sert une"
                    " unité : les scénarios se comparent à besoin égal.",
                    regle="CI-14",
                    details={"offre_id": str(offre.offre_id)},
                )

    @property
    def offres_ids(self) -> tuple[UUID, ...]:
        """Les offres du scénario."""
        return tuple(o.offre_id for o in self.offres)

    def unites(
        self, besoins: Besoins, lues: Mapping[UUID, OffreAuCatalogue], prix: Mapping[UUID, Prix]
    ) -> Mapping[UUID, Mapping[str, tuple[UnitesDites, Quantites]]]:
        """Les unités de chaque composante, et d'où elles viennent : dites, ou déduites du besoin.

        Lève `Conflit` (CI-14) : nulle conversion, ou autre que celle que publie l'offre.
        """
        return {
            voulue.offre_id: {
                c.code: _unites(c, besoins, lues[voulue.offre_id].offre, prix[voulue.offre_id])
                for c in voulue.composantes
            }
            for voulue in self.offres
        }

    def chiffrer(
        self,
        besoins: Besoins,
        *,
        entente: EntenteCadre,
        catalogue: Mapping[UUID, OffreAuCatalogue],
        le: datetime,
    ) -> Chiffrage:
        """Ce qu'il coûte aux prix publiés qui valent ce jour-là.

        Lève `Conflit` : ce que `composer` refuse, des quantités qui ne suivent pas la durée ou les
        modalités (CI-14), un lieu que l'offre n'a pas (CI-13).
        """
        jour = jour_de_quebec(le)
        for offre in self.offres:
            _exiger_duree(catalogue[offre.offre_id].offre, besoins)
            if offre.lieu is not None:
                zone_du_lieu(catalogue[offre.offre_id].offre, offre.lieu)
        prix = prix_du_jour(self.offres_ids, entente=entente, catalogue=catalogue, le=jour)
        unites = self.unites(besoins, catalogue, prix)
        elements = composer(
            {
                offre: {code: dites[1] for code, dites in codes.items()}
                for offre, codes in unites.items()
            },
            duree_mois=besoins.duree_mois,
            entente=entente,
            catalogue=catalogue,
            le=jour,
        )
        for element in elements:
            element.exiger_quantites(besoins.duree_mois)
        return Chiffrage(
            scenario_id=self.id,
            duree_mois=besoins.duree_mois,
            elements=elements,
            calcule_le=le,
            unites=tuple(dites for codes in unites.values() for dites, _ in codes.values()),
        )


Calcul = Chiffrage | Empechement
"""Ce qu'un jour dit du prix d'un scénario."""


def frais_estimes(calcul: Calcul, frais: Frais) -> Montant | None:
    """Les frais de gestion du Courtier, à part, à la grille en vigueur le jour du calcul (CI-14).

    Rien d'un scénario sans prix, ou si nulle grille n'était en vigueur; la facturation les compte à
    la signature (CI-20).
    """
    if isinstance(calcul, Empechement):
        return None
    return frais.estimer(calcul.total, jour_de_quebec(calcul.calcule_le))


def recalculer(
    scenarios: Sequence[Scenario],
    besoins: Besoins,
    *,
    ententes: Mapping[UUID, EntenteCadre],
    catalogue: Mapping[UUID, OffreAuCatalogue],
    le: datetime,
) -> tuple[Calcul, ...]:
    """Tous les scénarios, aux prix de ce jour; celui qui ne se peut plus dit pourquoi."""

    def calculer(scenario: Scenario) -> Calcul:
        try:
            return scenario.chiffrer(
                besoins, entente=ententes[scenario.entente_id], catalogue=catalogue, le=le
            )
        except Conflit as refus:
            return Empechement(scenario_id=scenario.id, motif=refus.message, calcule_le=le)

    return tuple(calculer(scenario) for scenario in scenarios)


def _unites(
    composante: ComposanteVoulue, besoins: Besoins, offre: Offre, prix: Prix
) -> tuple[UnitesDites, Quantites]:
    """Le minimum imposé ne vient que de l'engagement publié : nul ne gonfle un rival (CI-15)."""
    engagement = offre.caracteristiques.engagement if composante.code == BASE else None
    dites = UnitesDites(
        offre_id=offre.id,
        composante=composante.code,
        provenance=Provenance.QUANTITES_DITES,
        sert=None,
        minimum=(engagement and engagement.quantite_minimale) or 0,
    )
    if composante.quantites is not None:
        return dites, composante.quantites
    provenance, sert = _sert(composante, besoins, offre)
    dites = replace(dites, provenance=provenance, sert=sert)
    return dites, _deduites(sert, dites, besoins, prix)


def _deduites(sert: Decimal, dites: UnitesDites, besoins: Besoins, prix: Prix) -> Quantites:
    publiee = prix.composition.par_code.get(dites.composante)
    baisse_permise = prix.composition.modalites.baisse_permise
    periodes = tuple(besoins.unites(sert, dites.minimum, baisse_permise=baisse_permise))
    if publiee is not None and publiee.periodicite is Periodicite.UNIQUE:
        return max(p.quantite for p in periodes)
    return tuple(QuantitePeriode(p.du_mois, p.au_mois, p.quantite) for p in periodes)


def _sert(
    composante: ComposanteVoulue, besoins: Besoins, offre: Offre
) -> tuple[Provenance, Decimal]:
    """Ce qu'une unité sert : ce que publie l'offre de sa base, sinon ce que dit le scénario."""
    conversion = offre.caracteristiques.conversion if composante.code == BASE else None
    en_usagers = besoins.unite is UniteBesoin.USAGERS
    if conversion is not None and (conversion.mesure == _USAGER) == en_usagers:
        if composante.sert not in {None, conversion.par_unite}:
            raise _refus(offre, f"une unité de sa base en sert {conversion.par_unite}")
        return Provenance.PUBLIEE, conversion.par_unite
    if composante.sert is None:
        raise _refus(offre, f"dites ce qu'une unité de « {composante.code} » sert")
    return Provenance.CONVERSION_DITE, composante.sert


def _exiger_duree(offre: Offre, besoins: Besoins) -> None:
    """Lève `Conflit` (CI-14) si le fournisseur impose plus long."""
    engagement = offre.caracteristiques.engagement
    minimum = (engagement and engagement.duree_minimale_mois) or 0
    if besoins.duree_mois < minimum:
        raise _refus(offre, f"elle s'engage pour {minimum} mois au moins")


def _refus(offre: Offre, raison: str) -> Conflit:
    return Conflit(
        f"L'offre « {offre.caracteristiques.titre} » ne se chiffre pas ainsi : {raison}.",
        regle="CI-14",
        details={"offre_id": str(offre.id)},
    )


def _decimal(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_AU_MICRO)

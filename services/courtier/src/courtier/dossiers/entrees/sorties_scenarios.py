"""Un scénario rendu : son calcul, ce qui le sépare du plus bas prix, les frais à part (CI-14)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from courtier.catalogue.domaine import Periodicite
from courtier.dossiers.domaine.comparatif import (
    ComposanteComparee,
    Difference,
    Ecart,
    ScenarioCompare,
)
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.elements import Element, QuantitePeriode
from courtier.dossiers.domaine.reserves import Reserve, reserves
from courtier.dossiers.domaine.scenarios import (
    Chiffrage,
    Empechement,
    LigneCalcul,
    OffreVoulue,
    Provenance,
    UnitesDites,
    frais_estimes,
)
from courtier.frais.domaine import Frais
from noyau import Montant
from socle.bd.conversion import colonnes
from socle.web import Sortie


class FraisCourtierOut(Sortie):
    """Les frais de gestion estimés du Courtier, à part du prix (CI-14)."""

    montant: Decimal | None = Field(
        description="À la grille en vigueur le jour du calcul, avant taxes."
    )
    raison: str

    @classmethod
    def de(cls, estimes: Montant | None) -> "FraisCourtierOut":
        if estimes is None:
            return cls(montant=None, raison="Sans prix, ou sans grille en vigueur ce jour-là.")
        return cls(montant=estimes.decimal, raison="Estimés; la facturation les compte (CI-20).")


class ComposanteCompareeOut(Sortie):
    """Une composante d'un scénario, et d'où vient ce que sert une unité (CI-14)."""

    offre_id: UUID
    code: str
    libelle: str
    unite: str
    periodicite: Periodicite
    prix: Decimal
    quantites: tuple[QuantitePeriode, ...]
    cout: Decimal
    provenance: Provenance | None = Field(
        description="D'où viennent ses unités; absente d'un calcul d'avant qu'on le garde."
    )
    sert: Decimal | None = Field(description="Ce que sert une unité; rien de quantités dites.")
    minimum: int = Field(description="Les unités qu'impose l'engagement publié de l'offre.")

    @classmethod
    def de(cls, comparee: ComposanteComparee) -> "ComposanteCompareeOut":
        return cls.model_validate({**colonnes(comparee), "cout": comparee.cout.decimal})


class DifferenceDePrixOut(Sortie):
    """Ce qu'un code de composante coûte ici, et de plus qu'au plus bas prix."""

    code: str
    cout: Decimal
    ecart: Decimal | None = Field(description="Négatif : il coûte moins ici.")
    differe: tuple[Ecart, ...] = Field(description="En quoi il diffère entre les scénarios.")

    @classmethod
    def de(cls, difference: Difference) -> "DifferenceDePrixOut":
        ecart = difference.ecart
        return cls(
            code=difference.code,
            cout=difference.cout.decimal,
            ecart=None if ecart is None else ecart.decimal,
            differe=difference.differe,
        )


class ScenarioOut(Sortie):
    """Un scénario et son dernier calcul, ligne à ligne, figé avec ses versions (CI-14)."""

    id: UUID
    titre: str
    entente_id: UUID
    fournisseur_id: UUID
    offres: tuple[OffreVoulue, ...]
    conforme: bool
    plus_bas: bool
    choisi: bool
    total: Decimal | None = Field(description="Avant taxes, sans les frais du Courtier.")
    ecart: Decimal | None = Field(description="Au-dessus du plus bas; absent : ne se compare pas.")
    empechement: str | None = Field(description="Pourquoi il ne se chiffre plus.")
    duree_mois: int | None
    calcule_le: datetime
    elements: tuple[Element, ...]
    lignes: tuple[LigneCalcul, ...]
    unites: tuple[UnitesDites, ...] = Field(
        description="D'où viennent les unités de chaque composante : « publiee »,"
        " « conversion_dite » ou « quantites_dites »; vide d'un calcul d'avant qu'on le garde."
    )
    composantes: tuple[ComposanteCompareeOut, ...]
    absentes: tuple[str, ...] = Field(
        description="Les composantes qu'un autre scénario a, et non celui-ci."
    )
    differences: tuple[DifferenceDePrixOut, ...] = Field(
        description="Par code de composante, ce qui fait la différence avec le plus bas prix."
    )
    frais_courtier: FraisCourtierOut
    reserves: tuple[Reserve, ...] = Field(
        description="Celles du choix, et le motif de chacune (CI-15); vide d'un autre scénario."
    )

    @classmethod
    def de(cls, vu: "tuple[ScenarioCompare, Dossier, Frais]") -> "ScenarioOut":
        compare, dossier, frais = vu
        scenario = compare.scenario
        calcul = dossier.calculs[scenario.id]
        comparaison, choisi = dossier.comparaison, dossier.choisi
        ecart = comparaison.ecart(scenario.id)
        chiffrage = calcul if isinstance(calcul, Chiffrage) else None
        return cls(
            **colonnes(scenario),
            conforme=scenario.id in dossier.conformes,
            plus_bas=scenario.id in comparaison.plus_bas,
            choisi=choisi == scenario,
            total=chiffrage.total.decimal if chiffrage else None,
            ecart=ecart.decimal if ecart is not None else None,
            empechement=calcul.motif if isinstance(calcul, Empechement) else None,
            duree_mois=chiffrage.duree_mois if chiffrage else None,
            calcule_le=calcul.calcule_le,
            elements=chiffrage.elements if chiffrage else (),
            lignes=tuple(chiffrage.lignes) if chiffrage else (),
            unites=chiffrage.unites if chiffrage else (),
            composantes=tuple(map(ComposanteCompareeOut.de, compare.composantes)),
            absentes=compare.absentes,
            differences=tuple(map(DifferenceDePrixOut.de, compare.differences)),
            frais_courtier=FraisCourtierOut.de(frais_estimes(calcul, frais)),
            reserves=reserves(dossier) if choisi == scenario else (),
        )

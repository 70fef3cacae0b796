"""Les corps reçus par les simulations : ce que l'on suppose, et le budget."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from contrats import catalogue as contrat
from contrats.base import (
    CodeFiche,
    CodeOrganisme,
    CodeOuvert,
    CodeProduit,
    CodeTarif,
    Dollars,
    Nombre,
    NomFait,
    Taux,
)
from facturation.simulations.cas_usage import DemanderSimulation, Proposition
from facturation.simulations.domaine.simulations import MOIS_MAXIMUM
from facturation.tarification.domaine.tarifs import Tarif, VersionFiche
from socle import champs
from socle.web import Entree, exemple

TARIFS = TypeAdapter(tuple[Tarif, ...])
"""Nos tarifs, qui gardent les noms du contrat."""
MAXIMUM = 300
"""Les tarifs d'une fiche, les montants ou les prix supposés d'un coup."""


def _pas_negatif(montant: Decimal) -> Decimal:
    if montant < 0:
        raise ValueError("Un montant supposé n'est pas négatif.")
    return montant


Suppose = Annotated[Dollars, AfterValidator(_pas_negatif)]


class PalierIn(contrat.Palier, Entree):
    """Un palier proposé."""


class TrancheIn(contrat.Tranche, Entree):
    """Une tranche proposée."""


class ComparaisonIn(Entree):
    """Ce qu'un tarif proposé exige d'un fait nommé."""

    fait: NomFait
    parmi: Annotated[tuple[champs.Nom, ...], Field(max_length=100)] | None = None
    egale: bool | champs.Nom | None = None
    au_moins: Nombre | None = None


class PredicatIn(Entree):
    """Les alternatives, chacune une liste de comparaisons toutes vraies."""

    un: Annotated[
        tuple[Annotated[tuple[ComparaisonIn, ...], Field(max_length=50)], ...],
        Field(max_length=50),
    ]


class DeclencheurIn(Entree):
    """Ce qui rend dû un tarif proposé : une livraison, ou un événement."""

    livraison: bool = False
    evenement: champs.Nom | None = None
    si: PredicatIn | None = None


class QuantiteIn(contrat.Quantite, Entree):
    """Comment un tarif proposé se compte."""

    paliers: Annotated[tuple[PalierIn, ...], Field(max_length=50)] = ()
    grille: Annotated[tuple[TrancheIn, ...], Field(max_length=50)] = ()


class FraisUniquesIn(contrat.FraisUniques, Entree):
    """Les frais uniques d'un tarif proposé."""

    libelle: champs.Nom
    montant: Suppose | None = None


class EngagementIn(contrat.Engagement, Entree):
    """L'engagement d'un tarif proposé."""

    mois: Annotated[int, Field(ge=1, le=120)]


class TarifIn(Entree):
    """Un tarif proposé, dans la forme que porte « fiche.publiée »."""

    code: CodeTarif
    libelle: champs.Nom
    du: DeclencheurIn
    quantite: QuantiteIn
    source: CodeOuvert = "fiche"
    montant: Suppose | None = None
    majoration: Taux = Decimal(0)
    mois_si_perte: Annotated[int, Field(ge=0, le=60)] = 0
    frais_uniques: FraisUniquesIn | None = None
    engagement: EngagementIn | None = None
    abonnements_ouverts: CodeOuvert | None = None


class FicheProposeeIn(Entree):
    """Une version entière d'une fiche; ce qui n'y est plus se nomme dans « finis »."""

    code: CodeFiche
    tarifs: Annotated[tuple[TarifIn, ...], Field(min_length=1, max_length=MAXIMUM)]
    finis: Annotated[tuple[CodeTarif, ...], Field(max_length=MAXIMUM)] = Field(
        default=(), description="Les tarifs de la fiche qui cessent à l'effet."
    )

    def version(self, debut: date) -> VersionFiche:
        """La version, lue comme la lit ce qui écoute le catalogue."""
        tarifs = TARIFS.validate_python([tarif.model_dump() for tarif in self.tarifs])
        return VersionFiche(fiche=self.code, version=0, debut=debut, tarifs=tarifs)


class SimulationIn(Entree):
    """« Si cela prenait effet ce jour-là »; rien de supposé : la projection de l'exercice."""

    model_config = exemple({"effet": "2026-12-01", "mois": 4, "montants": {"POSTE-01": "160.00"}})

    organisme: CodeOrganisme | None = Field(
        default=None, description="Absent : tous; d'un organisme, toujours le sien."
    )
    effet: champs.Jour | None = Field(
        default=None, description="Le premier jour de l'hypothèse, demain au plus tôt."
    )
    mois: Annotated[int, Field(ge=1, le=MOIS_MAXIMUM)] | None = Field(
        default=None, description="Combien de mois comparer; absent : jusqu'au 31 mars."
    )
    fiche: FicheProposeeIn | None = Field(default=None, description="Du MCN seulement.")
    montants: Annotated[dict[CodeTarif, Suppose], Field(max_length=MAXIMUM)] = Field(
        default={}, description="Le montant supposé de tarifs publiés, si nulle fiche n'est dite."
    )
    prix: Annotated[dict[CodeProduit, Suppose], Field(max_length=MAXIMUM)] = Field(
        default={}, description="Le prix supposé de produits du ROPN."
    )

    @model_validator(mode="after")
    def _entiere(self) -> "SimulationIn":
        suppose = bool(self.fiche or self.montants or self.prix)
        if suppose and self.effet is None:
            raise ValueError("Une hypothèse dit le jour de son effet : « effet ».")
        if not suppose and (self.effet or self.mois):
            raise ValueError(
                "Sans fiche, montants ni prix, c'est la projection de l'exercice : ni « effet »"
                " ni « mois »."
            )
        if self.fiche and self.montants:
            raise ValueError("Dites une fiche ou des montants, non les deux.")
        return self

    def commande(self, identifiant: UUID, organisme: str | None) -> DemanderSimulation:
        """Ce que l'on demande, pour cet organisme ou pour tous."""
        proposition = None
        if self.effet is not None:
            proposition = Proposition(
                effet=self.effet,
                mois=self.mois,
                fiche=self.fiche.version(self.effet) if self.fiche else None,
                finis=self.fiche.finis if self.fiche else (),
                montants=self.montants,
                prix=self.prix,
            )
        return DemanderSimulation(id=identifiant, organisme=organisme, proposition=proposition)


class BudgetIn(Entree):
    """Ce que l'organisme prévoit de payer pendant l'exercice, avant taxes."""

    model_config = exemple({"montant": "250000.00"})

    montant: Decimal = Field(ge=0, max_digits=12, decimal_places=2, description="Dollars.")

"""Les corps reçus et rendus par les simulations."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
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
    Periode,
    Taux,
)
from facturation.factures.entrees.schemas import Argent
from facturation.simulations.adaptateurs.vues import Resultat, sommes_de
from facturation.simulations.cas_usage import DemanderSimulation, Proposition
from facturation.simulations.domaine.bilans import Sommes
from facturation.simulations.domaine.budgets import Budget
from facturation.simulations.domaine.simulations import (
    MOIS_MAXIMUM,
    Avancement,
    EtatSimulation,
    EtatVolet,
    Simulation,
)
from facturation.tarification.domaine.tarifs import Tarif, VersionFiche
from noyau import Montant
from socle import champs
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne
from socle.web import Entree, Sortie, exemple

_TARIFS = TypeAdapter(tuple[Tarif, ...])
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
    parmi: Annotated[tuple[str, ...], Field(max_length=100)] | None = None
    egale: bool | str | None = None
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
    evenement: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    si: PredicatIn | None = None


class QuantiteIn(contrat.Quantite, Entree):
    """Comment un tarif proposé se compte."""

    paliers: Annotated[tuple[PalierIn, ...], Field(max_length=50)] = ()
    grille: Annotated[tuple[TrancheIn, ...], Field(max_length=50)] = ()


class FraisUniquesIn(contrat.FraisUniques, Entree):
    """Les frais uniques d'un tarif proposé."""


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
        tarifs = _TARIFS.validate_python([tarif.model_dump() for tarif in self.tarifs])
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


class EnteteOut(Sortie):
    """Une simulation, sans ce qu'elle a trouvé."""

    id: UUID
    organisme: str | None = Field(description="L'organisme simulé; absent : tous.")
    effet: date | None = Field(description="Absent : une projection.")
    exercice: str | None = Field(description="Celui d'une projection.")
    premier_mois: Periode
    dernier_mois: Periode
    demandee_le: datetime
    etat: EtatSimulation
    terminee_le: datetime | None
    empreinte: str | None = Field(
        description="SHA-256 de ce qui fut demandé et calculé, une fois tout calculé : on la cite."
    )

    @classmethod
    def de(cls, simulation: Simulation) -> "EnteteOut":
        return cls(**_entete(simulation))

    @classmethod
    def de_ligne(cls, ligne: Ligne) -> "EnteteOut":
        return cls.de(Simulation(**{c: getattr(ligne, c) for c in Simulation.__slots__}))


def _entete(s: Simulation) -> dict[str, Any]:
    return {
        "id": s.id,
        "organisme": s.vise,
        "effet": s.effet,
        "exercice": s.exercice,
        "premier_mois": str(s.premier),
        "dernier_mois": str(s.dernier),
        "demandee_le": s.demandee_le,
        "etat": s.etat,
        "terminee_le": s.terminee_le,
        "empreinte": s.empreinte,
    }


class SommesOut(Sortie):
    """Des dollars avant taxes."""

    facture: Argent = Field(description="Ce que des documents de ces mois ont déjà facturé.")
    avant: Argent = Field(description="Ce qui viendra, tel que c'est publié.")
    apres: Argent = Field(description="Ce qui viendrait sous l'hypothèse.")
    ecart: Argent


def dire(sommes: Sommes) -> dict[str, Montant]:
    """Les sommes et leur écart, par champ."""
    return {**colonnes(sommes), "ecart": sommes.ecart}


class MoisOut(SommesOut):
    """Un mois, tous tarifs réunis."""

    periode: Periode


class TarifSimuleOut(SommesOut):
    """Un tarif, tous mois réunis."""

    tarif: CodeTarif
    abonnements_touches: int = Field(description="Ceux dont un mois change au moins.")


class SimulationOut(EnteteOut):
    """Une simulation : où elle en est, et ce qu'elle a trouvé jusqu'ici (FAC-11)."""

    organismes: int
    traites: int
    mis_de_cote: int
    part_faite: str = Field(description="De 0 à 1.", examples=["0.4000"])
    fin_estimee: datetime | None = Field(description="Au rythme des organismes déjà traités.")
    totaux: SommesOut
    abonnements_touches: int
    par_mois: list[MoisOut]
    par_tarif: list[TarifSimuleOut]

    @classmethod
    def du_resultat(cls, resultat: Resultat) -> "SimulationOut":
        avancement, touches = resultat.avancement, resultat.touches
        return cls(
            **_entete(resultat.simulation),
            **_avancement(resultat.simulation, avancement),
            totaux=SommesOut.model_validate(resultat.totaux),
            abonnements_touches=touches.total(),
            par_mois=[
                MoisOut.model_validate({"periode": mois, **dire(sommes)})
                for mois, sommes in resultat.par_mois.items()
            ],
            par_tarif=[
                TarifSimuleOut.model_validate(
                    {"tarif": tarif, "abonnements_touches": touches[tarif], **dire(sommes)}
                )
                for tarif, sommes in resultat.par_tarif.items()
            ],
        )


def _avancement(simulation: Simulation, a: Avancement) -> dict[str, Any]:
    en_cours = simulation.etat is EtatSimulation.EN_COURS
    return {
        "organismes": a.organismes,
        "traites": a.traites,
        "mis_de_cote": a.mis_de_cote,
        "part_faite": str(a.part),
        "fin_estimee": a.fin_estimee if en_cours else None,
    }


class StatuQuoOut(Sortie):
    """L'organisme garde cette version de la fiche (CAT-6) : l'hypothèse ne le touche pas alors."""

    fiche: str
    version: int
    debut: date
    fin: date | None = Field(description="Exclue; absente : sans terme.")


class VoletOut(SommesOut):
    """Ce qu'une simulation dit d'un organisme; mis de côté, la raison est dite."""

    organisme: str
    etat: EtatVolet
    raison: str | None
    abonnements_touches: int
    attentes_avant: int = Field(description="Ce qui attend un montant, donc n'est pas compté.")
    attentes_apres: int
    statu_quos: list[StatuQuoOut]
    budget: Argent | None = Field(description="D'une projection, celui que l'organisme a dit.")
    reste_au_budget: Argent | None = Field(description="Le budget moins le facturé et l'à venir.")
    calcule_le: datetime | None
    empreinte: str | None

    @classmethod
    def de(cls, ligne: Ligne) -> "VoletOut":
        sommes, budget = sommes_de(ligne), ligne.budget
        reste = None if budget is None else budget - sommes.facture - sommes.avant
        valeurs = {
            **ligne._asdict(),
            **dire(sommes),
            "organisme": ligne.vise,
            "abonnements_touches": sum(ligne.touches.values()),
            "reste_au_budget": reste,
            "calcule_le": ligne.traite_le,
        }
        return cls.model_validate(valeurs)


class ChiffreOut(SommesOut):
    """Un organisme, un mois, un tarif."""

    organisme: str
    periode: Periode
    tarif: CodeTarif

    @classmethod
    def de(cls, ligne: Ligne) -> "ChiffreOut":
        valeurs = {**ligne._asdict(), **dire(sommes_de(ligne)), "organisme": ligne.vise}
        return cls.model_validate(valeurs)


class BudgetIn(Entree):
    """Ce que l'organisme prévoit de payer pendant l'exercice, avant taxes."""

    model_config = exemple({"montant": "250000.00"})

    montant: Decimal = Field(ge=0, max_digits=12, decimal_places=2, description="Dollars.")


class BudgetOut(Sortie):
    """Ce qu'un organisme prévoit de payer pendant un exercice, avant taxes."""

    organisme: str
    exercice: str
    version: int
    montant: Argent
    dit_le: datetime
    dit_par: str

    @classmethod
    def de(cls, budget: Budget) -> "BudgetOut":
        valeurs: Mapping[str, Any] = colonnes(budget)
        return cls.model_validate(valeurs)

"""Les corps rendus par les simulations."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from contrats import catalogue as contrat
from contrats.base import (
    CodeFiche,
    CodeProduit,
    CodeTarif,
    Periode,
)
from facturation.factures.entrees.schemas import Argent
from facturation.simulations.adaptateurs.vues import Resultat, sommes_de
from facturation.simulations.domaine.bilans import Sommes
from facturation.simulations.domaine.budgets import Budget
from facturation.simulations.domaine.hypotheses import Hypothese
from facturation.simulations.domaine.simulations import (
    Avancement,
    EtatSimulation,
    EtatVolet,
    Simulation,
)
from facturation.simulations.entrees.propositions import TARIFS
from noyau import Montant
from socle.bd.conversion import colonnes, objet
from socle.bd.instructions import Ligne
from socle.web import Sortie


class EnteteOut(Sortie):
    """Une simulation, sans ce qu'elle a trouvé."""

    id: UUID
    organisme: str | None = Field(description="L'organisme simulé; absent : tous.")
    demandeur: str | None = Field(description="L'organisme qui l'a demandée; absent : le MCN.")
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
        """D'une liste, qui ne dit pas ce que l'on suppose."""
        return cls.de(objet(Simulation, ligne, hypothese=Hypothese(), instantane=""))


def _entete(s: Simulation) -> dict[str, Any]:
    return {
        "id": s.id,
        "organisme": s.vise,
        "demandeur": s.organisme or None,
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


class FicheSupposeeOut(Sortie):
    """Une version supposée d'une fiche."""

    code: CodeFiche
    tarifs: list[contrat.Tarif]


PrixOut = Annotated[
    str,
    BeforeValidator(str),
    Field(pattern=r"^[0-9]+(\.[0-9]+)?$", description="Dollars.", examples=["62.50"]),
]


class HypotheseOut(Sortie):
    """Ce que l'on suppose publié; vide : rien."""

    fiches: list[FicheSupposeeOut]
    prix: dict[CodeProduit, PrixOut]
    tarifs_changes: list[CodeTarif] = Field(
        description="Ceux qui n'y valent pas ce qui était publié à la demande; absents : finis."
    )

    @classmethod
    def de(cls, h: Hypothese) -> "HypotheseOut":
        fiches = [{"code": f.fiche, "tarifs": TARIFS.dump_python(f.tarifs)} for f in h.fiches]
        prix = {p.produit: p.prix for p in h.prix}
        return cls.model_validate({"fiches": fiches, "prix": prix, "tarifs_changes": h.changes})


class SimulationOut(EnteteOut):
    """Une simulation : où elle en est, et ce qu'elle a trouvé jusqu'ici (FAC-11)."""

    hypothese: HypotheseOut
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
            hypothese=HypotheseOut.de(resultat.simulation.hypothese),
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

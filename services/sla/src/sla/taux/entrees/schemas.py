"""Les corps rendus."""

from decimal import Decimal

from pydantic import Field

from sla.fiches.domaine import Indicateur
from sla.fiches.entrees.schemas import Part
from sla.taux.domaine.parts import Taux
from socle.bd.instructions import Ligne
from socle.web import Sortie


class PartOut(Sortie):
    """Un taux et ce dont il est fait (SLA-4)."""

    conformes: int
    mesurees: int
    taux: Part
    cible_atteinte: bool | None = Field(description="null : sans cible, ou rien à mesurer.")

    @classmethod
    def de(cls, taux: Taux, cible: Decimal | None) -> "PartOut":
        return cls(
            conformes=taux.conformes,
            mesurees=taux.mesurees,
            taux=taux.arrondi(cible),
            cible_atteinte=taux.atteint(cible),
        )


class TauxOut(Sortie):
    """Les deux taux d'un indicateur pour une période : brut, et ajusté des exclusions (SLA-4)."""

    indicateur: str
    libelle: str
    organisme: str | None = Field(description="null : tous les organismes (MCN seulement).")
    periode: str | None = Field(description="Mois de la fin; null : tout l'exercice.")
    exercice: str
    cible: Part
    brut: PartOut
    ajuste: PartOut
    signalees: int = Field(description="Mesures dont une condition n'a pu être tranchée.")

    @classmethod
    def de(cls, ligne: Ligne, attendu: Indicateur | None) -> "TauxOut":
        """Ce qui a régi les mesures fait la cible; à défaut, ce que l'indicateur promet."""
        cible = ligne.cible
        if cible is None and attendu is not None and attendu.cible is not None:
            cible = attendu.cible.normalize()
        return cls(
            indicateur=ligne.indicateur,
            libelle=ligne.indicateur if attendu is None else attendu.libelle,
            organisme=ligne.organisme or None,
            periode=ligne.periode or None,
            exercice=ligne.exercice,
            cible=cible,
            brut=PartOut.de(Taux(ligne.conformes, ligne.mesurees), cible),
            ajuste=PartOut.de(Taux(ligne.conformes_ajuste, ligne.mesurees_ajuste), cible),
            signalees=ligne.signalees,
        )

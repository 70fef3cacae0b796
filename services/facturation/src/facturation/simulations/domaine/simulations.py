"""Une simulation : ce qu'on suppose, pour qui, sur quels mois, et où elle en est (FAC-11)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from facturation.simulations.domaine.bilans import Bilan, Fenetre
from facturation.simulations.domaine.hypotheses import Hypothese
from noyau import Conflit, Mois

MOIS_MAXIMUM: Final = 24
"""Ce que l'on regarde au plus : au-delà, le parc d'aujourd'hui ne dit plus rien."""
EN_COURS_MAXIMUM: Final = 5
"""Celles qu'un même demandeur attend à la fois : nul ne retarde sans fin les autres."""
DU_MCN: Final = ""
"""L'organisme d'une simulation que demande le MCN : aucun ne la voit."""


_PRECISION: Final = Decimal("0.0001")


class EtatSimulation(StrEnum):
    """Où en est une simulation."""

    EN_COURS = "en_cours"
    TERMINEE = "terminee"
    ARRETEE = "arretee"


class EtatVolet(StrEnum):
    """Où en est un organisme dans une simulation."""

    A_FAIRE = "a_faire"
    FAIT = "fait"
    MIS_DE_COTE = "mis_de_cote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Ce que l'on demande, et sa fin.

    `organisme` : celui qui la demande, seul à la voir avec le MCN; `DU_MCN` si c'est lui. `vise` :
    l'organisme simulé; absent, tous. `effet` : le jour de l'hypothèse; sans hypothèse, c'est la
    projection d'un `exercice`. `instantane` : ce qui était appris à la demande; de tous les
    organismes, une hypothèse ne lit rien d'autre (FAC-7).
    """

    id: UUID
    organisme: str
    vise: str | None
    effet: date | None
    exercice: str | None
    premier: Mois
    dernier: Mois
    hypothese: Hypothese
    instantane: str
    demandee_le: datetime
    demandee_par: str
    arretee_le: datetime | None = None
    terminee_le: datetime | None = None
    empreinte: str | None = None

    @property
    def fenetre(self) -> Fenetre:
        return Fenetre(premier=self.premier, dernier=self.dernier)

    @property
    def etat(self) -> EtatSimulation:
        if self.terminee_le is not None:
            return EtatSimulation.TERMINEE
        return EtatSimulation.ARRETEE if self.arretee_le else EtatSimulation.EN_COURS

    def arreter(self, le: datetime) -> "Simulation":
        """Ce qui n'est pas fait ne se fera pas; lève `Conflit` (FAC-11) si tout l'est."""
        if self.etat is EtatSimulation.TERMINEE:
            raise Conflit("La simulation est déjà terminée.", regle="FAC-11")
        return self if self.arretee_le else replace(self, arretee_le=le)

    def terminer(self, volets: "Sequence[Volet]", le: datetime) -> "Simulation":
        """Scelle le résultat une fois tous les organismes faits; avant, la même."""
        if self.etat is not EtatSimulation.EN_COURS or Avancement.de(volets).restent:
            return self
        return replace(self, terminee_le=le, empreinte=self._sceau(volets))

    def _sceau(self, volets: "Iterable[Volet]") -> str:
        """SHA-256 de ce qui fut demandé et de ce qui en fut calculé."""
        return _sha256(
            {
                "vise": self.vise,
                "effet": self.effet,
                "mois": [self.premier, self.dernier],
                "hypothese": asdict(self.hypothese),
                "volets": sorted((v.vise, v.etat, v.empreinte) for v in volets),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Volet:
    """Ce qu'une simulation dit d'un organisme; mis de côté, la raison est dite (FAC-6).

    `essais` : combien de calculs ont échoué. `traite_le` : quand il fut fait ou mis de côté.
    """

    vise: str
    etat: EtatVolet = EtatVolet.A_FAIRE
    raison: str | None = None
    essais: int = 0
    traite_le: datetime | None = None
    empreinte: str | None = None


@dataclass(frozen=True, slots=True)
class Avancement:
    """Combien d'organismes, combien de traités, et depuis quand."""

    organismes: int
    traites: int
    mis_de_cote: int
    premier: datetime | None
    dernier: datetime | None

    @classmethod
    def de(cls, volets: Sequence[Volet]) -> "Avancement":
        """L'avancement de ces volets."""
        faits = [v.traite_le for v in volets if v.traite_le is not None]
        ecartes = sum(v.etat is EtatVolet.MIS_DE_COTE for v in volets)
        bornes = (min(faits, default=None), max(faits, default=None))
        return cls(len(volets), len(faits), ecartes, *bornes)

    @property
    def restent(self) -> int:
        return self.organismes - self.traites

    @property
    def part(self) -> Decimal:
        """La part traitée, de 0 à 1; un seul qui reste la garde sous 1."""
        faite = Decimal(self.traites) / self.organismes if self.organismes else Decimal(1)
        return faite.quantize(_PRECISION, ROUND_DOWN)

    @property
    def fin_estimee(self) -> datetime | None:
        """Au rythme de ce qui est traité; absente avant deux, ou quand tout l'est."""
        if self.premier is None or self.dernier is None or self.traites < 2 or not self.restent:
            return None
        return self.dernier + (self.dernier - self.premier) / (self.traites - 1) * self.restent


def exiger_patience(en_cours: int) -> None:
    """Lève `Conflit` (FAC-11) si celui qui demande en attend déjà assez."""
    if en_cours >= EN_COURS_MAXIMUM:
        raise Conflit(
            f"{en_cours} de vos simulations sont en cours : attendez-en une, ou arrêtez-la.",
            regle="FAC-11",
        )


def fenetre_d_hypothese(effet: date, mois: int | None) -> Fenetre:
    """Les mois que l'on compare : `mois` à partir de l'effet; absent, jusqu'au 31 mars."""
    premier = Mois.de(effet)
    if mois is None:
        return Fenetre(premier=premier, dernier=fenetre_d_exercice(premier).dernier)
    rang = premier.annee * 12 + premier.mois - 1 + mois - 1
    return Fenetre(premier=premier, dernier=Mois(rang // 12, rang % 12 + 1))


def fenetre_d_exercice(mois: Mois) -> Fenetre:
    """L'exercice financier de ce mois, d'avril à mars (FAC-6)."""
    annee = mois.annee if mois.mois >= 4 else mois.annee - 1
    return Fenetre(premier=Mois(annee, 4), dernier=Mois(annee + 1, 3))


def sceller(vise: str, bilan: Bilan) -> str:
    """L'empreinte (SHA-256) du bilan d'un organisme."""
    return _sha256(
        {
            "vise": vise,
            "postes": [
                (mois, tarif, somme.facture, somme.avant, somme.apres)
                for (mois, tarif), somme in bilan.postes.items()
            ],
            "touches": dict(bilan.touches),
            "attentes": bilan.attentes,
            "statu_quos": [asdict(s) for s in bilan.statu_quos],
        }
    )


def _sha256(valeurs: object) -> str:
    texte = json.dumps(valeurs, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(texte.encode()).hexdigest()

"""Le tableau du Courtier : ce qui attend, ce qui tarde, ce qui finit, et où le lire en entier."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from courtier.dossiers.domaine.actes import Etape
from courtier.obligations.domaine import NatureObligation
from noyau import jour_de_quebec, mois_plus_tard

COMPTE_MAXIMUM: Final = 10_000
"""Ce qu'une rubrique compte, et ce que son export donne : au-delà, elle dit qu'il y en a plus."""
CAS_MONTRES: Final = 20
"""Ce qu'une rubrique nomme."""


class Rubrique(StrEnum):
    """Ce que le tableau compte; une obligation en retard, sous sa nature."""

    DOSSIERS = "dossiers"
    RESERVES = "reserves"
    A_SIGNER_CLIENT = "a_signer_client"
    CADUCS = "caducs"
    A_SIGNER_FOURNISSEUR = "a_signer_fournisseur"
    COPIE = "copie"
    SEAO_CONCLUSION = "seao_conclusion"
    SEAO_SUPPLEMENT = "seao_supplement"
    SEAO_FIN = "seao_fin"
    EVALUATION_ANNUELLE = "evaluation_annuelle"
    EVALUATION_FIN = "evaluation_fin"
    COMMENTAIRES = "commentaires"
    DECISION = "decision"
    TRANSMISSION_EVALUATION = "transmission_evaluation"
    TRANSMISSION_PIECE = "transmission_piece"
    SORTIE = "sortie"
    FINISSENT = "finissent"


NATURES: Final[Mapping[Rubrique, NatureObligation]] = MappingProxyType(
    {Rubrique(nature.value): nature for nature in NatureObligation}
)
"""Les rubriques des obligations en retard."""


class Groupe(StrEnum):
    """Les parties du tableau."""

    DOSSIERS = "Dossiers en cours"
    RESERVES = "Choix à réserves"
    SIGNATURES = "Signatures attendues"
    RETARDS = "En retard"
    FINS = "Contrats qui finissent"


@dataclass(frozen=True, slots=True)
class Definition:
    """Une rubrique en mots, ce que dit sa date, et la liste qui la détaille."""

    groupe: Groupe
    libelle: str
    date_dite: str
    lien: str
    """`{horizon}` y est le jour qui suit les fins que l'on montre."""


_DITES: Final[Mapping[Rubrique, Definition]] = MappingProxyType(
    {
        Rubrique.DOSSIERS: Definition(
            Groupe.DOSSIERS, "Dossiers en cours", "Ouvert le", "/v1/dossiers?etat=en_cours"
        ),
        Rubrique.RESERVES: Definition(
            Groupe.RESERVES,
            "Dossiers en cours dont le choix porte des réserves",
            "Ouvert le",
            "/v1/dossiers?etat=en_cours&reserves=true",
        ),
        Rubrique.A_SIGNER_CLIENT: Definition(
            Groupe.SIGNATURES,
            "Contrats validés, que l'organisme doit signer",
            "Validé le",
            "/v1/contrats?etat=valide",
        ),
        Rubrique.CADUCS: Definition(
            Groupe.SIGNATURES,
            "Contrats caducs, que le Courtier prépare de nouveau",
            "Caduc depuis le",
            "/v1/contrats?etat=caduc",
        ),
        Rubrique.A_SIGNER_FOURNISSEUR: Definition(
            Groupe.SIGNATURES,
            "Contrats signés de l'organisme, que le fournisseur doit signer",
            "Signé le",
            "/v1/contrats?etat=signe_client",
        ),
        Rubrique.FINISSENT: Definition(
            Groupe.FINS,
            "Contrats en cours qui finissent bientôt",
            "Fin",
            "/v1/contrats?etat=signe&finit_avant={horizon}",
        ),
    }
)


def _definir(rubrique: Rubrique) -> Definition:
    if rubrique in _DITES:
        return _DITES[rubrique]
    nature = NATURES[rubrique]
    lien = f"/v1/obligations?etat=en_retard&nature={nature}"
    return Definition(Groupe.RETARDS, nature.libelle, "Dû le", lien)


DEFINITIONS: Final[Mapping[Rubrique, Definition]] = MappingProxyType(
    {rubrique: _definir(rubrique) for rubrique in Rubrique}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cas:
    """Un de ceux que compte une rubrique."""

    organisme: str
    nom: str
    """Le titre du dossier, ou le fournisseur; vide si l'obligation n'est d'aucun contrat."""
    le: date
    montant: Decimal | None = None
    contrat_id: UUID | None = None
    dossier_id: UUID | None = None

    @property
    def lien(self) -> str | None:
        """Où se lit ce dont il est question."""
        if self.contrat_id is not None:
            return f"/v1/contrats/{self.contrat_id}"
        return None if self.dossier_id is None else f"/v1/dossiers/{self.dossier_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constat:
    """Ce que compte une rubrique, et les plus anciens.

    `davantage` : il y en a plus que `nombre`, qu'on n'a pas comptés.
    """

    rubrique: Rubrique
    nombre: int
    davantage: bool = False
    cas: tuple[Cas, ...] = ()

    @classmethod
    def de(cls, rubrique: Rubrique, comptes: int, cas: Iterable[Cas] = ()) -> "Constat":
        """D'un compte arrêté juste après `COMPTE_MAXIMUM`."""
        return cls(
            rubrique=rubrique,
            nombre=min(comptes, COMPTE_MAXIMUM),
            davantage=comptes > COMPTE_MAXIMUM,
            cas=tuple(cas),
        )

    def lien(self, horizon: date) -> str:
        """La liste qui la détaille."""
        return DEFINITIONS[self.rubrique].lien.format(horizon=horizon.isoformat())


AGES: Final = (30, 90, 180)
"""Les âges, en jours depuis l'ouverture, où commence chaque tranche après la première."""
TRANCHES: Final = (
    "moins de 30 jours",
    "de 30 à 89 jours",
    "de 90 à 179 jours",
    "180 jours ou plus",
)


@dataclass(frozen=True, slots=True)
class DossiersParEtape:
    """Les dossiers en cours d'une étape : combien par tranche d'âge."""

    etape: Etape
    comptes: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.comptes)

    @property
    def lien(self) -> str:
        return f"/v1/dossiers?etat=en_cours&etape={int(self.etape)}"


def par_etape(ouverts: Iterable[tuple[int, datetime]], jour: date) -> tuple[DossiersParEtape, ...]:
    """Les dossiers en cours, de leur étape et de leur ouverture, rangés par étape et par âge."""
    comptes = Counter((etape, tranche(ouvert_le, jour)) for etape, ouvert_le in ouverts)
    return tuple(
        DossiersParEtape(etape, tuple(comptes[etape, rang] for rang in range(len(TRANCHES))))
        for etape in Etape
    )


def tranche(ouvert_le: datetime, jour: date) -> int:
    """Le rang de la tranche d'âge : les jours civils de Québec depuis l'ouverture."""
    age = (jour - jour_de_quebec(ouvert_le)).days
    return sum(age >= borne for borne in AGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class FournisseurSuivi:
    """Un fournisseur sous contrat, et ses évaluations (CI-21)."""

    fournisseur_id: UUID
    nom: str
    contrats: int
    """En cours."""
    rendues: int
    """Annuelles rendues, et rapports de fin."""
    insatisfaisantes: int
    """De celles-là, une note ou une décision l'est."""
    en_retard: int

    @property
    def lien(self) -> str:
        return f"/v1/evaluations?fournisseur_id={self.fournisseur_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tableau:
    """Ce que voit le Courtier à un instant (UTC)."""

    le: datetime
    horizon: date
    """Les contrats qui finissent avant ce jour."""
    etapes: tuple[DossiersParEtape, ...]
    constats: tuple[Constat, ...]
    fournisseurs: tuple[FournisseurSuivi, ...]

    def de(self, groupe: Groupe) -> tuple[Constat, ...]:
        """Les constats d'une partie du tableau."""
        return tuple(c for c in self.constats if DEFINITIONS[c.rubrique].groupe is groupe)


def horizon_de(jour: date, rappels_mois: Iterable[int]) -> date:
    """Le premier jour au-delà des fins à montrer : le plus long rappel de sortie (CI-24)."""
    return mois_plus_tard(jour, max(rappels_mois, default=0))

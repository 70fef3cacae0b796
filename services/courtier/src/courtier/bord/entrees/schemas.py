"""Ce que le bord rend en JSON."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from courtier.bord.domaine.tableau import (
    DEFINITIONS,
    TRANCHES,
    Cas,
    Constat,
    DossiersParEtape,
    Rubrique,
    Tableau,
)
from socle.web import Sortie


class EtapeDuBordOut(Sortie):
    """Les dossiers en cours d'une étape, par âge depuis leur ouverture."""

    etape: int
    total: int
    par_age: dict[str, int]
    lien: str

    @classmethod
    def de(cls, dite: DossiersParEtape) -> "EtapeDuBordOut":
        return cls(
            etape=int(dite.etape),
            total=dite.total,
            par_age=dict(zip(TRANCHES, dite.comptes, strict=True)),
            lien=dite.lien,
        )


class CasDuBordOut(Sortie):
    """Un de ceux que compte une rubrique."""

    organisme: str
    nom: str = Field(description="Le titre du dossier, ou le fournisseur.")
    le: date
    montant: Decimal | None
    lien: str | None

    @classmethod
    def de(cls, cas: Cas) -> "CasDuBordOut":
        return cls.model_validate(cas)


class ConstatDuBordOut(Sortie):
    """Ce que compte une rubrique, et où le lire en entier."""

    rubrique: Rubrique
    groupe: str
    libelle: str
    nombre: int
    davantage: bool = Field(description="Vrai : il y en a plus, qu'on n'a pas comptés.")
    lien: str = Field(description="La liste qui détaille.")
    date_dite: str = Field(description="Ce que dit la date de chaque cas.")
    cas: list[CasDuBordOut] = Field(description="Les plus anciens, au plus vingt.")

    @classmethod
    def de(cls, constat: Constat, horizon: date) -> "ConstatDuBordOut":
        dite = DEFINITIONS[constat.rubrique]
        return cls(
            rubrique=constat.rubrique,
            groupe=dite.groupe,
            libelle=dite.libelle,
            nombre=constat.nombre,
            davantage=constat.davantage,
            lien=constat.lien(horizon),
            date_dite=dite.date_dite,
            cas=[CasDuBordOut.de(cas) for cas in constat.cas],
        )


class FournisseurSuiviOut(Sortie):
    """Un fournisseur dont des évaluations tardent, et ce que valent celles qui sont faites."""

    fournisseur_id: UUID
    nom: str
    contrats: int = Field(description="En cours.")
    rendues: int
    insatisfaisantes: int
    en_retard: int
    lien: str


class BordOut(Sortie):
    """Ce que voit le Courtier : dossiers, signatures, retards, fins, fournisseurs."""

    le: datetime
    horizon: date = Field(description="Les contrats qui finissent avant ce jour.")
    etapes: list[EtapeDuBordOut]
    constats: list[ConstatDuBordOut]
    fournisseurs: list[FournisseurSuiviOut] = Field(description="Le plus grand retard d'abord.")

    @classmethod
    def de(cls, tableau: Tableau) -> "BordOut":
        return cls(
            le=tableau.le,
            horizon=tableau.horizon,
            etapes=[EtapeDuBordOut.de(dite) for dite in tableau.etapes],
            constats=[ConstatDuBordOut.de(c, tableau.horizon) for c in tableau.constats],
            fournisseurs=[FournisseurSuiviOut.model_validate(f) for f in tableau.fournisseurs],
        )

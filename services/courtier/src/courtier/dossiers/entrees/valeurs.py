"""Les parties de corps que plusieurs gestes partagent : quantités, composantes, offres voulues."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator
from pydantic.config import JsonDict

from contrats.base import CodeOuvert
from courtier.catalogue.domaine import BASE
from courtier.dossiers.domaine.besoins import DUREE_MAXIMALE, PeriodeBesoin
from courtier.dossiers.domaine.elements import QuantitePeriode, Quantites
from courtier.dossiers.domaine.planchers import Justification
from courtier.dossiers.domaine.scenarios import ComposanteVoulue, OffreVoulue
from socle.champs import NORMALISE, SUR, Motif, Nom
from socle.web import Entree

FOURNISSEUR_ID = "0199f0a0-0000-7000-8000-000000000001"
ENTENTE_ID = "0199f0a0-0000-7000-8000-000000000002"
OFFRE_ID = "0199f0a0-0000-7000-8000-000000000003"
SCENARIO_ID = "0199f0a0-0000-7000-8000-000000000006"
LIEU: JsonDict = {"offre_id": OFFRE_ID, "lieu": "Montréal"}
OFFRE: JsonDict = {
    **LIEU,
    "composantes": [{"code": "base", "sert": 1}, {"code": "entree", "quantite": 1}],
}

Empreinte = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256, hexadécimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
Identifiant = Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE]
Unites = Annotated[int, Field(ge=0, le=1_000_000)]
NombreTotal = Annotated[int, Field(ge=1, le=1_000_000)]
RangDeMois = Annotated[int, Field(ge=1, le=DUREE_MAXIMALE)]


class QuantiteIn(Entree):
    """Combien, d'un mois du contrat à un autre, compris."""

    du_mois: RangDeMois = Field(description="1 : le premier mois du contrat.")
    au_mois: RangDeMois
    quantite: Unites

    @property
    def besoin(self) -> PeriodeBesoin:
        return PeriodeBesoin(**dict(self))


Periodes = Annotated[tuple[QuantiteIn, ...], Field(min_length=1, max_length=36)]


class ComposanteVoulueIn(Entree):
    """Une composante du prix publié : ce qu'une unité sert, ou ses quantités (CI-14)."""

    code: CodeOuvert = Field(examples=["base"])
    sert: NombreTotal | None = Field(
        default=None,
        description="Combien d'usagers, ou quelle capacité, sert une unité; ce que publie l'offre"
        " l'emporte. Un minimum imposé ne vient que de l'engagement qu'elle publie.",
    )
    quantite: NombreTotal | None = Field(
        default=None, description="Pour toute la durée; d'une composante unique, une fois."
    )
    quantites: Periodes | None = Field(
        default=None, description="Par période, sans trou ni chevauchement."
    )

    @model_validator(mode="after")
    def _une_forme(self) -> "ComposanteVoulueIn":
        formes = (self.sert, self.quantite, self.quantites)
        dites = sum(forme is not None for forme in formes)
        if dites > 1 or (dites == 0 and self.code != BASE):
            raise ValueError("Une composante donne « sert », « quantite » ou « quantites ».")
        return self

    @property
    def voulue(self) -> ComposanteVoulue:
        return ComposanteVoulue(
            code=self.code,
            sert=None if self.sert is None else Decimal(self.sert),
            quantites=self._quantites,
        )

    @property
    def _quantites(self) -> Quantites | None:
        if self.quantites is None:
            return self.quantite
        return tuple(QuantitePeriode(**dict(q)) for q in self.quantites)


class OffreVoulueIn(Entree):
    """Une offre d'un scénario, son lieu d'hébergement, et ce qu'on en prend."""

    offre_id: UUID
    lieu: Nom | None = Field(
        default=None, description="Un lieu de l'offre; requis s'il y a renseignements personnels."
    )
    composantes: Annotated[tuple[ComposanteVoulueIn, ...], Field(min_length=1, max_length=20)] = (
        Field(description="Dont la base.")
    )

    @property
    def voulue(self) -> OffreVoulue:
        return OffreVoulue(
            offre_id=self.offre_id,
            lieu=self.lieu,
            composantes=tuple(c.voulue for c in self.composantes),
        )


class JustificationIn(Entree):
    """Pourquoi une offre qui fait réserve n'est pas retenue (CI-15)."""

    offre_id: UUID
    motif: Motif

    @property
    def justification(self) -> Justification:
        return Justification(**dict(self))


Justifications = Annotated[tuple[JustificationIn, ...], Field(max_length=100)]
OffresVoulues = Annotated[tuple[OffreVoulueIn, ...], Field(min_length=1, max_length=20)]

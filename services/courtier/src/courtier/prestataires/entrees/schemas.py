"""Les corps reçus et rendus des prestataires."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from courtier.prestataires import cas_usage, domaine
from socle.bd.conversion import colonnes
from socle.champs import NORMALISE, SUR, Jour, Motif, Nom
from socle.web import Entree, Sortie, exemple

_PRESTATAIRE: JsonDict = {
    "nom": "Nimbus Conseil inc.",
    "neq": "1170000042",
    "volets": ["migration", "integration"],
    "personne_ressource": "NC-12",
    "debut": "2026-04-01",
    "fin": "2029-04-01",
}
Volets = Annotated[tuple[domaine.Volet, ...], Field(min_length=1, max_length=4)]
Neq = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{10}$",
        description="Numéro d'entreprise du Québec.",
        examples=["1170000042"],
    ),
]
Identifiant = Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE]


class PrestataireIn(Entree):
    """Un prestataire qualifié, sur [debut, fin)."""

    model_config = exemple(_PRESTATAIRE)

    nom: Nom
    neq: Neq | None = None
    volets: Volets
    personne_ressource: Identifiant | None = Field(
        default=None, description="Par son identifiant professionnel."
    )
    debut: Jour
    fin: Jour | None = Field(default=None, description="Le premier jour où il n'est plus qualifié.")

    def commande(self, prestataire_id: UUID) -> cas_usage.InscrirePrestataire:
        fiche = domaine.FichePrestataire(**dict(self))
        return cas_usage.InscrirePrestataire(prestataire_id=prestataire_id, fiche=fiche)


class PrestataireModifIn(Entree):
    """Les champs de la fiche à remplacer; un champ absent ne change pas."""

    model_config = exemple({"volets": ["migration", "integration", "gestion_changement"]})

    nom: Nom = Field(default_factory=str)
    neq: Neq | None = None
    volets: Volets = Field(default_factory=tuple)
    personne_ressource: Identifiant | None = None
    debut: Jour = Field(default_factory=lambda: date.min)
    fin: Jour | None = None

    def changements(self) -> dict[str, Any]:
        recus: Iterable[tuple[str, Any]] = self
        return {nom: v for nom, v in recus if nom in self.model_fields_set}


class RetraitPrestataireIn(Entree):
    """Le premier jour où il n'est plus qualifié, et pourquoi."""

    model_config = exemple({"le": "2026-12-01", "motif": "Cessation de ses activités."})

    le: Jour = Field(description="Aujourd'hui ou plus tard, date de Québec.")
    motif: Motif


class PrestataireOut(Sortie):
    """Un prestataire de services qualifié (CI-11)."""

    id: UUID
    version: int
    nom: str
    neq: str | None
    volets: tuple[domaine.Volet, ...]
    personne_ressource: str | None
    debut: date
    fin: date | None
    qualifie: bool = Field(description="S'il l'est aujourd'hui.")
    motif_retrait: str | None

    @classmethod
    def de(cls, prestataire: domaine.Prestataire, le: date) -> "PrestataireOut":
        dit = {**colonnes(prestataire), **colonnes(prestataire.fiche)}
        return cls.model_validate({**dit, "qualifie": prestataire.qualifie(le)})

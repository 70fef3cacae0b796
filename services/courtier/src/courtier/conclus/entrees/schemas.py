"""Les corps reçus et rendus de la liste des contrats conclus."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from courtier.conclus.cas_usage import Consentir
from courtier.conclus.domaine import Envergure, Inscription, PersonneConsentante
from courtier.suivi.domaine import Retenue
from socle.bd.conversion import colonnes
from socle.champs import NORMALISE, SUR, Nom
from socle.web import Entree, Sortie, exemple

Courriel = Annotated[
    str,
    Field(
        min_length=3,
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
        examples=["achats@mtq.example"],
    ),
    SUR,
    NORMALISE,
]


class ConsentementIn(Entree):
    """La personne de l'organisme qui accepte qu'on la joigne."""

    model_config = exemple({"nom": "Zoé Tremblay", "courriel": "zoe@mtq.example"})

    nom: Nom
    courriel: Courriel

    def commande(self, contrat_id: UUID) -> Consentir:
        return Consentir(contrat_id=contrat_id, personne=PersonneConsentante(**dict(self)))


class ConcluOut(Sortie):
    """Un contrat conclu, tel que la liste le montre."""

    contrat_id: UUID
    client: str = Field(description="Le code de l'organisme.")
    client_nom: str
    fournisseur_id: UUID
    fournisseur_nom: str
    solutions: tuple[Retenue, ...]
    envergure: Envergure = Field(description="Une bande, non le montant.")
    debut: date
    duree_mois: int
    fin: date = Field(description="Premier jour après le contrat.")
    personne: PersonneConsentante | None = Field(
        description="Si elle y consent; une réponse répétée ne la redit pas."
    )
    consentie_le: datetime | None

    @classmethod
    def de(cls, inscription: Inscription) -> "ConcluOut":
        consentement = inscription.consentement
        deduits = {
            "duree_mois": inscription.duree_mois,
            "personne": consentement and consentement.personne,
            "consentie_le": consentement and consentement.donne.le,
        }
        return cls.model_validate({**colonnes(inscription), **deduits})

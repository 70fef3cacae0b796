"""Les corps reçus et rendus des différends."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from courtier.differends.cas_usage import differends as cas
from courtier.differends.domaine.differends import (
    Denouement,
    Differend,
    Echange,
    EtatDifferend,
    NatureDifferend,
    Partie,
)
from courtier.pieces.domaine import Visa
from socle.bd.conversion import colonnes
from socle.champs import NORMALISE, SUR_EN_LIGNES, Jour, Motif, Nom
from socle.web import Entree, Sortie, exemple

_CONTRAT_ID = "0199f0a0-0000-7000-8000-000000000007"
Dit = Annotated[str, Field(min_length=1, max_length=4_000), SUR_EN_LIGNES, NORMALISE]


class DifferendIn(Entree):
    """Ce qui oppose l'organisme et son fournisseur."""

    model_config = exemple(
        {
            "contrat_id": _CONTRAT_ID,
            "nature": "differend",
            "objet": "Indisponibilités répétées",
            "texte": "Le service fut interrompu trois fois en septembre.",
            "survenu_le": "2026-09-21",
        }
    )

    contrat_id: UUID
    nature: NatureDifferend
    objet: Nom
    texte: Dit
    survenu_le: Jour

    def commande(self, differend_id: UUID) -> cas.Ouvrir:
        return cas.Ouvrir(differend_id=differend_id, **dict(self))


class ReponseDifferendIn(Entree):
    """Ce qu'une partie dit; du fournisseur, l'organisme l'inscrit."""

    model_config = exemple(
        {"partie": "fournisseur", "le": "2026-09-21", "texte": "Un crédit suivra."}
    )

    partie: Partie
    le: Jour
    texte: Dit

    def commande(self, differend_id: UUID) -> cas.Repondre:
        return cas.Repondre(differend_id=differend_id, **dict(self))


class FermetureDifferendIn(Entree):
    """Comment il finit, et pourquoi."""

    model_config = exemple({"denouement": "regle", "motif": "Crédit reçu."})

    denouement: Denouement
    motif: Motif

    def commande(self, differend_id: UUID) -> cas.Fermer:
        return cas.Fermer(differend_id=differend_id, **dict(self))


class ResumeDifferendOut(Sortie):
    """Un différend, tel qu'une liste le montre."""

    id: UUID
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    nature: NatureDifferend
    objet: str | None = Field(description="Tu au Courtier tant qu'il n'est pas signalé.")
    ferme: bool
    signale_depuis: date | None = Field(
        description="Le jour où le Courtier le voit signalé, passé ou à venir."
    )

    def tu(self, jour: date) -> "ResumeDifferendOut":
        """Ce qu'en lit le Courtier ce jour-là : son objet, une fois signalé."""
        if self.signale_depuis is not None and self.signale_depuis <= jour:
            return self
        return self.model_copy(update={"objet": None})


class FermetureOut(Sortie):
    """Comment il finit, et pourquoi."""

    denouement: Denouement
    motif: str | None
    visa: Visa


class DifferendOut(Sortie):
    """Un différend ou une plainte, et son fil; au Courtier, non signalé, sans ce qui s'y dit."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    nature: NatureDifferend
    etat: EtatDifferend
    objet: str | None = Field(description="Tu au Courtier tant qu'il n'est pas signalé.")
    survenu_le: date
    ouvert: Visa
    signale_d_office_le: date = Field(
        description="Le jour où, encore ouvert, il est signalé au Courtier."
    )
    signale: Visa | None = Field(description="L'organisme l'a signalé sans attendre.")
    fil: tuple[Echange, ...] = Field(
        description="Vide au Courtier tant qu'il n'est pas signalé; le motif de fermeture, de même."
    )
    fermeture: FermetureOut | None

    @classmethod
    def de(cls, differend: Differend, jour: date) -> "DifferendOut":
        return cls.model_validate({**colonnes(differend), "etat": differend.etat(jour)})

    @classmethod
    def au_courtier(cls, differend: Differend, jour: date) -> "DifferendOut":
        """Non signalé, son existence seule : nature, état, dates."""
        entier = cls.de(differend, jour)
        if differend.signale_le(jour):
            return entier
        fin = entier.fermeture and entier.fermeture.model_copy(update={"motif": None})
        return entier.model_copy(update={"objet": None, "fil": (), "fermeture": fin})

"""Les corps reçus : commandes et factures, seules ou en lot; tout est avant taxes."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Final
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator
from pydantic.config import JsonDict

from contrats.base import CodeOuvert
from courtier.consommation.cas_usage import (
    CommandeVoulue,
    CorrigerCommande,
    CorrigerFacture,
    FactureVoulue,
)
from courtier.consommation.domaine.commandes import (
    LigneVoulue,
)
from courtier.contrats.entrees.schemas import Identifiant
from courtier.dossiers.domaine.besoins import DUREE_MAXIMALE
from noyau import Montant
from socle.champs import Jour, Motif
from socle.identifiants import uuid7
from socle.web import Entree, exemple
from socle.web.tableur import Tableur, nombre, texte

LIGNES_MAXIMALES: Final = 1_000
"""Les lignes d'un lot, au plus : une seule transaction les inscrit toutes."""
_OFFRE_ID = "0199f0a0-0000-7000-8000-000000000003"
_ENTIER: Final = re.compile("[0-9]{1,7}")
_COMMANDE: JsonDict = {
    "bon": "BC-2026-114",
    "datee_le": "2026-11-05",
    "lignes": [{"offre_id": _OFFRE_ID, "composante": "base", "quantite": 10, "mois": 3}],
}
_FACTURE: JsonDict = {
    "numero": "NB-88412",
    "datee_le": "2026-11-05",
    "montant": "375.00",
    "bon": "BC-2026-114",
}

Dollars = Annotated[
    Decimal, Field(gt=0, max_digits=12, decimal_places=2, description="Dollars, avant taxes.")
]
DollarsOuCredit = Annotated[
    Decimal,
    Field(
        max_digits=12,
        decimal_places=2,
        description="Dollars, avant taxes; négatif, une note de crédit.",
    ),
]
Unites = Annotated[int, Field(ge=1, le=1_000_000)]
NombreDeMois = Annotated[
    int,
    Field(
        ge=1,
        le=DUREE_MAXIMALE,
        description="Combien, depuis celui de la commande; d'une composante unique, un.",
    ),
]


class LigneIn(Entree):
    """Une composante du contrat : tant d'unités pendant tant de mois, ou un montant."""

    offre_id: UUID
    composante: CodeOuvert = Field(examples=["base"])
    quantite: Unites | None = None
    mois: NombreDeMois = 1
    montant: Dollars | None = None

    @model_validator(mode="after")
    def _une_forme(self) -> "LigneIn":
        if (self.quantite is None) == (self.montant is None):
            raise ValueError("Une ligne donne « quantite », ou « montant ».")
        return self

    @property
    def voulue(self) -> LigneVoulue:
        return LigneVoulue(
            offre_id=self.offre_id,
            composante=self.composante,
            quantite=self.quantite,
            mois=self.mois,
            montant=None if self.montant is None else Montant.de(self.montant),
        )


class CommandeIn(Entree):
    """Une commande au fournisseur, sous le numéro de bon de l'organisme."""

    model_config = exemple(_COMMANDE)

    bon: Identifiant
    datee_le: Jour
    lignes: Annotated[tuple[LigneIn, ...], Field(min_length=1, max_length=200)]

    @property
    def voulue(self) -> CommandeVoulue:
        return CommandeVoulue(
            id=uuid7(),
            bon=self.bon,
            datee_le=self.datee_le,
            lignes=tuple(ligne.voulue for ligne in self.lignes),
        )


def _lu(valeur: object) -> object:
    """Le nombre qu'écrit une cellule d'un CSV; le reste demeure à juger."""
    if isinstance(valeur, str) and _ENTIER.fullmatch(valeur):
        return int(valeur)
    return valeur


_DE_CELLULE = BeforeValidator(_lu)


def entier(cellule: str) -> str:
    """« 1 200 » est « 1200 »; ce qui n'est pas un entier reste à refuser."""
    return nombre(cellule)


class LigneDeLotIn(LigneIn):
    """Une ligne, et la commande qui la porte."""

    quantite: Annotated[Unites | None, _DE_CELLULE] = None
    mois: Annotated[NombreDeMois, _DE_CELLULE] = 1
    bon: Identifiant
    datee_le: Jour


_COLONNES = {"quantite": entier, "mois": entier, "montant": nombre}


class LotDeCommandesIn(Entree):
    """Des commandes qui s'inscrivent toutes ou aucune; en JSON, ou en CSV aux mêmes noms.

    Les lignes d'un même bon font une seule commande.
    """

    model_config = exemple(
        {
            "lignes": [
                {
                    "bon": "BC-2026-115",
                    "datee_le": "2026-11-05",
                    "offre_id": _OFFRE_ID,
                    "composante": "base",
                    "quantite": 4,
                    "mois": 1,
                },
                {
                    "bon": "BC-2026-116",
                    "datee_le": "2026-11-05",
                    "offre_id": _OFFRE_ID,
                    "composante": "base",
                    "montant": "112.50",
                },
            ]
        }
    )
    TABLEUR: ClassVar[Tableur] = Tableur(
        "lignes",
        {nom: _COLONNES.get(nom, texte) for nom in LigneDeLotIn.model_fields},
    )

    lignes: list[LigneDeLotIn] = Field(min_length=1, max_length=LIGNES_MAXIMALES)

    @model_validator(mode="after")
    def _une_date_par_bon(self) -> "LotDeCommandesIn":
        dates: dict[str, date] = {}
        if any(dates.setdefault(li.bon, li.datee_le) != li.datee_le for li in self.lignes):
            raise ValueError("Les lignes d'un même bon portent la même date.")
        return self

    @property
    def voulues(self) -> tuple[CommandeVoulue, ...]:
        bons = dict.fromkeys((ligne.bon, ligne.datee_le) for ligne in self.lignes)
        neufs = sorted(uuid7() for _ in bons)
        return tuple(
            CommandeVoulue(
                id=neuf,
                bon=bon,
                datee_le=datee_le,
                lignes=tuple(ligne.voulue for ligne in self.lignes if ligne.bon == bon),
            )
            for neuf, (bon, datee_le) in zip(neufs, bons, strict=True)
        )


class CorrectionDeCommandeIn(CommandeIn):
    """Ce qui remplace la commande, et pourquoi."""

    model_config = exemple({**_COMMANDE, "motif": "Trois mois, non deux."})

    motif: Motif

    def commande(self, contrat_id: UUID, commande_id: UUID) -> CorrigerCommande:
        return CorrigerCommande(
            contrat_id=contrat_id, commande_id=commande_id, motif=self.motif, voulue=self.voulue
        )


class FactureIn(Entree):
    """Une facture du fournisseur; avec un bon, elle consomme sa commande, présente ou à venir."""

    model_config = exemple(_FACTURE)

    numero: Identifiant
    datee_le: Jour
    montant: DollarsOuCredit
    bon: Identifiant | None = None
    reduit: Identifiant | None = Field(
        default=None,
        description="D'une note de crédit, le numéro de la facture qu'elle réduit; elle suit son"
        " bon, et n'en dit pas.",
    )

    @model_validator(mode="after")
    def _facture_ou_note(self) -> "FactureIn":
        if self.montant == 0 or (self.montant < 0) != (self.reduit is not None):
            raise ValueError(
                "Une facture est d'un montant positif; une note de crédit, d'un montant négatif,"
                " dit la facture qu'elle réduit."
            )
        if self.reduit is not None and self.bon is not None:
            raise ValueError("Une note de crédit suit le bon de sa facture : elle n'en dit pas.")
        return self

    @property
    def voulue(self) -> FactureVoulue:
        return FactureVoulue(
            id=uuid7(),
            numero=self.numero,
            datee_le=self.datee_le,
            montant=Montant.de(self.montant),
            bon=self.bon,
            reduit=self.reduit,
        )


class LotDeFacturesIn(Entree):
    """Des factures qui s'inscrivent toutes ou aucune; en JSON, ou en CSV aux mêmes noms."""

    model_config = exemple({"factures": [{**_FACTURE, "numero": "NB-88413", "montant": "50.00"}]})
    TABLEUR: ClassVar[Tableur] = Tableur(
        "factures",
        {nom: nombre if nom == "montant" else texte for nom in FactureIn.model_fields},
    )

    factures: list[FactureIn] = Field(min_length=1, max_length=LIGNES_MAXIMALES)


class CorrectionDeFactureIn(FactureIn):
    """Ce qui remplace la facture, et pourquoi."""

    model_config = exemple({**_FACTURE, "motif": "Le montant comprenait les taxes."})

    motif: Motif

    def commande(self, contrat_id: UUID, facture_id: UUID) -> CorrigerFacture:
        return CorrigerFacture(
            contrat_id=contrat_id, facture_id=facture_id, motif=self.motif, voulue=self.voulue
        )


class AnnulationIn(Entree):
    """Pourquoi la commande ou la facture ne compte plus."""

    model_config = exemple({"motif": "Inscrite deux fois."})

    motif: Motif

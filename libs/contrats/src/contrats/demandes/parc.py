"""Ce qui arrive à un actif après sa livraison (DEM-7, FAC-2)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, CodeOuvert, CodeProduit, Imputation, Jour
from contrats.demandes.commun import EvenementDemandes
from noyau import Comparaison, Predicat

FINS_D_ACTIF = ("actif.récupéré", "actif.perdu", "actif.remplacé", "actif.cédé")
"""Ce qui met fin, chez un organisme, à ce qu'un actif y coûte."""


class _EvenementActif(EvenementDemandes):
    CLE: ClassVar[str] = "actif_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("actif",)
    SOURCE: ClassVar[str | None] = "actif_id"

    actif_id: UUID = Field(description="L'actif.")
    produit: CodeProduit
    fait_le: Jour = Field(description="La date de Québec du fait.")


class ActifDeplace(_EvenementActif):
    """Un actif change d'utilisateur ou de site (DEM-7)."""

    TYPE: ClassVar[str] = "actif.déplacé"

    utilisateur_id: str | None = Field(
        default=None, description="Le nouvel utilisateur; absent : le même."
    )
    site: str | None = Field(default=None, description="Le nouveau site; absent : le même.")


class ActifRecupere(_EvenementActif):
    """Un actif est récupéré; son abonnement finit ce jour-là, exclu (FAC-1)."""

    TYPE: ClassVar[str] = "actif.récupéré"


class ActifPerdu(_EvenementActif):
    """Perte, sinistre, vol ou vandalisme (FAC-2)."""

    TYPE: ClassVar[str] = "actif.perdu"

    nature: CodeOuvert = Field(
        description="Ce qui est arrivé : « perte », « sinistre », « vol », « vandalisme »."
    )


class ActifRemplace(_EvenementActif):
    """Un actif cède sa place à un autre; son abonnement finit ce jour-là, exclu (FAC-2)."""

    TYPE: ClassVar[str] = "actif.remplacé"
    TRANSMET: ClassVar[bool] = True

    par_actif_id: UUID = Field(description="L'actif qui prend sa place.")
    premature: bool = Field(
        description="Vrai s'il précède la fin de vie du produit (FAC-2) : son engagement se solde;"
        " sinon il se reporte (FAC-5)."
    )
    raison: CodeOuvert | None = Field(
        default=None,
        description="Pourquoi : « desuet », « defectueux », « recree », « autre ».",
    )


class EngagementReporte(_EvenementActif):
    """Un actif prend la place d'un autre, et son engagement : le MCN l'a décidé (FAC-5).

    Le même acte finit l'autre par `actif.remplacé`.
    """

    TYPE: ClassVar[str] = "engagement.reporté"

    de_actif_id: UUID = Field(description="L'actif dont il prend la place.")
    en_service_depuis: Jour = Field(
        description="Le jour où l'engagement reporté a commencé : il en court toujours."
    )


class ActifCede(_EvenementActif):
    """Un organisme cède un actif à un autre; il cesse de le payer ce jour-là, exclu (DEM-7).

    Le même acte le donne à l'autre par `actif.reçu` : la clé les réunit.
    """

    TYPE: ClassVar[str] = "actif.cédé"
    TRANSMET: ClassVar[bool] = True

    a_organisme: CodeOrganisme = Field(description="Qui le reçoit.")


class ActifRecu(_EvenementActif):
    """Un organisme reçoit l'actif d'un autre; il le paie au mois à partir de ce jour (DEM-7)."""

    TYPE: ClassVar[str] = "actif.reçu"
    FINI_PAR: ClassVar[tuple[str, ...]] = FINS_D_ACTIF
    REPREND: ClassVar[bool] = True

    de_organisme: CodeOrganisme = Field(description="Qui le cède.")
    en_service_depuis: Jour | None = Field(
        default=None,
        description="Le jour où l'actif est entré en service chez le premier : son engagement en"
        " court toujours (FAC-5). Absent : pas dit.",
    )
    quantite: int = Field(default=1, ge=1, description="Le nombre d'unités reçues.")
    site: str | None = Field(default=None, description="Le site où il va; absent : pas dit.")
    utilisateur_id: str | None = Field(
        default=None, description="Qui l'emploie, par son identifiant; absent : pas dit."
    )
    imputation: Imputation | None = None


PERTES: Mapping[str, Predicat | None] = MappingProxyType(
    {
        ActifPerdu.TYPE: None,
        ActifRemplace.TYPE: Predicat(((Comparaison(fait="premature", egale=True),),)),
    }
)
"""Les fins d'un actif qui valent des mois dus, et ce que doivent dire leurs faits (FAC-2)."""

"""Un actif du parc : né d'une livraison, il finit récupéré ou perdu (DEM-7, FAC-1, FAC-2)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from demandes.demande.domaine.demande import Geste, GestePose
from noyau import (
    Acte,
    Conflit,
    Fait,
    TransitionImpossible,
    debut_du_jour,
    jour_de_quebec,
)


class EtatActif(StrEnum):
    """Un actif est en service jusqu'à sa récupération ou sa perte."""

    EN_SERVICE = "en_service"
    RECUPERE = "recupere"
    PERDU = "perdu"


class Nature(StrEnum):
    """Ce qui est arrivé à un actif perdu (FAC-2)."""

    PERTE = "perte"
    SINISTRE = "sinistre"
    VOL = "vol"
    VANDALISME = "vandalisme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actif:
    """Une unité livrée à un organisme."""

    id: UUID
    organisme: str
    produit: str
    demande_id: UUID
    article_id: UUID
    livre_le: datetime
    utilisateur_id: str | None = None
    site: str | None = None
    etat: EtatActif = EtatActif.EN_SERVICE
    fin_le: date | None = None
    nature: Nature | None = None
    version: int = 1

    @classmethod
    def livre(cls, pose: GestePose) -> "Actif | None":
        """L'actif que crée un geste; aucun s'il ne livre pas d'unité."""
        article = pose.article
        if pose.geste is not Geste.LIVRER or article is None:
            return None
        if article.actif_id is None or article.produit is None:
            return None
        return cls(
            id=article.actif_id,
            organisme=pose.demande.organisme,
            produit=article.produit,
            demande_id=pose.demande.id,
            article_id=article.id,
            livre_le=pose.survenu_le,
            utilisateur_id=article.utilisateur_id,
            site=article.site,
        )

    def recuperer(self, fait_le: date | None, acte: Acte) -> "tuple[Actif, ActifRecupere]":
        """L'actif revient au MCN; son abonnement finit ce jour-là, exclu (FAC-1)."""
        jour, survenu = self._exiger_fin("récupération", fait_le, acte)
        fini = replace(self, etat=EtatActif.RECUPERE, fin_le=jour, version=self.version + 1)
        return fini, ActifRecupere(actif=fini, fait_le=jour, survenu_le=survenu)

    def perdre(
        self, nature: Nature, fait_le: date | None, acte: Acte
    ) -> "tuple[Actif, ActifPerdu]":
        """Perte, sinistre, vol ou vandalisme, signalé dès que possible (DEM-7, FAC-2)."""
        jour, survenu = self._exiger_fin("perte", fait_le, acte)
        fini = replace(
            self, etat=EtatActif.PERDU, fin_le=jour, nature=nature, version=self.version + 1
        )
        return fini, ActifPerdu(actif=fini, nature=nature, fait_le=jour, survenu_le=survenu)

    def _exiger_fin(self, verbe: str, fait_le: date | None, acte: Acte) -> tuple[date, datetime]:
        """La date de Québec et l'instant de la fin; lève `Conflit` (DEM-7) s'ils ne se peuvent."""
        if self.etat is not EtatActif.EN_SERVICE:
            raise TransitionImpossible(verbe, self.etat, [], regle="DEM-7")
        aujourdhui = jour_de_quebec(acte.le)
        jour = fait_le or aujourdhui
        if jour > aujourdhui:
            raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-7")
        if jour < jour_de_quebec(self.livre_le):
            raise Conflit("Un fait ne peut précéder la livraison de l'actif.", regle="DEM-7")
        return jour, acte.le if jour == aujourdhui else max(debut_du_jour(jour), self.livre_le)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActifRecupere(Fait):
    """Un actif est revenu au MCN, à une date de Québec."""

    actif: Actif
    fait_le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ActifPerdu(Fait):
    """Un actif est perdu, à une date de Québec."""

    actif: Actif
    nature: Nature
    fait_le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Recuperation:
    """L'actif à récupérer, et la date de Québec du fait (absente : aujourd'hui)."""

    actif_id: UUID
    fait_le: date | None = None

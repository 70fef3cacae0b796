"""Un actif du parc : né d'une livraison, il finit récupéré ou perdu (DEM-7, FAC-1, FAC-2)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from demandes.domaine.demande import Passage
from socle.noyau import (
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
    def livre(cls, passage: Passage) -> "Actif":
        """L'actif que crée une livraison; lève `ValueError` si le passage n'en livre pas."""
        article = passage.article
        if article is None or article.actif_id is None or article.produit is None:
            raise ValueError("Ce passage ne livre pas d'actif.")
        return cls(
            id=article.actif_id,
            organisme=passage.demande.organisme,
            produit=article.produit,
            demande_id=passage.demande.id,
            article_id=article.id,
            livre_le=passage.survenu_le,
            utilisateur_id=article.utilisateur_id,
            site=article.site,
        )

    def recuperer(self, fait_le: date | None, acte: Acte) -> tuple["Actif", "FinActif"]:
        """L'actif revient au MCN; son abonnement finit ce jour-là, exclu (FAC-1)."""
        return self._finir("récupération", EtatActif.RECUPERE, fait_le, acte)

    def perdre(
        self, nature: Nature, fait_le: date | None, acte: Acte
    ) -> tuple["Actif", "FinActif"]:
        """Perte, sinistre, vol ou vandalisme, signalé dès que possible (DEM-7, FAC-2)."""
        return self._finir("perte", EtatActif.PERDU, fait_le, acte, nature)

    def _finir(
        self,
        verbe: str,
        etat: EtatActif,
        fait_le: date | None,
        acte: Acte,
        nature: Nature | None = None,
    ) -> tuple["Actif", "FinActif"]:
        if self.etat is not EtatActif.EN_SERVICE:
            raise TransitionImpossible(verbe, self.etat, [], regle="DEM-7")
        aujourdhui = jour_de_quebec(acte.le)
        jour = fait_le or aujourdhui
        if jour > aujourdhui:
            raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-7")
        if jour < jour_de_quebec(self.livre_le):
            raise Conflit("Un fait ne peut précéder la livraison de l'actif.", regle="DEM-7")
        fini = replace(self, etat=etat, fin_le=jour, nature=nature, version=self.version + 1)
        survenu = acte.le if jour == aujourdhui else max(debut_du_jour(jour), self.livre_le)
        return fini, FinActif(actif=fini, fait_le=jour, survenu_le=survenu)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinActif(Fait):
    """Un actif n'est plus en service : récupéré ou perdu, à une date de Québec."""

    actif: Actif
    fait_le: date
    survenu_le: datetime

"""Un actif du parc et son histoire : livré, il finit récupéré ou perdu (DEM-7, DEM-12, FAC-1)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from demandes.demande.domaine.demande import Article, Demande
from noyau import (
    AVANCE_TOLEREE,
    Acte,
    Acteur,
    Conflit,
    Fait,
    Pli,
    TransitionImpossible,
    a_la_seconde,
    debut_du_jour,
    jour_de_quebec,
)


class EtatActif(StrEnum):
    """Un actif est en service jusqu'à sa récupération ou sa perte; il peut y revenir."""

    NON_LIVRE = "non_livre"
    """Sa livraison a été rectifiée : elle n'a pas eu lieu (DEM-13)."""
    EN_SERVICE = "en_service"
    RECUPERE = "recupere"
    PERDU = "perdu"


class Mouvement(StrEnum):
    """Ce qui arrive à un actif; l'ordre départage une même seconde (DEM-12)."""

    LIVRAISON = "livraison"
    DEPLACEMENT = "deplacement"
    RECUPERATION = "recuperation"
    PERTE = "perte"


class Nature(StrEnum):
    """Ce qui est arrivé à un actif perdu (FAC-2)."""

    PERTE = "perte"
    SINISTRE = "sinistre"
    VOL = "vol"
    VANDALISME = "vandalisme"


CONFIRMENT: Final = frozenset({"agent-csc", "technicien", "admin"})
"""Ceux du CSC, qui confirment la date d'une perte; ni l'organisme, ni son portail (DEM-14)."""
MOUVEMENTS_MAX: Final = 1_000
"""Combien de mouvements un organisme inscrit d'un actif."""

_RANGS: Final = {mouvement: rang for rang, mouvement in enumerate(Mouvement)}
_FINS: Final = {Mouvement.RECUPERATION: EtatActif.RECUPERE, Mouvement.PERTE: EtatActif.PERDU}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actif:
    """Une unité livrée à un organisme, telle qu'après ses mouvements."""

    id: UUID
    organisme: str
    produit: str
    demande_id: UUID
    article_id: UUID
    livre_le: datetime | None = None
    utilisateur_id: str | None = None
    site: str | None = None
    etat: EtatActif = EtatActif.NON_LIVRE
    fin_le: date | None = None
    nature: Nature | None = None
    dit_le: date | None = None
    """La date d'une perte que dit l'organisme, et que le CSC n'a pas confirmée (DEM-14)."""
    version: int = 0

    @classmethod
    def de(cls, demande: Demande, article: Article) -> "Actif | None":
        """L'actif d'un article, avant toute livraison; aucun pour un aménagement."""
        if article.actif is None or article.produit is None:
            return None
        return cls(
            id=article.actif,
            organisme=demande.organisme,
            produit=article.produit,
            demande_id=demande.id,
            article_id=article.id,
            utilisateur_id=article.utilisateur_id,
            site=article.site,
        )

    def neuf(self) -> "Actif":
        """L'actif tel qu'avant tout mouvement."""
        return replace(
            self,
            livre_le=None,
            utilisateur_id=None,
            site=None,
            etat=EtatActif.NON_LIVRE,
            fin_le=None,
            nature=None,
            dit_le=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MouvementPose:
    """Un mouvement, tel qu'on l'a inscrit : on en ajoute, on n'en change aucun."""

    acte_id: UUID
    """Celle du geste pour une livraison."""
    mouvement: Mouvement
    survenu_le: datetime
    enregistre_le: datetime
    acteur: str
    nature: Nature | None = None
    dit_le: date | None = None
    utilisateur_id: str | None = None
    """L'utilisateur d'une livraison; le nouveau, d'un déplacement (absent : le même)."""
    site: str | None = None
    """De même, le site."""

    @property
    def rang(self) -> int:
        return _RANGS[self.mouvement]

    @property
    def nom(self) -> str:
        return self.mouvement.value

    @property
    def dit(self) -> tuple[object, ...]:
        return self.nature, self.dit_le, self.utilisateur_id, self.site

    @property
    def jour(self) -> date:
        """La date de Québec du mouvement : celle de l'abonnement (FAC-1)."""
        return jour_de_quebec(self.survenu_le)

    def redate(self, survenu_le: datetime) -> "MouvementPose":
        return replace(self, survenu_le=survenu_le)


def suivre(actif: Actif, pose: MouvementPose) -> Actif:
    """L'actif après ce mouvement; lève `TransitionImpossible` (DEM-7) ou `Conflit` (DEM-14)."""
    if pose.mouvement is Mouvement.LIVRAISON:
        return _livrer(actif, pose)
    if actif.etat is not EtatActif.EN_SERVICE:
        raise TransitionImpossible(pose.nom, actif.etat, [], regle="DEM-7")
    if pose.mouvement is Mouvement.DEPLACEMENT:
        return replace(
            actif,
            utilisateur_id=pose.utilisateur_id or actif.utilisateur_id,
            site=pose.site or actif.site,
        )
    etat = _FINS[pose.mouvement]
    return replace(actif, etat=etat, fin_le=pose.jour, nature=pose.nature, dit_le=pose.dit_le)


def _livrer(actif: Actif, pose: MouvementPose) -> Actif:
    """Livré de nouveau en service, l'actif y reste; récupéré, il commence une autre vie."""
    if actif.etat is EtatActif.EN_SERVICE:
        return actif
    if actif.etat is EtatActif.PERDU:
        raise Conflit(
            "L'actif est perdu : s'il est retrouvé, le CSC rectifie d'abord la perte.",
            regle="DEM-14",
        )
    return replace(
        actif.neuf(),
        etat=EtatActif.EN_SERVICE,
        livre_le=pose.survenu_le,
        utilisateur_id=pose.utilisateur_id,
        site=pose.site,
    )


PLI: Final = Pli(suivre, lambda actif: actif.etat, lambda _: ())
"""Comment un actif se plie; rien n'y est attendu : ses fins se disent une à une."""


def exiger_place(mouvements: int, acteur: Acteur) -> None:
    """Lève `Conflit` (DEM-7) si un organisme allonge sans fin l'histoire d'un actif."""
    if mouvements >= MOUVEMENTS_MAX and not acteur.est_mcn:
        raise Conflit(
            f"Cet actif a déjà {MOUVEMENTS_MAX} mouvements : le CSC inscrit les suivants.",
            regle="DEM-7",
            details={"mouvements_max": MOUVEMENTS_MAX},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MouvementVoulu:
    """Ce qu'on veut inscrire d'un actif : déplacement, récupération, perte et sa nature."""

    actif_id: UUID
    mouvement: Mouvement
    nature: Nature | None = None
    utilisateur_id: str | None = None
    site: str | None = None
    fait_le: date | None = None
    """La date de Québec du fait; absente : aujourd'hui."""
    survenu_le: datetime | None = None
    """L'instant du fait, s'il est connu."""

    def pose(self, acte: Acte) -> MouvementPose:
        """Le mouvement à inscrire; lève `Conflit` (DEM-7) s'il est dans le futur.

        Une perte que déclare l'organisme vaut du jour de sa déclaration; la date qu'il en dit se
        garde, et le CSC la confirme en rectifiant (DEM-14).
        """
        survenu = self._survenu(acte)
        dit_le = None
        if self.mouvement is Mouvement.PERTE and not acte.acteur.roles & CONFIRMENT:
            aujourdhui = jour_de_quebec(acte.le)
            dit_le = self.fait_le if self.fait_le != aujourdhui else None
            survenu = a_la_seconde(acte.le)
        jour = jour_de_quebec(survenu)
        return MouvementPose(
            acte_id=uuid5(self.actif_id, f"{self.mouvement} {self._annonce(jour)}"),
            utilisateur_id=self.utilisateur_id,
            site=self.site,
            mouvement=self.mouvement,
            survenu_le=survenu,
            enregistre_le=acte.le,
            acteur=acte.acteur.sujet,
            nature=self.nature,
            dit_le=dit_le,
        )

    def _annonce(self, jour: date) -> str:
        """Ce qu'on en annonce : l'instant à la seconde s'il est dit, sinon la date (DEM-12)."""
        instant = self.survenu_le
        return str(jour) if instant is None else a_la_seconde(instant).isoformat()

    def _survenu(self, acte: Acte) -> datetime:
        """Aujourd'hui, maintenant; un jour passé, sa dernière seconde : après toute livraison."""
        maintenant = a_la_seconde(acte.le)
        if self.survenu_le is not None:
            if self.survenu_le > acte.le + AVANCE_TOLEREE:
                raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-7")
            return min(a_la_seconde(self.survenu_le), maintenant)
        jour = self.fait_le or jour_de_quebec(acte.le)
        if jour > jour_de_quebec(acte.le):
            raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-7")
        fin_du_jour = debut_du_jour(jour + timedelta(days=1)) - timedelta(seconds=1)
        return min(fin_du_jour, maintenant)


@dataclass(frozen=True, slots=True, kw_only=True)
class MouvementInscrit(Fait):
    """Un actif est déplacé, récupéré ou perdu."""

    actif: Actif
    pose: MouvementPose


@dataclass(frozen=True, slots=True, kw_only=True)
class MouvementRectifie(Fait):
    """Un mouvement reçoit son heure juste, ou devient nul (DEM-13)."""

    rectifie: MouvementInscrit
    juste: datetime | None


def inscrit(actif: Actif, pose: MouvementPose) -> MouvementInscrit:
    """Le fait qu'établit un mouvement d'un actif."""
    return MouvementInscrit(
        actif=actif, pose=pose, acte_id=pose.acte_id, survenu_le=pose.survenu_le
    )

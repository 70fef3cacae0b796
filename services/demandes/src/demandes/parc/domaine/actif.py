"""Un actif du parc et son histoire : livré, récupéré, perdu, remplacé (DEM-7, DEM-12, FAC-1)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from demandes.demande.domaine.demande import Article, Demande
from noyau import (
    Acteur,
    Conflit,
    Fait,
    Histoire,
    Pli,
    TransitionImpossible,
    jour_de_quebec,
    mois_plus_tard,
)


class EtatActif(StrEnum):
    """Un actif est en service jusqu'à sa fin; il peut y revenir, sauf perdu."""

    NON_LIVRE = "non_livre"
    """Sa livraison a été rectifiée : elle n'a pas eu lieu (DEM-13)."""
    EN_SERVICE = "en_service"
    RECUPERE = "recupere"
    PERDU = "perdu"
    REMPLACE = "remplace"


class Mouvement(StrEnum):
    """Ce qui arrive à un actif; l'ordre départage une même seconde (DEM-12)."""

    LIVRAISON = "livraison"
    SUCCESSION = "succession"
    """Il prend la place d'un autre : ce que dit aussi le remplacement de l'autre."""
    DEPLACEMENT = "deplacement"
    RECUPERATION = "recuperation"
    PERTE = "perte"
    REMPLACEMENT = "remplacement"


class Nature(StrEnum):
    """Ce qui est arrivé à un actif perdu (FAC-2)."""

    PERTE = "perte"
    SINISTRE = "sinistre"
    VOL = "vol"
    VANDALISME = "vandalisme"


class Raison(StrEnum):
    """Pourquoi un actif est remplacé (FAC-2, DEM-7)."""

    DESUET = "desuet"
    DEFECTUEUX = "defectueux"
    RECREE = "recree"
    """Un poste virtuel recréé depuis son gabarit."""
    AUTRE = "autre"


JAMAIS_PREMATURES: Final = frozenset({Raison.DESUET, Raison.DEFECTUEUX, Raison.RECREE})
"""Les raisons dont l'organisme ne répond pas (FAC-2, DEM-7)."""
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
    remplace_par: UUID | None = None
    succede_a: UUID | None = None
    """L'actif dont il a pris la place."""
    engage_depuis: date | None = None
    """Depuis quand court l'engagement qu'il en a reçu (FAC-5); None : il n'en a pas reçu."""
    version: int = 0

    @property
    def debut(self) -> date | None:
        """Le jour où commence l'engagement qu'il tiendrait : reçu, ou le sien (FAC-5)."""
        return self.engage_depuis or (self.livre_le and jour_de_quebec(self.livre_le))

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
            remplace_par=None,
            succede_a=None,
            engage_depuis=None,
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
    autre_id: UUID | None = None
    """Qui prend la place, d'un remplacement; de qui, d'une succession."""
    raison: Raison | None = None
    duree_de_vie_mois: int | None = None
    """Celle du produit, telle qu'on la connaissait."""
    premature: bool | None = None
    motif: str | None = None
    """Pourquoi le CSC juge ainsi d'un produit sans durée de vie."""
    depuis: date | None = None
    """Le début de l'engagement du remplacé; d'une succession, de celui qu'elle reporte (FAC-5)."""

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
    if pose.mouvement is Mouvement.RECUPERATION and actif.etat is EtatActif.REMPLACE:
        return replace(actif, etat=EtatActif.RECUPERE)
    if actif.etat is not EtatActif.EN_SERVICE:
        raise TransitionImpossible(pose.nom, actif.etat, [], regle="DEM-7")
    if pose.mouvement is Mouvement.DEPLACEMENT:
        return replace(
            actif,
            utilisateur_id=pose.utilisateur_id or actif.utilisateur_id,
            site=pose.site or actif.site,
        )
    if pose.mouvement is Mouvement.SUCCESSION:
        return _succeder(actif, pose)
    if pose.mouvement is Mouvement.REMPLACEMENT:
        return _remplacer(actif, pose)
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


def _succeder(actif: Actif, pose: MouvementPose) -> Actif:
    if actif.succede_a is not None:
        raise Conflit("Cet actif a déjà pris la place d'un autre.", regle="DEM-7")
    return replace(actif, succede_a=pose.autre_id, engage_depuis=pose.depuis)


def _remplacer(actif: Actif, pose: MouvementPose) -> Actif:
    """Ce que le remplacement a dit de l'actif doit en rester vrai (DEM-13)."""
    if (actif.debut, est_premature(actif, pose)) != (pose.depuis, pose.premature):
        raise Conflit(
            "Le remplacement ne dirait plus vrai : annulez-le, puis inscrivez-le de nouveau.",
            regle="FAC-2",
        )
    return replace(actif, etat=EtatActif.REMPLACE, fin_le=pose.jour, remplace_par=pose.autre_id)


def est_premature(actif: Actif, pose: MouvementPose) -> bool | None:
    """Vrai si le remplacement précède la fin de vie du produit (FAC-2).

    Jamais d'un actif désuet ou défectueux; sans durée de vie, ce qu'en dit le CSC.
    """
    if pose.raison in JAMAIS_PREMATURES:
        return False
    if actif.livre_le is None or pose.duree_de_vie_mois is None:
        return pose.premature
    fin_de_vie = mois_plus_tard(jour_de_quebec(actif.livre_le), pose.duree_de_vie_mois)
    return pose.jour < fin_de_vie


PLI: Final = Pli(suivre, lambda actif: actif.etat, lambda _: ())
"""Comment un actif se plie; rien n'y est attendu : ses fins se disent une à une."""
HistoireActif: TypeAlias = Histoire[Actif, MouvementPose]


def avant(histoire: HistoireActif, mouvement: Mouvement, survenu_le: datetime) -> Actif:
    """L'actif tel qu'un mouvement survenu alors le trouve."""
    precedent = (survenu_le, _RANGS[mouvement])
    poses = (pose for pose in histoire.valant if (pose.survenu_le, pose.rang) < precedent)
    return PLI.plier(histoire.depart, poses)


def au_soir(histoire: HistoireActif, jour: date) -> Actif:
    """L'actif tel qu'à la fin de ce jour, d'après tout ce qu'on en sait maintenant (TEL-2)."""
    return PLI.plier(histoire.depart, (pose for pose in histoire.valant if pose.jour <= jour))


def exiger_en_service(histoire: HistoireActif, jours: Iterable[date]) -> None:
    """Lève `Conflit` (FAC-5) si l'actif prend une place un de ces jours, et n'y est plus le soir.

    Sinon deux actifs se remplaceraient l'un l'autre, et l'engagement n'aurait plus qui le tienne.
    """
    for jour in sorted({pose.jour for pose in histoire.valant if _succede(pose)} & set(jours)):
        alors = au_soir(histoire, jour)
        if alors.fin_le is not None:
            raise Conflit(
                f"L'actif n'est plus en service au soir du {jour} ({alors.etat}) :"
                " il ne peut prendre la place d'un autre ce jour-là.",
                regle="FAC-5",
            )


def _succede(pose: MouvementPose) -> bool:
    return pose.mouvement is Mouvement.SUCCESSION


def exiger_place(mouvements: int, acteur: Acteur) -> None:
    """Lève `Conflit` (DEM-7) si un organisme allonge sans fin l'histoire d'un actif."""
    if mouvements >= MOUVEMENTS_MAX and not acteur.est_mcn:
        raise Conflit(
            f"Cet actif a déjà {MOUVEMENTS_MAX} mouvements : le CSC inscrit les suivants.",
            regle="DEM-7",
            details={"mouvements_max": MOUVEMENTS_MAX},
        )


def succession(remplace_id: UUID, remplacement: MouvementPose) -> MouvementPose:
    """Ce que le remplacement est à qui prend la place; prématuré, il ne reporte rien (FAC-5)."""
    return MouvementPose(
        acte_id=succession_de(remplacement.acte_id),
        mouvement=Mouvement.SUCCESSION,
        survenu_le=remplacement.survenu_le,
        enregistre_le=remplacement.enregistre_le,
        acteur=remplacement.acteur,
        autre_id=remplace_id,
        depuis=None if remplacement.premature else remplacement.depuis,
    )


def succession_de(remplacement_id: UUID) -> UUID:
    """L'identité de la succession que dit aussi un remplacement."""
    return uuid5(remplacement_id, "succession")


@dataclass(frozen=True, slots=True, kw_only=True)
class MouvementInscrit(Fait):
    """Un actif est déplacé, récupéré, perdu, remplacé, ou prend la place d'un autre."""

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

"""Un geste posé sur une demande : son identité, et ce qu'il fait de la demande (DEM-12)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from demandes.clients.domaine.registre import Signature
from demandes.demande.domaine.demande import (
    Article,
    Demande,
    Etat,
    FaitsDeMesure,
    Geste,
    TempsTravaille,
)
from demandes.ropn.domaine import Livraison
from noyau import Conflit, Pli, TransitionImpossible, a_la_seconde

_RANGS: Final = {geste: rang for rang, geste in enumerate(Geste)}


class DejaLivre(Conflit):
    """L'article est déjà livré à cet instant (DEM-4)."""


class LivraisonsManquantes(Conflit):
    """La demande ne peut se compléter : des articles restent à livrer (DEM-4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GestePose:
    """Un geste, tel qu'on l'a posé : on en ajoute, on n'en change aucun (DEM-4, DEM-12)."""

    acte_id: UUID
    """Son identité, qui est celle de son événement."""
    geste: Geste
    annonce_le: datetime
    """L'instant annoncé, à la seconde : il fait l'identité."""
    survenu_le: datetime
    """L'instant retenu : l'annoncé, ou celui de la réception si l'horloge de l'appelant avance."""
    enregistre_le: datetime
    acteur: str
    motif: str | None = None
    signature: Signature | None = None
    article_id: UUID | None = None
    articles: tuple[UUID, ...] = ()
    """Les articles que rouvre une réouverture."""
    travail: TempsTravaille | None = None
    faits: FaitsDeMesure | None = None
    """Ceux que constate une soumission (DEM-2)."""
    differe_depuis: datetime | None = None
    """Quand on l'a d'abord appris, s'il a dû attendre d'autres actes."""

    @property
    def rang(self) -> int:
        return _RANGS[self.geste]

    @property
    def nom(self) -> str:
        return self.geste.value

    @property
    def dit(self) -> tuple[object, ...]:
        """Ce qu'il dit : une même identité ne dit qu'une chose."""
        return (self.annonce_le, self.motif, self.signature, self.article_id, self.articles,
                self.travail)  # fmt: skip

    def redate(self, survenu_le: datetime) -> "GestePose":
        return replace(self, survenu_le=survenu_le)


def identite(
    demande_id: UUID,
    geste: Geste,
    annonce_le: datetime,
    article_id: UUID | None,
    travail: TempsTravaille | None,
) -> UUID:
    """L'identité d'un geste (DEM-12) : demande, geste, instant annoncé à la seconde, article.

    Des heures s'identifient par la référence de l'ITSM, sinon aussi par leur tarif et leur durée.
    """
    if travail is not None and travail.reference is not None:
        return uuid5(demande_id, f"{geste} {travail.reference}")
    quoi = f"{geste} {a_la_seconde(annonce_le).isoformat()} {article_id or ''}"
    heures = f" {travail.tarif} {travail.minutes}" if travail else ""
    return uuid5(demande_id, quoi + heures)


def suivre(demande: Demande, pose: GestePose) -> Demande:
    """La demande après ce geste.

    Lève `TransitionImpossible`, `DejaLivre` ou `LivraisonsManquantes` (DEM-4).
    """
    if pose.geste is Geste.COMPLETER and demande.articles:
        return _constater(demande)
    effet = _EFFETS.get(pose.geste)
    passee = demande.vers(pose.geste)
    return passee if effet is None else effet(passee, pose)


def _constater(demande: Demande) -> Demande:
    """La complétion annoncée d'une demande que ses livraisons complètent : elle n'y ajoute rien."""
    if demande.etat is Etat.COMPLETEE:
        return demande
    _permise = demande.vers(Geste.COMPLETER)
    restants = ", ".join(str(article.id) for article in demande.a_livrer)
    raise LivraisonsManquantes(f"Articles à livrer d'abord : {restants}.", regle="DEM-4")


def _soumettre(demande: Demande, pose: GestePose) -> Demande:
    faits = pose.faits or demande.faits
    return replace(demande, faits=faits, soumise_le=pose.survenu_le)


def _livrer(demande: Demande, pose: GestePose) -> Demande:
    article = _vise(demande, pose)
    if article.livre_le is not None:
        raise DejaLivre(f"L'article {article.id} est déjà livré.", regle="DEM-4")
    return demande.livree(pose.survenu_le, article)


def _completer(demande: Demande, pose: GestePose) -> Demande:
    return demande.completee(pose.survenu_le)


def _rouvrir(demande: Demande, pose: GestePose) -> Demande:
    return demande.rouverte(*map(demande.article, pose.articles))


def _inscrire_heures(demande: Demande, pose: GestePose) -> Demande:
    article, travail = _vise(demande, pose), pose.travail
    if article.livraison is not Livraison.AMENAGEMENT or travail is None:
        raise Conflit("Les heures travaillées s'inscrivent sur un aménagement.", regle="DEM-10")
    return demande.avec(replace(article, travaux=(*article.travaux, travail)))


def _vise(demande: Demande, pose: GestePose) -> Article:
    if pose.article_id is None:
        raise Conflit(f"L'acte « {pose.geste} » nomme un article.", regle="DEM-4")
    return demande.article(pose.article_id)


_EFFETS: Mapping[Geste, Callable[[Demande, GestePose], Demande]] = {
    Geste.SOUMETTRE: _soumettre,
    Geste.INSCRIRE_HEURES: _inscrire_heures,
    Geste.LIVRER: _livrer,
    Geste.COMPLETER: _completer,
    Geste.ROUVRIR: _rouvrir,
}
"""Les autres ne changent que l'état."""


def _situation(demande: Demande) -> tuple[object, ...]:
    restent = frozenset(article.id for article in demande.a_livrer)
    return demande.etat, demande.faits.approbation_requise, restent


PLI: Final = Pli(suivre, _situation, Demande.possibles)
"""Comment une demande se plie : le même pli partout où l'on en juge (DEM-12)."""

HORS_TOUR = (TransitionImpossible, DejaLivre, LivraisonsManquantes)
"""Les refus que l'ordre des gestes explique : un acte encore inconnu pourrait les lever."""

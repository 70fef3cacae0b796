"""Ce qu'on veut poser sur une demande, quelle que soit la porte : REST ou ITSM."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from demandes.clients.domaine.registre import Signature
from demandes.demande.domaine.demande import Demande, FaitsDeMesure, Geste, TempsTravaille
from demandes.demande.domaine.gestes import GestePose, identite
from demandes.ropn.domaine import Livraison
from noyau import AVANCE_TOLEREE, Acte, Conflit, a_la_seconde

MOTIVES: Final = frozenset({Geste.REFUSER, Geste.SUSPENDRE, Geste.ROUVRIR})
"""Les gestes dont le motif est toujours requis (DEM-4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """Un geste voulu, et ce que l'appelant en dit; chaque geste ne lit que ce qui le regarde."""

    demande_id: UUID
    geste: Geste
    survenu_le: datetime | None = None
    """L'instant annoncé; absent : celui de l'acte."""
    motif: str | None = None
    article_id: UUID | None = None
    articles: frozenset[UUID] | None = None
    """Les articles d'une réouverture; absents : tous."""
    travaux: tuple[TempsTravaille, ...] = ()

    def exiger_present(self, acte: Acte) -> None:
        """Lève `Conflit` (DEM-12) si un organisme antidate : son acte vaut quand il le pose."""
        antidate = self.survenu_le is not None and self.survenu_le < acte.le - AVANCE_TOLEREE
        if antidate and not acte.acteur.est_mcn:
            raise Conflit("L'acte d'un organisme vaut de l'instant où il le pose.", regle="DEM-12")

    def gestes(
        self,
        demande: Demande,
        acte: Acte,
        *,
        signature: Signature | None = None,
        faits: FaitsDeMesure | None = None,
        differe_depuis: datetime | None = None,
    ) -> list[GestePose]:
        """Les gestes que veut l'intention : compléter un aménagement, c'est aussi le livrer.

        Lève `Conflit` (DEM-4, DEM-12) si un motif ou un article manque, ou si c'est dans le futur;
        `Introuvable` si un article n'est pas de la demande.
        """
        annonce = a_la_seconde(self.survenu_le or acte.le)
        if annonce > acte.le + AVANCE_TOLEREE:
            raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-12")
        if self.geste in MOTIVES and not self.motif:
            raise Conflit(f"L'acte « {self.geste} » exige un motif.", regle="DEM-4")
        return [
            GestePose(
                acte_id=identite(self.demande_id, geste, annonce, article_id, travail),
                geste=geste,
                annonce_le=annonce,
                survenu_le=min(annonce, a_la_seconde(acte.le)),
                enregistre_le=acte.le,
                acteur=acte.acteur.sujet,
                motif=None if geste is Geste.INSCRIRE_HEURES else self.motif,
                signature=signature,
                article_id=article_id,
                articles=self._rouverts(demande) if geste is Geste.ROUVRIR else (),
                travail=travail,
                faits=faits,
                differe_depuis=differe_depuis,
            )
            for geste, article_id, travail in self._decomposer(demande)
        ]

    def _decomposer(
        self, demande: Demande
    ) -> Iterator[tuple[Geste, UUID | None, TempsTravaille | None]]:
        """Les gestes, l'article que chacun vise, et le temps qu'il inscrit."""
        amenagement = next(
            (a.id for a in demande.articles if a.livraison is Livraison.AMENAGEMENT), None
        )
        if self.travaux:
            if amenagement is None:
                raise Conflit(
                    "Les heures travaillées s'inscrivent sur un aménagement seulement.",
                    regle="DEM-10",
                )
            _exiger_distincts(self.travaux)
            for travail in self.travaux:
                yield Geste.INSCRIRE_HEURES, amenagement, travail
        if self.geste is Geste.COMPLETER and amenagement is not None:
            yield Geste.LIVRER, amenagement, None
        elif self.geste is Geste.LIVRER:
            if self.article_id is None:
                raise Conflit(f"L'acte « {self.geste} » nomme un article.", regle="DEM-4")
            yield self.geste, demande.article(self.article_id).id, None
        elif self.geste is not Geste.INSCRIRE_HEURES:
            yield self.geste, None, None

    def _rouverts(self, demande: Demande) -> tuple[UUID, ...]:
        """Les articles que rouvre une réouverture, dans l'ordre de la demande."""
        vises = [a.id for a in demande.articles] if self.articles is None else self.articles
        if demande.articles and not vises:
            raise Conflit("Une réouverture nomme au moins un article.", regle="DEM-4")
        return tuple(sorted(demande.article(article_id).id for article_id in vises))


def _exiger_distincts(travaux: Sequence[TempsTravaille]) -> None:
    """Sans référence, deux entrées de même tarif et de même durée seraient le même acte."""
    anonymes = [(t.tarif, t.minutes) for t in travaux if t.reference is None]
    if len(set(anonymes)) < len(anonymes):
        raise Conflit(
            "Deux entrées de temps identiques se distinguent par leur référence.", regle="DEM-12"
        )

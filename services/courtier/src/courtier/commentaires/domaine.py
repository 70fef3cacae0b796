"""Un commentaire d'un organisme au Courtier : reçu, traité, répondu, clos (CI-11, CI-21)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from noyau import Acte, Conflit, TransitionImpossible


class NatureCommentaire(StrEnum):
    """Ce que veut un commentaire; les deux dernières sont des plaintes."""

    DOCUMENT = "document"
    """Améliorer un document du mode d'acquisition."""
    INEXACTITUDE = "inexactitude"
    """Corriger une information inexacte au Catalogue."""
    CONDITIONS = "conditions"
    SECURITE = "securite"
    NOUVEAU_VOLET = "nouveau_volet"
    """Proposer un nouveau volet d'offres."""
    PLAINTE_FOURNISSEUR = "plainte_fournisseur"
    PLAINTE_OFFRE = "plainte_offre"


class Objet(StrEnum):
    """Ce dont parle un commentaire."""

    OFFRE = "offre"
    FOURNISSEUR = "fournisseur"
    AUTRE = "autre"


class EtatCommentaire(StrEnum):
    """Où en est le Courtier avec un commentaire."""

    RECU = "recu"
    EN_TRAITEMENT = "en_traitement"
    REPONDU = "repondu"
    CLOS = "clos"


class ActeCommentaire(StrEnum):
    """Ce que le Courtier fait d'un commentaire."""

    TRAITEMENT = "traitement"
    REPONSE = "reponse"
    CLOTURE = "cloture"


PERMIS: Mapping[EtatCommentaire, tuple[ActeCommentaire, ...]] = MappingProxyType(
    {
        EtatCommentaire.RECU: (ActeCommentaire.TRAITEMENT, ActeCommentaire.REPONSE),
        EtatCommentaire.EN_TRAITEMENT: (ActeCommentaire.REPONSE,),
        EtatCommentaire.REPONDU: (ActeCommentaire.REPONSE, ActeCommentaire.CLOTURE),
        EtatCommentaire.CLOS: (),
    }
)
"""Ce que chaque état permet. Rien ne se clôt sans réponse."""
_ATTENDU = MappingProxyType(
    {
        NatureCommentaire.PLAINTE_FOURNISSEUR: Objet.FOURNISSEUR,
        NatureCommentaire.PLAINTE_OFFRE: Objet.OFFRE,
    }
)


@dataclass(frozen=True, slots=True)
class VisaCommentaire:
    """Qui a posé un acte, et quand (UTC)."""

    par: str
    le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReponseCommentaire:
    """Ce que le Courtier répond; une autre s'y ajoute, sans l'effacer."""

    texte: str
    par: str
    le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Commentaire:
    """Ce qu'un organisme dit au Courtier, et ce qu'il en advient.

    Lève `Conflit` (CI-21) si l'objet n'est pas nommé, ou n'est pas celui que sa nature appelle.
    """

    id: UUID
    version: int
    organisme: str
    nature: NatureCommentaire
    objet: Objet
    objet_id: UUID | None
    texte: str
    par: str
    recu_le: datetime
    traitement: VisaCommentaire | None = None
    reponses: tuple[ReponseCommentaire, ...] = ()
    cloture: VisaCommentaire | None = None

    def __post_init__(self) -> None:
        if (self.objet is Objet.AUTRE) != (self.objet_id is None):
            raise Conflit(
                "Une offre ou un fournisseur se nomme; un autre objet, non.", regle="CI-21"
            )
        attendu = _ATTENDU.get(self.nature)
        if attendu is not None and self.objet is not attendu:
            raise Conflit(
                f"Cette plainte porte sur un objet « {attendu} ».",
                regle="CI-21",
                details={"objet": attendu.value},
            )

    @property
    def etat(self) -> EtatCommentaire:
        if self.cloture is not None:
            return EtatCommentaire.CLOS
        if self.reponses:
            return EtatCommentaire.REPONDU
        return EtatCommentaire.RECU if self.traitement is None else EtatCommentaire.EN_TRAITEMENT

    def traiter(self, acte: Acte) -> "Commentaire":
        """Lève `TransitionImpossible` (CI-21) s'il est déjà pris en charge."""
        self._exiger(ActeCommentaire.TRAITEMENT)
        visa = VisaCommentaire(acte.acteur.sujet, acte.le)
        return replace(self, version=self.version + 1, traitement=visa)

    def repondre(self, texte: str, acte: Acte) -> "Commentaire":
        """Lève `TransitionImpossible` (CI-21) s'il est clos."""
        self._exiger(ActeCommentaire.REPONSE)
        reponse = ReponseCommentaire(texte=texte, par=acte.acteur.sujet, le=acte.le)
        return replace(self, version=self.version + 1, reponses=(*self.reponses, reponse))

    def clore(self, acte: Acte) -> "Commentaire":
        """Lève `TransitionImpossible` (CI-21) s'il est sans réponse, ou déjà clos."""
        self._exiger(ActeCommentaire.CLOTURE)
        visa = VisaCommentaire(acte.acteur.sujet, acte.le)
        return replace(self, version=self.version + 1, cloture=visa)

    def _exiger(self, acte: ActeCommentaire) -> None:
        if acte not in PERMIS[self.etat]:
            raise TransitionImpossible(acte, self.etat, PERMIS[self.etat], regle="CI-21")

"""Un manquement du fournisseur, ou un incident de confidentialité (CI-21).

Touchant un renseignement personnel, il dit si un avis à la Commission d'accès à l'information et
aux personnes est requis : l'organisme en juge. Un avis requis se donne avant de fermer.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from courtier.pieces.domaine import Visa
from courtier.suivi.domaine import ContratConclu, exiger_de_l_organisme, exiger_passe
from noyau import Acte, Conflit, TransitionImpossible, exiger_une_personne

REGLE = "CI-21"


class NatureIncident(StrEnum):
    """Ce qui est arrivé."""

    CONFIDENTIALITE = "confidentialite"
    MANQUEMENT = "manquement"


class EtatIncident(StrEnum):
    """Où il en est."""

    OUVERT = "ouvert"
    FERME = "ferme"


class Destinataire(StrEnum):
    """À qui va un avis."""

    CAI = "cai"
    PERSONNES = "personnes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appreciation:
    """Les avis que l'organisme juge requis, et pourquoi; la dernière vaut."""

    avis: tuple[Destinataire, ...]
    motif: str
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Avis:
    """Un avis donné."""

    destinataire: Destinataire
    le: date
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Ajout:
    """Ce qu'on a dit ou fait, un jour."""

    le: date
    texte: str
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Ce que l'organisme inscrit de son fournisseur; on y ajoute, on n'y change rien."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    nature: NatureIncident
    renseignements_personnels: bool
    survenu_le: date
    constate_le: date
    description: str
    inscrit: Visa
    appreciations: tuple[Appreciation, ...] = ()
    avis: tuple[Avis, ...] = ()
    ajouts: tuple[Ajout, ...] = ()
    fermeture: Ajout | None = None

    @classmethod
    def inscrire(
        cls,
        identifiant: UUID,
        contrat: ContratConclu,
        *,
        nature: NatureIncident,
        survenu_le: date,
        constate_le: date,
        description: str,
        appreciation: Appreciation | None,
        acte: Acte,
    ) -> "Incident":
        """Avec appréciation : il touche un renseignement personnel.

        Lève `Interdit`, ou `Conflit` d'un manquement qu'on apprécierait, d'un jour avant le contrat
        ou à venir.
        """
        exiger_de_l_organisme(contrat.organisme, acte, REGLE)
        exiger_une_personne(acte.acteur, REGLE)
        if appreciation and nature is not NatureIncident.CONFIDENTIALITE:
            raise Conflit(
                "Un renseignement personnel atteint fait un incident de confidentialité.",
                regle=REGLE,
            )
        if survenu_le < contrat.conclu_le:
            raise Conflit("Un incident ne précède pas le contrat.", regle=REGLE)
        if constate_le < survenu_le:
            raise Conflit("Un incident se constate une fois survenu.", regle=REGLE)
        exiger_passe(constate_le, acte, REGLE)
        return cls(
            id=identifiant,
            version=1,
            organisme=contrat.organisme,
            contrat_id=contrat.id,
            fournisseur_id=contrat.fournisseur_id,
            nature=nature,
            renseignements_personnels=appreciation is not None,
            survenu_le=survenu_le,
            constate_le=constate_le,
            description=description,
            inscrit=Visa.de(acte),
            appreciations=(appreciation,) if appreciation else (),
        )

    @property
    def etat(self) -> EtatIncident:
        return EtatIncident.FERME if self.fermeture else EtatIncident.OUVERT

    @property
    def avis_manquants(self) -> tuple[Destinataire, ...]:
        """Ceux que la dernière appréciation requiert, et qui ne sont pas donnés."""
        requis = self.appreciations[-1].avis if self.appreciations else ()
        donnes = {avis.destinataire for avis in self.avis}
        return tuple(d for d in Destinataire if d in requis and d not in donnes)

    def apprecier(self, appreciation: Appreciation, acte: Acte) -> "Incident":
        """Lève `Conflit` d'un incident qui ne touche aucun renseignement personnel."""
        self._exiger_ouvert("appreciation", acte)
        if not self.renseignements_personnels:
            raise Conflit("Il ne touche aucun renseignement personnel.", regle=REGLE)
        appreciations = (*self.appreciations, appreciation)
        return replace(self, version=self.version + 1, appreciations=appreciations)

    def aviser(self, destinataire: Destinataire, le: date, acte: Acte) -> "Incident":
        """Un avis requis est donné; lève `Conflit` s'il ne l'est pas, ou d'un jour hors d'ordre."""
        self._exiger_ouvert("avis", acte)
        if destinataire not in self.avis_manquants:
            raise Conflit("Cet avis n'est pas requis, ou il est déjà donné.", regle=REGLE)
        self._exiger_apres(le, acte)
        avis = Avis(destinataire=destinataire, le=le, visa=Visa.de(acte))
        return replace(self, version=self.version + 1, avis=(*self.avis, avis))

    def ajouter(self, le: date, texte: str, acte: Acte) -> "Incident":
        """Ce qu'on a dit ou fait; le fil s'allonge."""
        self._exiger_ouvert("ajout", acte)
        self._exiger_apres(le, acte)
        ajout = Ajout(le=le, texte=texte, visa=Visa.de(acte))
        return replace(self, version=self.version + 1, ajouts=(*self.ajouts, ajout))

    def fermer(self, le: date, texte: str, acte: Acte) -> "Incident":
        """Lève `Conflit` tant qu'un avis requis n'est pas donné."""
        self._exiger_ouvert("fermeture", acte)
        if self.avis_manquants:
            raise Conflit(
                "Un avis requis n'est pas donné.",
                regle=REGLE,
                details={"avis_manquants": list(self.avis_manquants)},
            )
        self._exiger_apres(le, acte)
        fermeture = Ajout(le=le, texte=texte, visa=Visa.de(acte))
        return replace(self, version=self.version + 1, fermeture=fermeture)

    def _exiger_ouvert(self, geste: str, acte: Acte) -> None:
        exiger_de_l_organisme(self.organisme, acte, REGLE)
        exiger_une_personne(acte.acteur, REGLE)
        if self.fermeture:
            raise TransitionImpossible(geste, self.etat, (), regle=REGLE)

    def _exiger_apres(self, le: date, acte: Acte) -> None:
        if le < self.constate_le:
            raise Conflit("On n'agit qu'une fois l'incident constaté.", regle=REGLE)
        exiger_passe(le, acte, REGLE)

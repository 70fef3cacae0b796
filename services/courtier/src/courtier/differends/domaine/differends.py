"""Un différend, ou une plainte : son fil, qui s'allonge, et ce qui le signale au Courtier (CI-21).

Un différend qui dure, ou qui se répète sur le même contrat, est signalé d'office; une plainte, dès
qu'elle s'inscrit. Le temps le dit : rien ne s'écrit d'avance.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from courtier.normes.domaine import NormesDifferends
from courtier.pieces.domaine import Visa
from courtier.suivi.domaine import ContratConclu, exiger_de_l_organisme, exiger_passe
from noyau import Acte, Conflit, Interdit, TransitionImpossible, exiger_une_personne, jour_de_quebec

REGLE = "CI-21"


class NatureDifferend(StrEnum):
    """Ce dont il s'agit."""

    DIFFEREND = "differend"
    PLAINTE = "plainte"


class EtatDifferend(StrEnum):
    """Où il en est, un jour donné."""

    OUVERT = "ouvert"
    SIGNALE = "signale"
    FERME = "ferme"


class Partie(StrEnum):
    """Qui parle; le fournisseur n'a pas d'accès, l'organisme inscrit ce qu'il dit."""

    ORGANISME = "organisme"
    FOURNISSEUR = "fournisseur"
    COURTIER = "courtier"


class Denouement(StrEnum):
    """Comment il finit."""

    REGLE = "regle"
    SANS_REGLEMENT = "sans_reglement"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Echange:
    """Ce qu'une partie dit, un jour."""

    partie: Partie
    le: date
    texte: str
    inscrit: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Fermeture:
    """Comment il finit, et pourquoi."""

    denouement: Denouement
    motif: str
    visa: Visa


@dataclass(frozen=True, slots=True, kw_only=True)
class Differend:
    """Ce qui oppose un organisme et son fournisseur."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    nature: NatureDifferend
    objet: str
    survenu_le: date
    ouvert: Visa
    signale_d_office_le: date
    """Le jour où le temps le signale, s'il est encore ouvert."""
    fil: tuple[Echange, ...]
    signale: Visa | None = None
    """L'organisme l'a signalé lui-même."""
    fermeture: Fermeture | None = None

    @classmethod
    def ouvrir(
        cls,
        identifiant: UUID,
        contrat: ContratConclu,
        *,
        nature: NatureDifferend,
        objet: str,
        texte: str,
        survenu_le: date,
        deja: int,
        normes: NormesDifferends,
        acte: Acte,
    ) -> "Differend":
        """`deja` : combien ce contrat en a eu; un de plus se répète.

        Lève `Interdit`, ou `Conflit` d'un jour avant le contrat ou à venir.
        """
        exiger_de_l_organisme(contrat.organisme, acte, REGLE)
        if survenu_le < contrat.conclu_le:
            raise Conflit("Un différend ne précède pas le contrat.", regle=REGLE)
        exiger_passe(survenu_le, acte, REGLE)
        jour = jour_de_quebec(acte.le)
        aussitot = deja > 0 or nature is NatureDifferend.PLAINTE
        attente = timedelta(days=0 if aussitot else normes.persistance_jours)
        premier = Echange(
            partie=Partie.ORGANISME, le=survenu_le, texte=texte, inscrit=Visa.de(acte)
        )
        return cls(
            id=identifiant,
            version=1,
            organisme=contrat.organisme,
            contrat_id=contrat.id,
            fournisseur_id=contrat.fournisseur_id,
            nature=nature,
            objet=objet,
            survenu_le=survenu_le,
            ouvert=Visa.de(acte),
            signale_d_office_le=jour + attente,
            fil=(premier,),
        )

    def signale_le(self, jour: date) -> bool:
        """Vrai s'il est signalé au Courtier ce jour-là; fermé à temps, il ne l'est pas."""
        if self.signale:
            return True
        fin = jour_de_quebec(self.fermeture.visa.le) if self.fermeture else jour
        return self.signale_d_office_le <= min(fin, jour)

    def etat(self, jour: date) -> EtatDifferend:
        if self.fermeture:
            return EtatDifferend.FERME
        return EtatDifferend.SIGNALE if self.signale_le(jour) else EtatDifferend.OUVERT

    def repondre(self, partie: Partie, le: date, texte: str, acte: Acte) -> "Differend":
        """Le fil s'allonge.

        Lève `Interdit` de qui parle pour un autre, ou du Courtier avant qu'on le lui signale;
        `TransitionImpossible` d'un différend fermé; `Conflit` d'un jour hors d'ordre.
        """
        self._exiger_ouvert("reponse", acte)
        if (partie is Partie.COURTIER) is not acte.acteur.est_mcn:
            raise Interdit("Chacun ne parle que pour soi.", regle=REGLE)
        if acte.acteur.est_mcn and not self.signale_le(jour_de_quebec(acte.le)):
            raise Interdit("Ce différend n'est pas signalé au Courtier.", regle=REGLE)
        if le < self.survenu_le:
            raise Conflit("Une réponse suit ce qui l'appelle.", regle=REGLE)
        exiger_passe(le, acte, REGLE)
        dit = Echange(partie=partie, le=le, texte=texte, inscrit=Visa.de(acte))
        return replace(self, version=self.version + 1, fil=(*self.fil, dit))

    def signaler(self, acte: Acte) -> "Differend":
        """L'organisme le signale sans attendre; lève `Conflit` s'il l'est déjà."""
        exiger_de_l_organisme(self.organisme, acte, REGLE)
        self._exiger_ouvert("signalement", acte)
        if self.signale_le(jour_de_quebec(acte.le)):
            raise Conflit("Il est déjà signalé au Courtier.", regle=REGLE)
        return replace(self, version=self.version + 1, signale=Visa.de(acte))

    def fermer(self, denouement: Denouement, motif: str, acte: Acte) -> "Differend":
        """L'organisme dit comment il finit; lève `Interdit` ou `TransitionImpossible`."""
        exiger_de_l_organisme(self.organisme, acte, REGLE)
        exiger_une_personne(acte.acteur, REGLE)
        self._exiger_ouvert("fermeture", acte)
        fermeture = Fermeture(denouement=denouement, motif=motif, visa=Visa.de(acte))
        return replace(self, version=self.version + 1, fermeture=fermeture)

    def _exiger_ouvert(self, geste: str, acte: Acte) -> None:
        if self.fermeture:
            etat = self.etat(jour_de_quebec(acte.le))
            raise TransitionImpossible(geste, etat, (), regle=REGLE)

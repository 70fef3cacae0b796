"""Une contestation et son cycle de vie (FAC-8) : des états, une table de transitions, un fil."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from facturation.contestations.domaine.delais import Delais
from noyau import Acte, Conflit, Fait, Interdit, Montant, TransitionImpossible, jour_de_quebec

ECHANGES_MAX: Final = 200
"""Ce qu'un fil peut porter."""


class Etat(StrEnum):
    """Les états d'une contestation."""

    A_ADMETTRE = "a_admettre"
    """Tardive, ou d'une ligne tranchée ou validée : la facturation l'admet, ou non."""
    OUVERTE = "ouverte"
    EN_EXAMEN = "en_examen"
    QUESTION_POSEE = "question_posee"
    ACCEPTEE = "acceptee"
    PARTIELLE = "partielle"
    REJETEE = "rejetee"
    RETIREE = "retiree"


TRANCHEES: Final = frozenset({Etat.ACCEPTEE, Etat.PARTIELLE, Etat.REJETEE})
FINIES: Final = TRANCHEES | {Etat.RETIREE}


class Geste(StrEnum):
    """Ce qu'on pose sur une contestation."""

    ADMETTRE = "admission"
    EXAMINER = "examen"
    QUESTIONNER = "question"
    REPONDRE = "reponse"
    REPRENDRE = "reprise"
    """Le MCN reprend l'examen sans réponse."""
    ACCEPTER = "acceptation"
    ACCORDER = "acceptation_partielle"
    REJETER = "rejet"
    RETIRER = "retrait"
    GELER = "gel"
    """Nulle pièce ne s'en détruit plus, tant que le gel tient."""
    DEGELER = "levee_gel"


GELS: Final = frozenset({Geste.GELER, Geste.DEGELER})
TRANSITIONS: Final[Mapping[Etat, Mapping[Geste, Etat]]] = MappingProxyType(
    {
        Etat.A_ADMETTRE: {
            Geste.ADMETTRE: Etat.OUVERTE,
            Geste.REJETER: Etat.REJETEE,
            Geste.RETIRER: Etat.RETIREE,
        },
        Etat.OUVERTE: {Geste.EXAMINER: Etat.EN_EXAMEN, Geste.RETIRER: Etat.RETIREE},
        Etat.EN_EXAMEN: {
            Geste.QUESTIONNER: Etat.QUESTION_POSEE,
            Geste.ACCEPTER: Etat.ACCEPTEE,
            Geste.ACCORDER: Etat.PARTIELLE,
            Geste.REJETER: Etat.REJETEE,
            Geste.RETIRER: Etat.RETIREE,
        },
        Etat.QUESTION_POSEE: {
            Geste.REPONDRE: Etat.EN_EXAMEN,
            Geste.REPRENDRE: Etat.EN_EXAMEN,
            Geste.RETIRER: Etat.RETIREE,
        },
        **{etat: {Geste.GELER: etat, Geste.DEGELER: etat} for etat in FINIES},
    }
)
"""État × geste → état. Ce qui n'y est pas est impossible (FAC-8)."""

DE_L_ORGANISME: Final = frozenset({Geste.REPONDRE, Geste.RETIRER})
"""Les gestes de l'organisme; les autres sont de la facturation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echange:
    """Un geste posé : par qui, quand (instant UTC), et ce qu'il dit."""

    geste: Geste
    le: datetime
    par: str
    texte: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneContestee:
    """Une ligne du document, ce qu'elle demandait ($), et ce qui en est rendu."""

    rang: int
    motif: str
    montant: Montant
    accorde: Montant | None = None
    """Absent tant que rien n'en est décidé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestation:
    """Les lignes d'un document qu'un organisme conteste, telles qu'après une suite de gestes."""

    id: UUID
    organisme: str
    numero: str
    """Le document contesté."""
    motif: str
    lignes: tuple[LigneContestee, ...]
    ouverte_le: datetime
    ouverte_par: str
    delais: Delais
    """Ceux du jour où elle s'ouvre."""
    tardive: bool = False
    fait_nouveau: str | None = None
    """Ce que l'organisme apporte de neuf, sur une ligne tranchée ou un document validé."""
    etat: Etat = Etat.OUVERTE
    fil: tuple[Echange, ...] = ()
    note: str | None = None
    """Le numéro de la note de crédit qui documente la décision."""
    rappel_fait: date | None = None
    """Le jour du dernier rappel publié; ceux d'avant sont faits, ou sans objet."""
    version: int = 1

    @property
    def rangs(self) -> tuple[int, ...]:
        return tuple(ligne.rang for ligne in self.lignes)

    @property
    def finie_le(self) -> datetime | None:
        """L'instant où elle fut tranchée ou retirée."""
        fins = (e.le for e in reversed(self.fil) if e.geste not in GELS)
        return next(fins, None) if self.etat in FINIES else None

    @property
    def gelee(self) -> bool:
        """Vrai tant qu'un gel juridique tient."""
        gels = (e.geste for e in reversed(self.fil) if e.geste in GELS)
        return next(gels, None) is Geste.GELER

    @property
    def permis(self) -> Mapping[Geste, Etat]:
        """Où mène chaque geste que l'état permet; un gel ne se pose ni ne se lève deux fois."""
        sans_effet = Geste.GELER if self.gelee else Geste.DEGELER
        return {g: etat for g, etat in TRANSITIONS[self.etat].items() if g is not sans_effet}

    @property
    def de_l_organisme(self) -> frozenset[str]:
        """Qui y a parlé pour l'organisme."""
        repondants = {e.par for e in self.fil if e.geste in DE_L_ORGANISME}
        return frozenset({self.ouverte_par, *repondants})

    @property
    def question_le(self) -> date | None:
        """Le jour de la question qui attend encore sa réponse."""
        attend = self.etat is Etat.QUESTION_POSEE
        return jour_de_quebec(self.fil[-1].le) if attend else None

    @property
    def attente(self) -> int:
        """Les jours passés à attendre des réponses : aucun ne compte au délai de décision."""
        jours, depuis = 0, None
        for echange in self.fil:
            jour = jour_de_quebec(echange.le)
            if depuis is not None:
                jours += max(0, (jour - depuis).days)
            depuis = jour if echange.geste is Geste.QUESTIONNER else None
        return jours

    @property
    def echeance(self) -> date | None:
        """Le dernier jour où décider à temps; aucun si tout est dit ou si l'on attend réponse."""
        if self.etat in FINIES or self.etat is Etat.QUESTION_POSEE:
            return None
        admission = (e.le for e in self.fil if e.geste is Geste.ADMETTRE)
        depuis = jour_de_quebec(next(admission, self.ouverte_le))
        return self.delais.echeance(depuis, self.attente)

    @property
    def rappel(self) -> "Rappel | None":
        """Le prochain rappel à publier; de deux déjà dus, seul le dernier a encore un objet."""
        faits = self.rappel_fait or date.min
        return next((r for r in self._rappels() if r.jour > faits), None)

    def rappel_du(self, le: date) -> "Rappel | None":
        """Le rappel à publier ce jour-là."""
        faits = self.rappel_fait or date.min
        return next((r for r in reversed(self._rappels()) if faits < r.jour <= le), None)

    def rappelee(self, rappel: "Rappel") -> "Contestation":
        """Ce rappel publié, une fois."""
        return replace(self, rappel_fait=rappel.jour)

    def _rappels(self) -> tuple["Rappel", ...]:
        """Par jour croissant."""
        if self.question_le is not None:
            jour = self.question_le + timedelta(days=self.delais.rappel_question)
            return (Rappel(GenreRappel.SANS_REPONSE, jour, self.question_le),)
        if (echeance := self.echeance) is None:
            return ()
        proche = echeance - timedelta(days=self.delais.rappel_decision)
        return (
            Rappel(GenreRappel.A_RISQUE, proche, echeance),
            Rappel(GenreRappel.EN_RETARD, echeance + timedelta(days=1), echeance),
        )

    def poser(self, geste: Geste, texte: str | None, acte: Acte) -> "Contestation":
        """La contestation après ce geste.

        Lève `TransitionImpossible` (FAC-8), ou `Conflit` si le fil est plein; on peut toujours
        trancher, retirer ou dégeler.
        """
        permis = self.permis
        if geste not in permis:
            raise TransitionImpossible(geste, self.etat, list(permis), regle="FAC-8")
        libre = permis[geste] in FINIES and geste is not Geste.GELER
        if len(self.fil) >= ECHANGES_MAX and not libre:
            raise Conflit(f"Le fil porte déjà {ECHANGES_MAX} échanges.", regle="FAC-8")
        echange = Echange(geste=geste, le=acte.le, par=acte.acteur.sujet, texte=texte)
        fil = (*self.fil, echange)
        return replace(self, etat=permis[geste], fil=fil, version=self.version + 1)

    def trancher(self, decision: "Decision", acte: Acte) -> "Contestation":
        """La contestation décidée, ce qui se rend restant à chiffrer.

        Lève `TransitionImpossible`; `Interdit` si l'auteur y a parlé pour l'organisme; `Conflit` si
        une ligne accordée n'est pas contestée, ou l'est deux fois (FAC-8).
        """
        tranchee = self.poser(decision.geste, decision.motif, acte)
        if acte.acteur.sujet in self.de_l_organisme:
            raise Interdit(
                "Qui a contesté ou répondu pour l'organisme ne décide pas de sa contestation.",
                regle="FAC-8",
            )
        decision.exiger_parmi(self.rangs)
        return tranchee

    def rendue(self, note: str | None, rendus: Mapping[int, Montant]) -> "Contestation":
        """La même, sous la note de crédit qui la documente et ce qu'elle rend de chaque ligne."""
        rien = Montant(0)
        lignes = tuple(replace(x, accorde=rendus.get(x.rang, rien)) for x in self.lignes)
        return replace(self, note=note, lignes=lignes)


class GenreRappel(StrEnum):
    """Ce qu'un rappel dit."""

    A_RISQUE = "a_risque"
    EN_RETARD = "en_retard"
    SANS_REPONSE = "sans_reponse"


@dataclass(frozen=True, slots=True)
class Rappel:
    """Un rappel, le jour où il se publie, et le jour dont il parle : l'échéance, la question."""

    genre: GenreRappel
    jour: date
    objet: date


@dataclass(frozen=True, slots=True)
class Accord:
    """Ce qu'une décision partielle rend d'une ligne ($); sans montant, tout ce qui en reste."""

    rang: int
    montant: Montant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Ce que la facturation décide, et pourquoi; `accords` : d'une décision partielle seulement."""

    geste: Geste
    motif: str
    accords: tuple[Accord, ...] = ()

    def exiger_parmi(self, rangs: tuple[int, ...]) -> None:
        """Vérifie que chaque accord porte, une fois, sur une de ces lignes; lève `Conflit`."""
        accordes = [accord.rang for accord in self.accords]
        if doubles := sorted({r for r in accordes if accordes.count(r) > 1}):
            raise Conflit(f"La ligne {doubles[0]} est accordée deux fois.", regle="FAC-8")
        if hors := sorted(set(accordes) - set(rangs)):
            raise Conflit(
                f"La ligne {hors[0]} n'est pas de cette contestation.",
                regle="FAC-8",
                details={"lignes_contestees": list(rangs)},
            )

    def a_rendre(self, rangs: tuple[int, ...]) -> tuple[Accord, ...]:
        """Ce qui se rend de ces lignes : tout, une part, ou rien."""
        return tuple(map(Accord, rangs)) if self.geste is Geste.ACCEPTER else self.accords


@dataclass(frozen=True, slots=True, kw_only=True)
class FactureContestee(Fait):
    """Des lignes d'un document sont contestées : la contestation est ouverte, ou admise."""

    contestation: Contestation


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestationTranchee(Fait):
    """La facturation a décidé; `rendu` : ce que rend la note de crédit, taxes comprises ($)."""

    contestation: Contestation
    rendu: Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestationRetiree(Fait):
    """L'organisme retire sa contestation."""

    contestation: Contestation


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestationRappelee(Fait):
    """Un rappel est dû."""

    contestation: Contestation
    rappel: Rappel

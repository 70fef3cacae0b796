"""Le rapport de recalcul : ce qui bougerait si une version candidate se publiait (SLA-7)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from calendrier import VersionCalendrier
from noyau import Conflit, Fait, Mois
from sla.fiches.domaine import Fiche
from sla.histoires.domaine import Sujet
from sla.mesures.domaine.verdict import Mesure
from sla.taux.domaine.attendus import MESURES
from sla.taux.domaine.corrections import Cause, Correction, Jugement, Mesuree, compte
from sla.taux.domaine.lus import Chiffres

Cle = tuple[UUID, str]
"""Une mesure, et son organisme."""
DureesJugees = tuple[Mesuree, Jugement]
"""Une disponibilité, et ce qu'elle compte."""


class Sorte(StrEnum):
    """Ce qu'on propose de publier."""

    CALENDRIER = "calendrier"
    FICHE = "fiche"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidat:
    """Une version que le catalogue pourrait publier; `document`, telle qu'il la publierait."""

    sorte: Sorte
    nom: str
    debut: date
    empreinte: str
    document: Mapping[str, object]
    calendrier: VersionCalendrier | None = None
    fiche: Fiche | None = None


class Etat(StrEnum):
    """Où en est un rapport de recalcul."""

    EN_COURS = "en_cours"
    ACHEVE = "acheve"
    ACCEPTE = "accepte"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changements:
    """Ce qui a changé, depuis le rapport, de ce qu'il a lu."""

    communs: bool
    """Vrai : des fiches, des calendriers ou des mois fermés ne sont plus les mêmes."""
    durees: bool
    """Vrai : il a recompté des disponibilités dont des services, clients ou pannes ont changé."""
    calendriers: int
    """Combien de versions du calendrier sont connues."""
    nombre: int
    sujets: Sequence[Sujet]
    """Les premiers de ceux dont des faits ou des décisions ont changé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalculAccepte(Fait):
    """Une personne accepte ce qu'un rapport annonce : le candidat peut se publier."""

    recalcul_id: UUID
    sorte: str
    candidat: str
    debut: date
    empreinte: str
    accepte_par: str
    calendriers: int
    """Combien de versions du calendrier il a lues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalcul:
    """Un rapport demandé d'un candidat."""

    id: UUID
    sorte: str
    nom: str
    debut: date
    empreinte: str
    """Celle du candidat."""
    demande_le: datetime
    demande_par: str
    communs: str
    """L'empreinte des fiches, des calendriers et des mois fermés à la demande."""
    durees: str | None = None
    """Celle de ce dont les disponibilités dépendent : services, clients, indisponibilités."""
    mois_lu: str | None = None
    """Le dernier mois dont les disponibilités sont recomptées; None : aucun."""
    acheve_le: datetime | None = None
    accepte_le: datetime | None = None
    accepte_par: str | None = None

    @property
    def etat(self) -> Etat:
        if self.accepte_le is not None:
            return Etat.ACCEPTE
        return Etat.EN_COURS if self.acheve_le is None else Etat.ACHEVE

    def accepter(
        self, changements: Changements, par: str, le: datetime
    ) -> "tuple[Recalcul, RecalculAccepte]":
        """Le même, accepté; lève `Conflit` s'il n'est pas achevé, ou ne dit plus ce qui est."""
        if self.acheve_le is None:
            raise Conflit("Ce recalcul n'est pas achevé : rien à accepter encore.", regle="SLA-7")
        if changements.communs or changements.durees or changements.nombre:
            raise Conflit(
                "Ce que ce rapport a lu a changé depuis : demandez-en un autre.",
                regle="SLA-7",
                details={
                    "fiches_calendriers_ou_fermetures": changements.communs,
                    "services_clients_ou_indisponibilites": changements.durees,
                    "nombre": changements.nombre,
                    "sujets": [f"{s.sorte}/{s.id}" for s in changements.sujets],
                },
            )
        accepte = replace(self, accepte_le=le, accepte_par=par)
        fait = RecalculAccepte(
            survenu_le=le,
            recalcul_id=self.id,
            sorte=self.sorte,
            candidat=self.nom,
            debut=self.debut,
            empreinte=self.empreinte,
            accepte_par=par,
            calendriers=changements.calendriers,
        )
        return accepte, fait


@dataclass(frozen=True, slots=True, kw_only=True)
class Paire:
    """Une mesure telle qu'elle est, et telle qu'elle serait; None : elle n'est ou ne serait pas."""

    avant: Mesure | None
    apres: Mesure | None

    @property
    def une(self) -> Mesure:
        """L'une des deux, pour ce qui n'en change pas."""
        une = self.apres or self.avant
        if une is None:
            raise ValueError("Une paire a au moins une mesure.")
        return une

    @property
    def cle(self) -> Cle:
        return self.une.id, self.une.organisme

    @property
    def mesuree(self) -> Mesuree:
        une = self.une
        return Mesuree(
            mesure_id=une.id,
            organisme=une.organisme,
            indicateur=une.regime.indicateur.code,
            sujet=une.sujet.sorte,
            sujet_id=une.sujet.id,
            numero=une.numero,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mouvement:
    """Une mesure dont ce qui se compte changerait, et les mois fermés que cela corrigerait."""

    mesuree: Mesuree
    avant: Jugement | None
    apres: Jugement | None
    periode_avant: Mois | None
    periode_apres: Mois | None
    corrections: Sequence[Correction] = ()

    @property
    def cle(self) -> Cle:
        return self.mesuree.mesure_id, self.mesuree.organisme

    @property
    def cause(self) -> Cause | None:
        """Celle de ses corrections; None : elle n'en ferait aucune."""
        return self.corrections[0].cause if self.corrections else None


def apparier(avant: Sequence[Mesure], apres: Sequence[Mesure]) -> list[Paire]:
    """Les mesures qui diffèrent d'un rejeu à l'autre, en quoi que ce soit."""
    une = {(m.id, m.organisme): m for m in avant}
    autre = {(m.id, m.organisme): m for m in apres}
    return [
        Paire(avant=une.get(cle), apres=autre.get(cle))
        for cle in (une | autre)
        if une.get(cle) != autre.get(cle)
    ]


def mouvements(
    paires: Collection[Paire], avant: Mapping[Cle, Jugement], apres: Mapping[Cle, Jugement]
) -> Iterator[Mouvement]:
    """Celles dont changerait ce qui se compte, ou le mois où cela se compte."""
    for paire in paires:
        fut, serait = avant.get(paire.cle), apres.get(paire.cle)
        mois_avant = None if paire.avant is None else paire.avant.mois
        mois_apres = None if paire.apres is None else paire.apres.mois
        if compte(fut) != compte(serait) or mois_avant != mois_apres:
            yield Mouvement(
                mesuree=paire.mesuree,
                avant=fut,
                apres=serait,
                periode_avant=mois_avant,
                periode_apres=mois_apres,
            )


def mouvements_de_durees(
    mois: Mois, avant: Collection[DureesJugees], apres: Collection[DureesJugees]
) -> Iterator[Mouvement]:
    """De même, les disponibilités d'un mois dont changerait ce qui se compte (SLA-5)."""
    fut, serait = ({m.mesure_id: j for m, j in cote} for cote in (avant, apres))
    for mesuree in {m.mesure_id: m for m, _ in (*avant, *apres)}.values():
        etait, est = fut.get(mesuree.mesure_id), serait.get(mesuree.mesure_id)
        if compte(etait) != compte(est):
            yield Mouvement(
                mesuree=mesuree,
                avant=etait,
                apres=est,
                periode_avant=None if etait is None else mois,
                periode_apres=None if est is None else mois,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TauxDeplace:
    """Le taux d'un indicateur et d'un mois, tous organismes ensemble, avant et après."""

    unite: str = MESURES

    indicateur: str
    periode: str
    avant: Chiffres
    apres: Chiffres

"""Une version du calendrier : ce que le gouvernement a décidé, sans calcul."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from calendrier.dates import date_longue
from calendrier.erreurs import VersionInvalide
from calendrier.regles import Regle


class Report(StrEnum):
    """Où va un jour férié qui tombe en fin de semaine (SLA-1)."""

    AUCUN = "aucun"
    """Le congé est perdu; sert aussi aux jours qui ne tombent jamais en fin de semaine."""
    RECULE = "recule"
    """Au jour ouvrable précédent."""
    AVANCE = "avance"
    """Au prochain jour ouvrable encore libre."""
    VOISIN = "voisin"
    """Du samedi au vendredi, du dimanche au lundi."""


class TypeJour(StrEnum):
    """Un jour est d'un type et d'un seul; un férié est toujours du lundi au vendredi."""

    OUVRABLE = "ouvrable"
    FERIE = "ferie"
    FIN_DE_SEMAINE = "fin_de_semaine"


class GenrePlage(StrEnum):
    """Les plages horaires qu'une version décrit."""

    CSC = "csc"
    """Heures du centre de service à la clientèle (SLA-1)."""
    SOUTIEN_ETENDU = "soutien_etendu"
    """Soutien étendu à la clientèle VIP (SLA-1, DEM-5)."""
    VISIOCONFERENCE = "visioconference"
    """Service de visioconférence (TEL-3)."""
    MAINTENANCE = "maintenance"
    """Plages de maintenance planifiées, condition d (SLA-5)."""


@dataclass(frozen=True, slots=True)
class JourChome:
    """Un jour férié qui revient chaque année, et ce qu'il devient en fin de semaine."""

    code: str
    libelle: str
    regle: Regle
    report: Report


@dataclass(frozen=True, slots=True)
class Decision:
    """Un jour que le gouvernement ajoute ou retire, et pourquoi."""

    jour: date
    libelle: str


@dataclass(frozen=True, slots=True)
class Horaire:
    """Une plage d'un type de jour, en minutes depuis minuit (plus de 1440 : le lendemain)."""

    genre: GenrePlage
    type_jour: TypeJour
    debut: int
    fin: int


@dataclass(frozen=True, slots=True)
class VersionCalendrier:
    """Une version du calendrier, immuable. Se construit par `version_depuis_document` ou `avec`."""

    version: str
    en_vigueur_depuis: date
    note: str
    feries: tuple[JourChome, ...]
    ajouts: tuple[Decision, ...]
    retraits: tuple[Decision, ...]
    horaires: tuple[Horaire, ...]

    def avec(
        self,
        *,
        version: str,
        en_vigueur_depuis: date,
        ajouts: Iterable[tuple[date, str]] = (),
        retraits: Iterable[tuple[date, str]] = (),
        note: str = "",
    ) -> "VersionCalendrier":
        """La version suivante : des jours ajoutés (libellé) ou retirés (motif) par le gouvernement.

        Celle-ci ne change pas : ce qu'elle a décidé reste reproductible (SLA-1, SLA-3).
        Retirer un jour ajouté plus tôt, ou rendre un jour retiré, annule la décision d'avant.
        Lève `VersionInvalide` si le nom de version est déjà celui-ci.
        """
        if version == self.version:
            raise VersionInvalide(
                f"version : « {version} » existe déjà, une décision en crée une nouvelle"
            )
        plus, moins = dict(ajouts), dict(retraits)
        rendus = {e.jour for e in self.retraits} & plus.keys()
        annules = {e.jour for e in self.ajouts} & moins.keys()
        return replace(
            self,
            version=version,
            en_vigueur_depuis=en_vigueur_depuis,
            note=note,
            ajouts=_decisions(self.ajouts, plus, rendus, annules),
            retraits=_decisions(self.retraits, moins, annules, rendus),
        )

    def vers_document(self) -> dict[str, object]:
        """Le document JSON de cette version; `version_depuis_document` la refait à l'identique."""
        return {
            "version": self.version,
            "en_vigueur_depuis": self.en_vigueur_depuis.isoformat(),
            "note": self.note,
            "feries": [_document_ferie(chome) for chome in self.feries],
            "ajouts": [_document_decision(e) for e in self.ajouts],
            "retraits": [_document_decision(e) for e in self.retraits],
            "horaires": _document_horaires(self.horaires),
        }


def version_en_vigueur(versions: Iterable[VersionCalendrier], le: date) -> VersionCalendrier:
    """La version la plus récente déjà en vigueur ce jour-là. Lève `VersionInvalide` sans elle.

    À date égale, la dernière donnée.
    """
    candidates = [v for v in versions if v.en_vigueur_depuis <= le]
    if not candidates:
        raise VersionInvalide(f"aucune version du calendrier n'est en vigueur le {date_longue(le)}")
    return max(reversed(candidates), key=lambda v: v.en_vigueur_depuis)


def _decisions(
    anciennes: tuple[Decision, ...],
    nouvelles: dict[date, str],
    sauf: set[date],
    annulees: set[date],
) -> tuple[Decision, ...]:
    gardees = {e.jour: e for e in anciennes if e.jour not in annulees}
    gardees |= {jour: Decision(jour, mot) for jour, mot in nouvelles.items() if jour not in sauf}
    return tuple(gardees[jour] for jour in sorted(gardees))


def _document_ferie(chome: JourChome) -> dict[str, object]:
    return {
        "code": chome.code,
        "libelle": chome.libelle,
        "regle": chome.regle.vers_document(),
        "report": chome.report.value,
    }


def _document_decision(decision: Decision) -> dict[str, object]:
    return {"jour": decision.jour.isoformat(), "libelle": decision.libelle}


def _document_horaires(horaires: tuple[Horaire, ...]) -> dict[str, object]:
    document: dict[str, dict[str, list[str]]] = {}
    for h in horaires:
        texte = "{:02d}:{:02d}-{:02d}:{:02d}".format(*divmod(h.debut, 60), *divmod(h.fin, 60))
        document.setdefault(h.genre.value, {}).setdefault(h.type_jour.value, []).append(texte)
    return dict(document)

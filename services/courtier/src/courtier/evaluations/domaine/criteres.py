"""Ce sur quoi porte une évaluation annuelle : les responsabilités de l'entente-cadre (CI-21)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calendrier import date_longue
from noyau import Chronologie, Conflit


class NoteEvaluation(StrEnum):
    """Ce que l'organisme dit d'un critère."""

    SATISFAISANT = "satisfaisant"
    A_AMELIORER = "a_ameliorer"
    INSATISFAISANT = "insatisfaisant"
    SANS_OBJET = "sans_objet"


@dataclass(frozen=True, slots=True)
class CritereEvalue:
    """Une responsabilité du fournisseur envers la clientèle."""

    code: str
    libelle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReponseEvaluation:
    """La note d'un critère; insatisfaisante, elle se motive."""

    critere: str
    note: NoteEvaluation
    commentaire: str | None = None


@dataclass(frozen=True, slots=True)
class CriteresDates:
    """Les critères, de jour en jour. Se construit par `de`."""

    chronologie: Chronologie[tuple[CritereEvalue, ...]]

    @classmethod
    def de(cls, versions: Mapping[date, tuple[CritereEvalue, ...]]) -> "CriteresDates":
        return cls(Chronologie.par_jour(versions))

    def le(self, jour: date) -> tuple[CritereEvalue, ...]:
        """Ceux de ce jour; lève `Conflit` (CI-21) avant la première version."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise Conflit(f"Nul critère ne vaut le {date_longue(jour)}.", regle="CI-21")
        return version.valeur


def exiger_completes(
    criteres: Sequence[CritereEvalue], reponses: Sequence[ReponseEvaluation]
) -> None:
    """Lève `Conflit` (CI-21), les codes nommés : chaque critère se note une fois, et eux seuls."""
    attendus = {critere.code for critere in criteres}
    notes = Counter(reponse.critere for reponse in reponses)
    ecarts = {
        "manquants": sorted(attendus - notes.keys()),
        "repetes": sorted(code for code in attendus if notes[code] > 1),
        "inconnus": len(notes.keys() - attendus),
    }
    if any(ecarts.values()):
        raise Conflit(
            "Chaque critère de la demande se note une fois, et aucun autre.",
            regle="CI-21",
            details=ecarts,
        )
    muettes = sorted(
        r.critere for r in reponses if r.note is NoteEvaluation.INSATISFAISANT and not r.commentaire
    )
    if muettes:
        raise Conflit(
            "Une note insatisfaisante se motive.", regle="CI-21", details={"criteres": muettes}
        )

"""Publier une version datée (CAT-2) : la même loi pour une fiche et pour un prix.

Une version ne porte pas sa fin : elle vaut jusqu'au début de la suivante. Un trou ou un
chevauchement ne peut donc pas s'écrire; la fin que dit l'appelant est vérifiée, jamais gardée.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Literal, TypeVar

from noyau import Chronologie, Conflit, Version

T = TypeVar("T")

MotifRefus = Literal["inatteignable", "chevauchement", "trou", "passe"]


class PublicationRefusee(Conflit):
    """La publication, ou le retrait, romprait la chronologie (CAT-2); le refus dit les dates."""

    def __init__(self, motif: MotifRefus, message: str, **dates: date | None) -> None:
        lisibles = {nom: jour and jour.isoformat() for nom, jour in dates.items()}
        super().__init__(message, regle="CAT-2", details={"motif": motif, **lisibles})
        self.motif = motif


@dataclass(frozen=True, slots=True)
class Parutions(Generic[T]):
    """Les versions effectives d'un agrégat, et le dernier numéro donné, qui ne resert jamais."""

    effectives: Chronologie[T] = field(default_factory=Chronologie)
    dernier: int = 0

    def avec(self, debut: date, valeur: T) -> "tuple[Parutions[T], Version[T]]":
        """Ajoute une version; elle remplace celle qui commence ce jour-là."""
        publiee = Version(self.dernier + 1, debut, valeur)
        gardees = (v for v in self.effectives.versions if v.debut != debut)
        return Parutions(Chronologie.de((*gardees, publiee)), publiee.numero), publiee

    def sans(self, version: Version[T]) -> "Parutions[T]":
        """Ôte une version : la précédente se prolonge."""
        gardees = (v for v in self.effectives.versions if v != version)
        return Parutions(Chronologie.de(gardees), self.dernier)

    def avant(self, debut: date) -> Version[T] | None:
        """La version dont celle qui commence ce jour-là prend la suite."""
        return next((v for v in reversed(self.effectives.versions) if v.debut < debut), None)

    def fin(self, debut: date) -> date | None:
        """Le début de la version qui suit."""
        suivante = self.effectives.suivante(debut)
        return suivante.debut if suivante else None


def refuser_mauvaise_fin(debut: date, fin: date | None, suivante: Version[T] | None) -> None:
    """La fin doit être exactement le début de la version suivante, ou absente.

    Lève `PublicationRefusee` (CAT-2).
    """
    if fin is not None and fin <= debut:
        raise PublicationRefusee(
            "inatteignable",
            f"La version finirait le {fin}, avant d'avoir commencé le {debut} :"
            " elle ne vaudrait aucun jour.",
            debut=debut,
            fin=fin,
        )
    if suivante and (fin is None or fin > suivante.debut):
        raise PublicationRefusee(
            "chevauchement",
            f"La version {suivante.numero} commence le {suivante.debut} : la nouvelle la"
            f" recouvrirait. Finissez le {suivante.debut}, ou remplacez-la en publiant"
            " au même début.",
            debut=debut,
            fin=fin,
            debut_suivante=suivante.debut,
        )
    if fin is not None and (suivante is None or fin < suivante.debut):
        jusqua = f"jusqu'au {suivante.debut}" if suivante else "sans terme"
        raise PublicationRefusee(
            "trou",
            f"Rien ne vaudrait à partir du {fin}, {jusqua}. Publiez d'abord la version"
            f" qui commence le {fin}.",
            debut=debut,
            fin=fin,
            debut_suivante=suivante.debut if suivante else None,
        )


def refuser_passe(debut: date, touchee: Version[T] | None, aujourdhui: date) -> None:
    """Un début est au plus tôt demain; lève `PublicationRefusee` (CAT-2)."""
    if debut > aujourdhui:
        return
    depuis = f"la version {touchee.numero} vaut depuis le {touchee.debut}; " if touchee else ""
    raise PublicationRefusee(
        "passe",
        f"Le passé ne change pas : {depuis}une nouvelle version commence au plus tôt le"
        f" lendemain du {aujourdhui}.",
        debut=debut,
        aujourdhui=aujourdhui,
    )


def publier(
    chronologie: Chronologie[T], debut: date, fin: date | None, valeur: T, *, aujourdhui: date
) -> tuple[Chronologie[T], Version[T]]:
    """Publie une valeur sur `[debut, fin)`; sans `fin`, elle vaut jusqu'à nouvel ordre.

    Elle abrège celle qui court à `debut`, ou remplace celle qui commence ce jour-là. Les jours
    sans valeur se remplissent à toute date; un jour qui en a une ne change qu'à partir de demain.
    Lève `PublicationRefusee` (CAT-2).
    """
    refuser_mauvaise_fin(debut, fin, chronologie.suivante(debut))
    if touchee := chronologie.en_vigueur(debut):
        refuser_passe(debut, touchee, aujourdhui)
    dernier = max((v.numero for v in chronologie.versions), default=0)
    parutions, publiee = Parutions(chronologie, dernier).avec(debut, valeur)
    return parutions.effectives, publiee

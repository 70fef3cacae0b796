"""Des valeurs datées : exactement une par jour à partir du premier début (CAT-2).

Une version ne porte pas sa fin : elle vaut jusqu'au début de la suivante. Un trou ou un
chevauchement ne peut donc pas s'écrire; la fin que dit l'appelant est vérifiée, jamais gardée.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from socle.noyau import Conflit

T = TypeVar("T")

Motif = Literal["inatteignable", "chevauchement", "trou", "passe"]


class PublicationRefusee(Conflit):
    """L'intervalle proposé casserait la suite des versions (CAT-2); le refus dit les dates."""

    def __init__(self, motif: Motif, message: str, **dates: date | None) -> None:
        lisibles = {nom: jour and jour.isoformat() for nom, jour in dates.items()}
        super().__init__(message, regle="CAT-2", details={"motif": motif, **lisibles})
        self.motif = motif


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """Une valeur, son numéro (croissant dans l'ordre de publication) et son premier jour."""

    numero: int
    debut: date
    valeur: T


def _jamais(_ancienne: object, _nouvelle: object) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Chronologie(Generic[T]):
    """Les versions effectives, par début croissant; la dernière n'a pas de terme."""

    versions: tuple[Version[T], ...] = ()

    def en_vigueur(self, le: date) -> Version[T] | None:
        """La version qui vaut ce jour-là; aucune avant le premier début."""
        return next((v for v in reversed(self.versions) if v.debut <= le), None)

    def suivante(self, apres: date) -> Version[T] | None:
        """La première version qui commence strictement après ce jour."""
        return next((v for v in self.versions if v.debut > apres), None)

    def publier(
        self,
        debut: date,
        fin: date | None,
        valeur: T,
        *,
        aujourdhui: date,
        comble: Callable[[T, T], bool] = _jamais,
    ) -> "tuple[Chronologie[T], Version[T]]":
        """Publie une valeur sur `[debut, fin)`; sans `fin`, elle vaut jusqu'à nouvel ordre.

        Elle abrège la version qui court à `debut`, ou remplace celle qui commence ce jour-là.
        Les jours sans valeur se remplissent à toute date. Un jour qui en a une ne change qu'à
        partir de demain, sauf si `comble(ancienne, nouvelle)` dit que rien n'est contredit.
        Lève `PublicationRefusee` (CAT-2).
        """
        self._verifier_fin(debut, fin)
        touchee = self.en_vigueur(debut)
        if touchee and debut <= aujourdhui and not comble(touchee.valeur, valeur):
            raise PublicationRefusee(
                "passe",
                f"Le passé ne change pas : la version {touchee.numero} vaut depuis le"
                f" {touchee.debut}; une nouvelle version commence au plus tôt le lendemain"
                f" du {aujourdhui}.",
                debut=debut,
                aujourdhui=aujourdhui,
            )
        numero = 1 + max((v.numero for v in self.versions), default=0)
        publiee = Version(numero, debut, valeur)
        gardees = (v for v in self.versions if v.debut != debut)
        return Chronologie(tuple(sorted((*gardees, publiee), key=lambda v: v.debut))), publiee

    def _verifier_fin(self, debut: date, fin: date | None) -> None:
        """La fin doit être exactement le début de la version suivante, ou absente."""
        if fin is not None and fin <= debut:
            raise PublicationRefusee(
                "inatteignable",
                f"La version finirait le {fin}, avant d'avoir commencé le {debut} :"
                " elle ne vaudrait aucun jour.",
                debut=debut,
                fin=fin,
            )
        suivante = self.suivante(debut)
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

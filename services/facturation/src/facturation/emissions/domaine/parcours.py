"""Où en est chaque organisme de ses mois : aucun ne se saute sans qu'on le dise (FAC-6)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from noyau import Conflit, Mois

NOMMES: Final = 20
"""Les organismes qu'un refus nomme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcours:
    """Où en est un organisme de ses mois. Se construit par `de`."""

    organisme: str
    ouvert: Mois | None
    """Le premier mois que nulle émission ne lui a calculé; absent, il n'a encore rien d'ouvert."""
    demandes: frozenset[Mois] = frozenset()
    """Ceux qu'une exécution a visés pour lui, et n'a pas faits : ils attendent, ou sont de côté."""

    @classmethod
    def de(
        cls,
        organisme: str,
        *,
        arrete: date | None,
        plus_avance: date | None,
        demandes: Collection[Mois] = (),
    ) -> "Parcours":
        """D'après son arrêté, le premier jour qu'aucune émission n'a calculé.

        Sans arrêté, il part du premier mois demandé pour lui, ou de là où en est le plus avancé des
        organismes : ce qui est clos pour tous ne se rouvre pas pour lui. Si rien ne s'est encore
        émis du service, il commence où l'on veut.
        """
        if arrete is not None:
            ouvert: Mois | None = Mois.de(arrete)
        else:
            departs = [*demandes, *([] if plus_avance is None else [Mois.de(plus_avance)])]
            ouvert = min(departs, default=None)
        return cls(organisme=organisme, ouvert=ouvert, demandes=frozenset(demandes))

    def manquants(self, periode: Mois) -> frozenset[Mois]:
        """Les mois qu'émettre celui-ci fermerait, leur dû avec lui."""
        mois, manquants = self.ouvert, set[Mois]()
        while mois is not None and mois < periode:
            manquants.add(mois)
            mois = mois.suivant
        return frozenset(manquants)

    def exiger(self, periode: Mois, sautes: Collection[Mois]) -> None:
        """Lève `Conflit` (FAC-6) si ce mois en fermait un qu'on n'a pas dit sauter."""
        _exiger_dits(self.manquants(periode) - {*sautes}, [self.organisme], periode)


def exiger_sans_saut(parcours: Iterable[Parcours], periode: Mois, sautes: Collection[Mois]) -> None:
    """Exige d'une exécution qu'elle dise exactement les mois qu'elle saute (FAC-6).

    Un mois déjà demandé, et resté de côté pour un organisme, n'arrête pas les autres, s'il y en a :
    lui seul attendra (`Parcours.exiger`). Lève `Conflit`, qui nomme les mois, et les organismes à
    qui ils manquent.
    """
    tous, dits = list(parcours), {*sautes}
    seul = len(tous) == 1
    manquants = {un.organisme: un.manquants(periode) for un in tous}
    if inutiles := dits.difference(*manquants.values()):
        raise Conflit(
            f"{_citer(inutiles)} : rien à sauter avant {periode}, ou c'est déjà émis.",
            regle="FAC-6",
        )
    tus = {
        un.organisme: manquants[un.organisme] - dits - (set() if seul else un.demandes)
        for un in tous
    }
    concernes = sorted(organisme for organisme, mois in tus.items() if mois)
    _exiger_dits(frozenset().union(*tus.values()), concernes, periode)


def _exiger_dits(tus: Collection[Mois], organismes: Collection[str], periode: Mois) -> None:
    if not tus:
        return
    nommes = [*organismes]
    autres = f" et {len(nommes) - 3} de plus" if len(nommes) > 3 else ""
    raise Conflit(
        f"{_citer(tus)} : jamais émis pour {', '.join(nommes[:3])}{autres}. Émettre {periode}"
        " fermerait ce qui précède, et en porterait le dû : émettez-le d'abord, ou dites dans"
        " « sauter » ce qui se saute.",
        regle="FAC-6",
        details={"a_sauter": [*map(str, sorted(tus))], "organismes": nommes[:NOMMES]},
    )


def _citer(mois: Collection[Mois]) -> str:
    return ", ".join(map(str, sorted(mois)))

"""Un taux tel qu'il se lit : ce qui fut publié, et ce qu'on en sait maintenant (SLA-4, SLA-7)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sla.mesures.domaine.verdict import JUGES, Verdict
from sla.taux.domaine.corrections import DUREES, Jugement
from sla.taux.domaine.parts import Taux


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecart:
    """Tant de mesures d'un même verdict de plus; de moins si le nombre est négatif."""

    verdict: str
    exclue: bool
    signalee: bool
    nombre: int
    cible: Decimal | None = None
    """Celle qui les régit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chiffres:
    """Ce dont un taux est fait, avant et après exclusions."""

    cible: Decimal | None
    conformes: int
    mesurees: int
    conformes_ajuste: int
    mesurees_ajuste: int
    depassees: int
    """Hors délai, sous un indicateur sans cible."""
    signalees: int

    @classmethod
    def des_durees(cls, durees: Jugement | None) -> "Chiffres":
        """Ceux d'une disponibilité jugée, en secondes : rendue, conforme; en panne, manquée."""
        if durees is None:
            return AUCUN
        n = {nom: int(str(durees[nom])) for nom in DUREES}
        cible = durees.get("cible")
        return cls(
            cible=None if cible is None else Decimal(str(cible)),
            conformes=n["service"] - n["panne"],
            mesurees=n["service"],
            conformes_ajuste=n["service_ajuste"] - n["panne_ajuste"],
            mesurees_ajuste=n["service_ajuste"],
            depassees=n["panne"] if cible is None else 0,
            signalees=0,
        )

    @property
    def brut(self) -> Taux:
        return Taux(self.conformes, self.mesurees)

    @property
    def ajuste(self) -> Taux:
        return Taux(self.conformes_ajuste, self.mesurees_ajuste)

    def avec(self, ecarts: Iterable[Ecart], regissent: Mapping[Decimal, int]) -> "Chiffres":
        """Les mêmes, si ces mesures y entraient ou en sortaient.

        `regissent` : combien de ses mesures chaque cible régit; la plus haute de celles qui en
        régiraient encore est celle du taux (SLA-4); s'il ne reste rien à mesurer, sa cible demeure.
        """
        juges = [e for e in ecarts if e.verdict in JUGES]
        restent = Counter(regissent)
        for e in juges:
            if e.cible is not None:
                restent[e.cible] += e.nombre
        conformes = [e for e in juges if e.verdict == Verdict.CONFORME]
        mesurees = self.mesurees + _nombre(juges)
        promise = None if mesurees else self.cible
        return replace(
            self,
            cible=max((cible for cible, n in restent.items() if n > 0), default=promise),
            mesurees=mesurees,
            conformes=self.conformes + _nombre(conformes),
            mesurees_ajuste=self.mesurees_ajuste + _nombre(e for e in juges if not e.exclue),
            conformes_ajuste=self.conformes_ajuste + _nombre(e for e in conformes if not e.exclue),
            depassees=self.depassees + _nombre(e for e in juges if e.verdict == Verdict.DEPASSEE),
            signalees=self.signalees + _nombre(e for e in juges if e.signalee),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TauxLu:
    """Le taux d'un indicateur, d'un organisme ou de tous, pour un mois."""

    indicateur: str
    libelle: str
    periode: str
    exercice: str
    unite: str
    """Ce que l'on compte : « mesures », ou « secondes » de service."""
    ferme: bool
    publie: Chiffres
    actuel: Chiffres
    """Pareil, tant que rien n'a corrigé le mois."""


def cumuler(chiffres: Iterable[Chiffres]) -> Chiffres:
    """Leur somme, dans l'ordre des mois; la cible est la plus haute qui ait régi (SLA-4).

    Rien à mesurer : celle que promet le dernier.
    """
    tous = list(chiffres)
    regirent = [c.cible for c in tous if c.cible is not None and c.mesurees]
    promise = tous[-1].cible if tous else None
    return Chiffres(
        cible=max(regirent, default=promise),
        conformes=sum(c.conformes for c in tous),
        mesurees=sum(c.mesurees for c in tous),
        conformes_ajuste=sum(c.conformes_ajuste for c in tous),
        mesurees_ajuste=sum(c.mesurees_ajuste for c in tous),
        depassees=sum(c.depassees for c in tous),
        signalees=sum(c.signalees for c in tous),
    )


def _nombre(ecarts: Iterable[Ecart]) -> int:
    return sum(e.nombre for e in ecarts)


AUCUN = Chiffres(
    cible=None,
    conformes=0,
    mesurees=0,
    conformes_ajuste=0,
    mesurees_ajuste=0,
    depassees=0,
    signalees=0,
)
"""Rien à mesurer."""

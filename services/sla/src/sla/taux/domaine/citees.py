"""Les versions de fiches dont dépend un mois, telles qu'on les lisait (SLA-7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from noyau import Mois
from sla.fiches.domaine import Fiche, Fiches

Regimes = Mapping[str, Collection[tuple[str, int]]]
"""Par organisme, les fiches et les versions qui régissent les mesures d'un mois."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FicheCitee:
    """Une version de fiche qui valait un jour du mois, ou régit une de ses mesures."""

    code: str
    titre: str
    version: int
    debut: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FichesLues:
    """Ce que les fiches disaient d'un mois, d'un organisme ou de tous, à sa fermeture."""

    fiches: Sequence[FicheCitee]
    cibles: Mapping[str, Decimal | None]
    """De chaque indicateur attendu, même sans rien à mesurer; None : sans cible (SLA-4)."""


def citer(*versions: Iterable[Fiche]) -> list[FicheCitee]:
    """Chacune une fois, par code puis par version."""
    toutes = {(f.code, f.version): f for siennes in versions for f in siennes}
    return [
        FicheCitee(code=f.code, titre=f.titre, version=f.version, debut=f.debut)
        for _, f in sorted(toutes.items())
    ]


def citees_du_mois(
    fiches: Fiches, mois: Mois, organisme: str | None, regissent: Collection[tuple[str, int]]
) -> list[FicheCitee]:
    """Celles que lit cet organisme, ou tous : en vigueur un jour du mois, ou qui `regissent`."""
    siennes = fiches.pour(organisme).en_vigueur_entre(mois.debut, mois.fin)
    return citer(siennes, fiches.versions(regissent))


def lues_de_chacun(fiches: Fiches, mois: Mois, regimes: Regimes) -> Mapping[str, FichesLues]:
    """Ce que lit chaque organisme, et, sous « », tous ensemble."""
    tous = {version for siens in regimes.values() for version in siens}
    return {
        organisme: FichesLues(
            fiches=citees_du_mois(fiches, mois, organisme or None, regissent),
            cibles=_cibles(fiches.pour(organisme or None), mois),
        )
        for organisme, regissent in {**regimes, "": tous}.items()
    }


def _cibles(fiches: Fiches, mois: Mois) -> Mapping[str, Decimal | None]:
    return {i.code: i.cible for i in fiches.attendus(mois.debut, mois.fin)}

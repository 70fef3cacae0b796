"""Les versions de fiches dont dépend un mois, telles qu'on les lisait (SLA-7)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

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


def citees_de_chacun(
    fiches: Fiches, mois: Mois, regimes: Regimes
) -> Mapping[str, list[FicheCitee]]:
    """Celles de chaque organisme, et, sous « », de tous ensemble."""
    tous = {version for siens in regimes.values() for version in siens}
    return {
        "": citees_du_mois(fiches, mois, None, tous),
        **{o: citees_du_mois(fiches, mois, o, siens) for o, siens in regimes.items()},
    }

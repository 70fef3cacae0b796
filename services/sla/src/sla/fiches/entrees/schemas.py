"""Ce que toutes les aires montrent et demandent de même, et ce que dit le catalogue."""

from decimal import Decimal
from typing import Annotated

from fastapi import Query
from pydantic import Field

from calendrier import VersionCalendrier, version_publiee
from contrats import catalogue as faits
from noyau import MOTIF_CODE_FICHE, TOUJOURS
from sla.fiches.domaine import Borne, Condition, Fiche
from sla.fiches.domaine import Indicateur as IndicateurMesure
from socle import champs

Part = Annotated[
    Decimal | None, Field(description="Part entre 0 et 1, chaîne décimale; null : sans objet.")
]
Indicateur = Annotated[
    str | None,
    Query(pattern=MOTIF_CODE_FICHE, description="Code d'un indicateur.", examples=["PT-1"]),
]
Periode = Annotated[
    champs.Periode | None, Query(description="Mois de la fin de la mesure, « aaaa-mm ».")
]
SujetId = Annotated[
    str | None,
    Query(
        pattern=r"^[\w-]{1,60}$",
        description="Identifiant du sujet : tout ce qui en est dit.",
        examples=["0199a1b2-0000-7000-8000-000000000001"],
    ),
]


def lire_fiche(publiee: faits.FichePubliee) -> Fiche:
    """La version d'une fiche, avec ses seuls indicateurs."""
    return Fiche(
        code=publiee.code,
        titre=publiee.titre,
        version=publiee.version,
        debut=publiee.debut,
        indicateurs=tuple(map(lire_indicateur, publiee.indicateurs)),
    )


def lire_indicateur(publie: faits.Indicateur) -> IndicateurMesure:
    """L'indicateur que dit une fiche."""
    dits = {
        **dict(publie),
        "couvre": publie.couvre or TOUJOURS,
        "ouvre": tuple(Borne(b.evenement, b.si or TOUJOURS) for b in publie.ouvre),
        "conditions": tuple(Condition(**dict(c)) for c in publie.conditions),
    }
    return IndicateurMesure(**dits)


def lire_calendrier(publie: faits.CalendrierPublie) -> VersionCalendrier | None:
    """La version du calendrier; None : d'un autre que celui de la fonction publique (SLA-1).

    Lève `VersionInvalide` si elle ne peut servir.
    """
    return version_publiee(publie.model_dump(mode="json"))

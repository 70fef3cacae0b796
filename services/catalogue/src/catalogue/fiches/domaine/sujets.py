"""Les sortes de sujets qu'un indicateur mesure, et ce qu'une fiche peut taire de chacun."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from catalogue.fiches.domaine.annuaire import AnnuaireFaits
from catalogue.fiches.domaine.contenu import Borne
from noyau import Comparaison, Predicat

CALENDRIERS: Final = frozenset({"csc", "visioconference", "continu"})
MINUTES: Final = "minutes"
"""L'horloge d'une disponibilité : elle court toujours, rien ne l'ouvre ni ne la ferme."""
DATE_CONVENUE: Final = "date_convenue"
JOURS: Final = frozenset({"jours_ouvrables", "jours_civils"})
"""Les horloges qui comptent jusqu'à un délai."""
PLAGE: Final = "plage"
"""D'un instant de service, le genre de plage du calendrier où il tombe (SLA-5)."""
PLAGES: Final = frozenset({"csc", "visioconference", "soutien_etendu", "maintenance"})
HORLOGES: Final = JOURS | {DATE_CONVENUE, MINUTES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """Ce qui ouvre, suspend, reprend, rouvre et retire une mesure."""

    ouvre: tuple[Borne, ...] = ()
    suspend: tuple[str, ...] = ()
    reprend: tuple[str, ...] = ()
    rouvre: tuple[str, ...] = ()
    retire: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sujet:
    """Une sorte de sujet : ses horloges, sa naissance, le cycle qui vaut si la fiche se tait."""

    horloges: frozenset[str]
    naissance: tuple[str, ...] = ()
    cycle: Cycle = field(default_factory=Cycle)
    plages: bool = False
    """Vrai : `plage` se lit aussi, le genre de plage du calendrier où tombe un instant."""
    complete: str | None = None
    """L'événement qui le complète, et qui peut se rouvrir comme une livraison."""


SUJETS: Final[Mapping[str, Sujet]] = MappingProxyType(
    {
        "demande": Sujet(
            horloges=JOURS | {DATE_CONVENUE},
            naissance=("demande.créée",),
            cycle=Cycle(
                ouvre=(
                    Borne(
                        evenement="demande.créée",
                        si=Predicat(((Comparaison(fait="approbation_requise", egale=False),),)),
                    ),
                    Borne(evenement="demande.approuvée"),
                ),
                suspend=("demande.suspendue",),
                reprend=("demande.reprise",),
                rouvre=("demande.rouverte",),
                retire=("demande.refusée", "demande.annulée", "demande.redirigée"),
            ),
            complete="demande.complétée",
        ),
        "contrat": Sujet(horloges=JOURS),
        "service": Sujet(
            horloges=frozenset({MINUTES}),
            naissance=("indisponibilité.constatée",),
            plages=True,
        ),
    }
)
"""Ce que l'on sait mesurer, et comment."""


def cycle_de(sujet: str, ferme: tuple[str, ...], annuaire: AnnuaireFaits) -> Cycle:
    """Le cycle d'un sujet si la fiche se tait; une réouverture ne vaut que d'une livraison."""
    connu = SUJETS.get(sujet)
    if connu is None:
        return Cycle()
    cycle = connu.cycle
    livraisons = tuple(type_ for type_ in ferme if type_ != connu.complete)
    rouvre = cycle.rouvre if annuaire.livrent(livraisons) else ()
    return Cycle(
        ouvre=cycle.ouvre,
        suspend=cycle.suspend,
        reprend=cycle.reprend,
        rouvre=rouvre,
        retire=cycle.retire,
    )

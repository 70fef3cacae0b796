"""Ce que dit le catalogue, tel que nous le mesurons."""

from calendrier import VersionCalendrier, version_publiee
from contrats import catalogue as faits
from noyau import TOUJOURS
from sla.fiches.domaine import Borne, Condition, Fiche
from sla.fiches.domaine import Indicateur as IndicateurMesure


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

"""Ce que l'aire retient du catalogue."""

from calendrier import (
    version_publiee,
)
from contrats import catalogue as faits
from noyau import TOUJOURS
from sla.fiches.cas_usage import (
    synchroniser_calendriers,
    synchroniser_fiches,
    synchroniser_statu_quo,
)
from sla.fiches.domaine import (
    Borne,
    CalendrierRecu,
    Condition,
    Fiche,
    FinDeStatuQuo,
    Indicateur,
    StatuQuo,
    VersionRetiree,
)
from sla.fiches.ports import Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def vers_fiche(recu: Recu[faits.FichePubliee]) -> Fiche:
    """La version d'une fiche, avec ses seuls indicateurs."""
    publiee = recu.evenement
    return Fiche(
        code=publiee.code,
        titre=publiee.titre,
        version=publiee.version,
        debut=publiee.debut,
        indicateurs=tuple(map(lire_indicateur, publiee.indicateurs)),
    )


def lire_indicateur(publie: faits.Indicateur) -> Indicateur:
    """L'indicateur que dit une fiche."""
    dits = {
        **dict(publie),
        "couvre": publie.couvre or TOUJOURS,
        "ouvre": tuple(Borne(b.evenement, b.si or TOUJOURS) for b in publie.ouvre),
        "conditions": tuple(Condition(**dict(c)) for c in publie.conditions),
    }
    return Indicateur(**dits)


def vers_retrait(recu: Recu[faits.FicheRetiree]) -> VersionRetiree:
    """La version qui ne vaudra pas (CAT-2)."""
    retiree = recu.evenement
    return VersionRetiree(code=retiree.code, version=retiree.version, debut=retiree.debut)


def vers_calendrier(recu: Recu[faits.CalendrierPublie]) -> CalendrierRecu | None:
    """La version d'un calendrier; rien si ce n'est pas celui de la fonction publique (SLA-1).

    Lève `VersionInvalide` : gardée, elle ferait échouer tout décompte.
    """
    version = version_publiee(recu.evenement.model_dump(mode="json"))
    return None if version is None else CalendrierRecu(version, recu.sequence)


def vers_statu_quo(recu: Recu[faits.StatuQuoAccorde]) -> StatuQuo:
    """Ce qu'un organisme garde (CAT-6)."""
    return StatuQuo(**dict(recu.evenement))


def vers_fin_de_statu_quo(recu: Recu[faits.StatuQuoFini]) -> FinDeStatuQuo:
    """Le jour où il ne le garde plus (CAT-6)."""
    return FinDeStatuQuo(**dict(recu.evenement), sequence=recu.sequence)


ECOUTES: Ecoutes = {
    faits.FichePubliee: Ecoute(vers_fiche, synchroniser_fiches, Ports, Ordre.LIBRE),
    faits.FicheRetiree: Ecoute(vers_retrait, synchroniser_fiches, Ports, Ordre.LIBRE),
    faits.CalendrierPublie: Ecoute(vers_calendrier, synchroniser_calendriers, Ports, Ordre.LIBRE),
    faits.StatuQuoAccorde: Ecoute(vers_statu_quo, synchroniser_statu_quo, Ports, Ordre.LIBRE),
    faits.StatuQuoFini: Ecoute(vers_fin_de_statu_quo, synchroniser_statu_quo, Ports, Ordre.LIBRE),
}

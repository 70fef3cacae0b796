"""Ce que l'aire retient du catalogue."""

from contrats import catalogue as faits
from sla.fiches.cas_usage import (
    synchroniser_calendriers,
    synchroniser_fiches,
    synchroniser_statu_quo,
)
from sla.fiches.domaine import (
    CalendrierRecu,
    Fiche,
    FinDeStatuQuo,
    StatuQuo,
    VersionRetiree,
)
from sla.fiches.entrees.lecture import lire_calendrier, lire_fiche
from sla.fiches.ports import Ports
from socle.reception import Ecoute, Ecoutes, Ordre, Recu


def vers_fiche(recu: Recu[faits.FichePubliee]) -> Fiche:
    """La version d'une fiche, avec ses seuls indicateurs."""
    return lire_fiche(recu.evenement)


def vers_retrait(recu: Recu[faits.FicheRetiree]) -> VersionRetiree:
    """La version qui ne vaudra pas (CAT-2)."""
    retiree = recu.evenement
    return VersionRetiree(code=retiree.code, version=retiree.version, debut=retiree.debut)


def vers_calendrier(recu: Recu[faits.CalendrierPublie]) -> CalendrierRecu | None:
    """La version d'un calendrier; rien si ce n'est pas celui de la fonction publique (SLA-1).

    Lève `VersionInvalide` : gardée, elle ferait échouer tout décompte.
    """
    version = lire_calendrier(recu.evenement)
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

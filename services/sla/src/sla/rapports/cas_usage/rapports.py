"""Établir le rapport d'un mois (SLA-9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from noyau import Introuvable, Mois
from sla.rapports.domaine.rapport import (
    Rapport,
    citer,
    exiger_fini,
    exiger_quelqu_un,
    mois_montres,
    rapporter,
)
from sla.rapports.ports import Ports

_UN_JOUR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Vise:
    """Le mois qu'on veut rapporté, d'un organisme ou, sans lui, de tous."""

    mois: Mois
    organisme: str | None


async def etablir(vise: Vise, ports: Ports, *, le: datetime) -> Rapport:
    """Ce rapport, tel qu'on le sait à l'instant `le`.

    Lève `Conflit` si le mois n'est pas fini, `Introuvable` si rien ne s'y mesurait (SLA-9).
    """
    mois, organisme = vise.mois, vise.organisme
    exiger_fini(mois, le)
    fiches = await ports.fiches.toutes()
    montres = mois_montres(mois)
    lus = [lu for m in montres for lu in await ports.taux.du_mois(organisme, m, fiches)]
    dernier = mois.fin - _UN_JOUR
    indicateurs = rapporter(lus, montres, ports.publications.le(dernier))
    exiger_quelqu_un(organisme, indicateurs)
    fermeture = await ports.faits.fermeture(mois)
    ferme = fermeture is not None
    calendrier = await ports.calendriers.applique()
    versions = calendrier.versions_entre(mois.debut, dernier) if calendrier else ()
    return Rapport(
        periode=str(mois),
        organisme=organisme,
        etabli_le=le,
        fermeture=fermeture,
        indicateurs=indicateurs,
        manquees=await ports.faits.manquees(mois, organisme, ferme=ferme),
        exclues=await ports.faits.exclues(mois, organisme, ferme=ferme),
        exclues_figees=ferme,
        corrigees=await ports.faits.corrigees(montres, organisme),
        fiches=citer(
            fiches.pour(organisme).en_vigueur_entre(mois.debut, mois.fin),
            fiches.versions(await ports.faits.regimes(mois, organisme)),
        ),
        calendriers=[version.version for version in versions],
    )


async def exiger_connu(organisme: str, ports: Ports) -> None:
    """Lève `Introuvable` si cet organisme n'est ni inscrit ni mesuré (SLA-9)."""
    if not await ports.taux.est_connu(organisme):
        raise Introuvable(f"Aucun organisme « {organisme} » n'est connu de la mesure.")

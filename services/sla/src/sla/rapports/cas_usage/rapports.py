"""Établir le rapport d'un mois (SLA-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from noyau import Introuvable, Mois
from sla.fiches.domaine import Fiches, versions_du_mois
from sla.rapports.domaine.rapport import (
    FermetureCitee,
    Rapport,
    exiger_fini,
    exiger_quelqu_un,
    mois_montres,
    rapporter,
)
from sla.rapports.ports import Ports
from sla.taux.domaine.citees import FicheCitee, citees_du_mois

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
        fiches=await _fiches(vise, fiches, ports),
        calendriers=await _calendriers(mois, fermeture, ports),
    )


async def _calendriers(mois: Mois, fermeture: FermetureCitee | None, ports: Ports) -> Sequence[str]:
    """Celles que la fermeture a figées; d'un mois ouvert, ou fermé avant, celles d'ici."""
    if fermeture is not None and fermeture.calendriers is not None:
        return fermeture.calendriers
    return versions_du_mois(await ports.calendriers.applique(), mois)


async def _fiches(vise: Vise, fiches: Fiches, ports: Ports) -> Sequence[FicheCitee]:
    """Celles que la fermeture a figées; d'un mois ouvert, ou fermé avant qu'elle n'en fige, d'ici.

    De même d'un organisme qu'on ne connaissait pas encore.
    """
    mois, organisme = vise.mois, vise.organisme
    figees = await ports.faits.fiches_figees(mois, organisme)
    if figees is not None:
        return figees
    return citees_du_mois(fiches, mois, organisme, await ports.faits.regimes(mois, organisme))


async def exiger_connu(organisme: str, ports: Ports) -> None:
    """Lève `Introuvable` si cet organisme n'est ni inscrit ni mesuré (SLA-9)."""
    if not await ports.taux.est_connu(organisme):
        raise Introuvable(f"Aucun organisme « {organisme} » n'est connu de la mesure.")

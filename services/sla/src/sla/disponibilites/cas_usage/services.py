"""Déclarer les services mesurés, leur naissance et leur retrait; savoir qui est client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from calendrier import ANNEE_MAX, ANNEE_MIN
from noyau import Acte, Conflit, Mois, Resultat, jour_de_quebec
from sla.disponibilites.cas_usage.comptes import Compteur
from sla.disponibilites.domaine.services import ActeService, Service
from sla.disponibilites.ports import Inactivites, Inscription, Ports


async def declarer_service(service: Service, ports: Ports, acte: Acte) -> Resultat[Service]:
    """Ajoute un service; une fiche qui le nomme le mesure (SLA-5). Lève `Conflit`."""
    _exiger_couvert(service)
    await Compteur(ports).verrouiller()
    if not await ports.services.ajouter(service):
        raise Conflit(f"Le service « {service.code} » existe déjà.", regle="SLA-5")
    await _recompter_depuis(service.debut, ports, acte)
    return Resultat(service)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierService:
    """Ce que le service est désormais, son libellé, sa naissance, son retrait, et pourquoi."""

    code: str
    libelle: str
    debut: date
    fin: date | None
    motif: str


async def modifier_service(
    commande: ModifierService, ports: Ports, acte: Acte
) -> Resultat[Service]:
    """Change les dates d'un service, et inscrit l'acte; les mois touchés se recomptent.

    Lève `Introuvable`, `VersionPerimee`, ou `Conflit` : rien ne change, une panne constatée n'y
    compterait plus. Le verrou retient celles qu'on constaterait pendant ce temps.
    """
    await Compteur(ports).verrouiller()
    ancien = acte.sur(await ports.services.charger(commande.code))
    neuf = ancien.changer(commande.libelle, commande.debut, commande.fin)
    _exiger_couvert(neuf)
    pose = ActeService(
        avant=ancien, apres=neuf, motif=commande.motif, auteur=acte.acteur.sujet, le=acte.le
    )
    pose.exiger_sans_panne(await ports.indisponibilites.premieres(ancien.code, pose.retire))
    await ports.services.poser(pose)
    await _recompter_depuis(min(ancien.debut, neuf.debut), ports, acte)
    return Resultat(neuf)


async def inscrire_organismes(
    recues: Sequence[Inscription | Inactivites], ports: Ports, acte: Acte
) -> Resultat[None]:
    """Sait qui est client et depuis quand, dans quelque ordre que tout arrive (DEM-8, DEM-14)."""
    await Compteur(ports).verrouiller()
    avant = {c.organisme: c for c in await ports.clienteles.toutes()}
    await ports.clienteles.inscrire([r for r in recues if isinstance(r, Inscription)])
    await ports.clienteles.synchroniser([r for r in recues if isinstance(r, Inactivites)])
    apres = {c.organisme: c for c in await ports.clienteles.toutes()}
    changes = {c for o in {r.organisme for r in recues} for c in (avant.get(o), apres.get(o)) if c}
    neufs = [c for c in changes if avant.get(c.organisme) != apres.get(c.organisme)]
    if neufs:
        await ports.minutes.marquer(Mois.de(jour_de_quebec(min(c.depuis for c in neufs))), None)
    return Resultat(None)


async def _recompter_depuis(debut: date, ports: Ports, acte: Acte) -> None:
    await ports.minutes.marquer(Mois.de(debut), Mois.de(jour_de_quebec(acte.le)))
    await Compteur(ports).recompter(acte)


def _exiger_couvert(service: Service) -> None:
    """Le calendrier ne dit rien des autres années."""
    if not ANNEE_MIN <= service.debut.year <= ANNEE_MAX:
        raise Conflit(f"Un service naît entre {ANNEE_MIN} et {ANNEE_MAX}.", regle="SLA-1")

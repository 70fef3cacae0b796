"""Fermer une période : ce qu'elle dit alors ne change plus (SLA-7)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from noyau import Conflit, Fait, Mois, debut_du_jour

PRODUCTEURS: Final = ("catalogue", "courtier", "demandes")
"""Ceux dont tous les faits d'une période doivent être reçus avant de la fermer."""

Jalons = Mapping[str, datetime | None]
"""Par producteur, l'instant jusqu'où tout est reçu de lui; None : aucun jalon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fermeture:
    """Une période fermée. `manquants` : les producteurs dont on n'avait pas tout reçu."""

    periode: Mois
    fermee_le: datetime
    fermee_par: str
    motif: str | None
    """Pourquoi on a fermé sans eux; None : rien ne manquait."""
    manquants: tuple[str, ...]
    jalons: Jalons
    calendriers: tuple[str, ...] | None = None
    """Les versions du calendrier qui en décident; None : fermée avant qu'on les fige."""
    empreinte: str = ""
    """Celle de toutes les mesures qui font ses taux."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Etat:
    """Ce dont dépend qu'une période se ferme."""

    jalons: Jalons
    vus: Jalons
    """Jusqu'où l'on a retenu que tout était reçu."""
    ouverte_avant: Mois | None
    """La plus ancienne période qui a des mesures et n'est pas fermée."""
    a_rejouer: bool
    """Vrai : des sujets attendent qu'on les rejoue."""
    a_compter: Collection[Mois] = ()
    """Les mois dont des minutes de service restent à compter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TauxPublie(Fait):
    """Le taux d'un indicateur, tel que la fermeture de sa période le publie."""

    fermeture: Fermeture
    indicateur: str
    organisme: str | None
    unite: str
    cible: Decimal | None
    mesurees: int
    conformes: int
    mesurees_ajuste: int
    conformes_ajuste: int
    empreinte: str


def exiger_entiere(jalons: Jalons, vus: Jalons) -> None:
    """Ce qu'on a reçu ne peut être moindre qu'une fois déjà : les copies se referaient.

    Lève `Conflit` (SLA-7).
    """
    recule = [nom for nom, vu in vus.items() if vu is not None and _avant(jalons.get(nom), vu)]
    if recule:
        raise Conflit(
            "Ce service refait ses copies depuis le bus : rien ne se ferme ni ne se corrige avant"
            " qu'elles soient entières.",
            regle="SLA-7",
            details={"en_retard": sorted(recule)},
        )


def exiger_finie(periode: Mois, maintenant: datetime) -> None:
    """Un mois qui court ne se ferme pas; lève `Conflit` (SLA-7)."""
    if maintenant < debut_du_jour(periode.fin):
        raise Conflit(f"La période {periode} n'est pas finie.", regle="SLA-7")


def exiger_mesuree(periode: Mois, etat: Etat, attendus: Collection[object]) -> None:
    """Un mois que nulle fiche ne mesurait, et sans mesure, ne se ferme pas; lève `Conflit`.

    `attendus` : ce que les fiches en mesuraient (SLA-7).
    """
    if not attendus and etat.ouverte_avant != periode:
        raise Conflit(f"Rien ne se mesurait en {periode} : il n'y a rien à fermer.", regle="SLA-7")


def manquants(periode: Mois, jalons: Jalons) -> tuple[str, ...]:
    """Les producteurs dont des faits de cette période peuvent encore venir."""
    fin = debut_du_jour(periode.fin)
    return tuple(sorted(nom for nom, jalon in jalons.items() if _avant(jalon, fin)))


def fermer(periode: Mois, etat: Etat, *, motif: str | None, par: str, le: datetime) -> Fermeture:
    """La fermeture, avant qu'on la fige; lève `Conflit` (SLA-7) si elle ne se peut pas encore.

    Un motif ne dispense que d'attendre un producteur : le mois est fini, rien ne reste à rejouer,
    et les mois d'avant sont fermés.
    """
    exiger_finie(periode, le)
    exiger_entiere(etat.jalons, etat.vus)
    if etat.a_rejouer:
        raise Conflit(
            "Des sujets attendent d'être rejoués : leurs verdicts peuvent encore changer.",
            regle="SLA-7",
        )
    if periode in etat.a_compter:
        raise Conflit(
            f"Des minutes de service restent à compter de la période {periode}.", regle="SLA-7"
        )
    if etat.ouverte_avant is not None and etat.ouverte_avant < periode:
        raise Conflit(
            f"Fermez d'abord la période {etat.ouverte_avant} : les mois se ferment dans l'ordre.",
            regle="SLA-7",
            details={"periode": str(etat.ouverte_avant)},
        )
    absents = manquants(periode, etat.jalons)
    if absents and motif is None:
        raise Conflit(
            f"La période {periode} ne peut pas encore se fermer : des faits peuvent encore venir"
            f" de {', '.join(absents)}. Un motif permet de la fermer sans eux.",
            regle="SLA-7",
            details={
                "fin_de_la_periode": debut_du_jour(periode.fin).isoformat(),
                "recu_jusqu_a": {n: j and j.isoformat() for n, j in sorted(etat.jalons.items())},
            },
        )
    return Fermeture(
        periode=periode,
        fermee_le=le,
        fermee_par=par,
        motif=motif if absents else None,
        manquants=absents,
        jalons=dict(etat.jalons),
    )


def a_fermer(candidates: Sequence[Mois], maintenant: datetime, attente: timedelta) -> list[Mois]:
    """Celles que la tâche ferme d'elle-même : finies depuis assez longtemps, dans l'ordre."""
    return [m for m in sorted(candidates) if debut_du_jour(m.fin) + attente <= maintenant]


def _avant(jalon: datetime | None, instant: datetime) -> bool:
    return jalon is None or jalon < instant

"""Les listes d'un rapport, chacune à sa date : manquées, exclusions, corrections (SLA-7)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

from pages import Cellule, Colonne, Tableau
from pages.ecriture import duree, en_mots, instant, jour, mois, nombre, pourcentage
from sla.mesures.domaine.conditions import LA_REGLE
from sla.mesures.domaine.explication import TITRES
from sla.mesures.domaine.verdict import Verdict
from sla.rapports.domaine.rapport import (
    Bornee,
    Corrigee,
    Exclue,
    Manquee,
    Precisions,
    Rapport,
)

T = TypeVar("T")

_CAUSES = {
    "fait": "Un fait appris depuis",
    "calendrier": "Le calendrier",
    "fiche": "La fiche",
    "exclusion": "Une exclusion",
    "indisponibilite": "Une indisponibilité",
    "service": "Le temps de service",
}


@dataclass(frozen=True, slots=True)
class Liste:
    """Des lignes, bornées, ou la phrase qui dit qu'il n'y en a pas."""

    titre: str
    phrase: str
    tableau: Tableau | None


def manquees(rapport: Rapport) -> Liste:
    """Les mesures manquées : celles du taux publié, ou d'un mois ouvert, celles qu'on connaît."""
    return _liste(
        f"Mesures manquées, {_date(figees=not rapport.provisoire)}",
        "Aucune mesure n'a manqué sa cible ce mois-ci.",
        rapport.manquees,
        (*_reperes(), Colonne("Jour zéro"), Colonne("Fin"), Colonne("Jours comptés", nombre=True)),
        lambda m: (
            *_repere(m),
            jour(m.j0) if m.j0 else "",
            instant(m.fin) if m.fin else "",
            Cellule(_jours(m), "exclue du taux ajusté" if m.exclue else ""),
        ),
    )


def _jours(m: Manquee) -> str:
    """« 12 pour 10 »."""
    if m.jours is None:
        return "date convenue passée"
    return f"{m.jours} pour {m.delai}"


def _date(*, figees: bool) -> str:
    return "au moment de la fermeture" if figees else "à ce jour"


def exclusions(rapport: Rapport) -> Liste:
    """Ce qui sort des mesures du taux ajusté, à la même date que les manquées."""
    return _liste(
        f"Exclusions, {_date(figees=rapport.exclues_figees)}",
        "Aucune mesure n'est exclue du taux ajusté ce mois-ci.",
        rapport.exclues,
        (*_reperes(), Colonne("Motif"), Colonne("Preuve"), Colonne("Décidée par")),
        lambda e: (
            *_repere(e),
            Cellule(en_mots(e.libelle), e.motif or ""),
            _preuve(e),
            e.auteur or "non gardé",
        ),
    )


def _preuve(e: Exclue) -> str:
    """Celle de la règle nomme des faits et des événements; une personne écrit la sienne."""
    if e.preuve is None:
        return "Ce qui la prouvait a changé depuis, et n'est pas gardé."
    return re.sub(r"(?<=\w)[._](?=\w)", " ", e.preuve) if e.auteur == LA_REGLE else e.preuve


def corrections(rapport: Rapport) -> Liste:
    """Ce qui a changé des mois montrés depuis que chacun s'est fermé."""
    de_chacun = rapport.organisme is None and all(c.organisme for c in rapport.corrigees.lignes)
    return _liste(
        "Corrections depuis la fermeture de chaque mois",
        "Aucun des mois montrés n'a été corrigé depuis sa fermeture.",
        rapport.corrigees,
        (*_reperes(), Colonne("Mois"), Colonne("Avant"), Colonne("Corrigé"), Colonne("Cause")),
        _correction,
        ", chacune sous l'organisme qu'elle touche" if de_chacun else "",
    )


def _correction(c: Corrigee) -> Sequence[Cellule | str]:
    avant, apres = c.precisions_avant, c.precisions_apres
    return (
        *_repere(c),
        mois(c.periode),
        _cote(_dit(c.avant, c.service_avant, c.panne_avant), avant, apres),
        _cote(_dit(c.apres, c.service_apres, c.panne_apres), apres, avant),
        Cellule(_CAUSES.get(c.cause, c.cause), instant(c.corrigee_le)),
    )


def _dit(verdict: str | None, service: int | None, panne: int | None) -> str:
    """Un verdict; ou, d'une disponibilité, ce qu'il y eut de panne dans le service."""
    if service is not None and panne is not None:
        return f"{duree(panne)} de panne sur {duree(service)}"
    return "Hors du mois" if verdict is None else TITRES[Verdict(verdict)]


def _cote(dit: str, siennes: Precisions | None, autres: Precisions | None) -> str:
    """« Manquée, exclue : Force majeure » : le verdict, et ce que l'autre côté ne dit pas de même.

    Une exclusion se dit toujours.
    """
    if siennes is None:
        return dit
    morceaux = [dit]
    if siennes.exclusions:
        morceaux.append(f"exclue : {', '.join(map(en_mots, siennes.exclusions))}")
    if siennes.signalee:
        morceaux.append("signalée, condition à trancher")
    if autres is not None and siennes.cible != autres.cible:
        cible = siennes.cible
        morceaux.append("sans cible" if cible is None else f"cible : {pourcentage(cible)}")
    ajuste, panne = siennes.service_ajuste, siennes.panne_ajuste
    if ajuste is not None and panne is not None:
        morceaux.append(f"après exclusions : {duree(panne)} sur {duree(ajuste)}")
    return ", ".join(morceaux)


def _reperes() -> tuple[Colonne, ...]:
    return (Colonne("Sujet"), Colonne("Indicateur"))


def _repere(de: Manquee | Exclue | Corrigee) -> tuple[Cellule, str]:
    if isinstance(de, Corrigee) and de.sujet == "service":
        return Cellule(f"Disponibilité, {de.organisme or 'tous les organismes'}"), de.indicateur
    lien = Markup('<a href="/v1/mesures/{}/explication">{}</a>').format(de.mesure_id, de.repere)
    return Cellule(lien, f"{en_mots(de.sujet)}, {de.organisme}"), de.indicateur


def _liste(
    titre: str,
    aucune: str,
    bornee: Bornee[T],
    colonnes: tuple[Colonne, ...],
    ligne: Callable[[T], Sequence[Cellule | str]],
    de_qui: str = "",
) -> Liste:
    if not bornee.lignes:
        return Liste(titre, aucune, None)
    toutes = f"{nombre(bornee.nombre)} en tout{de_qui}"
    phrase = f"{toutes}."
    if bornee.autres:
        phrase = (
            f"{toutes}; les {len(bornee.lignes)} premières sont ici, et"
            f" {nombre(bornee.autres)} autres se lisent à l'adresse des listes de l'API."
        )
    lignes = [ligne(une) for une in bornee.lignes]
    return Liste(
        titre, phrase, Tableau(titre=titre, titre_montre=False, colonnes=colonnes, lignes=lignes)
    )

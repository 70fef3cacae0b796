"""Fermetures, corrections et taux publiés ↔ leurs lignes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from noyau import Mois
from sla.disponibilites.domaine.minutes import Minutes
from sla.fiches.domaine import SERVICE, Indicateur
from sla.taux.domaine.attendus import MESURES, unite_de
from sla.taux.domaine.citees import FichesLues
from sla.taux.domaine.corrections import Constat, Correction, Mesuree, Publie
from sla.taux.domaine.fermetures import Fermeture, TauxPublie
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne


def ligne_de_fermeture(fermeture: Fermeture) -> dict[str, object]:
    """Les colonnes d'une fermeture."""
    jalons = {nom: jalon and jalon.isoformat() for nom, jalon in sorted(fermeture.jalons.items())}
    return {
        **colonnes(fermeture),
        "periode": str(fermeture.periode),
        "exercice": fermeture.periode.exercice,
        "manquants": list(fermeture.manquants),
        "jalons": jalons,
    }


def fermeture(ligne: Ligne) -> Fermeture:
    """La fermeture d'une ligne."""
    return Fermeture(
        periode=Mois.lire(ligne.periode),
        fermee_le=ligne.fermee_le,
        fermee_par=ligne.fermee_par,
        motif=ligne.motif,
        manquants=tuple(ligne.manquants),
        jalons={n: j and datetime.fromisoformat(j) for n, j in ligne.jalons.items()},
        calendriers=None if ligne.calendriers is None else tuple(ligne.calendriers),
        empreinte=ligne.empreinte,
    )


def fiches_lues(lues: FichesLues) -> dict[str, object]:
    """Ce qu'un mois fermé garde des fiches, comme un document le dit."""
    cibles = {code: None if c is None else str(c) for code, c in lues.cibles.items()}
    return {"fiches": list(lues.fiches), "cibles": cibles}


def taux_publie(ligne: Ligne, fermeture: Fermeture) -> TauxPublie:
    """Le taux que cette fermeture publie."""
    return TauxPublie(
        survenu_le=fermeture.fermee_le,
        fermeture=fermeture,
        indicateur=ligne.indicateur,
        organisme=ligne.organisme or None,
        unite=ligne.unite,
        cible=ligne.cible_publie if ligne.cible_publie is not None else ligne.promise,
        mesurees=ligne.mesurees_publie,
        conformes=ligne.conformes_publie,
        mesurees_ajuste=ligne.mesurees_ajuste_publie,
        conformes_ajuste=ligne.conformes_ajuste_publie,
        empreinte=ligne.empreinte,
    )


def mesuree(ligne: Ligne) -> Mesuree:
    """La mesure que nomme une ligne."""
    return Mesuree(
        mesure_id=ligne.mesure_id,
        organisme=ligne.organisme,
        indicateur=ligne.indicateur,
        sujet=ligne.sujet,
        sujet_id=ligne.sujet_id,
        numero=ligne.numero,
    )


def constat(ligne: Ligne) -> Constat:
    """Ce qu'on sait d'une mesure marquée."""
    return Constat(
        mesuree=mesuree(ligne),
        periode=Mois.lire(ligne.periode) if ligne.periode else None,
        jugement=ligne.jugement,
        appris_le=ligne.appris_le,
        decidee_le=ligne.decidee_le,
    )


def mesuree_de_minutes(ligne: Ligne) -> Mesuree:
    """Ce qui, d'une disponibilité, tient lieu de mesure."""
    return Mesuree(
        mesure_id=ligne.mesure_id,
        organisme=ligne.organisme,
        indicateur=ligne.indicateur,
        sujet=SERVICE,
        sujet_id=ligne.indicateur,
        numero=None,
    )


def minutes_a_juger(minutes: Minutes, noms: Iterable[str]) -> dict[str, object]:
    """Ces colonnes d'une disponibilité, comme un document les dit."""
    dites = colonnes(minutes)
    cible = None if minutes.cible is None else str(minutes.cible)
    return {nom: dites[nom] for nom in noms} | {"periode": str(minutes.periode), "cible": cible}


def constat_de_minutes(ligne: Ligne) -> Constat:
    """Ce qu'on sait d'une disponibilité qui a changé."""
    return Constat(
        mesuree=mesuree_de_minutes(ligne),
        periode=Mois.lire(ligne.periode),
        jugement=ligne.actuelle,
        appris_le=None,
        decidee_le=ligne.decidee_le,
    )


def publie(ligne: Ligne) -> Publie:
    """Ce qu'un mois fermé en dit."""
    return Publie(
        periode=Mois.lire(ligne.periode),
        jugement=ligne.jugement,
        dit_le=ligne.dit_le,
        rang=ligne.rang,
    )


def ligne_de_correction(correction: Correction) -> dict[str, Any]:
    """Les colonnes d'une correction."""
    return {
        **colonnes(correction.mesuree),
        "mesure_id": str(correction.mesuree.mesure_id),
        "periode": str(correction.periode),
        "exercice": correction.periode.exercice,
        "rang": correction.rang,
        "avant": correction.avant,
        "apres": correction.apres,
        "cause": correction.cause.value,
        "corrigee_le": correction.corrigee_le,
    }


def ligne_de_taux(
    fermeture: Fermeture,
    cle: tuple[str, str],
    empreinte: str,
    attendu: Indicateur | None,
) -> dict[str, object]:
    """Les colonnes d'un taux publié; ce qu'aucune fiche n'attend plus garde son code pour nom."""
    code, organisme = cle
    return {
        "periode": str(fermeture.periode),
        "indicateur": code,
        "organisme": organisme,
        "exercice": fermeture.periode.exercice,
        "libelle": code if attendu is None else attendu.libelle,
        "unite": MESURES if attendu is None else unite_de(attendu),
        "cible": None if attendu is None else attendu.cible,
        "empreinte": empreinte,
    }

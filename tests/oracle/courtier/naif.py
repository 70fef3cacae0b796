"""Un juge naïf du dossier d'acquisition : l'acte est admis, ou voici les règles qui le refusent.

Écrit d'après le domaine (CI-10, CI-13 à CI-17) et le guide du Courtier; il ne partage aucun code
avec ce qu'il juge. Là où le texte se tait, il suit le produit.
"""

from collections.abc import Callable

from tests.oracle.courtier import analyse, demarrage
from tests.oracle.courtier.analyse import INTROUVABLE, Regles
from tests.oracle.courtier.etat import ETAPES, Lu
from tests.oracle.courtier.marche import Dit, jour

LIBRES = frozenset({"efvp", "refus", "autorisation", "retour", "cloture", "conclusion"})
"""Ce qui se pose à toute étape : l'autorisation bloque parfois l'étape 5 (CI-15)."""
PREALABLES: dict[str, tuple[str, ...]] = {
    "besoins": (),
    "efvp": ("besoins",),
    "consultation": ("besoins",),
    "precision": ("besoins", "consultation"),
    "reponse": ("besoins", "consultation"),
    "banc": ("besoins", "consultation"),
    "conformite": ("besoins", "consultation"),
    "scenario": ("besoins", "consultation", "conformite"),
    "choix": ("besoins", "consultation", "conformite", "scenario"),
    "autorisation": ("choix",),
    "contact": ("choix",),
    "informations": ("choix", "contact"),
    "rencontre": ("choix", "contact", "informations"),
    "budget": ("choix",),
    "confirmation": ("choix", "rencontre", "budget"),
    "admissibilite": ("choix", "rencontre", "budget", "confirmation"),
    "preparation": ("choix", "rencontre", "budget", "confirmation", "admissibilite"),
    "validation": ("preparation",),
    "signature": ("rencontre", "budget", "confirmation", "admissibilite", "preparation"),
    "conclusion": ("signature",),
    "refus": (),
    "retour": (),
    "cloture": (),
}
"""Ce qui précède chaque acte, dans l'ordre du guide (3.1 à 3.5)."""
DU_CONTRAT = frozenset({"refus", "validation", "signature", "conclusion"})
"""Ce qui se pose sur un contrat, et non sur le dossier : il faut qu'il existe."""


def juger(lu: Lu, dit: Dit) -> frozenset[str]:
    """Les règles qui refusent cet acte, s'il venait maintenant; aucune : il est admis."""
    regles = _ordre(lu, dit)
    if not regles:
        regles |= PROPRES[dit.quoi](lu, dit)
    elif dit.quoi in SANS_LE_DOSSIER:
        regles |= SANS_LE_DOSSIER[dit.quoi](lu, dit)
    return frozenset(regles)


def _ordre(lu: Lu, dit: Dit) -> Regles:
    """Aucune étape ne se saute; rien ne suit la fin, ni, sauf la conclusion, la signature."""
    regles: Regles = set()
    if (lu.clos or lu.signe) and dit.quoi not in {"refus", "conclusion"}:
        regles.add("CI-10")
    if lu.clos and dit.quoi == "conclusion":
        regles.add("CI-10")
    if dit.quoi not in LIBRES and ETAPES[dit.quoi] < lu.etape:
        regles.add("CI-10")
    if regles and ETAPES.get(dit.quoi, 5) == 5:
        regles.add("CI-16")
    if dit.quoi in DU_CONTRAT and not any(d.quoi == "preparation" for d in lu.actes):
        regles.add(INTROUVABLE)
    for prealable in PREALABLES[dit.quoi]:
        if not lu.tient(prealable):
            regles |= {"CI-10", "CI-16" if ETAPES.get(dit.quoi, 5) == 5 else "CI-14"}
    return regles


def _refus(lu: Lu, _: Dit) -> Regles:
    """Le fournisseur refuse de signer ce qui n'est pas conclu, une seule fois."""
    conclu = lu.dernier("conclusion") is not None
    return {"CI-16"} if conclu or lu.contrat_refuse else set()


def _retour(lu: Lu, dit: Dit) -> Regles:
    return set() if dit["etape"] < lu.etape else {"CI-10"}


def _cloture(lu: Lu, dit: Dit) -> Regles:
    des = lu.marche.oblige_des
    oblige = des is not None and des <= jour(dit.le)
    return {"CI-10"} if dit["issue"] == "autre_vehicule" and oblige else set()


PROPRES: dict[str, Callable[[Lu, Dit], Regles]] = {
    "besoins": analyse.juger_besoins,
    "efvp": analyse.juger_efvp,
    "consultation": analyse.juger_consultation,
    "precision": analyse.juger_precision,
    "reponse": analyse.juger_reponse,
    "banc": analyse.juger_banc,
    "conformite": analyse.juger_conformite,
    "scenario": analyse.juger_scenario,
    "choix": analyse.juger_choix,
    "autorisation": analyse.juger_autorisation,
    "contact": demarrage.juger_contact,
    "informations": demarrage.juger_informations,
    "rencontre": demarrage.juger_rencontre,
    "budget": demarrage.juger_budget,
    "confirmation": demarrage.juger_confirmation,
    "admissibilite": demarrage.juger_admissibilite,
    "preparation": demarrage.juger_preparation,
    "validation": demarrage.juger_validation,
    "signature": demarrage.juger_signature,
    "conclusion": demarrage.juger_conclusion,
    "refus": _refus,
    "retour": _retour,
    "cloture": _cloture,
}
"""Ce que chaque acte demande de plus que son rang."""
SANS_LE_DOSSIER: dict[str, Callable[[Lu, Dit], Regles]] = {
    "consultation": analyse.juger_consultation,
    "besoins": analyse.juger_besoins,
    "efvp": analyse.juger_efvp,
    "banc": analyse.banc_permis,
    "autorisation": analyse.dirigeant,
    "informations": demarrage.juger_informations,
    "signature": demarrage.du_contrat,
    "conclusion": demarrage.juger_documents,
}
"""Ce qu'un acte contredit de lui-même, à côté de son rang."""

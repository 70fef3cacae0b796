"""L'épreuve : un dossier tiré au sort, acte après acte, face au produit et au juge naïf."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from random import Random

from courtier.dossiers.domaine.reserves import reserves
from courtier.dossiers.domaine.scenarios import Chiffrage
from noyau import Refus
from tests.oracle.courtier.analyse import INTROUVABLE
from tests.oracle.courtier.etat import ETAPES, RECALCULENT, Lu, Totaux
from tests.oracle.courtier.marche import Dit
from tests.oracle.courtier.marches import tirer_marche
from tests.oracle.courtier.monde import Monde
from tests.oracle.courtier.naif import juger
from tests.oracle.courtier.proprietes import exiger_les_prealables
from tests.oracle.courtier.rivaux import autorisations, genes, muettes
from tests.oracle.courtier.rivaux import reserves as reserves_du_juge
from tests.oracle.courtier.tirage import Tireur
from tests.oracle.courtier.verbes import dire, ouvrir

AU_PLUS = 50
"""Les actes tentés d'un dossier."""
PLANCHERS: Mapping[str, int] = {
    "admis": 15_000,
    "refusés CI-10": 3_000,
    "refusés CI-13": 900,
    "refusés CI-14": 2_000,
    "refusés CI-15": 900,
    "refusés CI-16": 3_000,
    "refusés CI-17": 80,
    "signature": 300,
    "conclusion": 230,
    "retour": 450,
    "autorisation": 150,
    "recherches précisées": 200,
    "hors de la recherche": 100,
    "chers autorisés": 150,
    "prix du contrat changé": 200,
    "prix d'un autre changé": 250,
    "plus bas perdu": 8,
    "choix à réserves": 60,
    "réserves sans motif": 15,
    "rivaux à plusieurs": 3,
    "autorisations tombées": 20,
    "EFVP qui écarte": 60,
    "ex aequo": 120,
    "offres qui se complètent": 15,
    "budgets justes au cent": 200,
}
"""Ce que mille dossiers tirent au moins : en deçà, l'épreuve ne prouve plus la règle."""


def manquent(vus: Mapping[str, int], dossiers: int, *, marge: int = 1) -> list[str]:
    """Ce qui n'a pas été tiré assez; `marge` divise les planchers de peu de dossiers."""
    return [
        f"{nom} : {vus.get(nom, 0)}, sous le plancher de {plancher * dossiers // (1_000 * marge)}"
        for nom, plancher in PLANCHERS.items()
        if vus.get(nom, 0) < plancher * dossiers // (1_000 * marge)
    ]


class Desaccord(AssertionError):
    """Le produit et le juge ne disent pas pareil."""


def eprouver(graine: int) -> Counter[str]:
    """Joue un dossier; rend ce qu'il a tiré, lève `Desaccord`."""
    hasard = Random(graine)
    marche = tirer_marche(hasard)
    monde, lu = Monde(marche), Lu(marche)
    ouvrir(monde)
    tireur = Tireur(hasard, lu)
    vus: Counter[str] = Counter()
    for _ in range(AU_PLUS):
        dit = tireur.suivant()
        tireur.refuse = _confronter(monde, lu, dit)
        vus.update(_vus(lu, dit, tireur.refuse))
        if not tireur.refuse:
            lu.inscrire(dit)
            _comparer(monde, lu, dit)
        if lu.clos and hasard.random() < 0.7:
            break
    return vus


def _confronter(monde: Monde, lu: Lu, dit: Dit) -> frozenset[str]:
    """Admis par l'un, admis par l'autre; refusé, la règle citée est de celles du juge."""
    attendu = juger(lu, dit)
    rendu, message = _rendu(monde, dit)
    if rendu not in (attendu or {None}):
        suite = "\n    ".join(map(str, lu.actes))
        raise Desaccord(
            f"{dit}\n  juge : {sorted(attendu) or 'admis'}\n  produit : {rendu or 'admis'} "
            f"({message})\n    {suite}"
        )
    return attendu


def _rendu(monde: Monde, dit: Dit) -> tuple[str | None, str]:
    """La règle que cite le refus du produit; aucune s'il admet."""
    try:
        dire(monde, dit)
    except Refus as refus:
        return refus.regle or INTROUVABLE, refus.message
    return None, ""


def _comparer(monde: Monde, lu: Lu, dit: Dit) -> None:
    """L'étape, les totaux, les moins chers, le contrat : les deux les lisent pareil."""
    dossier = monde.dossier
    totaux = {
        i: c.total.cents if isinstance(c, Chiffrage) else None for i, c in dossier.calculs.items()
    }
    moins_chers = dossier.comparaison.plus_bas
    en_reserve = {r.offres: (r.plancher, r.sert, r.motif) for r in reserves(dossier)}
    vu = (
        int(dossier.atteinte or 1), totaux, set(moins_chers), en_reserve, dossier.issue is not None
    )  # fmt: skip
    gene = {
        groupe: (Decimal(g.cents) / 100, g.sert, g.motif)
        for groupe, g in reserves_du_juge(lu).items()
    }
    attendu = (lu.etape, lu.totaux, lu.plus_bas, gene, lu.clos)
    if vu != attendu:
        raise Desaccord(f"après {dit}\n  juge : {attendu}\n  produit : {vu}")
    contrat = monde.contrats.get(monde.contrat_id)
    if contrat is None or lu.choisi is None:
        return
    if dit.quoi == "preparation" and contrat.termes.montant.cents != lu.totaux[lu.choisi]:
        raise Desaccord(f"après {dit}\n  le contrat coûte {contrat.termes.montant}")
    try:
        exiger_les_prealables(monde.marche, dossier, contrat)
    except AssertionError as manque:
        raise Desaccord(f"après {dit}\n  {manque}") from manque


def _vus(lu: Lu, dit: Dit, refuse: frozenset[str]) -> Counter[str]:
    """Ce que l'acte a tiré : de quoi savoir que l'épreuve n'est pas vide."""
    vus = Counter({"tentés": 1, "refusés" if refuse else "admis": 1})
    vus.update(f"refusés {regle}" for regle in refuse)
    if not refuse:
        vus[dit.quoi] += 1
    if dit.quoi in RECALCULENT and lu.choisi and not refuse:
        vus.update(_prix_vus(lu, dit))
    if dit.quoi == "signature":
        vus.update(_change_depuis(lu, dit))
    if dit.quoi in RECALCULENT and "CI-15" in refuse and lu.marche.rcti and lu.choisi:
        apres = lu.avec(dit)
        vus["réserves sans motif"] += int(bool(muettes(apres)))
        tombees = len(apres.tous("autorisation")) - len(autorisations(apres))
        vus["autorisations tombées"] += int(tombees > 0)
    if dit.quoi == "consultation" and lu.tient("besoins") and lu.etape <= ETAPES[dit.quoi]:
        vus["hors de la recherche"] += int(refuse == {"CI-10"})
        vus["recherches précisées"] += int(bool(dit["criteres"]) and not refuse)
    if dit.quoi == "scenario" and not refuse and len(dit["offres"]) > 1:
        seules = any(lu.offre_conforme(v.offre) for v in dit["offres"])
        ensemble = lu.repondent([v.offre for v in dit["offres"]])
        vus["offres qui se complètent"] += int(ensemble and not seules)
    if dit.quoi == "choix" and "CI-13" in refuse:
        vus["EFVP qui écarte"] += 1
    return vus


def _prix_vus(lu: Lu, dit: Dit) -> Counter[str]:
    apres = lu.avec(dit)
    budget = apres.dernier("budget")
    total = apres.totaux.get(apres.choisi) if apres.choisi else None
    return Counter(
        {
            "ex aequo": int(len(apres.plus_bas) > 1),
            "chers autorisés": int(apres.choisi not in apres.plus_bas and lu.marche.rcti),
            "choix à réserves": int(bool(genes(apres))),
            "rivaux à plusieurs": int(any(len(groupe) > 1 for groupe in genes(apres))),
            "budgets justes au cent": int(budget is not None and budget["montant"] * 100 == total),
        }
    )


def _change_depuis(lu: Lu, dit: Dit) -> Counter[str]:
    """Des prix changés entre la préparation et la signature : celui du contrat, ou un autre."""
    if not lu.tient("preparation") or not lu.choisi or lu.clos or lu.signe:
        return Counter()
    avant, apres = lu.totaux, lu.totaux_apres(dit)
    changes = [i for i in apres if apres[i] != avant.get(i)]
    return Counter(
        {
            "prix du contrat changé": int(lu.choisi in changes),
            "prix d'un autre changé": int(bool(set(changes) - {lu.choisi})),
            "plus bas perdu": int(_perdu(lu, apres)),
        }
    )


def _perdu(lu: Lu, apres: Totaux) -> bool:
    """Le choisi était au plus bas prix, et ne l'est plus."""
    restent = {i: t for i, t in apres.items() if t is not None and lu.conforme(i)}
    choisi = lu.choisi
    return choisi in lu.plus_bas and choisi in restent and restent[choisi] > min(restent.values())

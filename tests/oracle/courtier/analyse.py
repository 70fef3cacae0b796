"""Ce que le juge demande aux quatre premières étapes : besoins, Catalogue, conformité, choix."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tests.oracle.courtier.etat import Lu
from tests.oracle.courtier.marche import Dit, Voulue, jour
from tests.oracle.courtier.prix import Impossible, mois_par_mois
from tests.oracle.courtier.rivaux import autorisations, motivables, muettes

Regles = set[str]
INTROUVABLE = "introuvable"


def juger_besoins(_: Lu, dit: Dit) -> Regles:
    regles = juger_duree(dit["duree"], dit["periodes"])
    codes = [code for code, _ in dit["exigences"]]
    if len(set(codes)) != len(codes) or "fonction" not in {
        nature for _, nature in dit["exigences"]
    }:
        regles.add("CI-13")
    return regles


def juger_duree(duree: int, periodes: object) -> Regles:
    """CI-17 borne la durée; CI-14 veut que l'estimation la couvre, et qu'on consomme."""
    regles: Regles = set()
    if not 1 <= duree <= 36:
        regles |= {"CI-14", "CI-17"}
    try:
        if not sum(mois_par_mois(periodes, duree)):  # type: ignore[arg-type]
            regles.add("CI-14")
    except Impossible:
        regles.add("CI-14")
    return regles


def juger_efvp(lu: Lu, dit: Dit) -> Regles:
    if dit["date"] > jour(dit.le):
        return {"CI-13", "CI-23"}
    besoins = lu.dernier("besoins")
    if besoins and dit["date"] < jour(besoins.le):
        return {"CI-13"}
    vus = set()
    for offre, lieu, accepte, adequate in dit["examens"]:
        if dit["date"] < jour(lu.marche.offres[offre].etat(dit.le).depuis):
            return {"CI-13"}
        zone = lu.marche.offres[offre].etat(dit.le).lieux.get(lieu)
        if zone is None or (offre, lieu) in vus:
            return {"CI-13"}
        vus.add((offre, lieu))
        if lu.marche.dehors(offre, zone) and accepte and not adequate:
            return {"CI-13"}
    return set()


def juger_consultation(lu: Lu, dit: Dit) -> Regles:
    """Une offre se retient de celles que la recherche trouve (CI-10)."""
    return set() if set(dit["offres"]) <= trouver(lu, dit["criteres"], dit.le) else {"CI-10"}


def trouver(lu: Lu, criteres: Mapping[str, Any], le: datetime) -> set[UUID]:
    """Les offres publiées qui répondent à tous les critères, à cet instant."""
    return {o for o in lu.marche.offres if _repond(lu, o, criteres, le)}


def _repond(lu: Lu, offre: UUID, criteres: Mapping[str, Any], le: datetime) -> bool:
    etat, tarif = lu.marche.offres[offre].etat(le), lu.marche.offres[offre].tarif(jour(le))
    base = tarif.part("base") if tarif else None
    repond = etat.publiee
    for nom, voulu in criteres.items():
        if nom == "fournisseur":
            repond &= lu.marche.entente_de(offre).fournisseur == voulu
        elif nom == "qualifiee":
            repond &= etat.qualifiee == voulu
        elif nom == "zone":
            repond &= voulu in etat.lieux.values()
        else:
            au_plus = voulu * 12 if base and base.periodicite == "annee" else voulu
            repond &= base is not None and base.prix <= au_plus
    return repond


def _retenue(lu: Lu, offre: UUID) -> Regles:
    return set() if offre in lu.retenues else {"CI-10", "CI-14"}


def entre(depuis: date, quand: date, le: date, *regles: str) -> Regles:
    return set() if depuis <= quand <= le else {*regles}


def _consulte_le(lu: Lu) -> date:
    consultation = lu.dernier("consultation")
    return jour(consultation.le) if consultation else date.min


def juger_precision(lu: Lu, dit: Dit) -> Regles:
    regles = _retenue(lu, dit["offre"])
    return regles | entre(_consulte_le(lu), dit["date"], jour(dit.le), "CI-10", "CI-13")


def juger_reponse(lu: Lu, dit: Dit) -> Regles:
    question = {d["id"]: d for d in lu.tous("precision")}.get(dit["question"])
    if question is None:
        return {"CI-10", INTROUVABLE}
    deja = any(d["question"] == question["id"] for d in lu.tous("reponse"))
    regles: Regles = {"CI-10"} if deja else set()
    return regles | entre(question["date"], dit["date"], jour(dit.le), "CI-10", "CI-13")


def banc_permis(_: Lu, dit: Dit) -> Regles:
    """Gratuit, sans engagement, sans renseignement personnel (CI-13)."""
    defendu = dit["rp"] or dit["frais"] or dit["engagement"] or dit["debut"] > dit["fin"]
    return {"CI-13"} if defendu else set()


def juger_banc(lu: Lu, dit: Dit) -> Regles:
    regles = _retenue(lu, dit["offre"]) | banc_permis(lu, dit)
    regles |= entre(_consulte_le(lu), dit["debut"], jour(dit.le), "CI-10", "CI-13")
    return regles | entre(dit["debut"], dit["fin"], jour(dit.le), "CI-10", "CI-13")


def juger_conformite(lu: Lu, dit: Dit) -> Regles:
    regles = _retenue(lu, dit["offre"])
    besoins = lu.dernier("besoins")
    exiges = sorted(code for code, _ in besoins["exigences"]) if besoins else []
    if sorted(code for code, *_ in dit["verdicts"]) != exiges:
        regles |= {"CI-10", "CI-13"}
    questions = {d["id"]: d["offre"] for d in lu.tous("precision")}
    repondues = {d["question"] for d in lu.tous("reponse")}
    sources = {
        "fiche": {None},
        "reponse": {q for q in repondues if questions.get(q) == dit["offre"]},
        "banc": {d["id"] for d in lu.tous("banc") if d["offre"] == dit["offre"]},
    }
    if any(source_id not in sources[source] for _, _, source, source_id in dit["verdicts"]):
        regles |= {"CI-10", "CI-13"}
    return regles


def juger_lieux(lu: Lu, offres: tuple[Voulue, ...], dit: Dit) -> Regles:
    """Le lieu retenu, s'il est dit, est de l'offre."""
    for voulue in offres:
        lieux = lu.marche.offres[voulue.offre].etat(dit.le).lieux
        if voulue.lieu is not None and voulue.lieu not in lieux:
            return {"CI-13", "CI-14"}
    return set()


def juger_offres(lu: Lu, offres: tuple[Voulue, ...]) -> Regles:
    regles: Regles = set()
    for voulue in offres:
        regles |= _retenue(lu, voulue.offre)
    if len({v.offre for v in offres}) != len(offres) or not offres:
        regles.add("CI-14")
    return regles


def juger_scenario(lu: Lu, dit: Dit) -> Regles:
    regles = juger_offres(lu, dit["offres"]) | juger_lieux(lu, dit["offres"], dit)
    if lu.totaux_apres(dit)[dit["id"]] is None:
        regles.add("CI-14")
    return regles


def ecarte(lu: Lu) -> Regles:
    """Un lieu que l'EFVP écarte ne se choisit pas (CI-13)."""
    dites = [lu.conclusion(v) for v in lu.voulues]
    return {"CI-13"} if any(d is not None and not d[1] for d in dites) else set()


def choisi_conforme(lu: Lu) -> Regles:
    return set() if lu.choisi in lu.comparables else {"CI-14"}


def sans_rival_tu(lu: Lu) -> Regles:
    """Toute offre retenue est jugée; conforme, elle se chiffre aussi toute seule (CI-14)."""
    seules = [offres[0].offre for _, offres in lu.scenarios.values() if len(offres) == 1]
    for offre in lu.retenues:
        jugee = any(d["offre"] == offre for d in lu.tous("conformite"))
        if not jugee or (lu.offre_conforme(offre) and offre not in seules):
            return {"CI-14"}
    return set()


def juger_choix(lu: Lu, dit: Dit) -> Regles:
    regles = sans_rival_tu(lu)
    if dit["scenario"] not in lu.scenarios:
        return regles | {INTROUVABLE} | (set() if lu.comparables else {"CI-14"})
    apres = lu.avec(dit)
    regles |= choisi_conforme(apres) | ecarte(apres) | juger_reserves(apres, dit)
    return regles | juger_lieux(apres, apres.voulues, dit)


def juger_reserves(apres: Lu, dit: Dit) -> Regles:
    """Chaque réserve a son motif, et nul motif ne s'écrit d'avance (CI-15)."""
    sans_motif = apres.marche.rcti and muettes(apres)
    de_trop = set(dit.champs.get("motifs", ())) - motivables(apres)
    return {"CI-15"} if sans_motif or de_trop else set()


def dirigeant(_: Lu, dit: Dit) -> Regles:
    """Un critère nommé; le dirigeant lui-même, ou sa pièce signée que l'organisme consigne."""
    consigne = dit["par"] == "dirigeant" or (dit["par"] == "gestionnaire" and dit["piece"])
    return set() if dit["criteres"] and consigne else {"CI-15"}


def juger_autorisation(lu: Lu, dit: Dit) -> Regles:
    regles = entre(date.min, dit["date"], jour(dit.le), "CI-15", "CI-23") | dirigeant(lu, dit)
    dits = {d["id"]: d for d in lu.tous("scenario")}
    if dit["scenario"] != lu.choisi:
        return regles | {"CI-15"}
    ecrits = [d.le for q in ("choix", "confirmation") for d in lu.tous(q) if d["motifs"]]
    tot = max(jour(le) for le in (dits[dit["scenario"]].le, *ecrits))
    if dit["date"] < tot or dit["ecart"] * 100 < _ecart(lu, dit["scenario"]):
        regles.add("CI-15")
    return regles


def plus_bas_prix(lu: Lu) -> Regles:
    """Le moins cher, ou l'autorisation du dirigeant pour lui et pour l'écart (CI-15)."""
    choisi = lu.choisi
    if not lu.marche.rcti or choisi in lu.plus_bas or choisi not in lu.comparables:
        return set()
    ecart = _ecart(lu, choisi)
    couvrent = (d["scenario"] == choisi and d["ecart"] * 100 >= ecart for d in autorisations(lu))
    return set() if any(couvrent) else {"CI-15"}


def _ecart(lu: Lu, scenario: UUID) -> int:
    """Ce qu'il coûte de plus que le moins cher, en cents."""
    totaux = lu.comparables
    return totaux.get(scenario, 0) - min(totaux.values(), default=0)

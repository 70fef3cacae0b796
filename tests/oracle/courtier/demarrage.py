"""Ce que le juge demande à l'étape 5 : du contact à la signature du fournisseur (CI-16)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from tests.oracle.courtier.analyse import (
    Regles,
    choisi_conforme,
    ecarte,
    entre,
    juger_duree,
    juger_lieux,
    juger_offres,
    juger_reserves,
    plus_bas_prix,
)
from tests.oracle.courtier.etat import Lu
from tests.oracle.courtier.marche import Dit, jour
from tests.oracle.courtier.marches import DEPART


def juger_contact(lu: Lu, dit: Dit) -> Regles:
    regles = ecarte(lu)
    choix = lu.dernier("choix")
    if dit["fournisseur"] != _fournisseur(lu):
        regles.add("CI-16")
    if choix and not choix.le <= dit["a"] <= dit.le:
        regles.add("CI-16")
    return regles


def _fournisseur(lu: Lu) -> UUID | None:
    return lu.marche.ententes[lu.scenarios[lu.choisi][0]].fournisseur if lu.choisi else None


def juger_informations(_: Lu, dit: Dit) -> Regles:
    return set() if dit["lues"] and dit["engagement"] else {"CI-16"}


def juger_rencontre(lu: Lu, dit: Dit) -> Regles:
    regles = plus_bas_prix(lu) | _efvp_faite(lu, dit) | ecarte(lu)
    contact = lu.dernier("contact")
    if contact and not contact["a"] <= dit["tenue"] <= dit.le:
        regles.add("CI-16")
    efvp = lu.dernier("efvp")
    if lu.personnels and efvp and efvp["date"] > jour(dit["tenue"]):
        regles.add("CI-13")
    return regles | _avant_la_rencontre(lu, jour(dit["tenue"]))


def _avant_la_rencontre(lu: Lu, tenue: date) -> Regles:
    """L'autorisation dont le choix a besoin est datée, au plus tard, du jour de la rencontre."""
    sans = _sans_les_tardives(lu, tenue)
    return plus_bas_prix(sans) | ({"CI-16"} if plus_bas_prix(sans) else set())


def _sans_les_tardives(lu: Lu, tenue: date) -> Lu:
    garde = [n for n, d in enumerate(lu.actes) if d.quoi != "autorisation" or d["date"] <= tenue]
    return replace(lu, actes=[lu.actes[n] for n in garde], figes=[lu.figes[n] for n in garde])


def juger_budget(lu: Lu, dit: Dit) -> Regles:
    regles = entre(jour(DEPART), dit["date"], jour(dit.le), "CI-16", "CI-23")
    prepare = lu.dernier("preparation") and lu.apres("preparation", "confirmation")
    return regles | (_total_autorise(lu.avec(dit)) if prepare else set())


def _total_autorise(lu: Lu) -> Regles:
    """Le total ne dépasse jamais l'autorisation budgétaire (CI-16)."""
    budget = lu.dernier("budget")
    total = lu.totaux.get(lu.choisi) if lu.choisi else None
    trop = budget is not None and total is not None and total > budget["montant"] * 100
    return {"CI-15", "CI-16"} if trop else set()


def _efvp_faite(lu: Lu, dit: Dit) -> Regles:
    """Avec des renseignements personnels : chaque lieu accepté, tel qu'il est aujourd'hui."""
    efvp = lu.dernier("efvp")
    if not lu.personnels:
        return set()
    if efvp is None or _donnees_examinees(lu) != lu.donnees:
        return {"CI-13"}
    for voulue in lu.voulues:
        version = lu.marche.offres[voulue.offre].etat(dit.le).version
        if lu.conclusion(voulue) != (version, True):
            return {"CI-13"}
    return set()


def _donnees_examinees(lu: Lu) -> object:
    """Les données dont la dernière EFVP parle : celles du jour où on l'a déposée."""
    rang = max(r for r in lu.valent() if lu.actes[r].quoi == "efvp")
    return replace(lu, actes=lu.actes[:rang], figes=lu.figes[:rang]).donnees


def juger_confirmation(lu: Lu, dit: Dit) -> Regles:
    apres = lu.avec(dit)
    regles = juger_duree(apres.duree, apres.periodes) if dit["duree"] or dit["periodes"] else set()
    if regles:
        return regles
    regles = juger_offres(lu, apres.voulues) | juger_lieux(apres, apres.voulues, dit)
    regles |= juger_reserves(apres, dit)
    return regles | choisi_conforme(apres) | ecarte(apres) | plus_bas_prix(apres) | (
        _total_autorise(apres)
    )  # fmt: skip


def juger_admissibilite(lu: Lu, dit: Dit) -> Regles:
    regles = set() if dit["fournisseur"] == _fournisseur(lu) else {"CI-16"}
    for _, faite, jusqu_au in dit["verifications"]:
        if faite > jour(dit.le) or jusqu_au < faite:
            regles |= {"CI-16", "CI-23"}
    return regles


def _admissible(lu: Lu, dit: Dit) -> Regles:
    """De chaque nature vérifiée, la dernière vaut encore ce jour-là (CI-16)."""
    dites = [v for acte in lu.tous("admissibilite") for v in acte["verifications"]]
    fins = {nature: jusqu_au for nature, _, jusqu_au in dites}
    return set() if all(fin >= jour(dit.le) for fin in fins.values()) else {"CI-16"}


def _signable(lu: Lu, dit: Dit) -> Regles:
    apres = lu.avec(dit)
    return (
        choisi_conforme(apres)
        | ecarte(apres)
        | juger_lieux(apres, apres.voulues, dit)
        | _efvp_faite(apres, dit)
        | plus_bas_prix(apres)
        | juger_reserves(apres, dit)
        | _total_autorise(apres)
        | _admissible(apres, dit)
    )


def juger_preparation(lu: Lu, dit: Dit) -> Regles:
    return _signable(lu, dit) | (set() if dit["debut"] >= jour(dit.le) else {"CI-16"})


def juger_validation(lu: Lu, _: Dit) -> Regles:
    return {"CI-16"} if lu.apres("validation", "preparation") else set()


def juger_documents(_: Lu, dit: Dit) -> Regles:
    regles: Regles = set()
    if not dit["conformes"] or dit.champs.get("engagement") is False:
        regles.add("CI-16")
    if dit.champs.get("mandat") is False:
        regles |= {"DEM-3", "DEM-8"}
    return regles


def juger_signature(lu: Lu, dit: Dit) -> Regles:
    regles = du_contrat(lu, dit) | _signable(lu, dit)
    return regles | (set() if lu.apres("validation", "preparation") else {"CI-16"})


def du_contrat(lu: Lu, dit: Dit) -> Regles:
    """Ce que le contrat préparé refuse de lui-même, que son dossier le tienne encore ou non."""
    regles = juger_documents(lu, dit)
    rangs = [n for n, d in enumerate(lu.actes) if d.quoi == "preparation"]
    if not rangs:
        return regles
    alors = replace(lu, actes=lu.actes[: rangs[-1] + 1], figes=lu.figes[: rangs[-1] + 1])
    if _parts_du_choisi(alors, alors.actes[-1]) != _parts_du_choisi(alors, dit):
        regles.add("CI-15")
    if alors.choisi and alors.total(alors.choisi, dit.le) is None:
        regles.add("CI-14")
    debut = alors.actes[-1]["debut"]
    return regles | ({"CI-16"} if debut < jour(dit.le) else set())


def _parts_du_choisi(lu: Lu, dit: Dit | None) -> object:
    """Les prix et modalités des composantes que le contrat prend, ce jour-là."""
    if dit is None:
        return None
    dites = []
    for voulue in lu.voulues:
        tarif = lu.marche.offres[voulue.offre].tarif(jour(dit.le))
        siennes = tarif and [tarif.part(p.code) for p in voulue.prises]
        dites.append(tarif and (siennes, tarif.baisse, tarif.taux, tarif.taux and tarif.tous_les))
    return dites


def juger_conclusion(lu: Lu, dit: Dit) -> Regles:
    regles = set() if dit["conformes"] else {"CI-16"}
    signature = lu.dernier("signature")
    if signature and not signature.le <= dit["signe_le"] <= dit.le:
        regles.add("CI-16")
    entente = lu.marche.ententes[lu.scenarios[lu.choisi][0]] if lu.choisi else None
    if entente and not entente.debut <= jour(dit["signe_le"]) < entente.fin:
        regles.add("CI-14")
    preparation = lu.dernier("preparation")
    if preparation and preparation["debut"] < jour(dit["signe_le"]):
        regles.add("CI-16")
    return regles

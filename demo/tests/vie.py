"""Une vie de factures bâtie de l'oracle : elle en a donc tous les chiffres."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from demo.attendu import Attendu

INSTANT = datetime(2026, 10, 6, 13, 0, tzinfo=UTC)
EMPREINTE = "a" * 64
SUFFIXES = ("html", "pdf", "csv", "json")


def vie_attendue(attendu: Attendu, factures: list[dict[str, Any]]) -> dict[str, Any]:
    """Ce que dirait un système dont tous les chiffres sont ceux de l'oracle."""
    dits = {
        sujet: {nom: chiffre.valeur for nom, chiffre in chiffres.items()}
        for sujet, chiffres in attendu.vie.items()
    }
    return {
        "periode": "2026-10",
        "approbations": [_approbation(*un) for un in _par_organisme(dits["approbations"])],
        "validations": [_validation(*un) for un in _par_organisme(dits["validations"])],
        "contestation": _contestation(dits["contestation"]),
        "courtage": _courtage(dits["courtage"]),
        "factures": factures,
        "ecarts": [_ecarts(*un) for un in _par_organisme(dits["ecarts"])],
        "simulation": _simulation(dits["simulation"]),
        "reglements": [
            {
                "organisme": "MTQ",
                "date": date(2026, 10, 20),
                "reference": "VIR-1",
                "montant": "2000.00",
                "credit": "0.00",
            }
        ],
        "comptes": [_compte(*un) for un in _par_organisme(dits["comptes"])],
    }


def _par_organisme(chiffres: Mapping[str, str]) -> list[tuple[str, dict[str, str]]]:
    siens: dict[str, dict[str, str]] = defaultdict(dict)
    for nom, valeur in chiffres.items():
        organisme, virgule, reste = nom.partition(", ")
        if virgule and organisme.isupper():
            siens[organisme][reste] = valeur
    return list(siens.items())


def _approbation(organisme: str, dit: Mapping[str, str]) -> dict[str, Any]:
    apprises = dit["appris depuis"]
    return {
        "organisme": organisme,
        "empreinte": EMPREINTE,
        "approuvee_le": INSTANT,
        "approuvee_par": "facturation-1",
        "vue_par_l_organisme": dit["aperçu vu par l'organisme"] == "oui",
        "document": "2026-2027-000001",
        "empreinte_emise": EMPREINTE,
        "sources_apprises_depuis": dit["sources apprises depuis"],
        "apprises_depuis": [] if apprises == "rien" else apprises.split(", "),
    }


def _validation(organisme: str, dit: Mapping[str, str]) -> dict[str, Any]:
    par = dit["validée par"]
    personne = par == "personne"
    return {
        "organisme": organisme,
        "numero": "2026-2027-000001",
        "validee_le": None if personne else INSTANT,
        "validee_par": None if personne else par,
    }


def _contestation(dit: Mapping[str, str]) -> dict[str, Any]:
    gestes = ("examen", "question", "reponse", "acceptation_partielle")
    return {
        "organisme": "SAAQ",
        "numero": "2026-2027-000003",
        "etat": dit["état"],
        "motif": "Le soutien n'a pas répondu.",
        "ouverte_le": INSTANT,
        "ouverte_par": "gestionnaire-SAAQ",
        "ligne": "SAAQ-14, SOUTIEN-ETENDU",
        "montant": dit["montant contesté"],
        "accorde": dit["accordé"],
        "fil": [{"geste": g, "le": INSTANT, "par": "quelqu'un", "texte": None} for g in gestes],
        "note": {
            "numero": "NC-2026-2027-000001",
            "corrige": "2026-2027-000003",
            "total_avant_taxes": dit["note, avant taxes"],
            "tps": dit["note, TPS"],
            "tvq": dit["note, TVQ"],
            "total": dit["note, total"],
            "fichiers": {s: f"note-SAAQ.{s}" for s in SUFFIXES},
        },
    }


def _courtage(dit: Mapping[str, str]) -> dict[str, Any]:
    return {
        "organisme": "MTQ",
        "titre": "Courriel des équipes mobiles",
        "prepare": dit["montant préparé"],
        "manque": dit["manque lu d'avance"],
        "bloque": dit["signature refusée"],
        "prix_prepare": dit["prix préparé"],
        "prix_publie": dit["prix publié"],
        "signe": dit["montant signé"],
        "commandes": dit["commandes"].split(", "),
        "commande": dit["commandé"],
        "refusee": dit["commande refusée"],
        "reste": dit["reste"],
        "ocid": dit["données ouvertes"],
        "etiquettes": dit["étiquettes"].split(", "),
        "valeur": dit["valeur ouverte"],
    }


def _ecarts(organisme: str, dit: Mapping[str, str]) -> dict[str, Any]:
    causes = [nom.removesuffix(", nombre") for nom in dit if nom.endswith(", nombre")]
    return {
        "organisme": organisme,
        "precedent": "2026-2027-000001",
        "avant": dit["avant"],
        "maintenant": dit["maintenant"],
        "ecart": dit["écart"],
        "causes": [
            {"cause": c, "nombre": dit[f"{c}, nombre"], "montant": dit[f"{c}, montant"]}
            for c in causes
        ],
    }


def _simulation(dit: Mapping[str, str]) -> dict[str, Any]:
    return {
        "tarif": "POSTE-04",
        "montant": "251.00",
        "effet": date(2026, 10, 16),
        "periode": "2026-10",
        "empreinte": EMPREINTE,
        "fichiers": {s: f"simulation.{s}" for s in ("html", "csv")},
        "avant": dit["avant"],
        "apres": dit["après"],
        "ecart": dit["écart"],
        "tarif_avant": dit["POSTE-04 avant"],
        "tarif_apres": dit["POSTE-04 après"],
        "organismes": [
            {
                "organisme": organisme,
                "avant": sien["avant"],
                "apres": sien["après"],
                "facture": sien["facturé ensuite"],
                "touches": sien["abonnements touchés"],
            }
            for organisme, sien in _par_organisme(dit)
        ],
    }


def _compte(organisme: str, dit: Mapping[str, str]) -> dict[str, Any]:
    return {
        "organisme": organisme,
        "le": date(2026, 11, 2),
        "factures": dit["factures"],
        "notes_de_credit": dit["notes de crédit"],
        "reglements": dit["règlements"],
        "solde": dit["solde"],
        "non_echu": dit["non échu"],
        "de_1_a_30_jours": dit["en retard de 1 à 30 jours"],
    }

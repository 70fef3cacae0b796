"""Une mesure éprouvée bâtie de l'oracle : elle en a donc tous les chiffres."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

from demo.attendu import Attendu

INSTANT = datetime(2026, 9, 9, 12, 6, tzinfo=UTC)
Dits = Mapping[str, str]


def part(conformes: int, mesurees: int) -> dict[str, Any]:
    """Un taux arrondi, contre une cible de 95 %."""
    taux = None
    if mesurees:
        taux = (Decimal(conformes) / mesurees).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    tenue = None if taux is None else taux >= Decimal("0.95")
    return {"conformes": conformes, "mesurees": mesurees, "taux": taux, "cible_atteinte": tenue}


def niveaux_attendus(attendu: Attendu) -> dict[str, Any]:
    """Ce que dirait un système dont tous les chiffres sont ceux de l'oracle."""
    dits = {
        sujet: {nom: chiffre.valeur for nom, chiffre in chiffres.items()}
        for sujet, chiffres in attendu.niveaux.items()
    }
    return {
        "disponibilite": _disponibilite(dits["disponibilite"]),
        "secteur": _secteur(dits["secteur"]),
        "exclusion": _exclusion(dits["exclusion"]),
        "fermeture": _fermeture(dits["fermeture"]),
        "recalcul": _recalcul(dits["recalcul"]),
        "rapports": [
            {
                "organisme": organisme,
                "empreinte": "c" * 64,
                "fichiers": {s: f"rapport-{organisme or 'tous'}.{s}" for s in ("html", "pdf")},
            }
            for organisme in (None, "MSSS")
        ],
    }


def _secondes(dit: str) -> int:
    return int(dit.removesuffix(" min")) * 60


def _disponibilite(dits: Dits) -> dict[str, Any]:
    noms = [nom.removesuffix(", brut") for nom in dits if nom.endswith(", brut")]
    return {
        "indicateur": "PT-4",
        "organisme": "MSSS",
        "service": _secondes(dits["service"]),
        "panne": _secondes(dits["panne"]),
        "service_ajuste": _secondes(dits["service, ajusté"]),
        "panne_ajuste": _secondes(dits["panne, ajustée"]),
        "pannes": [
            {
                "service": nom.partition(", ")[2],
                "nature": nom.partition(", ")[0],
                "debut": INSTANT,
                "fin": INSTANT + timedelta(hours=1),
                "brute": _secondes(dits[f"{nom}, brut"]),
                "ajustee": _secondes(dits[f"{nom}, ajusté"]),
                "phrase": "Comptée au brut et à l'ajusté.",
            }
            for nom in noms
        ],
        "fichiers": {"html": "disponibilite-MSSS.html"},
    }


def _secteur(dits: Dits) -> dict[str, Any]:
    fin = datetime.combine(date.fromisoformat(dits["finie le"]), INSTANT.timetz())
    return {
        "cle": "MTQ-20",
        "numero": "D-2026-000020",
        "indicateur": "PT-7",
        "verdict": dits["verdict"],
        "raison": "",
        "fin": fin,
        "dates": [
            {
                "date_convenue": jour,
                "proposee_par": "mcn",
                "auteur": "agent-csc-1",
                "proposee_le": INSTANT,
                "motif": None,
                "acceptee_le": INSTANT,
                "acceptee_par": "gestionnaire-MTQ",
            }
            for jour in dits["dates convenues"].split(", ")
        ],
    }


def _exclusion(dits: Dits) -> dict[str, Any]:
    return {
        "cle": dits["mesure"],
        "organisme": "SAAQ",
        "indicateur": "PT-3",
        "libelle": dits["condition"],
        "motif": "Un bris d'aqueduc.",
        "preuve": "Avis 2026-0917",
        "prononcee_le": INSTANT,
        "prononcee_par": dits["par"],
        "etat": dits["état"],
    }


def _fermeture(dits: Dits) -> dict[str, Any]:
    de_taux = [nom.split(", ") for nom in dits if nom.startswith("PT-")]
    corrigees = [nom.removesuffix(", cause") for nom in dits if nom.endswith(", cause")]
    return {
        "periode": "2026-09",
        "fermee_le": datetime.combine(date.fromisoformat(dits["fermée le"]), INSTANT.timetz()),
        "manquants": ["courtier"] * int(dits["producteurs manquants"]),
        "empreinte": "d" * 64,
        "taux": [_publie(code, qui, dits) for (code, qui), _ in groupby(de_taux, _deux_mots)],
        "corrections": [_correction(cle, dits) for cle in corrigees],
    }


def _deux_mots(mots: list[str]) -> tuple[str, str]:
    return mots[0], mots[1]


def _publie(indicateur: str, qui: str, dits: Dits) -> dict[str, Any]:
    def lue(genre: str) -> dict[str, Any]:
        return part(*map(int, dits[f"{indicateur}, {qui}, {genre}"].split("/")))

    return {
        "indicateur": indicateur,
        "organisme": None if qui == "tous" else qui,
        "brut": lue("publié brut"),
        "ajuste": lue("publié ajusté"),
        "corrige_brut": lue("corrigé brut"),
        "corrige_ajuste": lue("corrigé ajusté"),
        "corrections": dits[f"{indicateur}, {qui}, corrections"],
    }


def _correction(cle: str, dits: Dits) -> dict[str, Any]:
    (avant, jours_avant), (apres, jours_apres) = (
        dits[f"{cle}, {quand}"].removesuffix(" jours").split(", ") for quand in ("avant", "après")
    )
    return {
        "cle": cle,
        "organisme": cle.partition("-")[0],
        "indicateur": "PT-3",
        "avant": avant,
        "apres": apres,
        "jours_avant": jours_avant,
        "jours_apres": jours_apres,
        "cause": dits[f"{cle}, cause"],
        "corrigee_le": datetime.fromisoformat(f"{dits[f'{cle}, corrigée le']}T14:00:00Z"),
    }


def _recalcul(dits: Dits) -> dict[str, Any]:
    codes = [nom.removesuffix(", avant") for nom in dits if nom.endswith(", avant")]
    return {
        "nom": "2026-2",
        "jour": date(2026, 9, 10),
        "etat": dits["état"],
        "empreinte": "e" * 64,
        "sujets": 53,
        "ecartes": dits["sujets écartés"],
        "verdicts": dits["verdicts qui bougeraient"],
        "disponibilites": dits["disponibilités qui bougeraient"],
        "corrections": {"2026-09": dits["corrections de 2026-09"]},
        "cles": dits["demandes"].split(", "),
        "taux": [
            {
                "indicateur": code,
                "periode": "2026-09",
                "avant": _compte(dits[f"{code}, avant"]),
                "apres": _compte(dits[f"{code}, après"]),
            }
            for code in codes
        ],
    }


def _compte(dit: str) -> dict[str, str]:
    brut, ajuste = (fraction.split("/") for fraction in dit.split(", ajusté "))
    noms = ("conformes", "mesurees", "conformes_ajuste", "mesurees_ajuste")
    return dict(zip(noms, (*brut, *ajuste), strict=True))

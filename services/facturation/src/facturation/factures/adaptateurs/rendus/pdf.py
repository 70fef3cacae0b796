"""Une facture, ou une note de crédit, en PDF accessible (PDF/UA-1, SGQRI 008), par typst."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import typst
from babel.dates import format_date
from babel.numbers import format_currency

from facturation.tarification.domaine.ecriture import en_pourcentage
from noyau import Mois, debut_du_jour

LOCALE = "fr_CA"
GROUPES = {
    "abonnement": "Abonnements",
    "acte": "Produits et services rendus",
    "frais": "Frais de service",
    "engagement": "Engagements minimaux",
    "perte": "Pertes, vols et sinistres",
}
TITRES = {"facture": "Facture", "note_de_credit": "Note de crédit"}
REGULARISATIONS = "Régularisations"


def rendre(document: Mapping[str, Any]) -> bytes:
    """Le PDF d'une facture; le même document donne les mêmes octets."""
    emise_le = date.fromisoformat(document["emise_le"])
    return typst.compile(
        _gabarit(),
        format="pdf",
        sys_inputs={"facture": json.dumps(_preparer(document), ensure_ascii=False)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        # Le jour de Québec : minuit UTC en serait encore la veille.
        timestamp=debut_du_jour(emise_le),
    )


@cache
def _gabarit() -> bytes:
    return files(__package__).joinpath("facture.typ").read_bytes()


def _preparer(document: Mapping[str, Any]) -> dict[str, Any]:
    """Le document en textes français, groupé : le gabarit ne fait que le poser sur la page."""
    emise_le = date.fromisoformat(document["emise_le"])
    lignes = document["lignes"]
    return {
        "titre": TITRES[document["nature"]],
        "numero": document["numero"],
        "organisme": document["organisme"],
        "destinataire": document["destinataire"],
        "periode": _mois(document["periode"]),
        "emise_le": _jour(emise_le),
        "taxes": [taxe for part in document["taxes"] for taxe in _taxes(part)],
        "avant_taxes": _dollars(document["total_avant_taxes"]),
        "solde": "Crédit en votre faveur" if Decimal(document["total"]) < 0 else "Total à payer",
        "total": _dollars(document["total"]),
        "nombre": len(lignes),
        "empreinte": document["empreinte"],
        "sommaire": [_resume(titre, groupe) for titre, groupe in _groupes(lignes)],
        "groupes": [
            {"titre": titre, "lignes": [_ligne(ligne) for ligne in groupe], "total": _somme(groupe)}
            for titre, groupe in _groupes(lignes)
        ],
    }


def _taxes(part: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Ce que chaque taxe ajoute, et sur quoi."""
    base = _dollars(part["base"])
    return [
        (f"{nom}, {en_pourcentage(Decimal(part[f'taux_{taxe}']))} sur {base}", _dollars(part[taxe]))
        for nom, taxe in (("TPS", "tps"), ("TVQ", "tvq"))
    ]


def _groupes(lignes: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Les lignes par nature, les régularisations à part; un groupe vide ne paraît pas."""
    par_titre: dict[str, list[Mapping[str, Any]]] = {
        titre: [] for titre in (*GROUPES.values(), REGULARISATIONS)
    }
    for ligne in lignes:
        titre = REGULARISATIONS if ligne["regularisation"] else GROUPES[ligne["nature"]]
        par_titre[titre].append(ligne)
    return [(titre, groupe) for titre, groupe in par_titre.items() if groupe]


def _resume(titre: str, lignes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Un groupe du sommaire, tarif par tarif."""
    tarifs: dict[str, list[Mapping[str, Any]]] = {}
    for ligne in lignes:
        tarifs.setdefault(ligne["tarif"], []).append(ligne)
    return {
        "titre": titre,
        "total": _somme(lignes),
        "tarifs": [
            {
                "tarif": tarif,
                "libelle": celles[0]["libelle"],
                "nombre": len(celles),
                "montant": _somme(celles),
            }
            for tarif, celles in sorted(tarifs.items())
        ],
    }


def _ligne(ligne: Mapping[str, Any]) -> dict[str, str]:
    versions = [f"{ligne['fiche']}, version {ligne['version_fiche']}"] if ligne["fiche"] else []
    if ligne["version_prix"] is not None:
        versions.append(f"prix au ROPN, version {ligne['version_prix']}")
    return {
        "objet": ligne["produit_libelle"] or ligne["libelle"],
        "source": ligne["source"],
        "tarif": ligne["tarif"],
        "versions": "; ".join(versions),
        "decisions": "; ".join(a["motif"] for a in ligne["ajustements"]),
        "dates": _dates(date.fromisoformat(ligne["debut"]), ligne["fin"]),
        "calcul": ligne["calcul"],
        "montant": _dollars(ligne["montant"]),
    }


def _dates(debut: date, fin: str | None) -> str:
    """Un jour, ou du premier au dernier jour, compris."""
    dernier = date.fromisoformat(fin) - timedelta(days=1) if fin else debut
    if dernier == debut:
        return _jour(debut)
    return f"{_quantieme(debut)} au {_jour(dernier)}"


def _somme(lignes: Iterable[Mapping[str, Any]]) -> str:
    return _dollars(sum((Decimal(ligne["montant"]) for ligne in lignes), Decimal(0)))


def _dollars(montant: str | Decimal) -> str:
    return format_currency(Decimal(montant), "CAD", locale=LOCALE).replace("-", "−")


def _mois(periode: str) -> str:
    return format_date(Mois.lire(periode).debut, "MMMM y", locale=LOCALE)


def _jour(jour: date) -> str:
    return f"{_quantieme(jour)} {format_date(jour, 'MMMM y', locale=LOCALE)}"


def _quantieme(jour: date) -> str:
    return "1er" if jour.day == 1 else str(jour.day)

"""Une facture, ou une note de crédit, en PDF accessible (PDF/UA-1, SGQRI 008), par typst."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst
from babel.dates import format_date
from babel.numbers import format_currency

from facturation.factures.adaptateurs.rendus.glyphes import (
    DOSSIER,
    POLICES,
    REMPLACANT,
    dessinable,
)
from facturation.tarification.domaine.ecriture import en_pourcentage
from noyau import Mois, debut_du_jour, elider

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
_TERMES: Final = re.compile(r" (?=\(temps|− ajustement|− déjà facturé)")
"""Où un calcul peut changer de ligne : jamais dans une formule."""
_TELS_QUELS: Final = frozenset({"courriel", "empreinte"})
"""Ce qui se recopie : rien n'y est typographié."""


def rendre(document: Mapping[str, Any]) -> bytes:
    """Le PDF d'une facture; le même document donne les mêmes octets."""
    emise_le = date.fromisoformat(document["emise_le"])
    prepare = {**_typographier(_preparer(document)), "polices": POLICES}
    prepare["remplacements"] = REMPLACANT in json.dumps(prepare, ensure_ascii=False)
    return typst.compile(
        _gabarit(),
        format="pdf",
        sys_inputs={"facture": json.dumps(prepare, ensure_ascii=False)},
        pdf_standards="ua-1",
        font_paths=_polices(),
        # Le jour de Québec : minuit UTC en serait encore la veille.
        timestamp=debut_du_jour(emise_le),
    )


@cache
def _gabarit() -> bytes:
    return files(__package__).joinpath("facture.typ").read_bytes()


@cache
def _polices() -> typst.Fonts:
    """Les nôtres seulement : `glyphes` sait ce qu'elles dessinent."""
    siennes = {"include_system_fonts": False, "include_embedded_fonts": False}
    return typst.Fonts(**siennes, font_paths=[DOSSIER])


def _typographier(valeur: Any, nom: str = "") -> Any:  # noqa: ANN401 -- des valeurs JSON
    """Ce que les polices dessinent, et une seule apostrophe, la typographique."""
    if isinstance(valeur, str):
        dessine = dessinable(valeur)
        return dessine if nom in _TELS_QUELS else dessine.replace("'", "’")
    if isinstance(valeur, Mapping):
        return {nom: _typographier(v, nom) for nom, v in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_typographier(v, nom) for v in valeur]
    return valeur


def _preparer(document: Mapping[str, Any]) -> dict[str, Any]:
    """Le document en textes français, groupé : le gabarit ne fait que le poser sur la page.

    Un document émis avant qu'on y garde l'émetteur, l'échéance ou le repère d'une ligne ne les
    porte pas : le papier s'en passe.
    """
    destinataire = document["destinataire"]
    personne = destinataire["personne"]
    periode = _mois(document["periode"])
    emetteur = document.get("emetteur") or {}
    echeance = document.get("echeance")
    lignes = document["lignes"]
    taxes = [taxe for part in document["taxes"] for taxe in _taxes(part)]
    return {
        "titre": TITRES[document["nature"]],
        "numero": document["numero"],
        "organisme": document["organisme"],
        "destinataire": destinataire,
        "attention": personne and f"À l'attention {elider('de', personne)}",
        "periode": periode,
        "description": f"{TITRES[document['nature']]}, services {elider('de', periode)}",
        "emise_le": _jour(date.fromisoformat(document["emise_le"])),
        "emetteur": emetteur,
        "echeance": echeance and _jour(date.fromisoformat(echeance)),
        "modalites": document.get("modalites"),
        "inscriptions": _inscriptions(emetteur) if taxes else [],
        "taxes": taxes,
        "avant_taxes": _dollars(document["total_avant_taxes"]),
        "solde": "Crédit en votre faveur" if Decimal(document["total"]) < 0 else "Total à payer",
        "total": _dollars(document["total"]),
        "empreinte": document["empreinte"],
        "sommaire": [_resume(titre, groupe) for titre, groupe in _groupes(lignes)],
        "groupes": [
            {"titre": titre, "lignes": [_ligne(ligne) for ligne in groupe], "total": _somme(groupe)}
            for titre, groupe in _groupes(lignes)
        ],
    }


def _inscriptions(emetteur: Mapping[str, Any]) -> list[str]:
    """Sous quels numéros les taxes se perçoivent; absent, cela se dit."""
    numeros = (("TPS", emetteur.get("numero_tps")), ("TVQ", emetteur.get("numero_tvq")))
    return [f"Numéro de {taxe} : {numero or 'non communiqué'}" for taxe, numero in numeros]


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


def _ligne(ligne: Mapping[str, Any]) -> dict[str, Any]:
    versions = [f"{ligne['fiche']}, version {ligne['version_fiche']}"] if ligne["fiche"] else []
    if ligne["version_prix"] is not None:
        versions.append(f"prix au ROPN, version {ligne['version_prix']}")
    return {
        "rang": str(ligne["rang"]),
        "objet": ligne["produit_libelle"] or ligne["libelle"],
        "reperes": _reperes(ligne),
        "tarif": ligne["tarif"],
        "versions": "; ".join(versions),
        "decisions": "; ".join(a["motif"] for a in ligne["ajustements"]),
        "dates": _dates(date.fromisoformat(ligne["debut"]), ligne["fin"]),
        "calcul": _TERMES.split(ligne["calcul"]),
        "montant": _dollars(ligne["montant"]),
    }


def _reperes(ligne: Mapping[str, Any]) -> list[str]:
    """À quoi l'organisme reconnaît ce qu'il paie; sans demande, la référence que porte le JSON."""
    demande = ligne.get("demande")
    nommes = (
        ("Demande", demande),
        ("Référence", None if demande else ligne["source"]),
        ("Site", ligne.get("site")),
        ("Imputation", ligne.get("imputation")),
    )
    return [f"{nom} {valeur}" for nom, valeur in nommes if valeur]


def _dates(debut: date, fin: str | None) -> str:
    """Un jour, ou du premier au dernier jour, compris."""
    dernier = date.fromisoformat(fin) - timedelta(days=1) if fin else debut
    if dernier == debut:
        return _jour(debut)
    if debut.year != dernier.year:
        return f"{_jour(debut)} au {_jour(dernier)}"
    mois = "" if debut.month == dernier.month else format_date(debut, " MMMM", locale=LOCALE)
    return f"{_quantieme(debut)}{mois} au {_jour(dernier)}"


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

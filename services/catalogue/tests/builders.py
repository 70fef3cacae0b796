"""De quoi écrire une fiche d'essai : telle qu'on l'écrit, ou telle que le domaine la tient."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import orjson

from catalogue.fiches.adaptateurs.annuaire import ANNUAIRE_FAITS
from catalogue.fiches.domaine.contenu import ContenuFiche
from catalogue.fiches.domaine.fiche import Fiche, Prevision, Publication
from catalogue.fiches.entrees.schemas import FicheIn
from noyau import Acte, Acteur

AUJOURDHUI = date(2026, 9, 15)
ACTE = Acte(Acteur("pilote"), datetime(2026, 9, 15, 14, 0, tzinfo=UTC))
AVRIL, MAI, OCTOBRE, JANVIER = (
    date(2026, 4, 1),
    date(2026, 5, 1),
    date(2026, 10, 1),
    date(2027, 1, 1),
)

Ecrit = dict[str, Any]


def tarif(code: str = "PRET", **champs: Any) -> Ecrit:
    """Un tarif écrit : une prestation à l'heure, sauf ce qui est dit."""
    return {
        "code": code,
        "libelle": f"Tarif {code}",
        "du": {
            "evenement": "prestation.effectuée",
            "si": {"fait": "prestation", "egale": code.lower()},
        },
        "quantite": {"forme": "duree", "fait": "minutes", "pas": 15},
        "montant": "60.00",
        **champs,
    }


def mensuel(code: str = "POSTE", **champs: Any) -> Ecrit:
    """Un tarif écrit, dû au mois à la livraison d'un produit qui le porte."""
    quantite = {"forme": "mois", "fois": "quantite"}
    return tarif(code, **{"du": {"livraison": True}, "quantite": quantite, **champs})


def grille(code: str = "FRAIS", *tranches: tuple[str, str, str]) -> Ecrit:
    """Un tarif écrit, dû à la signature d'un contrat selon sa grille."""
    etages = [{"a_partir_de": a, "montant": m, "taux": t} for a, m, t in tranches]
    quantite = {"forme": "grille", "fait": "montant", "grille": etages}
    return tarif(code, du={"evenement": "contrat.signé"}, quantite=quantite, montant=None)


def indicateur(code: str = "DELAI", **champs: Any) -> Ecrit:
    """Un indicateur écrit : dix jours ouvrables pour livrer un poste, sauf ce qui est dit."""
    return {
        "code": code,
        "libelle": f"Indicateur {code}",
        "sujet": "demande",
        "couvre": {"fait": "sorte", "parmi": ["poste_physique"]},
        "ferme": ["poste.livré"],
        "horloge": "jours_ouvrables",
        "delai": 10,
        **champs,
    }


def corps(*tarifs: Ecrit, indicateurs: tuple[Ecrit, ...] = (), **champs: Any) -> Ecrit:
    """Le corps d'un POST, à venir sauf si `debut` dit autre chose."""
    return {
        "debut": OCTOBRE.isoformat(),
        "titre": "Essai",
        "description": {"resume": "Pour l'essai."},
        "tarifs": list(tarifs),
        "indicateurs": list(indicateurs),
        **champs,
    }


def lue(ecrit: Ecrit) -> Publication:
    """La publication que veut ce corps."""
    return FicheIn.model_validate_json(orjson.dumps(ecrit)).commande("ESSAI").publication


def contenu(*tarifs: Ecrit, indicateurs: tuple[Ecrit, ...] = (), **champs: Any) -> ContenuFiche:
    """Le contenu qu'écrit ce corps."""
    return lue(corps(*tarifs, indicateurs=indicateurs, **champs)).contenu


def publier(
    fiche: Fiche,
    debut: date,
    dit: ContenuFiche,
    fin: date | None = None,
    *,
    autres: Mapping[str, Fiche] | None = None,
    aujourdhui: date = AUJOURDHUI,
    mise_en_route: bool = False,
) -> tuple[Fiche, Prevision]:
    """Publie sous le vrai annuaire des faits."""
    voulue = Publication(debut=debut, fin=fin, contenu=dit, mise_en_route=mise_en_route)
    voisines = {code: f.parutions.effectives for code, f in (autres or {}).items()}
    return fiche.publier(voulue, voisines, ANNUAIRE_FAITS, aujourdhui)


def en_route(dit: ContenuFiche, code: str = "ESSAI", debut: date = AVRIL) -> Fiche:
    """Une fiche dont la première version vaut depuis une date passée."""
    return publier(Fiche(code=code), debut, dit, mise_en_route=True)[0]

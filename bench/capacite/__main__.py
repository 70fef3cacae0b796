"""`python -m bench.capacite [--facteurs 1,10,100] [--taille f.toml] [--json]` : le calculateur."""

import argparse
import json
from pathlib import Path

from bench.capacite.modele import DOSSIER, Besoin, Couts, Taille

_GIO = 2**30


def lignes(besoin: Besoin) -> dict[str, str]:
    """Ce que le tableau dit d'une taille, une ligne par grandeur."""
    taille, coeurs = besoin.taille, besoin.coeurs
    octets = besoin.octets_par_an
    return {
        "organismes": _entier(taille.organismes),
        "demandes par mois": _entier(taille.demandes_par_mois),
        "écritures par seconde, à la pointe": _court(taille.gestes_par_seconde),
        "lectures par seconde, à la pointe": _court(taille.lectures_par_seconde),
        "transactions par seconde, à la pointe": _court(besoin.transactions_par_seconde),
        **{f"cœurs, {nom}": _court(valeur) for nom, valeur in coeurs.items()},
        "processus d'API": _entier(besoin.processus_api),
        "partitions d'un sujet, au moins": _entier(besoin.partitions),
        "émission d'un mois, minutes": _court(besoin.emission_secondes / 60),
        "bases, Gio par an": _court(
            sum(valeur for nom, valeur in octets.items() if nom != "bus") / _GIO
        ),
        "bus, Gio par an": _court(octets["bus"] / _GIO),
        "audit : millions de lignes d'une année": _court(besoin.audits_par_an / 1e6),
    }


def tableau(facteurs: list[float], taille: Taille, couts: Couts) -> str:
    """Le tableau, en Markdown : une colonne par facteur."""
    colonnes = [lignes(Besoin(taille=taille.fois(f), couts=couts)) for f in facteurs]
    tete = "| | " + " | ".join(f"× {f:g}" for f in facteurs) + " |"
    corps = [
        f"| {nom} | " + " | ".join(colonne[nom] for colonne in colonnes) + " |"
        for nom in colonnes[0]
    ]
    return "\n".join([tete, "|---" * (len(facteurs) + 1) + "|", *corps])


def _court(valeur: float) -> str:
    chiffres = 2 if valeur < 1 else 1 if valeur < 100 else 0
    return f"{valeur:,.{chiffres}f}".replace(",", " ").replace(".", ",")


def _entier(valeur: int) -> str:
    return f"{valeur:,}".replace(",", " ")


def main() -> None:
    """Imprime le tableau, ou son JSON."""
    analyseur = argparse.ArgumentParser(prog="bench.capacite", description=__doc__)
    analyseur.add_argument("--facteurs", default="1,10,100")
    analyseur.add_argument("--taille", type=Path, default=DOSSIER / "taille.toml")
    analyseur.add_argument("--json", action="store_true")
    arguments = analyseur.parse_args()
    taille, couts = Taille.lire(arguments.taille), Couts.lire()
    facteurs = [float(f) for f in arguments.facteurs.split(",")]
    if arguments.json:
        besoins = {f"{f:g}": lignes(Besoin(taille=taille.fois(f), couts=couts)) for f in facteurs}
        print(json.dumps(besoins, ensure_ascii=False, indent=1))
    else:
        print(tableau(facteurs, taille, couts))


if __name__ == "__main__":
    main()

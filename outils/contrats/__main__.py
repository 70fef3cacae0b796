"""Régénère schémas et documents; `--verifier` n'écrit rien; `--publier` prend le cliché."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from contrats import EVENEMENTS
from contrats.registre import A_VENIR
from outils.contrats import asyncapi, cliche, droits, evenements, schemas
from outils.contrats.ecoutants import ecoutants
from outils.contrats.elargissement import Ecart

PARUS: Final = tuple(classe for classe in EVENEMENTS.values() if classe not in A_VENIR)
"""Ceux qu'un acte publie : un événement à venir n'a pas de lecteur, il peut encore changer."""


def documents() -> Mapping[Path, str]:
    """Chaque fichier généré et son texte attendu."""
    dossier = schemas.CONTRATS / "schemas"
    return {
        **{dossier / nom: schemas.texte(corps) for nom, corps in schemas.attendus().items()},
        schemas.RACINE / "docs" / "EVENEMENTS.md": evenements.rediger(),
        schemas.RACINE / "docs" / "asyncapi.json": schemas.texte(asyncapi.document()),
        schemas.RACINE / "deploy" / "kafka" / "droits.txt": droits.rediger(),
    }


def perimes() -> tuple[Path, ...]:
    """Les fichiers générés qui ne sont plus à jour, ou qui manquent."""
    return tuple(
        chemin
        for chemin, texte in documents().items()
        if not chemin.is_file() or chemin.read_text(encoding="utf-8") != texte
    )


def regenerer() -> int:
    """Écrit ce qui a changé."""
    textes = documents()
    ecrits = perimes()
    for chemin in ecrits:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(textes[chemin], encoding="utf-8")
        print(f"écrit : {chemin.relative_to(schemas.RACINE)}")
    if not ecrits:
        print("Tout est à jour.")
    return 0


def verifier() -> int:
    """Nomme ce qui a vieilli; 1 s'il y en a."""
    vieux = perimes()
    for chemin in vieux:
        print(f"à régénérer (make schemas) : {chemin.relative_to(schemas.RACINE)}")
    return 1 if vieux else 0


def annoncer(prealables: Sequence[tuple[str, Ecart]]) -> None:
    """Dit qui doit connaître un élargissement avant que le producteur ne s'en serve."""
    if not prealables:
        return
    lecteurs = {schemas.fichier(classe): ceux for classe, ceux in ecoutants().items()}
    for chemin, ecart in prealables:
        noms = ", ".join(e.service for e in lecteurs.get(chemin, ())) or "personne ici"
        print(f"à déployer d'abord chez qui l'écoute ({noms}) : {chemin} — {ecart.en_clair()}")


def principal(
    arguments: list[str],
    dossier: Path = cliche.PUBLIE,
    classes: cliche.Classes = PARUS,
) -> int:
    """Le code de sortie de la commande; ce qui rétrécit est refusé avant toute écriture."""
    try:
        publie = cliche.lire(dossier)
        annoncer(cliche.verifier(publie, classes))
        if arguments == ["--publier"]:
            cliche.publier(dossier, classes)
            print(f"Cliché pris : {len(classes)} événements.")
            return 0
        if not publie:
            print("Aucun cliché : rien n'est encore publié, rien n'est donc comparé (make cliche).")
        return verifier() if arguments == ["--verifier"] else regenerer()
    except (schemas.SchemaRompu, schemas.ExempleAbsent, cliche.ClicheAltere) as refus:
        print(refus, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(principal(sys.argv[1:]))

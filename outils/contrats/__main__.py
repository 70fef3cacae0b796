"""Régénère schémas et documents; avec `--verifier`, nomme seulement ce qui a vieilli."""

import sys
from collections.abc import Mapping
from pathlib import Path

from outils.contrats import asyncapi, evenements, schemas


def documents() -> Mapping[Path, str]:
    """Chaque fichier généré et son texte attendu."""
    dossier = schemas.CONTRATS / "schemas"
    return {
        **{dossier / nom: schemas.texte(corps) for nom, corps in schemas.attendus().items()},
        schemas.RACINE / "docs" / "EVENEMENTS.md": evenements.rediger(),
        schemas.RACINE / "docs" / "asyncapi.json": schemas.texte(asyncapi.document()),
    }


def perimes() -> tuple[Path, ...]:
    """Les fichiers générés qui ne sont plus à jour, ou qui manquent."""
    return tuple(
        chemin
        for chemin, texte in documents().items()
        if not chemin.is_file() or chemin.read_text(encoding="utf-8") != texte
    )


def regenerer() -> int:
    """Écrit ce qui a changé; lève `SchemaRompu` sans rien écrire si un schéma publié se rompt."""
    prealables = schemas.exiger_elargissement(schemas.publies("HEAD"), schemas.attendus())
    textes = documents()
    ecrits = perimes()
    for chemin in ecrits:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(textes[chemin], encoding="utf-8")
        print(f"écrit : {chemin.relative_to(schemas.RACINE)}")
    for prealable in prealables:
        print(f"à déployer chez les consommateurs avant le producteur : {prealable}")
    if not ecrits:
        print("Tout est à jour.")
    return 0


def verifier() -> int:
    """Nomme ce qui a vieilli; 1 s'il y en a."""
    vieux = perimes()
    for chemin in vieux:
        print(f"à régénérer (make schemas) : {chemin.relative_to(schemas.RACINE)}")
    return 1 if vieux else 0


def principal(arguments: list[str]) -> int:
    """Le code de sortie de la commande."""
    try:
        return verifier() if arguments == ["--verifier"] else regenerer()
    except (schemas.SchemaRompu, schemas.ExempleAbsent) as refus:
        print(refus, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(principal(sys.argv[1:]))

"""Juge des objets (JSON, entrée standard) aux schémas que `kubernetes-validate` porte.

Tourne hors de l'environnement du dépôt. Un objet d'un opérateur tiers n'y a pas de schéma :
il n'est pas jugé ici.
"""

import json
import sys

import kubernetes_validate

SANS_SCHEMA = {"ExternalSecret", "ScaledObject", "PodMonitor"}


def main() -> None:
    """Imprime les fautes, en JSON."""
    fautes = []
    for objet in json.load(sys.stdin):
        if objet["kind"] in SANS_SCHEMA:
            continue
        lieu = f"{objet['kind']}/{objet['metadata']['name']}"
        try:
            kubernetes_validate.validate(objet, sys.argv[1], strict=True)
        except kubernetes_validate.ValidationError as faute:
            fautes.append(f"{lieu} : {'.'.join(map(str, faute.path))} {faute.message}")
        except kubernetes_validate.SchemaNotFoundError as faute:
            fautes.append(f"{lieu} : {faute.message}")
    print(json.dumps(fautes))


if __name__ == "__main__":
    main()

"""Le juge d'OCDS, dans son propre processus : `python juge_ocds.py SCHEMA < paquet.json`.

Il imprime ce que libcoveocds reproche au paquet. Les schémas sont ceux du dossier nommé : le réseau
est coupé. Sa lecture des classeurs, que rien n'emploie ici, n'est pas installée.
"""

import json
import socket
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile


def _coupe(*_: object, **__: object) -> None:
    raise OSError("Le juge ne va rien chercher ailleurs.")


def _archive(dossier: Path) -> bytes:
    """Les schémas, rangés comme dans l'archive du standard."""
    octets = BytesIO()
    with ZipFile(octets, "w") as archive:
        archive.writestr("ocds/", "")
        for fichier in sorted(dossier.rglob("*.*")):
            archive.write(fichier, f"ocds/schema/{fichier.relative_to(dossier)}")
    return octets.getvalue()


@dataclass(frozen=True)
class Livres:
    """Ce qui tient lieu de réseau à qui suit une référence d'un schéma à l'autre."""

    dossier: Path

    def get(self, adresse: str) -> "Livre":
        return Livre((self.dossier / adresse.rpartition("/")[2]).read_text("utf-8"))


@dataclass(frozen=True)
class Livre:
    """Un schéma livré, comme une réponse."""

    texte: str

    def raise_for_status(self) -> None:
        """Livré, il est là."""

    def json(self) -> object:
        return json.loads(self.texte.replace("{{version}}", "1.1").replace("{{lang}}", "en"))


def main() -> None:
    """Imprime les fautes, en JSON."""
    socket.socket.connect = _coupe  # type: ignore[method-assign]
    absent = ModuleType("flattentool")
    absent.unflatten = None  # type: ignore[attr-defined]
    sys.modules["flattentool"] = absent

    import jsonref  # type: ignore[import-untyped]
    from libcoveocds.api import ocds_json_output  # type: ignore[import-not-found]
    from libcoveocds.config import LibCoveOCDSConfig  # type: ignore[import-not-found]

    schemas = Path(sys.argv[1])
    jsonref.requests = Livres(schemas)
    reglages = LibCoveOCDSConfig()
    reglages.config["context"] = "api"
    reglages.config["standard_zip"] = _archive(schemas)
    rendu = ocds_json_output(json_data=json.load(sys.stdin), lib_cove_ocds_config=reglages)
    dites = ("validation_errors", "conformance_errors", "additional_checks", "json_deref_error")
    json.dump({nom: rendu[nom] for nom in dites if rendu.get(nom)}, sys.stdout)


if __name__ == "__main__":
    main()

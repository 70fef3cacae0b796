"""Le cliché de ce qui a été publié : ce dont un événement ne fait ensuite que s'élargir.

`libs/contrats/publie` garde le schéma de chaque événement publié, et chaque exemple qu'on en a un
jour donné, octet pour octet : les sujets sont gardés sans limite de temps. `make cliche` seul
l'écrit, et refuse de rétrécir. La vérification ne lit que lui, jamais git : ce que les autres ont
déjà reçu ne dépend pas de nos commits.
"""

import hashlib
import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import ValidationError

from contrats import Evenement
from outils.contrats.elargissement import Ecart
from outils.contrats.schemas import (
    CONTRATS,
    Exemples,
    SchemaRompu,
    exiger_elargissement,
    fichier,
    octets_exemple,
    schema,
    texte,
)
from socle.validation import fautes_en_francais

PUBLIE: Final = CONTRATS / "publie"
EMPREINTES: Final = "empreintes.sha256"

Cliche: TypeAlias = Mapping[str, bytes]
"""Les octets publiés, par chemin sous le dossier; vide si rien n'est encore publié."""

Classes: TypeAlias = Collection[type[Evenement]]


class ClicheAltere(ValueError):
    """Le cliché n'est pas celui que la commande a écrit."""


def dossier_d_exemples(classe: type[Evenement]) -> str:
    """Où le cliché garde les exemples d'un événement : `1.json`, puis ceux qui s'y ajoutent."""
    return f"exemples/{fichier(classe).removesuffix('.json')}/"


def lire(dossier: Path = PUBLIE) -> Cliche:
    """Le cliché; vide si le dossier n'existe pas.

    Lève `ClicheAltere` si un fichier a été ajouté, retiré ou modifié autrement que par `ecrire`.
    """
    if not dossier.exists():
        return {}
    fichiers = (f for f in sorted(dossier.rglob("*")) if f.is_file())
    octets = {f.relative_to(dossier).as_posix(): f.read_bytes() for f in fichiers}
    if octets.pop(EMPREINTES, b"") != _empreintes(octets):
        raise ClicheAltere(
            f"« {dossier.name} » n'est pas ce que « make cliche », qui seul l'écrit, y avait mis; "
            "rétablissez-le."
        )
    return octets


def ecrire(dossier: Path, cliche: Cliche) -> None:
    """Remplace le cliché entier : le nouveau est complet avant que l'ancien ne parte."""
    neuf = dossier.with_name(f"{dossier.name}.neuf")
    shutil.rmtree(neuf, ignore_errors=True)
    for chemin, octets in {**cliche, EMPREINTES: _empreintes(cliche)}.items():
        (neuf / chemin).parent.mkdir(parents=True, exist_ok=True)
        (neuf / chemin).write_bytes(octets)
    shutil.rmtree(dossier, ignore_errors=True)
    neuf.rename(dossier)


def _empreintes(cliche: Cliche) -> bytes:
    """Ce que lit `sha256sum -c`."""
    lignes = (f"{hashlib.sha256(cliche[nom]).hexdigest()}  {nom}\n" for nom in sorted(cliche))
    return "".join(lignes).encode()


def verifier(cliche: Cliche, classes: Classes) -> tuple[tuple[str, Ecart], ...]:
    """Les élargissements depuis le cliché, que les consommateurs doivent connaître d'abord.

    Lève `SchemaRompu` si un schéma publié s'est rétréci, ou si un exemple publié ne se lit plus.
    """
    publies = {
        chemin.removeprefix("schemas/"): json.loads(octets)
        for chemin, octets in cliche.items()
        if chemin.startswith("schemas/")
    }
    prealables = exiger_elargissement(publies, {fichier(c): schema(c) for c in classes})
    if illisibles := list(_illisibles(cliche, classes)):
        raise SchemaRompu("Chaque exemple publié doit se lire :\n" + "\n".join(illisibles))
    return prealables


def _illisibles(cliche: Cliche, classes: Classes) -> Iterator[str]:
    for classe in classes:
        for chemin in _exemples(cliche, classe):
            try:
                lu = classe.model_validate_json(cliche[chemin])
            except ValidationError as refus:
                for dite in fautes_en_francais(refus.errors()):
                    yield f"  {chemin} — {dite['champ']} : {dite['faute']}"
            else:
                if json.loads(lu.model_dump_json(exclude_unset=True)) != json.loads(cliche[chemin]):
                    yield f"  {chemin} — se lit autrement qu'il n'a été écrit"


def _exemples(cliche: Cliche, classe: type[Evenement]) -> list[str]:
    return [chemin for chemin in cliche if chemin.startswith(dossier_d_exemples(classe))]


def suivant(cliche: Cliche, classes: Classes, exemples: Exemples = octets_exemple) -> Cliche:
    """Le cliché après publication : les schémas d'aujourd'hui, un exemple neuf à côté des anciens.

    Lève `ExempleAbsent`.
    """
    apres = dict(cliche)
    for classe in classes:
        apres[f"schemas/{fichier(classe)}"] = texte(schema(classe)).encode()
        deja, octets = _exemples(cliche, classe), exemples(classe)
        if octets not in (cliche[chemin] for chemin in deja):
            apres[f"{dossier_d_exemples(classe)}{len(deja) + 1}.json"] = octets
    return apres


def publier(dossier: Path, classes: Classes, exemples: Exemples = octets_exemple) -> None:
    """Prend le cliché.

    Lève `SchemaRompu`, `ExempleAbsent` ou `ClicheAltere`, et n'écrit alors rien.
    """
    avant = lire(dossier)
    verifier(avant, classes)
    apres = suivant(avant, classes, exemples)
    verifier(apres, classes)
    ecrire(dossier, apres)

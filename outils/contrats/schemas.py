"""Les schémas JSON (2020-12) et les exemples des événements, tels que committés."""

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from typing_extensions import override

from contrats import EVENEMENTS, Evenement
from noyau import sujet_de
from outils.contrats.elargissement import Ecart, Schema, ecarts
from socle.bus.enveloppe import schema_de

RACINE: Final = Path(__file__).resolve().parents[2]
CONTRATS: Final = RACINE / "libs" / "contrats"
DIALECTE: Final = "https://json-schema.org/draft/2020-12/schema"

Exemples: TypeAlias = Callable[[type[Evenement]], bytes]
"""D'où viennent les octets de l'exemple d'un événement."""


class SchemaRompu(ValueError):
    """Un événement déjà publié a changé autrement qu'en s'élargissant."""


class ExempleAbsent(ValueError):
    """Un événement du registre n'a pas d'exemple."""


def nom_ascii(type_: str) -> str:
    """Le type sans accents, pour un nom de fichier : « facture.émise » → « facture.emise »."""
    decompose = unicodedata.normalize("NFD", type_)
    return decompose.encode("ascii", "ignore").decode("ascii")


def du_producteur(producteur: str) -> tuple[type[Evenement], ...]:
    """Les événements d'un producteur, dans l'ordre de son module."""
    return tuple(classe for classe in EVENEMENTS.values() if producteur == classe.PRODUCTEUR)


def fichier(classe: type[Evenement]) -> str:
    """Le chemin du schéma et de l'exemple d'un événement sous `schemas/` et `exemples/`."""
    return f"{classe.PRODUCTEUR}/{nom_ascii(classe.TYPE)}.v{classe.VERSION}.json"


class _Generateur(GenerateJsonSchema):
    """Un montant est une chaîne décimale; un champ n'a pas de titre, son nom suffit."""

    @override
    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        decimales = schema.get("decimal_places", 6)
        entiers = schema.get("max_digits", 16) - decimales
        motif = rf"^-?[0-9]{{1,{entiers}}}(\.[0-9]{{1,{decimales}}})?$"
        return {"type": "string", "format": "decimal", "pattern": motif}

    @override
    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def schema(classe: type[Evenement]) -> Schema:
    """Le schéma de l'événement tel qu'il voyage; `x-sbg` porte ce que le corps ne dit pas."""
    corps = classe.model_json_schema(mode="serialization", schema_generator=_Generateur)
    definitions = corps.pop("$defs", {})
    return {
        "$schema": DIALECTE,
        "$id": schema_de(classe.TYPE, classe.VERSION),
        "x-sbg": {
            "type": classe.TYPE,
            "version": classe.VERSION,
            "sujet": sujet_de(classe.PRODUCTEUR),
            "cle": classe.CLE,
        },
        **{mot: corps[mot] for mot in ("title", "description", "type", "properties", "required")},
        **({"$defs": definitions} if definitions else {}),
    }


def texte(document: object) -> str:
    """Le document tel qu'il s'écrit : deux espaces, accents lisibles, fin de ligne."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def attendus() -> Mapping[str, Schema]:
    """Le schéma de chaque événement du registre, par chemin sous `schemas/`."""
    return {fichier(classe): schema(classe) for classe in EVENEMENTS.values()}


def octets_exemple(classe: type[Evenement]) -> bytes:
    """Les octets de l'exemple écrit à la main d'un événement. Lève `ExempleAbsent`."""
    chemin = CONTRATS / "exemples" / fichier(classe)
    if not chemin.is_file():
        raise ExempleAbsent(f"{classe.TYPE} : écrivez {chemin.relative_to(RACINE)}.")
    return chemin.read_bytes()


def exemple(classe: type[Evenement]) -> Mapping[str, object]:
    """L'exemple d'un événement. Lève `ExempleAbsent`."""
    contenu: Mapping[str, object] = json.loads(octets_exemple(classe))
    return contenu


def changements(
    anciens: Mapping[str, Schema], nouveaux: Mapping[str, Schema]
) -> Iterator[tuple[str, Ecart]]:
    """Ce qui a changé dans les schémas déjà publiés; un schéma nouveau n'est pas un changement."""
    for chemin, ancien in sorted(anciens.items()):
        if chemin not in nouveaux:
            yield chemin, Ecart("", "l'événement a été retiré ou renommé")
        else:
            for ecart in ecarts(ancien, nouveaux[chemin]):
                yield chemin, ecart


def exiger_elargissement(
    anciens: Mapping[str, Schema], nouveaux: Mapping[str, Schema]
) -> tuple[tuple[str, Ecart], ...]:
    """Les élargissements à déployer chez les consommateurs avant le producteur.

    Lève `SchemaRompu` s'il y a un changement qui n'en est pas un, en les nommant tous.
    """
    tous = tuple(changements(anciens, nouveaux))
    ruptures = [f"  {chemin} — {ecart.en_clair()}" for chemin, ecart in tous if ecart.rupture]
    if ruptures:
        raise SchemaRompu(
            "Un événement publié ne fait que s'élargir; ceci n'en est pas un élargissement :\n"
            + "\n".join(ruptures)
            + "\nDéclarez une nouvelle version à côté de l'ancienne (VERSION = 2)."
        )
    return tous

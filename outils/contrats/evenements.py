"""`docs/EVENEMENTS.md` : ce que chaque service publie, pour une personne."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

from contrats import A_VENIR, PRODUCTEURS, Evenement
from noyau import sujet_de
from outils.contrats.ecoutants import Ecoutant, ecoutants
from outils.contrats.elargissement import Schema, deplier
from outils.contrats.enveloppe import EN_TETES
from outils.contrats.schemas import du_producteur, exemple, fichier, nom_ascii, schema

_PREAMBULE = """\
<!-- Généré de libs/contrats par « make schemas »; ne pas modifier à la main. -->
# Les événements

Un événement est un fait : il ne se corrige pas, il ne change jamais de sens, et son contrat ne fait
que s'élargir (le contrôle est dans `outils/contrats`). Les classes vivent dans
`libs/contrats/src/contrats`, une par événement et un module par producteur; les schémas JSON dans
`libs/contrats/schemas`, les exemples dans `libs/contrats/exemples`. Le même registre donne
[asyncapi.json](asyncapi.json), pour les machines.

Chaque producteur a un sujet, `sbg.<producteur>.v1`. La clé d'un message est son agrégat : l'ordre
est promis pour une clé, jamais entre deux clés ni entre deux sujets.

Dans un corps : les montants et les taux sont des chaînes décimales, les instants sont en UTC, les
dates sont celles de Québec, tous des années 2000 à 2100. Un champ inconnu s'ignore.
"""

_JALON = """\
## Les jalons

Un `jalon` paraît régulièrement sur chaque partition d'un sujet, sans clé. C'est un CloudEvents
(`ce_specversion`, `ce_id`, `ce_source`, `ce_type`, `ce_time`), sans agrégat ni rang; redit, il
garde son `ce_id`. Son corps `{"jusqua": T, "partitions": n}` dit que tout fait enregistré avant T
est déjà publié. Fermer une période attend le jalon de toutes les partitions de tous les
producteurs.

## Les rebuts

Un consommateur qui ne peut pas traiter un message l'écarte dans
`sbg.<producteur>.v1.dlq.<consommateur>` : un `rebut` porte le message tel qu'il a été reçu, et son
en-tête `raison` dit pourquoi. `python -m <service> rebuts rejouer` le traite de nouveau
([EXPLOITATION.md](EXPLOITATION.md)).

## Les écartés

Un fait auquel un opérateur a renoncé parce qu'il ne pouvait partir paraît à son rang, sous le type
`écarté`, avec un corps vide : qui suit la séquence d'une clé n'y voit pas de trou, et n'en fait
rien. L'en-tête `ce_typeecarte` dit le type du fait dont il tient la place.
"""

_NATURES = {
    "uuid": "identifiant (UUID)",
    "date": "date",
    "date-time": "instant",
    "decimal": "décimal",
    "string": "texte",
    "integer": "entier",
    "boolean": "vrai ou faux",
    "object": "objet",
    "null": "nul",
}


def rediger() -> str:
    """Le texte entier du document."""
    qui = ecoutants()
    parties = [_PREAMBULE, _tableau(qui), _tableau_en_tetes(), _JALON]
    for producteur in PRODUCTEURS:
        parties.append(f"## {producteur}\n\nSujet `{sujet_de(producteur)}`.\n")
        parties.extend(_section(c, qui.get(c, ())) for c in du_producteur(producteur))
    return "\n".join(parties)


def _tableau(qui: Mapping[type[Evenement], tuple[Ecoutant, ...]]) -> str:
    lignes = ["| producteur | événement | clé | écouté par |", "|---|---|---|---|"]
    lignes += [
        f"| {c.PRODUCTEUR} | [{_nom(c)}](#{_ancre(c)}) | `{c.CLE}` | {_noms(qui.get(c, ()))} |"
        for producteur in PRODUCTEURS
        for c in du_producteur(producteur)
    ]
    return "\n".join(lignes) + "\n"


def _tableau_en_tetes() -> str:
    lignes = ["## L'enveloppe", "", "| en-tête | sens |", "|---|---|"]
    lignes += [f"| `{nom}` | {sens} |" for nom, _, sens in EN_TETES]
    return "\n".join(lignes) + "\n"


def _section(classe: type[Evenement], ceux: tuple[Ecoutant, ...]) -> str:
    corps = schema(classe)
    contenu = json.dumps(exemple(classe), ensure_ascii=False, indent=2)
    faits = (
        f"Version {classe.VERSION}",
        f"clé `{classe.CLE}`",
        f"classe `{classe.__name__}`",
        f"[schéma](../libs/contrats/schemas/{fichier(classe)})",
        f"écouté par : {_noms(ceux, avec_ordre=True)}",
        *(("à venir : rien ne le publie encore",) if classe in A_VENIR else ()),
    )
    lignes = [
        f'<a id="{_ancre(classe)}"></a>',
        f"### {_nom(classe)}",
        "",
        str(corps["description"]),
        "",
        " · ".join(faits),
        "",
        "| champ | nature | exigé | sens |",
        "|---|---|---|---|",
        *_champs("", deplier(corps)),
        "",
        "<details><summary>Exemple</summary>",
        "",
        f"```json\n{contenu}\n```",
        "",
        "</details>",
    ]
    return "\n".join(lignes) + "\n"


def _champs(prefixe: str, corps: Schema) -> Iterator[str]:
    exiges = cast("list[str]", corps.get("required", []))
    for nom, champ in cast("Mapping[str, Schema]", corps["properties"]).items():
        ici = f"{prefixe}{nom}"
        exige = "oui" if nom in exiges else "non"
        sens = str(champ.get("description", "")).replace("\n", " ").replace("|", "\\|")
        yield f"| `{ici}` | {_nature(champ)} | {exige} | {sens} |"
        for suffixe, objet in _objets(champ):
            yield from _champs(f"{ici}{suffixe}.", objet)


def _objets(champ: Schema) -> Iterator[tuple[str, Schema]]:
    """Les objets imbriqués d'un champ, avec ce qui suit son nom (« [] » pour une liste)."""
    if "properties" in champ:
        yield "", champ
    for branche in cast("list[Schema]", champ.get("anyOf", [])):
        yield from _objets(branche)
    if "items" in champ:
        elements = _objets(cast("Schema", champ["items"]))
        yield from ((f"[]{suffixe}", objet) for suffixe, objet in elements)


def _nature(champ: Schema) -> str:
    if "anyOf" in champ:
        return " ou ".join(_nature(b) for b in cast("list[Schema]", champ["anyOf"]))
    if "enum" in champ:
        return ", ".join(f"« {valeur} »" for valeur in cast("list[object]", champ["enum"]))
    if champ.get("type") == "array":
        return f"liste de : {_nature(cast('Schema', champ['items']))}"
    nature = _NATURES[str(champ.get("format") or champ["type"])]
    bornes = [f"{signe} {champ[mot]}" for mot, signe in _BORNES if mot in champ]
    return f"{nature} {', '.join(bornes)}" if bornes else nature


_BORNES = (("minimum", "≥"), ("maximum", "≤"), ("exclusiveMinimum", ">"), ("exclusiveMaximum", "<"))


def _nom(classe: type[Evenement]) -> str:
    return classe.TYPE if classe.VERSION == 1 else f"{classe.TYPE} (v{classe.VERSION})"


def _ancre(classe: type[Evenement]) -> str:
    return f"{nom_ascii(classe.TYPE)}.v{classe.VERSION}"


def _noms(ceux: tuple[Ecoutant, ...], *, avec_ordre: bool = False) -> str:
    if not ceux:
        return "personne ici"
    return ", ".join(f"{e.service} ({e.ordre})" if avec_ordre else e.service for e in ceux)

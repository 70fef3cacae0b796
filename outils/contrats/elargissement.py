"""Comparer deux versions d'un schéma d'événement : est-ce un élargissement?

Les sujets sont gardés sans limite de temps et tout s'y rejoue : un consommateur d'aujourd'hui lit
les événements d'hier, et un consommateur d'hier, pas encore redéployé, lit ceux d'aujourd'hui.
Ne passent donc que le champ facultatif ajouté, la valeur d'énumération ajoutée et la borne
relâchée. Les deux derniers ne se lisent qu'une fois les consommateurs redéployés : l'écart le dit
(`rupture` fausse). Tout le reste est une nouvelle version de l'événement, à côté de l'ancienne.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

Schema: TypeAlias = Mapping[str, object]

_RENVOIS = frozenset({"$ref", "$defs"})
_NOTES = frozenset({"$schema", "deprecated", "description", "examples", "title"})
"""Ce qui se lit sans contraindre : libre de changer."""

_PLANCHERS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_PLAFONDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_STRUCTURE = ("anyOf", "enum", "items", "properties", "required")
_COMPARES = _NOTES.union(_PLANCHERS, _PLAFONDS, _STRUCTURE)


@dataclass(frozen=True, slots=True)
class Ecart:
    """Une différence entre deux schémas, à `chemin` (« tarifs[].montant »).

    `rupture` fausse : élargissement, mais que les consommateurs doivent connaître les premiers.
    """

    chemin: str
    phrase: str
    rupture: bool = True

    def en_clair(self) -> str:
        """« chemin : phrase », ou la phrase seule à la racine."""
        return f"{self.chemin} : {self.phrase}" if self.chemin else self.phrase


def elargit(ancien: Schema, nouveau: Schema) -> bool:
    """Vrai si tout ce qui se lisait avec `ancien` se lit encore, dans les deux sens."""
    return not any(ecart.rupture for ecart in ecarts(ancien, nouveau))


def ecarts(ancien: Schema, nouveau: Schema) -> tuple[Ecart, ...]:
    """Les différences qui contraignent un lecteur; vide si aucune."""
    return tuple(_comparer("", deplier(ancien), deplier(nouveau)))


def deplier(schema: Schema) -> Schema:
    """Le schéma dont chaque renvoi `#/$defs/…` est remplacé par ce qu'il nomme.

    Lève `RecursionError` si un type se contient lui-même : un événement est un arbre fini.
    """
    definitions = cast("Mapping[str, Schema]", schema.get("$defs", {}))

    def copie(noeud: object) -> object:
        if isinstance(noeud, list):
            return [copie(element) for element in noeud]
        if not isinstance(noeud, dict):
            return noeud
        corps = {mot: copie(valeur) for mot, valeur in noeud.items() if mot not in _RENVOIS}
        if "$ref" not in noeud:
            return corps
        nom = str(noeud["$ref"]).removeprefix("#/$defs/")
        return {**cast("dict[str, object]", copie(definitions[nom])), **corps}

    return cast("Schema", copie(dict(schema)))


def _comparer(chemin: str, ancien: Schema, nouveau: Schema) -> Iterator[Ecart]:
    yield from _branches(chemin, ancien, nouveau)
    yield from _champs(chemin, ancien, nouveau)
    yield from _valeurs(chemin, ancien, nouveau)
    yield from _bornes(chemin, ancien, nouveau)
    if "items" in ancien and "items" in nouveau:
        yield from _comparer(f"{chemin}[]", _sous(ancien, "items"), _sous(nouveau, "items"))
    elif ("items" in ancien) != ("items" in nouveau):
        yield Ecart(chemin, "les éléments de la liste ont changé de nature")
    for mot in sorted((ancien.keys() | nouveau.keys()) - _COMPARES):
        if ancien.get(mot) != nouveau.get(mot):
            yield Ecart(chemin, f"« {mot} » passe de {ancien.get(mot)!r} à {nouveau.get(mot)!r}")


def _branches(chemin: str, ancien: Schema, nouveau: Schema) -> Iterator[Ecart]:
    """Un `anyOf` garde les mêmes types; chacun s'élargit pour lui-même."""
    if "anyOf" not in ancien and "anyOf" not in nouveau:
        return
    avant, apres = _par_type(ancien), _par_type(nouveau)
    if avant.keys() != apres.keys():
        yield Ecart(chemin, f"les types passent de {sorted(avant)} à {sorted(apres)}")
    for type_ in sorted(avant.keys() & apres.keys()):
        yield from _comparer(chemin, avant[type_], apres[type_])


def _par_type(schema: Schema) -> Mapping[str, Schema]:
    return {
        f"{branche.get('type')}/{branche.get('format', '')}": branche
        for branche in cast("list[Schema]", schema.get("anyOf", []))
    }


def _champs(chemin: str, ancien: Schema, nouveau: Schema) -> Iterator[Ecart]:
    avant, apres = _proprietes(ancien), _proprietes(nouveau)
    exiges_avant, exiges_apres = _ensemble(ancien, "required"), _ensemble(nouveau, "required")
    for nom in sorted(avant.keys() | apres.keys()):
        ici = f"{chemin}.{nom}" if chemin else nom
        if nom not in apres:
            yield Ecart(ici, "le champ a disparu")
        elif nom not in avant:
            if nom in exiges_apres:
                yield Ecart(ici, "un champ ajouté doit être facultatif")
        else:
            if (nom in exiges_avant) != (nom in exiges_apres):
                sens = "obligatoire" if nom in exiges_apres else "facultatif"
                yield Ecart(ici, f"le champ devient {sens}")
            yield from _comparer(ici, avant[nom], apres[nom])


def _valeurs(chemin: str, ancien: Schema, nouveau: Schema) -> Iterator[Ecart]:
    if "enum" not in ancien and "enum" not in nouveau:
        return
    if "enum" not in ancien or "enum" not in nouveau:
        yield Ecart(chemin, "l'énumération est apparue ou a disparu")
        return
    avant, apres = _ensemble(ancien, "enum"), _ensemble(nouveau, "enum")
    for valeur in sorted(map(str, avant - apres)):
        yield Ecart(chemin, f"la valeur « {valeur} » a disparu")
    for valeur in sorted(map(str, apres - avant)):
        yield Ecart(chemin, f"la valeur « {valeur} » est nouvelle", rupture=False)


def _bornes(chemin: str, ancien: Schema, nouveau: Schema) -> Iterator[Ecart]:
    for mots, absente, signe in ((_PLANCHERS, float("-inf"), 1), (_PLAFONDS, float("inf"), -1)):
        for mot in mots:
            avant = cast("float", ancien.get(mot, absente))
            apres = cast("float", nouveau.get(mot, absente))
            if avant != apres:
                phrase = f"« {mot} » passe de {avant} à {apres}"
                yield Ecart(chemin, phrase, rupture=(apres - avant) * signe > 0)


def _proprietes(schema: Schema) -> Mapping[str, Schema]:
    return cast("Mapping[str, Schema]", schema.get("properties", {}))


def _ensemble(schema: Schema, mot: str) -> frozenset[object]:
    return frozenset(cast("list[object]", schema.get(mot, [])))


def _sous(schema: Schema, mot: str) -> Schema:
    return cast("Schema", schema[mot])

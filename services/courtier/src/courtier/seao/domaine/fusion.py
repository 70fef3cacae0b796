"""La fusion des publications d'un contrat, comme la dit OCDS 1.1 (CI-25).

Les objets d'une liste se reconnaissent par leur `id`; une liste de textes se remplace en entier.
"""

from collections.abc import Sequence
from typing import Any, Final

from courtier.seao.domaine.ocds import Json

_PROPRES: Final = frozenset({"id", "date", "tag", "ocid"})
"""Ce qui est de chaque publication, et ne se fusionne pas."""
_ENTIERS: Final = frozenset({"details"})
"""Un objet dont le schéma ne dit pas les champs : il se date en entier."""


def compiler(publications: Sequence[Json]) -> Json:
    """Ce qui vaut maintenant (`compiledRelease`)."""
    derniere = publications[-1]
    fusion: Json = {
        "tag": ["compiled"],
        "id": f"{derniere['ocid']}-{derniere['date']}",
        "date": derniere["date"],
        "ocid": derniere["ocid"],
    }
    for publication in publications:
        for nom, valeur in publication.items():
            if nom not in _PROPRES:
                fusion[nom] = _fondre(fusion.get(nom), valeur)
    return fusion


def versionner(publications: Sequence[Json]) -> Json:
    """Chaque champ et toutes les valeurs qu'il a prises (`versionedRelease`)."""
    fusion: Json = {"ocid": publications[-1]["ocid"]}
    for publication in publications:
        origine = {
            "releaseID": publication["id"],
            "releaseDate": publication["date"],
            "releaseTag": publication["tag"],
        }
        for nom, valeur in publication.items():
            if nom not in _PROPRES:
                fusion[nom] = _dater(fusion.get(nom), valeur, origine)
    return fusion


def _sont_des_objets(valeur: object) -> bool:
    return isinstance(valeur, list) and all(isinstance(v, dict) for v in valeur)


def _fondre(ancienne: Any, nouvelle: Any) -> Any:  # noqa: ANN401 -- n'importe quelle valeur JSON
    if isinstance(nouvelle, dict):
        base = dict(ancienne or {})
        return base | {nom: _fondre(base.get(nom), v) for nom, v in nouvelle.items()}
    if _sont_des_objets(nouvelle):
        par_id = {objet["id"]: objet for objet in ancienne or ()}
        par_id |= {objet["id"]: _fondre(par_id.get(objet["id"]), objet) for objet in nouvelle}
        return list(par_id.values())
    return nouvelle


def _dater(ancienne: Any, nouvelle: Any, origine: Json) -> Any:  # noqa: ANN401
    if isinstance(nouvelle, dict):
        return _dater_champs(ancienne, nouvelle, origine)
    if _sont_des_objets(nouvelle):
        par_id = {objet["id"]: objet for objet in ancienne or ()}
        for objet in nouvelle:
            reste = {nom: v for nom, v in objet.items() if nom != "id"}
            dates = _dater_champs(par_id.get(objet["id"]), reste, origine)
            par_id[objet["id"]] = {"id": objet["id"], **dates}
        return list(par_id.values())
    return _valeurs(ancienne, nouvelle, origine)


def _dater_champs(ancien: Json | None, nouvel: Json, origine: Json) -> Json:
    base = dict(ancien or {})
    for nom, valeur in nouvel.items():
        dater = _valeurs if nom in _ENTIERS else _dater
        base[nom] = dater(base.get(nom), valeur, origine)
    return base


def _valeurs(ancienne: Any, nouvelle: Any, origine: Json) -> list[Json]:  # noqa: ANN401
    dites = list(ancienne or ())
    if not dites or dites[-1]["value"] != nouvelle:
        dites.append({**origine, "value": nouvelle})
    return dites

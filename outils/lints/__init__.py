"""Lints maison : les règles d'architecture qu'aucun outil public ne vérifie."""

from collections.abc import Mapping
from types import MappingProxyType

from outils.lints.cadre import Lint
from outils.lints.couches import (
    imports_purs,
    resultat_utilise,
    route_a_acces_type,
    un_fichier_un_verbe,
)
from outils.lints.depot import (
    essais_sans_rustine,
    import_sans_effet,
    intergiciels_asgi_purs,
    rangement,
    rien_de_la_machine,
)
from outils.lints.taille import fonction_courte, module_court
from outils.lints.transaction import commit_unique, pas_d_heure_sql

LINTS_PYTHON: Mapping[str, Lint] = MappingProxyType(
    {
        "module-court": module_court,
        "fonction-courte": fonction_courte,
        "commit-unique": commit_unique,
        "heure-sql": pas_d_heure_sql,
        "imports-purs": imports_purs,
        "resultat-utilise": resultat_utilise,
        "un-fichier-un-verbe": un_fichier_un_verbe,
        "route-acces": route_a_acces_type,
        "import-sans-effet": import_sans_effet,
        "essais-sans-rustine": essais_sans_rustine,
        "asgi-pur": intergiciels_asgi_purs,
    }
)
LINTS_TEXTE: Mapping[str, Lint] = MappingProxyType(
    {"rangement": rangement, "rien-de-la-machine": rien_de_la_machine}
)

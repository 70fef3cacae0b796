"""Lints maison : les règles d'architecture qu'aucun outil public ne vérifie."""

from collections.abc import Mapping
from types import MappingProxyType

from outils.lints.cadre import Lint
from outils.lints.depot import (
    client_sans_environnement,
    essais_sans_rustine,
    import_sans_effet,
    intergiciels_asgi_purs,
    rangement,
    rien_de_la_machine,
)
from outils.lints.fiches import code_de_fiche
from outils.lints.migrations import migration_sans_verrou
from outils.lints.mots import mot_rejete
from outils.lints.pieces import (
    imports_purs,
    resultat_utilise,
    route_a_acces_type,
    verbe_sur_ses_ports,
)
from outils.lints.taille import fonction_courte, module_court
from outils.lints.transaction import commit_unique, jour_de_quebec_seul, pas_d_heure_sql

LINTS_PYTHON: Mapping[str, Lint] = MappingProxyType(
    {
        "module-court": module_court,
        "fonction-courte": fonction_courte,
        "commit-unique": commit_unique,
        "heure-sql": pas_d_heure_sql,
        "jour-de-quebec": jour_de_quebec_seul,
        "imports-purs": imports_purs,
        "resultat-utilise": resultat_utilise,
        "verbe": verbe_sur_ses_ports,
        "mot-rejete": mot_rejete,
        "code-de-fiche": code_de_fiche,
        "route-acces": route_a_acces_type,
        "import-sans-effet": import_sans_effet,
        "essais-sans-rustine": essais_sans_rustine,
        "asgi-pur": intergiciels_asgi_purs,
        "client-http": client_sans_environnement,
        "migration-sans-verrou": migration_sans_verrou,
    }
)
LINTS_TEXTE: Mapping[str, Lint] = MappingProxyType(
    {"rangement": rangement, "rien-de-la-machine": rien_de_la_machine}
)

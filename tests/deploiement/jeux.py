"""Les jeux de valeurs sous lesquels la charte se rend : un par façon de la déployer."""

from typing import Any, Final

import yaml

from tests.deploiement.outils import RACINE, Objet

SERVICES: Final = ("catalogue", "demandes", "facturation", "sla", "courtier")
ROLES: Final = ("api", "consommateur", "relais")
REQUISES: Final[Objet] = {
    "bus": {"adresses": "kafka-0:9092,kafka-1:9092"},
    "identite": {"emetteur": "https://identite.exemple.qc.ca/realms/sbg"},
}
_MAGASIN: Final = {"mode": "externes", "magasin": {"nom": "coffre"}}
_ENTREE: Final = {"active": True, "domaine": "sbg.exemple.qc.ca", "tls": "sbg-tls"}
_AUTORITE: Final = {"autorite": {"secret": "autorites"}}


def secrets_en_clair() -> Objet:
    """De quoi remplir chaque secret, d'une valeur par variable."""
    table = yaml.safe_load((RACINE / "deploy/helm/sbg/roles.yaml").read_text("utf-8"))
    valeurs: dict[str, dict[str, Objet]] = {}
    for service in SERVICES:
        for role in ("migrer", *ROLES):
            commun = table["communs"][role]
            propres = table["services"][service].get(role, {})
            noms = [f"SBG_BASE__{commun['acces']}", "SBG_BUS__MOT_DE_PASSE"]
            noms += propres.get("secret", [])
            valeurs.setdefault(service, {})[role] = {nom: f"{role}-{nom}" for nom in noms}
    return valeurs


_TOUT: Final[Objet] = {
    "bus": {**REQUISES["bus"], **_AUTORITE, "partitions": 12},
    "identite": {**REQUISES["identite"], **_AUTORITE},
    "traces": {"otlp": "http://collecteur:4318/v1/traces"},
    "securite": {"otlp": "http://collecteur:4318/v1/logs"},
    "image": {"registre": "registre.exemple.qc.ca/sbg", "secretsDeTirage": ["registre"]},
    "entree": _ENTREE,
    "podMonitor": {"actif": True},
    "provisionnement": {"actif": True, "secret": "superutilisateur"},
    "webhooks": {"reseauxPermis": "10.20.0.0/16, 10.30.0.0/16"},
    "facturation": {"numeroTps": "123456789 RT0001", "numeroTvq": "1234567890 TQ0001"},
    "reglages": {"SBG_JOURNAL": "WARNING"},
    "noeuds": {"kubernetes.io/os": "linux"},
    "services": {"sla": {"empreinte": "sha256:" + "0" * 64, "api": {"repliques": 3}}},
}


def _role(role: str, **valeurs: Any) -> Objet:
    return {"roles": {role: valeurs}}


def jeux() -> dict[str, Objet]:
    """Chaque jeu, par son nom; tous ont de quoi joindre le bus et l'émetteur."""
    mandataire = [{"ipBlock": {"cidr": "10.9.9.9/32"}}]
    particuliers: dict[str, Objet] = {
        "défaut": {},
        "service éteint": {"services": {"courtier": {"actif": False}}},
        "secrets externes": {"secrets": _MAGASIN},
        "secrets en clair": {"secrets": {"mode": "enClair", "valeurs": secrets_en_clair()}},
        "adaptateur de métriques": {
            "roles": {
                "api": {"echelle": {"latence": {"active": True}}},
                "consommateur": {"echelle": {"active": True}},
            }
        },
        "KEDA": _role("consommateur", echelle={
            "active": True, "keda": {"active": True, "prometheus": "http://prometheus:9090"}}),
        "sans échelle": _role("api", echelle={"active": False}),
        "sans réseau": {"reseau": {"actif": False}},
        "mandataire": {
            "identite": {**REQUISES["identite"], "proxy": "http://10.9.9.9:3128"},
            "reseau": {
                "webhooks": {"mandataire": mandataire, "ports": [3128]},
                "identite": {"pairs": mandataire, "ports": [3128]},
            },
        },
        "sécurité sans traces": {"securite": {"otlp": "http://collecteur:4318/v1/logs"}},
        "tout": _TOUT,
    }  # fmt: skip
    return {nom: {**REQUISES, **valeurs} for nom, valeurs in particuliers.items()}

"""Ce que tout objet rendu doit tenir, et que les juges du dehors ne disent pas tous."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

from tests.deploiement.outils import Objet

SURETE = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "runAsUser": 10001,
    "runAsGroup": 10001,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
SONDES = {
    "startupProbe": "/sante/vivacite",
    "livenessProbe": "/sante/vivacite",
    "readinessProbe": "/sante/disponibilite",
}
GESTION = {"api": 300, "consommateur": 100, "relais": 200}
PRIVES = ("10.0.0.0/8", "127.0.0.0/8", "169.254.169.254/32", "172.16.0.0/12", "192.168.0.0/16")
PORTS = {"catalogue": 8001, "demandes": 8002, "facturation": 8003, "sla": 8004, "courtier": 8005}


def de_genre(objets: list[Objet], genre: str) -> list[Objet]:
    """Les objets d'un genre."""
    return [objet for objet in objets if objet["kind"] == genre]


def lieu(objet: Objet) -> tuple[str, str]:
    """Le service et le rôle d'un objet."""
    etiquettes = objet["metadata"]["labels"]
    nom = etiquettes["app.kubernetes.io/name"].removeprefix("sbg-")
    return nom, etiquettes["app.kubernetes.io/component"]


def conteneurs(objets: list[Objet]) -> Iterator[tuple[Objet, Objet, Objet]]:
    """Chaque charge, son gabarit et son conteneur."""
    for objet in objets:
        if objet["kind"] in ("Deployment", "Job"):
            gabarit = objet["spec"]["template"]
            for conteneur in gabarit["spec"]["containers"]:
                yield objet, gabarit, conteneur


def fautes(objets: list[Objet]) -> list[str]:
    """Ce qui manque à ces objets, en une phrase chacun; vide : rien."""
    trouvees = [
        f"{lieu(politique)} : tout lui est ouvert, {reseau} compris"
        for politique in de_genre(objets, "NetworkPolicy")
        for reseau in _ouverts(politique)
    ]
    for objet, gabarit, conteneur in conteneurs(objets):
        nom = f"{objet['kind']}/{objet['metadata']['name']}"
        trouvees += [f"{nom} : {faute}" for faute in _du_gabarit(gabarit["spec"], conteneur)]
        if objet["kind"] == "Deployment":
            trouvees += [f"{nom} : {faute}" for faute in _des_sondes(objet, conteneur)]
            trouvees += [f"{nom} : {faute}" for faute in _des_autres(objets, gabarit)]
    return trouvees


def _ouverts(politique: Objet) -> list[str]:
    """Les réseaux privés où cette politique laisse sortir en ouvrant tout l'Internet."""
    pairs = [pair for sortie in politique["spec"]["egress"] for pair in sortie["to"]]
    blocs = [pair["ipBlock"] for pair in pairs if "ipBlock" in pair]
    return [
        prive
        for prive in PRIVES
        for bloc in blocs
        if bloc["cidr"] == "0.0.0.0/0"
        if not any(
            IPv4Network(prive).subnet_of(IPv4Network(exclu)) for exclu in bloc.get("except", ())
        )
    ]


def _du_gabarit(gabarit: Objet, conteneur: Objet) -> Iterator[str]:
    if conteneur.get("securityContext") != SURETE:
        yield "le conteneur n'est pas aussi fermé qu'il doit l'être"
    if gabarit.get("automountServiceAccountToken") is not False:
        yield "un jeton de la grappe y est monté"
    if gabarit.get("enableServiceLinks") is not False:
        yield "les services voisins se glissent dans son environnement"
    if any(gabarit.get(partage) for partage in ("hostNetwork", "hostPID", "hostIPC")):
        yield "il partage la machine"
    if [v for v in gabarit["volumes"] if not {"emptyDir", "secret"} & v.keys()]:
        yield "un volume n'est ni un secret, ni un dossier du moment"
    for borne in ("requests", "limits"):
        if not {"cpu", "memory", "ephemeral-storage"} <= conteneur["resources"][borne].keys():
            yield f"ses ressources ne sont pas toutes dites ({borne})"
    if conteneur["image"].endswith(":latest") or ":" not in conteneur["image"]:
        yield "son image n'a pas de version"
    yield from _des_arguments(conteneur)


def _des_arguments(conteneur: Objet) -> Iterator[str]:
    """La liste des processus montre les arguments à tous : un secret n'y passe pas."""
    dits = [*conteneur.get("command", []), *conteneur.get("args", [])]
    nommes = {nom for dit in dits for nom in re.findall(r"\$\((\w+)\)", dit)}
    secrets = {une["name"] for une in conteneur.get("env", []) if "secretKeyRef" in str(une)}
    if nommes & secrets or any(re.search(r"://[^/@]*:[^/@]*@", dit) for dit in dits):
        yield "un secret passe en argument"


def _des_sondes(objet: Objet, conteneur: Objet) -> Iterator[str]:
    service, role = lieu(objet)
    ports = {port["name"]: port["containerPort"] for port in conteneur["ports"]}
    if ports.get("gestion") != PORTS[service] + GESTION[role]:
        yield "son port de gestion n'est pas le sien"
    if ports.get("http") != (PORTS[service] if role == "api" else None):
        yield "son port public n'est pas le sien"
    for sonde, chemin in SONDES.items():
        appel = conteneur.get(sonde, {}).get("httpGet", {})
        if appel != {"path": chemin, "port": "gestion"}:
            yield f"{sonde} manque, ou n'est pas la sienne"


def _des_autres(objets: list[Objet], gabarit: Objet) -> Iterator[str]:
    """Un budget et, si la charte pose le réseau, une politique choisissent ces conteneurs."""
    etiquettes = gabarit["metadata"]["labels"].items()
    genres = {"PodDisruptionBudget": "selector", "NetworkPolicy": "podSelector"}
    for genre, champ in genres.items():
        siens = de_genre(objets, genre)
        choisi = [o for o in siens if o["spec"][champ]["matchLabels"].items() <= etiquettes]
        if siens and len(choisi) != 1:
            yield f"{genre} : {len(choisi)} le choisissent"


DE_PLUS = {("migrer", "SBG_BUS__REPLICATION")}
"""Ce que la charte donne de plus : la composition n'a qu'un nœud de bus."""
SUR_DEMANDE = {
    "SBG_TRACES__OTLP",
    "SBG_SECURITE__OTLP",
    "SBG_IDENTITE__AUTORITE",
    "SBG_IDENTITE__PROXY",
}
"""Ce que la charte ne branche que si on le demande; la composition, d'office ou jamais."""


def ecarts_a_la_composition(objets: list[Objet], compose: dict[str, Any]) -> list[str]:
    """Les rôles dont les variables ne sont pas celles que leur donne la composition."""
    ecarts = []
    for objet, _, conteneur in conteneurs(objets):
        service, role = lieu(objet)
        attendues = set(compose["services"][f"{service}-{role}"]["environment"]) - SUR_DEMANDE
        recues = {une["name"] for une in conteneur["env"] if (role, une["name"]) not in DE_PLUS}
        if difference := sorted((recues ^ attendues) - SUR_DEMANDE):
            ecarts.append(f"{service}-{role} : {', '.join(difference)}")
    return ecarts

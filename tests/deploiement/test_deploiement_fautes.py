"""Chaque mise en défaut connue de la charte se voit : une valeur, un objet, un rôle faussés."""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploiement.bilan import Bilan
from tests.deploiement.jeux import REQUISES
from tests.deploiement.outils import (
    CHARTE,
    RACINE,
    Objet,
    helm,
    juger_kubernetes,
    juger_par_score,
    rendre,
)
from tests.deploiement.regles import conteneurs, ecarts_a_la_composition, fautes, lieu

VALEURS_FAUSSES: dict[str, Objet] = {
    "une clé inconnue": {"imge": {"etiquette": "1"}},
    "un service inconnu": {"services": {"paie": {"actif": True}}},
    "un émetteur sans https": {"identite": {"emetteur": "http://identite.exemple/realms/sbg"}},
    "un bus sans identité": {"bus": {**REQUISES["bus"], "protocole": "PLAINTEXT"}},
    "une adresse de bus sans port": {"bus": {"adresses": "kafka"}},
    "un secret parmi les réglages": {"reglages": {"SBG_BUS__MOT_DE_PASSE": "x"}},
    "le SIEM parmi les réglages": {"reglages": {"SBG_SECURITE__OTLP": "http://c:4318/v1/logs"}},
    "un collecteur sans adresse": {"securite": {"otlp": "collecteur:4318"}},
    "tout l'Internet, métadonnées du nuage comprises": {
        "reseau": {"identite": {"ports": [443], "pairs": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}}
    },
    "le secret du mandataire dans les valeurs": {
        "identite": {**REQUISES["identite"], "proxy": "http://sbg:secret@mandataire:3128"}
    },
    "un mode parmi les réglages": {"reglages": {"SBG_MODE": "demo"}},
    "un réglage qui n'est pas de SBG": {"reglages": {"LD_PRELOAD": "espion.so"}},
    "une empreinte tronquée": {"services": {"sla": {"empreinte": "sha256:abc"}}},
    "une quantité qui n'en est pas": {
        "roles": {"api": {"ressources": {"limits": {"memory": "beaucoup"}}}}
    },
    "un réseau qui n'en est pas": {"webhooks": {"reseauxPermis": "partout"}},
    "personne à qui parler": {"reseau": {"base": {"ports": [5432], "pairs": []}}},
    "un numéro de TPS mal formé": {"facturation": {"numeroTps": "123"}},
    "zéro réplica": {"roles": {"relais": {"repliques": 0}}},
}
VALEURS_QUI_MANQUENT: dict[str, tuple[Objet, str]] = {
    "bus": ({"identite": REQUISES["identite"]}, "bus.adresses"),
    "émetteur": ({"bus": REQUISES["bus"]}, "identite.emetteur"),
    "un secret en clair": ({**REQUISES, "secrets": {"mode": "enClair"}}, "secrets.valeurs"),
    "le magasin": ({**REQUISES, "secrets": {"mode": "externes"}}, "secrets.magasin.nom"),
    "le domaine": ({**REQUISES, "entree": {"active": True}}, "entree.domaine"),
    "le superutilisateur": ({**REQUISES, "provisionnement": {"actif": True}}, "provisionnement."),
}


@pytest.mark.parametrize("nom", VALEURS_FAUSSES)
def test_une_valeur_fausse_se_refuse(nom: str) -> None:
    rendu = helm("template", valeurs={**REQUISES, **VALEURS_FAUSSES[nom]})
    assert rendu.code != 0
    assert "values don't meet the specifications of the schema" in rendu.erreur


@pytest.mark.parametrize("nom", VALEURS_QUI_MANQUENT)
def test_une_valeur_requise_se_demande_en_francais(nom: str) -> None:
    valeurs, dite = VALEURS_QUI_MANQUENT[nom]
    rendu = helm("template", valeurs=valeurs)
    assert rendu.code != 0
    assert dite in rendu.erreur


def _api(objets: list[Objet]) -> tuple[Objet, Objet, Objet]:
    return next(trois for trois in conteneurs(objets) if lieu(trois[0]) == ("demandes", "api"))


def _surete(objets: list[Objet], **champs: Any) -> None:
    _api(objets)[2]["securityContext"].update(champs)


def _sans(objets: list[Objet], genre: str) -> None:
    objets[:] = [o for o in objets if o["kind"] != genre or lieu(o) != ("demandes", "api")]


def _ouvrir(objets: list[Objet]) -> None:
    siens = [o for o in objets if lieu(o) == ("demandes", "api") and o["kind"] == "NetworkPolicy"]
    siens[0]["spec"]["egress"][0]["to"] = [
        {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}
    ]


DEFAUTS: dict[str, Callable[[list[Objet]], object]] = {
    "une capacité ajoutée": lambda o: _surete(
        o, capabilities={"drop": ["ALL"], "add": ["NET_RAW"]}
    ),
    "une racine qui s'écrit": lambda o: _surete(o, readOnlyRootFilesystem=False),
    "le superutilisateur": lambda o: _surete(o, runAsUser=0),
    "seccomp ôté": lambda o: _surete(o, seccompProfile={"type": "Unconfined"}),
    "une sonde ôtée": lambda o: _api(o)[2].pop("readinessProbe"),
    "la sonde d'un autre port": lambda o: _api(o)[2]["livenessProbe"]["httpGet"].update(
        port="http"
    ),
    "un jeton de la grappe": lambda o: _api(o)[1]["spec"].pop("automountServiceAccountToken"),
    "des liens de service": lambda o: _api(o)[1]["spec"].pop("enableServiceLinks"),
    "une mémoire sans borne": lambda o: _api(o)[2]["resources"]["limits"].pop("memory"),
    "le port d'un autre": lambda o: _api(o)[2]["ports"][0].update(containerPort=8003),
    "un dossier de la machine": lambda o: _api(o)[1]["spec"]["volumes"].append(
        {"name": "hote", "hostPath": {"path": "/"}}
    ),
    "un secret en argument": lambda o: _api(o)[2]["args"].append("$(SBG_BASE__API)"),
    "un accès en argument": lambda o: _api(o)[2].update(command=["x", "postgresql://a:b@c/d"]),
    "une sortie vers les métadonnées du nuage": _ouvrir,
    "un budget ôté": lambda o: _sans(o, "PodDisruptionBudget"),
    "une politique de réseau ôtée": lambda o: _sans(o, "NetworkPolicy"),
}


@pytest.mark.parametrize("nom", DEFAUTS)
def test_un_objet_fausse_se_voit(nom: str, defaut: list[Objet]) -> None:
    objets = copy.deepcopy(defaut)
    DEFAUTS[nom](objets)
    assert fautes(objets) != []


def test_les_juges_du_dehors_voient_aussi(defaut: list[Objet]) -> None:
    """Un juge muet ne jugerait rien : chacun a sa faute."""
    objets = copy.deepcopy(defaut)
    _api(objets)[2]["sondeInconnue"] = {}
    _api(objets)[0]["spec"]["replicas"] = "deux"
    assert len(juger_kubernetes(objets, "1.37")) == 1
    objets = copy.deepcopy(defaut)
    DEFAUTS["une racine qui s'écrit"](objets)
    assert any("writable root" in ligne for ligne in juger_par_score(objets))


_DE_TROP = "{secret: [SBG_ITSM_SECRETS, SBG_WEBHOOKS_CLES], reglage: {SBG_WEBHOOKS_RESEAUX_PERMIS: "
ROLES_FAUSSES = {
    "les clés des abonnés au consommateur": (
        "consommateur: *itsm",
        f"consommateur: {_DE_TROP}webhooks.reseauxPermis}}}}",
    ),
    "le propriétaire de la base à l'API": ("acces: API", "acces: MIGRER"),
    "l'émetteur oublié": ("      SBG_IDENTITE__EMETTEUR: identite.emetteur\n", ""),
    "un numéro de taxe oublié": ("        SBG_NUMERO_TVQ: facturation.numeroTvq\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("nom", ROLES_FAUSSES)
def test_un_role_fausse_s_ecarte_de_la_composition(nom: str, tmp_path: Path) -> None:
    copie = shutil.copytree(CHARTE, tmp_path / "sbg")
    table, (bon, faux) = copie / "roles.yaml", ROLES_FAUSSES[nom]
    texte = table.read_text("utf-8")
    assert bon in texte
    table.write_text(texte.replace(bon, faux), "utf-8")
    compose = yaml.safe_load((RACINE / "docker-compose.yml").read_text("utf-8"))
    assert ecarts_a_la_composition(rendre(REQUISES, copie), compose) != []


def test_compter_les_mises_en_defaut() -> None:
    comptes = len(VALEURS_FAUSSES), len(VALEURS_QUI_MANQUENT), len(DEFAUTS), len(ROLES_FAUSSES)
    # Les trois de plus sont celles des juges du dehors.
    Bilan.dire(mises_en_defaut=sum(comptes) + 3)

"""Les exemples d'à côté de la charte : ils disent ce que dit le dépôt, et la charte les lit."""

from typing import Any

import yaml

from tests.deploiement.outils import RACINE, helm, juger_kubernetes, rendre
from tests.deploiement.regles import de_genre, ecarts_a_la_composition, fautes, lieu

EXEMPLES = RACINE / "deploy" / "helm" / "exemples"
VERBES = {"lit": "Read", "ecrit": "Write", "cree": "Create"}


def _lus(nom: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((EXEMPLES / nom).read_text("utf-8")))


def _droits_voulus() -> set[tuple[str, str, str, str]]:
    """Ce que dit droits.txt : usager, genre, nom, droit."""
    voulus = set()
    for ligne in (RACINE / "deploy" / "kafka" / "droits.txt").read_text("utf-8").splitlines():
        if not ligne or ligne.startswith("#"):
            continue
        usager, verbe, *sujets = ligne.split()
        voulus |= {(usager, "topic", sujet, VERBES[verbe]) for sujet in sujets}
        if verbe == "lit":
            voulus.add((usager, "group", usager, "Read"))
    return voulus


def test_strimzi_donne_les_droits_du_bus_et_pas_un_de_plus() -> None:
    donnes = set()
    for usager in (objet for objet in _lus("strimzi.yaml") if objet["kind"] == "KafkaUser"):
        for acl in usager["spec"]["authorization"]["acls"]:
            ressource, (verbe, decrire) = acl["resource"], acl["operations"]
            assert decrire == "Describe"
            prefixe = ressource["patternType"] == "prefix"
            assert prefixe == (usager["metadata"]["name"] == "migration")
            donnes.add((usager["metadata"]["name"], ressource["type"], ressource["name"], verbe))
    assert donnes == _droits_voulus()


def test_le_bus_de_l_exemple_garde_tout_et_ne_cree_rien_seul() -> None:
    (kafka,) = (objet for objet in _lus("strimzi.yaml") if objet["kind"] == "Kafka")
    reglages = kafka["spec"]["kafka"]["config"]
    assert reglages["auto.create.topics.enable"] is False
    assert reglages["log.retention.ms"] == -1
    assert reglages["min.insync.replicas"] == 2


def test_les_valeurs_de_production_se_rendent_et_tiennent_les_regles() -> None:
    (valeurs,) = _lus("production.yaml")
    assert helm("lint", "--strict", valeurs=valeurs).code == 0
    objets = rendre(valeurs)
    assert fautes(objets) == []
    assert juger_kubernetes(objets, "1.37") == []
    assert len(de_genre(objets, "ExternalSecret")) == 20
    compose = yaml.safe_load((RACINE / "docker-compose.yml").read_text("utf-8"))
    siens = [objet for objet in objets if lieu(objet)[1] != "provisionner"]
    # Une autorité du bus se nomme : la composition, sans TLS, n'en a pas.
    ecarts = ecarts_a_la_composition(siens, compose)
    assert ecarts
    assert all(ecart.endswith(" : SBG_BUS__AUTORITE") for ecart in ecarts)


def test_l_adaptateur_rend_les_mesures_que_lisent_les_hpa() -> None:
    (adaptateur,) = _lus("prometheus-adapter.yaml")
    (valeurs,) = _lus("../sbg/values.yaml")
    rendues = {regle["name"]["as"] for regle in adaptateur["rules"]["custom"]}
    roles = valeurs["roles"]
    assert rendues == {
        roles["api"]["echelle"]["latence"]["mesure"],
        roles["consommateur"]["echelle"]["mesure"],
    }

"""Les tableaux de Grafana : le fichier est celui du code, ses seuils ceux des alertes."""

import json
import re
from pathlib import Path

import pytest
import yaml

from outils.tableaux.__main__ import DOSSIER, textes
from outils.tableaux.modele import LARGEUR, Panneau, Tableau, en_grafana
from outils.tableaux.tableaux import SERVICES, TABLEAUX

RACINE = Path(__file__).parents[2]


def test_les_fichiers_sont_ceux_du_code() -> None:
    """« python -m outils.tableaux » les récrit."""
    ecrits = {fichier.name: fichier.read_text("utf-8") for fichier in DOSSIER.glob("*.json")}
    assert ecrits == textes()


def test_chaque_public_a_son_tableau() -> None:
    uids = {tableau.uid for tableau in TABLEAUX}
    assert uids == {
        *("sbg-direction", "sbg-csc", "sbg-exploitation"),
        *(f"sbg-{service}" for service in SERVICES),
    }


@pytest.mark.parametrize("tableau", TABLEAUX, ids=lambda t: t.uid)
def test_les_panneaux_ne_se_recouvrent_pas(tableau: Tableau) -> None:
    rendu = en_grafana(tableau)
    occupees: set[tuple[int, int]] = set()
    for panneau in rendu["panels"]:
        p = panneau["gridPos"]
        cases = {(x, y) for x in range(p["x"], p["x"] + p["w"])
                 for y in range(p["y"], p["y"] + p["h"])}  # fmt: skip
        assert p["x"] + p["w"] <= LARGEUR
        assert not cases & occupees, panneau["title"]
        occupees |= cases
    ids = [panneau["id"] for panneau in rendu["panels"]]
    assert len(ids) == len(set(ids))


def test_un_seuil_rougit_du_bon_cote() -> None:
    seuil = Panneau("x", "x", alarme=5)
    rendu = en_grafana(Tableau("u", "t", "p", (("r", (seuil,)),)))
    assert rendu["panels"][1]["fieldConfig"]["defaults"]["thresholds"]["steps"] == [
        {"color": "green", "value": None},
        {"color": "red", "value": 5},
    ]


def test_un_seuil_est_celui_de_son_alerte() -> None:
    """Une même mesure rougit où l'alerte lève, à la même valeur."""
    lues = yaml.safe_load((RACINE / "deploy/prometheus/alertes.yml").read_text("utf-8"))
    leves = {
        expression: float(seuil)
        for groupe in lues["groups"]
        for regle in groupe["rules"]
        if (dit := re.fullmatch(r"(max by \(service\) \(\w+\)) > (\d+)", regle["expr"]))
        for expression, seuil in [dit.groups()]
    }
    compares = 0
    for panneau in (p for tableau in TABLEAUX for p in tableau.panneaux):
        if panneau.alarme is not None and panneau.requete in leves:
            # « plus de zéro » se voit dès un.
            assert panneau.alarme == (leves[panneau.requete] or 1), panneau.titre
            compares += 1
    assert compares >= 4


def test_un_panneau_a_exemplaires_lit_la_mesure_meme() -> None:
    """Une règle enregistrée n'en porte aucun; seules des courbes les montrent."""
    montres = [p for tableau in TABLEAUX for p in tableau.panneaux if p.exemplaires]
    assert {p.genre for p in montres} == {"timeseries"}
    assert all("sbg_http_duree_secondes_bucket" in p.requete for p in montres)
    rendus = [p for t in TABLEAUX for p in en_grafana(t)["panels"] if p["type"] == "timeseries"]
    assert sum(p["targets"][0].get("exemplar", False) for p in rendus) == len(montres) > 0


def test_grafana_provisionne_ce_dossier() -> None:
    provision = RACINE / "deploy/grafana/provisioning"
    (fournisseur,) = yaml.safe_load((provision / "dashboards/sbg.yaml").read_text())["providers"]
    compose = yaml.safe_load((RACINE / "docker-compose.yml").read_text())
    monte = f"./deploy/grafana/tableaux:{fournisseur['options']['path']}:ro"
    assert monte in compose["services"]["grafana"]["volumes"]
    (source,) = yaml.safe_load((provision / "datasources/prometheus.yaml").read_text())[
        "datasources"
    ]
    cites = {
        p["datasource"]["uid"]
        for texte in textes().values()
        for p in json.loads(texte)["panels"]
        if "datasource" in p
    }
    assert cites == {source["uid"]}

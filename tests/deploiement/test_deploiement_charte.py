"""La charte sous chaque jeu de valeurs, jugée par Helm, Kubernetes, kube-score et nos règles."""

import json

import pytest
import yaml

from tests.deploiement.bilan import Bilan
from tests.deploiement.jeux import REQUISES, ROLES, SERVICES, jeux
from tests.deploiement.outils import RACINE, Objet, helm, juger_kubernetes, juger_par_score
from tests.deploiement.regles import conteneurs, de_genre, fautes, lieu

VERSIONS = ("1.30", "1.37")
"""La plus vieille que la charte admet, la plus neuve dont les schémas sont livrés."""


def test_la_charte_se_lit_sous_chaque_jeu() -> None:
    for nom, valeurs in jeux().items():
        rendu = helm("lint", "--strict", valeurs=valeurs)
        assert rendu.code == 0, f"{nom} : {rendu.sortie}"
        assert "[WARNING]" not in rendu.sortie
        assert "[ERROR]" not in rendu.sortie
    Bilan.dire(helm_lint_jeux=len(jeux()), helm_lint_erreurs=0)


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_admet_tout_ce_que_la_charte_rend(
    rendus: dict[str, list[Objet]], version: str
) -> None:
    """Chaque objet distinct, au schéma strict : un champ inconnu s'y refuse."""
    tous = {json.dumps(objet, sort_keys=True) for objets in rendus.values() for objet in objets}
    objets = [json.loads(objet) for objet in sorted(tous)]
    assert juger_kubernetes(objets, version) == []
    Bilan.dire(**{"objets_juges": len(objets), f"kubernetes_{version}_erreurs": 0})


def test_kube_score_ne_reproche_rien(rendus: dict[str, list[Objet]]) -> None:
    for nom in ("défaut", "tout", "adaptateur de métriques"):
        assert juger_par_score(rendus[nom]) == [], nom
    Bilan.dire(kube_score_reproches=0)


def test_nos_regles_tiennent_sous_chaque_jeu(rendus: dict[str, list[Objet]]) -> None:
    for nom, objets in rendus.items():
        assert fautes(objets) == [], nom
    Bilan.dire(regles_fautes=0)


def test_un_service_s_eteint_tout_entier(rendus: dict[str, list[Objet]]) -> None:
    restants = {lieu(objet)[0] for objet in rendus["service éteint"]}
    assert restants == set(SERVICES) - {"courtier"}
    assert {lieu(objet)[0] for objet in rendus["défaut"]} == set(SERVICES)


def test_sans_reseau_aucune_politique(rendus: dict[str, list[Objet]]) -> None:
    assert not de_genre(rendus["sans réseau"], "NetworkPolicy")
    assert len(de_genre(rendus["défaut"], "NetworkPolicy")) == 20


def test_l_emetteur_du_dehors_se_joint_par_le_mandataire(
    rendus: dict[str, list[Objet]],
) -> None:
    """Son adresse vient des valeurs; s'il veut un mot de passe, elle vient du secret de l'API."""
    for nom in ("mandataire", "défaut"):
        for objet, _, conteneur in conteneurs(rendus[nom]):
            dits = [v for v in conteneur["env"] if v["name"] == "SBG_IDENTITE__PROXY"]
            assert len(dits) == (lieu(objet)[1] == "api")
            for dit in dits:
                if nom == "mandataire":
                    assert dit["value"] == "http://10.9.9.9:3128"
                else:
                    assert dit["valueFrom"]["secretKeyRef"]["optional"] is True


def test_seul_le_relais_des_demandes_sort_vers_les_abonnes(
    rendus: dict[str, list[Objet]],
) -> None:
    """Hors des réseaux privés, sauf ceux qu'on permet; par un mandataire, lui seul."""
    for nom, attendu in (("défaut", {"0.0.0.0/0"}), ("mandataire", {"10.9.9.9/32"}),
                         ("tout", {"0.0.0.0/0", "10.20.0.0/16", "10.30.0.0/16"})):  # fmt: skip
        sorties = {}
        for politique in de_genre(rendus[nom], "NetworkPolicy"):
            pairs = [pair for regle in politique["spec"]["egress"] for pair in regle["to"]]
            if blocs := {p["ipBlock"]["cidr"] for p in pairs if "ipBlock" in p}:
                sorties[lieu(politique)] = blocs
        # Le jeu « mandataire » y mène aussi les API, pour l'émetteur.
        apis = {(service, "api"): attendu for service in SERVICES if nom == "mandataire"}
        assert sorties == {("demandes", "relais"): attendu, **apis}, nom


@pytest.mark.parametrize(
    ("nom", "tous", "api"),
    [
        ("défaut", set(), set()),
        ("sécurité sans traces", set(), {"SBG_SECURITE__OTLP"}),
        ("tout", {"SBG_TRACES__OTLP"}, {"SBG_SECURITE__OTLP"}),
    ],
)
def test_qui_ecrit_au_collecteur_peut_le_joindre(
    nom: str, tous: set[str], api: set[str], rendus: dict[str, list[Objet]]
) -> None:
    """Traces, ou événements de sécurité (de l'API seule) : la politique s'ouvre pour qui écrit."""
    envoient = {
        lieu(o): {v["name"] for v in c["env"] if v["name"].endswith("__OTLP")}
        for o, _, c in conteneurs(rendus[nom])
    }
    for (_, role), recus in envoient.items():
        voulus = tous | api if role == "api" else tous
        assert recus == (set() if role == "provisionner" else voulus), role
    for politique in de_genre(rendus[nom], "NetworkPolicy"):
        ports = {p["port"] for sortie in politique["spec"]["egress"] for p in sortie["ports"]}
        assert (4318 in ports) == bool(envoient[lieu(politique)]), lieu(politique)


def test_l_echelle_ne_se_dispute_pas_les_replicas(rendus: dict[str, list[Objet]]) -> None:
    """Réglé par un HPA ou KEDA, un Deployment tait son nombre : chaque livraison l'y remettrait."""
    for nom, objets in rendus.items():
        regles = {o["spec"]["scaleTargetRef"]["name"] for genre in ("HorizontalPodAutoscaler",
                  "ScaledObject") for o in de_genre(objets, genre)}  # fmt: skip
        for objet in de_genre(objets, "Deployment"):
            assert ("replicas" in objet["spec"]) != (objet["metadata"]["name"] in regles), nom
    assert len(de_genre(rendus["KEDA"], "ScaledObject")) == 5
    assert len(de_genre(rendus["adaptateur de métriques"], "HorizontalPodAutoscaler")) == 10


def test_la_migration_est_un_crochet_et_ne_laisse_rien(rendus: dict[str, list[Objet]]) -> None:
    """Elle passe avant tout rôle, après son secret; ensuite, le propriétaire n'est nulle part."""
    for nom in ("défaut", "secrets en clair", "secrets externes", "tout"):
        siens = [o for o in rendus[nom] if lieu(o)[1] in ("migrer", "provisionner")]
        assert len(de_genre(siens, "Job")) == (6 if nom == "tout" else 5)
        poids = {}
        for objet in siens:
            notes = objet["metadata"]["annotations"]
            assert notes["helm.sh/hook"] == "pre-install,pre-upgrade"
            assert "hook-succeeded" in notes["helm.sh/hook-delete-policy"]
            poids[objet["kind"], lieu(objet)] = int(notes["helm.sh/hook-weight"])
        jobs = [p for (genre, _), p in poids.items() if genre == "Job"]
        assert max(p for (genre, _), p in poids.items() if genre != "Job") < min(jobs)
        hors = [o for o in rendus[nom] if o not in siens]
        assert "SBG_BASE__MIGRER" not in json.dumps(hors)


def test_une_image_se_nomme_par_son_empreinte_si_on_la_donne(
    rendus: dict[str, list[Objet]],
) -> None:
    images = {lieu(objet)[0]: c["image"] for objet, _, c in conteneurs(rendus["tout"])}
    assert images["sla"] == f"registre.exemple.qc.ca/sbg/sbg-sla@sha256:{'0' * 64}"
    assert images["demandes"] == "registre.exemple.qc.ca/sbg/sbg-demandes:0.1.0"


def test_prometheus_lit_la_charte_comme_la_composition(rendus: dict[str, list[Objet]]) -> None:
    """Mêmes « job » et « service » sur `up` : RoleAbsent et ses inhibitions y lisent le rôle."""
    config = yaml.safe_load((RACINE / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    lus = {c["job_name"]: c for c in config["scrape_configs"]}
    moniteurs = de_genre(rendus["tout"], "PodMonitor")
    assert {lieu(m) for m in moniteurs} == {(s, r) for s in SERVICES for r in ROLES}
    for moniteur in moniteurs:
        service, role = lieu(moniteur)
        assert moniteur["spec"]["jobLabel"] == "app.kubernetes.io/component"
        (point,) = moniteur["spec"]["podMetricsEndpoints"]
        (pose,) = point["relabelings"]
        assert (pose["targetLabel"], pose["replacement"]) == ("service", service)
        assert point["honorLabels"] is lus[role]["honor_labels"] is True
        assert [r["target_label"] for r in lus[role]["relabel_configs"]] == ["service"]


def test_les_notes_se_rendent_en_francais() -> None:
    rendu = helm("install", "--dry-run=client", valeurs=REQUISES)
    assert rendu.code == 0, rendu.erreur
    assert "Les migrations sont passées." in rendu.sortie
    assert "helm rollback sbg --namespace sbg" in rendu.sortie

"""La référence d'un élargissement est ce qui a été publié, jamais un commit."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, Field, create_model

from contrats import EVENEMENTS, Evenement
from contrats.demandes import ActifPerdu, PosteLivre
from contrats.demandes import DemandeCreee as DemandeOuverte
from outils.contrats import cliche
from outils.contrats.__main__ import PARUS, principal
from outils.contrats.schemas import (
    ExempleAbsent,
    SchemaRompu,
    fichier,
    octets_exemple,
    schema,
    texte,
)

SORTES = ("poste_physique", "logiciel", "soutien_etendu")


def avec(classe: type[Evenement], **champs: object) -> type[Evenement]:
    """La classe telle qu'un commit l'aurait changée : même événement, autres champs."""
    change: type[Evenement] = create_model(  # type: ignore[call-overload]
        classe.__name__, __base__=classe, __doc__=classe.__doc__, **champs
    )
    return change


DemandeCreee = avec(DemandeOuverte, sorte=(Literal[SORTES], ...))
"""Nos codes sont ouverts; un contrat qui les fermerait se garderait de même."""
RETRECI = avec(DemandeCreee, sorte=(Literal[SORTES[:-1]], ...))
ELARGI = avec(DemandeCreee, sorte=(Literal[(*SORTES, "jeton")], ...))


@pytest.fixture
def publie(tmp_path: Path) -> Path:
    """Un dépôt qui a publié deux événements, et committé son cliché."""
    dossier = tmp_path / "publie"
    cliche.publier(dossier, [DemandeCreee, PosteLivre])
    committer(tmp_path)
    return dossier


def committer(depot: Path) -> None:
    """Commet tout ce que le dépôt contient."""
    qui = ("-c", "user.name=essai", "-c", "user.email=essai@exemple.quebec")
    for mots in (("init", "-q"), ("add", "."), (*qui, "commit", "-qm", "x")):
        subprocess.run(["git", *mots], cwd=depot, check=True)  # noqa: S603, S607


def regenerer(depot: Path, *classes: type[Evenement]) -> None:
    """Écrit les schémas d'aujourd'hui, comme « make schemas »."""
    for classe in classes:
        chemin = depot / "schemas" / fichier(classe)
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte(schema(classe)), encoding="utf-8")


def contenu(dossier: Path) -> Mapping[Path, bytes]:
    return {f: f.read_bytes() for f in dossier.parent.rglob("*") if f.is_file()}


def test_retrecir_et_regenerer_est_rouge_en_un_commit_ou_en_deux(
    publie: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes = (RETRECI, PosteLivre)
    regenerer(publie.parent, *classes)
    for _ in range(2):
        committer(publie.parent)
        with monkeypatch.context() as sans_git:
            sans_git.setenv("PATH", "")
            with pytest.raises(SchemaRompu, match="« soutien_etendu » a disparu"):
                cliche.verifier(cliche.lire(publie), classes)
            assert [principal(mots, publie, classes) for mots in ([], ["--verifier"])] == [1, 1]
        (publie.parent / "autre").write_text("Un second commit, sans rapport.", encoding="utf-8")


def test_un_evenement_publie_ne_se_retire_pas(publie: Path) -> None:
    with pytest.raises(SchemaRompu, match="retiré ou renommé"):
        cliche.verifier(cliche.lire(publie), [DemandeCreee])


def test_tout_exemple_publie_hier_se_lit_aujourd_hui(tmp_path: Path) -> None:
    """Le cliché garde les octets mêmes, et chaque classe du registre relit les siens."""
    cliche.publier(tmp_path / "publie", EVENEMENTS.values())
    garde = cliche.lire(tmp_path / "publie")
    exemples = {nom for nom in garde if nom.startswith("exemples/")}
    assert len(exemples) == len(EVENEMENTS)
    for classe in EVENEMENTS.values():
        octets = garde[f"{cliche.dossier_d_exemples(classe)}1.json"]
        assert octets == octets_exemple(classe)
        assert classe.model_validate_json(octets).cle
    assert cliche.verifier(garde, EVENEMENTS.values()) == ()


def refuser_un(quantite: int) -> int:
    if quantite == 1:
        raise ValueError("un ne suffit plus")
    return quantite


@pytest.mark.parametrize(
    ("regle", "attendu"),
    [(refuser_un, "un ne suffit plus"), (lambda n: n + 1, "se lit autrement")],
)
def test_une_regle_que_le_schema_ne_dit_pas_est_rouge_par_les_octets(
    publie: Path, regle: Callable[[int], int], attendu: str
) -> None:
    decrit = Field(default=1, ge=1, description="Le nombre d'unités livrées.")
    change = avec(PosteLivre, quantite=(Annotated[int, AfterValidator(regle)], decrit))
    assert schema(change)["properties"] == schema(PosteLivre)["properties"]
    with pytest.raises(SchemaRompu, match=attendu):
        cliche.verifier(cliche.lire(publie), [DemandeCreee, change])


def test_un_exemple_change_s_ajoute_a_celui_d_hier(publie: Path) -> None:
    """Ce qui dort dans les sujets depuis la première publication se lira toujours."""

    def aujourd_hui(classe: type[Evenement]) -> bytes:
        octets = octets_exemple(classe)
        if classe is PosteLivre:
            return json.dumps({**json.loads(octets), "quantite": 3}).encode()
        return octets

    hier = cliche.lire(publie)
    for _ in range(2):
        cliche.publier(publie, [DemandeCreee, PosteLivre], aujourd_hui)
    neufs = cliche.lire(publie)
    assert {nom: neufs[nom] for nom in hier} == hier
    dossier = cliche.dossier_d_exemples(PosteLivre)
    assert neufs[f"{dossier}2.json"] == aujourd_hui(PosteLivre)
    assert f"{dossier}3.json" not in neufs, "republier les mêmes octets n'ajoute rien"


def test_elargir_est_permis_et_dit_qui_doit_connaitre_la_valeur_d_abord(
    publie: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert principal(["--publier"], publie, [ELARGI, PosteLivre]) == 0
    dit = capsys.readouterr().out
    assert "à déployer d'abord chez qui l'écoute (demandes, facturation, sla)" in dit
    assert "sorte : la valeur « jeton » est nouvelle" in dit
    assert cliche.verifier(cliche.lire(publie), [ELARGI, PosteLivre]) == ()
    with pytest.raises(SchemaRompu, match="« jeton » a disparu"):
        cliche.verifier(cliche.lire(publie), [DemandeCreee, PosteLivre])


def test_un_evenement_neuf_s_ajoute(publie: Path) -> None:
    classes: cliche.Classes = [DemandeCreee, PosteLivre, ActifPerdu]
    assert cliche.verifier(cliche.lire(publie), classes) == (), "pas encore publié : libre"
    cliche.publier(publie, classes)
    assert f"schemas/{fichier(ActifPerdu)}" in cliche.lire(publie)


def test_la_commande_refuse_de_retrecir_et_n_ecrit_rien(
    publie: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ni le schéma rétréci, ni l'événement neuf qui l'accompagne."""
    avant = contenu(publie)
    assert principal(["--publier"], publie, [RETRECI, PosteLivre, ActifPerdu]) == 1
    assert "VERSION = 2" in capsys.readouterr().err
    assert contenu(publie) == avant


def test_la_commande_n_ecrit_rien_s_il_manque_un_exemple(publie: Path) -> None:
    neuf = avec(ActifPerdu)
    neuf.TYPE = "actif.volatilisé"
    avant = contenu(publie)
    with pytest.raises(ExempleAbsent):
        cliche.publier(publie, [DemandeCreee, PosteLivre, neuf])
    assert contenu(publie) == avant


@pytest.mark.parametrize("geste", ["modifier", "retirer", "ajouter", "tout retirer"])
def test_un_cliche_modifie_a_la_main_est_rouge(publie: Path, geste: str) -> None:
    schema_publie = publie / "schemas" / fichier(DemandeCreee)
    match geste:
        case "modifier":
            schema_publie.write_text(texte(schema(RETRECI)), encoding="utf-8")
        case "retirer":
            schema_publie.unlink()
        case "ajouter":
            (publie / "schemas" / "de-trop.json").write_text("{}", encoding="utf-8")
        case _:
            for fichier_publie in publie.rglob("*.json"):
                fichier_publie.unlink()
    with pytest.raises(cliche.ClicheAltere):
        cliche.lire(publie)
    assert principal(["--publier"], publie, [RETRECI, PosteLivre]) == 1


def test_sans_cliche_la_verification_passe_et_le_dit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert principal(["--verifier"], tmp_path / "absent", [RETRECI]) == 0
    assert "rien n'est encore publié" in capsys.readouterr().out


def test_le_premier_cliche_est_pris_et_garde() -> None:
    """Ce qui est paru se compare à ce qu'il était : sans cliché, rien ne le serait."""
    pris = cliche.lire()
    assert pris
    assert cliche.verifier(pris, PARUS) == ()
    parus = {f"schemas/{fichier(classe)}" for classe in PARUS}
    assert parus == {nom for nom in pris if nom.startswith("schemas/")}
    assert len(parus) >= 40

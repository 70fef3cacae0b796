"""SLA-1 à SLA-10 : le service et un juge naïf, heure par heure, mesurent les mêmes vies.

`make oracle` en joue cent mille; ici, deux mille.
"""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from catalogue.fiches.entrees.chargement import lire_fiches
from contrats.catalogue import Indicateur
from tests.oracle.mesures import epreuve_pannes, pannes
from tests.oracle.mesures.epreuve import eprouver
from tests.oracle.mesures.monde import PROMIS
from tests.oracle.mesures.mutants import JOUER, MUTANTS
from tests.oracle.mutants import RACINE, Mutant, ecrire, survit

PAR_LOT = 500
MOIS_PAR_LOT = 80


@pytest.mark.parametrize("lot", range(4))
def test_sla_3_chaque_vie_se_mesure_comme_la_mesure_le_juge_naif(lot: int) -> None:
    """Faits répétés, mêlés, rectifiés (SLA-2); fiches, statu quo, calendriers changés (SLA-10)."""
    vus: Counter[str] = Counter()
    for graine in range(lot * PAR_LOT, (lot + 1) * PAR_LOT):
        vus.update(vars(eprouver(graine)))
    assert vus["finies"] > 300
    assert vus["manquees"] > 40
    assert vus["exclues"] > 30, "conditions a, b, c, e"
    assert vus["signalees"] > 5
    assert vus["convenues"] > 20
    assert vus["civiles"] > 50
    assert vus["suspendues"] > 200
    assert vus["rouvertes"] > 40
    assert vus["rectifiees"] > 400
    assert vus["sous_une_suite"] > 100, "une version de fiche qui n'est pas la première"
    assert vus["decrets"] > 200
    assert vus["prononcees"] > 40, "exclues par une personne, et par elle seule"
    assert vus["annulees"] > 120
    assert vus["rendues"] > 3, "une condition contestée"
    assert vus["recomptees"] > 10, "une suspension contestée"


@pytest.mark.parametrize("lot", range(4))
def test_sla_5_chaque_mois_de_service_se_compte_comme_le_compte_le_ruban(lot: int) -> None:
    """Pannes qui se chevauchent, corrigées, annulées; services, fiches et clients qui changent."""
    vus: Counter[str] = Counter()
    for graine in range(lot * PAR_LOT, lot * PAR_LOT + MOIS_PAR_LOT):
        vus.update(vars(epreuve_pannes.eprouver(graine)))
    assert vus["lignes"] > 600
    assert vus["interrompues"] > 150
    assert vus["ajustees"] > 40, "la plage d coupe la panne"
    assert vus["a_la_seconde"] > 20
    assert vus["annulees"] > 30
    assert vus["corrigees"] > 90
    assert vus["nes_ou_retires"] > 80
    assert vus["absents"] > 30
    assert vus["sans_service"] > 80


def test_cat_9_les_fiches_livrees_promettent_ce_que_joue_l_oracle() -> None:
    """Les mêmes délais, cibles, bornes et conditions, aux libellés près (domaine, § 5)."""
    livrees = {
        i.code: _dit(asdict(i))
        for fiche in lire_fiches()
        for i in fiche.publication.contenu.indicateurs
    }
    for promis in (i for siens in (*PROMIS.values(), *pannes.PROMIS.values()) for i in siens):
        assert livrees[promis["code"]] == _dit(promis)


def _dit(indicateur: dict[str, Any]) -> dict[str, Any]:
    dit = Indicateur.model_validate(indicateur).model_dump(mode="json")
    for condition in dit["conditions"]:
        condition.pop("libelle")
    dit.pop("libelle")
    return dit


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.faute)
def test_un_mutant_fausse_un_passage_du_produit(mutant: Mutant, tmp_path: Path) -> None:
    """`make oracle` les joue tous; ici, chacun trouve ce qu'il fausse."""
    ecrire(mutant, tmp_path)


def test_la_fiabilite_dit_chaque_regle_faussee() -> None:
    dite = (RACINE / "docs/FIABILITE.md").read_text("utf-8")
    assert [m.faute for m in MUTANTS if f"{m.regle} : {m.faute}" not in dite] == []
    assert f"{len(MUTANTS)} règles de la mesure" in dite


def test_l_oracle_voit_un_mutant_et_laisse_le_service() -> None:
    (un,) = (m for m in MUTANTS if m.faute == "J0 compte")
    assert not survit(un, JOUER)
    assert survit(None, JOUER.replace("2000", "20"))

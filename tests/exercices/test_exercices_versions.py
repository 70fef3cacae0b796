"""Ce qui juge une mise à niveau sait dire non, et ne passe rien en silence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from outils.moteurs.postgres import ServeurPostgres
from socle.bus.enveloppe import Message
from socle.bus.kafka import ReglagesBus
from tests.exercices.arbre import Arbre
from tests.exercices.defauts import ExerciceManque
from tests.exercices.flotte import Flotte, Replique
from tests.exercices.mandataire import Mandataire
from tests.exercices.mise_a_niveau import exiger_sans_trou, version_d_avant

Repondre = Callable[[httpx.Request], httpx.Response]


def _message(rang: int) -> Message:
    en_tetes = {"ce_sequence": str(rang)}
    return Message("sbg.x.v1", 0, rang, "cle", en_tetes, b"{}")


@pytest.mark.parametrize("rangs", [(1, 3), (1, 2, 2), (2, 3), (2, 1)])
def test_un_rang_saute_redit_ou_renverse_fait_echouer(rangs: tuple[int, ...]) -> None:
    exiger_sans_trou([_message(rang) for rang in (1, 2, 3)])
    with pytest.raises(ExerciceManque, match="trouées"):
        exiger_sans_trou([_message(rang) for rang in rangs])


def test_sans_le_commit_voulu_la_mise_a_niveau_echoue_et_dit_quoi_faire(tmp_path: Path) -> None:
    with pytest.raises(ExerciceManque, match="--unshallow"):
        version_d_avant(tmp_path, "0" * 40)


def test_n_moins_1_vient_de_l_histoire_ou_dit_qu_elle_manque(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    avant = version_d_avant(tmp_path, None)
    assert bool(avant.sources) is ("--unshallow" not in capsys.readouterr().out)


def _mandataire(repondre: Repondre, dossier: Path, processus: Any = None) -> Mandataire:  # noqa: ANN401 -- nul processus
    client = httpx.AsyncClient(trust_env=False, transport=httpx.MockTransport(repondre))
    flotte = Flotte(dossier, ReglagesBus(adresses="b:1"), ServeurPostgres(), client)
    replique = Replique("demandes", Arbre.n(), processus, {"PORT": 1}, en_rotation=True)
    flotte.repliques.append(replique)
    return Mandataire(flotte, "demandes")


async def test_le_mandataire_compte_ce_qui_est_refuse_et_ce_qui_est_rompu(tmp_path: Path) -> None:
    def rompre(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("rompue")

    for repondre in (lambda _: httpx.Response(503), rompre):
        mandataire = _mandataire(repondre, tmp_path)
        assert await mandataire.envoyer("GET", "/v1/demandes", 200) is None
        assert len(mandataire.refusees) == 1
        assert mandataire.flotte.repliques[0].en_cours == 0
    mandataire = _mandataire(lambda _: httpx.Response(200), tmp_path)
    assert await mandataire.envoyer("GET", "/v1/demandes", 200) is not None
    assert mandataire.refusees == []


async def test_une_flotte_sans_replique_qui_sert_se_compte_refusee(tmp_path: Path) -> None:
    mandataire = _mandataire(lambda _: httpx.Response(200), tmp_path)
    mandataire.flotte.repliques[0].en_rotation = False
    assert await mandataire.envoyer("GET", "/v1/demandes", 200) is None
    assert mandataire.refusees == ["GET /v1/demandes : aucune réplique ne sert"]

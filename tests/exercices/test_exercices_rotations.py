"""Ce que la page des rotations fait taper se joue; l'ordre qu'elle donne est le seul qui tienne."""

from uuid import uuid4

import pytest

from demandes.webhooks.adaptateurs.coffre import Coffre, SecretIllisible
from tests.exercices.flotte import cle
from tests.exercices.rotations import ORDRE, PAGE


def test_chaque_ordre_sql_de_la_page_est_joue() -> None:
    texte = PAGE.read_text("utf-8")
    joues = [ordre for ordre, _, _ in ORDRE.findall(texte)]
    ecrits = [ligne.strip() for ligne in texte.splitlines() if " ROLE " in ligne]
    assert joues == ecrits
    assert len(joues) == 5


def test_la_cle_neuve_du_coffre_se_lit_avant_de_chiffrer() -> None:
    """DEM-10. Mise en tête aussitôt, les répliques d'avant ne l'ouvrent pas."""
    un, deux, abonne = cle("un:"), cle("deux:"), uuid4()
    avant, queue, tete = map(Coffre.ouvert_par, ([un], [un, deux], [deux, un]))
    assert avant.ouvrir(abonne, queue.chiffrer(abonne, "whsec_x")) == "whsec_x"
    assert queue.ouvrir(abonne, tete.chiffrer(abonne, "whsec_x")) == "whsec_x"
    with pytest.raises(SecretIllisible):
        avant.ouvrir(abonne, tete.chiffrer(abonne, "whsec_x"))

"""Une commande de nos pages qu'aucun exercice ne joue fait échouer les exercices."""

import sys

from tests.exercices.pages import Jouees, ecrites


def test_une_commande_jouee_vaut_quels_que_soient_chemin_et_instant() -> None:
    jouees = Jouees()
    manquaient = jouees.manquantes()
    assert manquaient == list(ecrites())
    instant = "2027-01-02T03:04:05+00:00"
    jouees.noter([sys.executable, "-m", "facturation", "realigner", "--depuis", instant, "--oui"])
    jouees.noter(["/opt/bin/sbg", "sujet", "--service", "demandes", "exporter", "/x"])
    restent = jouees.manquantes()
    assert len(restent) == len(manquaient) - 3  # « realigner » s'y tape deux fois
    assert not any("facturation realigner" in ligne or "sbg sujet" in ligne for ligne in restent)


def test_une_autre_option_n_est_pas_la_commande_ecrite() -> None:
    jouees = Jouees()
    jouees.noter([sys.executable, "-m", "facturation", "reconstruire"])
    assert "python -m facturation reconstruire --oui" in jouees.manquantes()

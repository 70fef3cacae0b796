"""Le modèle de capacité : compté à la main, et dit de même par sa page."""

from pathlib import Path

import pytest

from bench.capacite.__main__ import tableau
from bench.capacite.modele import Besoin, Couts, Taille
from bench.scene import RACINE
from socle.bus.kafka import ReglagesBus

TAILLE = Taille(
    organismes=10,
    actifs=1_000,
    demandes_par_mois=7_200,
    jours_ouvrables_par_mois=20,
    heures_par_jour=10,
    pointe=10,
    gestes_par_demande=4,
    lectures_par_geste=5,
)
COUTS = Couts(
    api_par_demande=2.0,
    consommateurs_par_demande=1.2,
    relais_par_demande=0.5,
    base_par_demande=1.0,
    roles_au_repos=0.3,
    base_au_repos=0.1,
    lignes_par_seconde=100.0,
    transactions_par_demande=50.0,
    octets_par_demande={"demandes": 1_000.0, "facturation": 500.0},
    octets_du_bus_par_demande=2_000.0,
    octets_par_ligne=100.0,
    audits_par_demande=10.0,
    memoire_par_role=80.0,
)


def test_compte_a_la_main() -> None:
    """7 200 demandes en 200 heures, dix fois la moyenne : une toutes les dix secondes."""
    besoin = Besoin(taille=TAILLE, couts=COUTS)
    assert besoin.taille.demandes_par_seconde == pytest.approx(0.1)
    assert besoin.taille.gestes_par_seconde == pytest.approx(0.4)
    assert besoin.taille.lectures_par_seconde == pytest.approx(2.0)
    assert besoin.coeurs == pytest.approx(
        {"API": 0.3, "consommateurs": 0.22, "relais": 0.15, "PostgreSQL": 0.2}
    )
    assert besoin.transactions_par_seconde == pytest.approx(5.0)
    assert (besoin.processus_api, besoin.partitions) == (2, 1)
    assert besoin.emission_secondes == pytest.approx(10.0)
    assert besoin.octets_par_an == pytest.approx(
        {"demandes": 86_400_000, "facturation": 43_200_000 + 1_200_000, "bus": 172_800_000}
    )
    assert besoin.audits_par_an == pytest.approx(864_000)


def test_cent_fois_plus_demande_cent_fois_plus_hors_du_repos() -> None:
    cent = Besoin(taille=TAILLE.fois(100), couts=COUTS)
    assert cent.coeurs["API"] == pytest.approx(20.0 + 0.1)
    assert cent.processus_api == 34
    assert cent.partitions == 21
    assert cent.taille.actifs == 100_000


def test_les_partitions_declarees_suffisent_a_dix_fois_le_mcn() -> None:
    """Leur nombre ne change plus une fois en production : les clés changeraient de partition."""
    besoin = Besoin(taille=Taille.lire().fois(10), couts=Couts.lire())
    assert besoin.partitions <= ReglagesBus.model_fields["partitions"].default


def test_la_page_dit_ce_que_compte_le_modele() -> None:
    page = (RACINE / "docs" / "CAPACITE.md").read_text("utf-8")
    assert tableau([1, 10, 100], Taille.lire(), Couts.lire()) in page


def test_une_taille_mal_dite_se_refuse(tmp_path: Path) -> None:
    fichier = tmp_path / "taille.toml"
    fichier.write_text("organismes = 3\nactif = 5\n", "utf-8")
    with pytest.raises(TypeError):
        Taille.lire(fichier)

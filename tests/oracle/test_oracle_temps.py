"""DEM-12, DEM-13, SLA-3, FAC-1 : trois services et un pli naïf lisent la même histoire.

`make oracle` en joue cent mille; ici, quelques milliers, dont mille dans tous les ordres d'arrivée.
"""

from random import Random

import pytest

from demandes.demande.domaine.demande import Demande, Etat, Geste
from demandes.demande.domaine.gestes import PLI
from noyau import Histoire
from noyau import pli as pli_du_noyau
from tests.oracle import aval, epreuve
from tests.oracle.epreuve import Desaccord
from tests.oracle.tirage import tirer

GRAINE = 20_261_126


def tous_les_ordres(graines: range) -> int:
    """Chaque histoire, dans tous ses ordres d'arrivée; rend combien d'ordres distincts de plus.

    Lève `Desaccord`.
    """
    longues = 0
    for graine in graines:
        tirage = tirer(graine, longueur=5)
        fins = epreuve.explorer(tirage)
        if len(fins) != 1:
            raise Desaccord(f"Graine {graine} : {len(fins)} fins selon l'ordre d'arrivée.")
        epreuve.confronter(tirage, fins[0])
        longues += len(tirage.histoire.dits) > 5
    return longues


def un_ordre(graines: range) -> int:
    """Chaque histoire dans un ordre tiré au sort, doubles compris, lue par les trois services."""
    rectifiees = 0
    for graine in graines:
        tirage, hasard = tirer(graine, longueur=7), Random(graine)
        monde = epreuve.jouer(tirage, hasard)
        epreuve.confronter(tirage, monde)
        aval.confronter_tout(tirage, monde, hasard)
        rectifiees += bool(tirage.rectifications)
    return rectifiees


def contredites(graines: range) -> int:
    """Des histoires où l'on glisse des actes de trop; rend le nombre de refus."""
    refus = 0
    for graine in graines:
        hasard = Random(graine)
        tirage, monde, refuses = epreuve.contredire(tirer(graine, longueur=5), hasard)
        epreuve.confronter_inscrits(tirage, monde)
        aval.confronter_tout(tirage, monde, hasard)
        refus += refuses
    return refus


def avant_l_approbation(graines: range) -> int:
    return sum(epreuve.annoncer_avant_l_approbation(tirer(graine)) for graine in graines)


@pytest.mark.parametrize("part", range(4))
def test_dem_12_tout_ordre_mene_a_la_meme_fin(part: int) -> None:
    debut = GRAINE + 250 * part
    assert tous_les_ordres(range(debut, debut + 250)) > 80, "trop peu d'histoires longues"


def test_sla_3_fac_1_les_trois_services_et_le_pli_naif_s_accordent() -> None:
    assert un_ordre(range(GRAINE, GRAINE + 1_000)) > 200, "trop peu de rectifications (DEM-13)"


def test_dem_12_de_deux_actes_qui_se_contredisent_le_premier_inscrit_tient() -> None:
    assert contredites(range(GRAINE, GRAINE + 1_000)) > 800, "trop peu de refus"


def test_dem_12_rien_n_attend_une_approbation() -> None:
    assert avant_l_approbation(range(GRAINE, GRAINE + 300)) > 400


# --- Mutants : chacun doit être attrapé -----------------------------------------------------------


def test_mutant_l_ordre_d_arrivee(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pli_du_noyau, "ordre", lambda _acte: 0)
    with pytest.raises((Desaccord, Exception)):
        un_ordre(range(GRAINE, GRAINE + 200))


def test_mutant_sans_la_regle_des_doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Histoire, "neufs", lambda _histoire, voulus, _attente=(): list(voulus))
    with pytest.raises(Desaccord):
        un_ordre(range(GRAINE, GRAINE + 200))


def test_mutant_l_approbation_tenue_pour_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    possibles = Demande.possibles

    def avec_l_approbation(demande: Demande) -> object:
        if demande.attend_approbation:
            yield demande.vers(Geste.APPROUVER)
        elif demande.etat is Etat.BROUILLON:
            yield demande.vers(Geste.SOUMETTRE)
        yield from possibles(demande)

    mute = pli_du_noyau.Pli(
        PLI.suivre,
        PLI.situation,
        avec_l_approbation,  # type: ignore[arg-type]
    )
    monkeypatch.setattr("demandes.demande.domaine.histoire.PLI", mute)
    with pytest.raises(Desaccord):
        avant_l_approbation(range(GRAINE, GRAINE + 100))


def test_mutant_un_acte_rectifie_qui_ne_se_publie_pas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demandes.demande.domaine.histoire._rectifies", lambda *_: ())
    with pytest.raises(Desaccord):
        un_ordre(range(GRAINE, GRAINE + 100))


def test_mutant_une_completion_derivee_qui_reste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demandes.demande.domaine.histoire._derives", lambda *_: ())
    with pytest.raises(Desaccord):
        un_ordre(range(GRAINE, GRAINE + 100))

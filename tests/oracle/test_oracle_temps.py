"""DEM-12, DEM-13, SLA-3, FAC-1 : trois services et un pli naïf lisent la même histoire.

`make oracle` en joue cent mille; ici, quelques milliers, dont mille dans tous les ordres d'arrivée.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from random import Random

import pytest

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.demande.domaine.demande import Demande, Geste
from demandes.demande.domaine.gestes import PLI, GestePose
from noyau import Histoire, Pli, Rupture
from tests.oracle import aval, epreuve
from tests.oracle.epreuve import Desaccord
from tests.oracle.monde import Monde
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


def un_ordre(graines: range, batir: epreuve.Batir = Monde) -> int:
    """Chaque histoire dans un ordre tiré au sort, doubles compris, lue par les trois services."""
    rectifiees = 0
    for graine in graines:
        tirage, hasard = tirer(graine, longueur=7), Random(graine)
        monde = epreuve.jouer(tirage, hasard, batir)
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


def avant_l_approbation(graines: range, batir: epreuve.Batir = Monde) -> int:
    return sum(epreuve.annoncer_avant_l_approbation(tirer(graine), batir) for graine in graines)


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


class ParArrivee(Histoire[Demande, GestePose]):
    """Juge les actes dans l'ordre où ils arrivent."""

    @property
    def valant(self) -> tuple[GestePose, ...]:
        justes = {r.acte_id: r.survenu_le for r in self.rectifications}
        return tuple(p for p in self.actes if justes.get(p.acte_id, p.survenu_le) is not None)

    def inserer(
        self, neufs: Sequence[GestePose], _attente: Collection[GestePose] = ()
    ) -> list[GestePose]:
        try:
            self.pli.plier(self.depart, [*self.valant, *neufs])
        except Rupture as rupture:
            raise rupture.refus from rupture
        return []


class SansDoubles(Histoire[Demande, GestePose]):
    """Tient tout acte annoncé pour un fait neuf."""

    def neufs(
        self, voulus: Iterable[GestePose], _attente: Iterable[GestePose] = ()
    ) -> list[GestePose]:
        return list(voulus)


def avec_l_approbation(demande: Demande) -> Iterator[Demande]:
    """Tient soumission et approbation pour encore possibles."""
    for geste in {Geste.SOUMETTRE, Geste.APPROUVER} & demande.permis.keys():
        yield demande.vers(geste)
    yield from demande.possibles()


def rectifie(cause: str) -> Callable[[Evenement], bool]:
    return lambda e: isinstance(e, contrats.ActeRectifie) and e.cause == cause


MUTANTS: dict[str, Callable[..., Monde]] = {
    "l'ordre d'arrivée": partial(Monde, histoire=ParArrivee),
    "sans la règle des doubles": partial(Monde, histoire=SansDoubles),
    "une rectification qui ne se publie pas": partial(Monde, tait=rectifie("rectification")),
    "une complétion dérivée qui reste": partial(Monde, tait=rectifie("derive")),
}


@pytest.mark.parametrize("nom", MUTANTS)
def test_mutant(nom: str) -> None:
    with pytest.raises((Desaccord, Rupture)):
        un_ordre(range(GRAINE, GRAINE + 200), MUTANTS[nom])


def test_mutant_l_approbation_tenue_pour_possible() -> None:
    mutant = partial(Monde, pli=Pli(PLI.suivre, PLI.situation, avec_l_approbation))
    with pytest.raises(Desaccord):
        avant_l_approbation(range(GRAINE, GRAINE + 100), mutant)

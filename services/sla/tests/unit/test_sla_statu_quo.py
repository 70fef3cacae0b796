"""Ce qui vaut se lit par organisme et date : un statu quo change la version (CAT-6, SLA-10)."""

from datetime import date
from itertools import permutations
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.sla.tests.builders import (
    ESPACE,
    Recit,
    calendrier,
    fiche,
    indicateur,
    prise_en_charge,
    sept,
)
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits
from sla.fiches.domaine import Fiche, Fiches, FinDeStatuQuo, StatuQuo
from sla.histoires.domaine import Histoire
from sla.mesures.domaine.verdict import Mesure, rejouer

LACHE, SEVERE = (
    fiche(indicateur(delai=10)),
    fiche(indicateur(delai=2), prise_en_charge(), version=2, debut=date(2026, 9, 8)),
)


def accorde(
    organisme: str = "MTQ", version: int = 1, debut: date = date(2026, 9, 8), nom: str = "sq"
) -> StatuQuo:
    return StatuQuo(
        statu_quo_id=uuid5(ESPACE, nom),
        organisme=organisme,
        fiche="POSTES",
        version=version,
        debut=debut,
    )


def fini(le: date, organisme: str = "MTQ", sequence: int = 2, nom: str = "sq") -> FinDeStatuQuo:
    return FinDeStatuQuo(
        statu_quo_id=uuid5(ESPACE, nom),
        organisme=organisme,
        fiche="POSTES",
        fin=le,
        sequence=sequence,
    )


def juger(jour: int, *dits: StatuQuo | FinDeStatuQuo, organisme: str = "MTQ") -> list[Mesure]:
    """Une demande de ce jour de septembre, livrée quatre jours ouvrables plus tard."""
    recit = Recit().creee(sept(jour)).prise_en_charge(sept(jour)).livree(sept(jour + 6))
    histoire = Histoire.de(recit.sujet, organisme, recit.episodes)
    return rejouer(histoire, Fiches.de([LACHE, SEVERE], (), dits), calendrier())


def versions(mesures: list[Mesure]) -> list[tuple[str, int, str]]:
    return [(m.regime.indicateur.code, m.regime.version, m.verdict.value) for m in mesures]


def test_cat_6_l_organisme_garde_la_version_que_les_autres_quittent() -> None:
    commune = [("PEC-1", 2, "conforme"), ("PT-1", 2, "manquee")]
    assert versions(juger(9)) == commune
    assert versions(juger(9, accorde())) == [("PT-1", 1, "conforme")]
    assert versions(juger(9, accorde(), organisme="SQ")) == commune


def test_cat_6_avant_le_statu_quo_et_a_sa_fin_il_suit_les_autres() -> None:
    garde, fin = accorde(debut=date(2026, 9, 10)), fini(date(2026, 9, 15))
    assert [versions(juger(jour, garde, fin))[-1][1] for jour in (2, 9, 10, 14, 15, 16)] == [
        1, 2, 1, 1, 2, 2,
    ]  # fmt: skip


def test_cat_6_la_derniere_fin_dite_vaut_dans_tout_ordre() -> None:
    dits: list[StatuQuo | FinDeStatuQuo] = [accorde(), fini(date(2026, 9, 9))]
    dits.append(fini(date(2026, 9, 21), sequence=3))
    for ordre in permutations(dits):
        assert versions(juger(14, *ordre)) == [("PT-1", 1, "conforme")]


def test_cat_6_la_fin_d_un_autre_statu_quo_ne_finit_pas_celui_ci() -> None:
    ailleurs = fini(date(2026, 9, 9), organisme="SQ"), fini(date(2026, 9, 9), nom="autre")
    assert versions(juger(14, accorde(), *ailleurs)) == [("PT-1", 1, "conforme")]


def test_cat_6_une_version_inconnue_ne_se_garde_pas_encore() -> None:
    assert versions(juger(14, accorde(version=9))) == versions(juger(14))


def test_sla_10_un_j0_d_avant_le_statu_quo_garde_sa_version() -> None:
    """La version gardée commence pour lui une seconde fois : son premier début compte."""
    (mesure,) = juger(2, accorde(debut=date(2026, 9, 20)))
    assert (mesure.regime.version, mesure.regime.debut) == (1, LACHE.debut)


GARDES = st.builds(
    accorde,
    organisme=st.sampled_from(["SQ", "BANQ"]),
    version=st.integers(1, 3),
    debut=st.dates(date(2026, 8, 1), date(2026, 11, 1)),
    nom=st.sampled_from("abc"),
)
FINS = st.builds(
    fini,
    st.dates(date(2026, 8, 1), date(2026, 11, 1)),
    organisme=st.sampled_from(["SQ", "BANQ"]),
    sequence=st.integers(2, 5),
    nom=st.sampled_from("abc"),
)


@given(recits(), fiches_publiees(), st.lists(GARDES | FINS, max_size=5))
def test_cat_6_le_statu_quo_d_un_organisme_ne_change_rien_aux_autres(
    recit: Recit, publiees: tuple[Fiche, ...], dits: list[StatuQuo | FinDeStatuQuo]
) -> None:
    avec, sans = Fiches.de(publiees, (), dits), Fiches.de(publiees)
    assert avec.pour("MTQ").lignees == sans.lignees
    assert avec.pour(None).chronologies == sans.chronologies
    assert rejouer(recit.histoire, avec, calendrier()) == rejouer(
        recit.histoire, sans, calendrier()
    )


@given(recits(), fiches_publiees(), st.lists(GARDES, max_size=3), st.data())
def test_cat_6_tout_ordre_d_arrivee_donne_les_memes_mesures(
    recit: Recit,
    publiees: tuple[Fiche, ...],
    dits: list[StatuQuo],
    tire: st.DataObject,
) -> None:
    histoire = Histoire.de(recit.sujet, "SQ", recit.episodes, recit.rectifications)
    ordre = tire.draw(st.permutations(dits))
    un, autre = (Fiches.de(publiees, (), d) for d in (dits, ordre))
    assert rejouer(histoire, un, calendrier()) == rejouer(histoire, autre, calendrier())
    assert all(isinstance(m.id, UUID) for m in rejouer(histoire, un, calendrier()))


def test_cat_6_accorde_apres_le_changement_il_finit_quand_meme() -> None:
    """Les autres ont changé le 8; lui garde l'ancienne du 10 au 15, et rien de plus."""
    dits = accorde(debut=date(2026, 9, 10)), fini(date(2026, 9, 15))
    lues = Fiches.de([LACHE, SEVERE], (), dits).pour("MTQ")
    (pt_1,) = (x for x in lues.lignees["demande"] if x.couvrent and 1 in x.regimes)
    regimes = {jour: pt_1.regime(date(2026, 9, jour)) for jour in (7, 8, 9, 10, 14, 15, 30)}
    assert {jour: r and r.version for jour, r in regimes.items()} == {
        7: 1, 8: 2, 9: 2, 10: 1, 14: 1, 15: 2, 30: 2,
    }  # fmt: skip
    assert [i.delai for i in lues.attendus(date(2026, 9, 14), date(2026, 9, 15))] == [10]
    assert [i.delai for i in lues.attendus(date(2026, 9, 15), date(2026, 9, 16))] == [2, 2]


@given(
    fiches_publiees(),
    st.lists(GARDES | FINS, max_size=6),
    st.dates(date(2026, 7, 1), date(2026, 12, 1)),
)
def test_cat_6_ce_que_lit_un_organisme_un_jour_est_sa_derniere_garde_sinon_le_commun(
    publiees: tuple[Fiche, ...], dits: list[StatuQuo | FinDeStatuQuo], jour: date
) -> None:
    """Recalculé sans chronologie : les gardes de ce jour, puis ce que lisent tous."""
    finies = sorted((f for f in dits if isinstance(f, FinDeStatuQuo)), key=lambda f: f.sequence)
    fins = {(f.statu_quo_id, f.organisme): f.fin for f in finies}
    connues = {f.version: f.debut for f in publiees if f.code == "POSTES"}
    communes, siennes = Fiches.de(publiees), Fiches.de(publiees, (), dits).pour("SQ")
    gardees = [
        (max(g.debut, connues[g.version]), g.version)
        for g in dits
        if isinstance(g, StatuQuo)
        and g.organisme == "SQ"
        and g.version in connues
        and max(g.debut, connues[g.version]) <= jour < fins.get((g.statu_quo_id, "SQ"), date.max)
    ]
    attendue = {f.code: f.version for f in communes.en_vigueur(jour)}
    if gardees:
        attendue["POSTES"] = max(gardees)[1]
    assert {f.code: f.version for f in siennes.en_vigueur(jour)} == attendue

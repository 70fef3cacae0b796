"""CAT-2, CAT-9 : ce qui est lu avant une date ne bouge pas; publier puis retirer ne laisse rien."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalogue.fiches.domaine.contenu import ContenuFiche
from catalogue.fiches.domaine.fiche import Fiche
from noyau import Conflit
from services.catalogue.tests.builders import (
    ACTE,
    AUJOURDHUI,
    AVRIL,
    contenu,
    en_route,
    grille,
    indicateur,
    mensuel,
    publier,
    tarif,
)

FENETRE = [AVRIL + timedelta(days=n) for n in range(0, 400, 3)]
CODES = ("A", "B", "C")


def _grille(code: str, **_: Any) -> dict[str, Any]:
    return grille(code)


@st.composite
def contenus(draw: st.DrawFn) -> ContenuFiche:
    """Un contenu valide : des tarifs de toute forme, des indicateurs."""
    montants = st.sampled_from(["1.00", "2.50", None])
    dits: list[dict[str, Any]] = []
    for code in draw(st.lists(st.sampled_from(CODES), unique=True)):
        ecrire = draw(st.sampled_from([tarif, mensuel, _grille]))
        dits.append(ecrire(code, montant=draw(montants)))
    voulus = draw(st.lists(st.sampled_from(["I", "J"]), unique=True))
    delais = st.integers(1, 20)
    dites = tuple(indicateur(code, delai=draw(delais)) for code in voulus)
    for dit in dits:
        if dit["quantite"]["forme"] == "grille":
            dit["cumule_avec"] = [c for c in CODES if c != dit["code"]]
    return contenu(*dits, indicateurs=dites)


JOURS = st.integers(1, 200).map(lambda n: AUJOURDHUI + timedelta(days=n))
PUBLICATIONS = st.lists(st.tuples(JOURS, contenus()), max_size=6)


def lecture(fiche: Fiche, avant: date = date.max) -> list[ContenuFiche | None]:
    """Ce que vaut la fiche chaque jour de la fenêtre."""
    vaut = [fiche.parutions.effectives.en_vigueur(jour) for jour in FENETRE if jour < avant]
    return [v.valeur if v else None for v in vaut]


def franche(fiche: Fiche, debut: date, dit: ContenuFiche) -> ContenuFiche:
    """Ce contenu, qui dit en plus ce qui finit et ce qui cesse d'être mensuel à ce début."""
    avant = fiche.parutions.avant(debut)
    anciens = {t.code: t.quantite.forme for t in avant.valeur.tarifs} if avant else {}
    codes = avant.valeur.codes if avant else ()
    return replace(
        dit,
        finis=tuple(c for c in codes if c not in dit.codes),
        tarifs=tuple(
            replace(t, abonnements_ouverts="finissent")
            if anciens.get(t.code) == "mois" != t.quantite.forme
            else t
            for t in dit.tarifs
        ),
    )


def publiee(fiche: Fiche, debut: date, dit: ContenuFiche) -> Fiche:
    """La fiche, avec cette version si elle est permise."""
    try:
        dit = franche(fiche, debut, dit)
        return publier(fiche, debut, dit, fiche.parutions.fin(debut))[0]
    except Conflit:
        return fiche


def plusieurs(publications: list[tuple[date, ContenuFiche]]) -> Fiche:
    fiche = en_route(contenu(mensuel("A"), tarif("B"), indicateurs=(indicateur("I"),)))
    for debut, dit in publications:
        fiche = publiee(fiche, debut, dit)
    return fiche


@given(PUBLICATIONS, JOURS, contenus())
def test_cat_2_rien_de_lu_avant_la_date_d_une_version_ne_bouge(
    publications: list[tuple[date, ContenuFiche]], debut: date, dit: ContenuFiche
) -> None:
    avant = plusieurs(publications)
    apres = publiee(avant, debut, dit)
    assert lecture(apres, debut) == lecture(avant, debut)
    suivante = avant.parutions.fin(debut)
    if suivante:
        queue = len([j for j in FENETRE if j >= suivante])
        assert lecture(apres)[len(FENETRE) - queue :] == lecture(avant)[len(FENETRE) - queue :]


@given(PUBLICATIONS, JOURS, contenus())
def test_cat_2_publier_puis_retirer_laisse_la_lecture_identique(
    publications: list[tuple[date, ContenuFiche]], debut: date, dit: ContenuFiche
) -> None:
    avant = plusieurs(publications)
    touchee = avant.parutions.effectives.en_vigueur(debut)
    apres = publiee(avant, debut, dit)
    if apres == avant or (touchee and touchee.debut == debut):
        return  # refusée, inchangée, ou mise à la place d'une autre, que le retrait emporte
    retiree, fait = apres.retirer(apres.parutions.dernier, {}, ACTE)
    assert lecture(retiree) == lecture(avant)
    assert retiree.parutions.effectives == avant.parutions.effectives
    assert (fait.debut, fait.version) == (debut, avant.parutions.dernier + 1)
    assert retiree.parutions.dernier == fait.version


@given(PUBLICATIONS, st.integers(0, 8))
def test_cat_2_un_numero_ne_resert_jamais(
    publications: list[tuple[date, ContenuFiche]], rang: int
) -> None:
    fiche, donnes = plusieurs([]), {1}
    for n, (debut, dit) in enumerate(publications):
        apres = publiee(fiche, debut, dit)
        if apres != fiche:
            assert apres.parutions.dernier not in donnes
            donnes.add(apres.parutions.dernier)
        fiche = apres
        if n == rang:
            try:
                fiche, _ = fiche.retirer(fiche.parutions.dernier, {}, ACTE)
            except Conflit:
                continue


@given(PUBLICATIONS)
def test_cat_9_d_une_version_a_la_suivante_rien_ne_disparait_en_silence(
    publications: list[tuple[date, ContenuFiche]],
) -> None:
    versions = [v.valeur for v in plusieurs(publications).parutions.effectives.versions]
    for avant, apres in pairwise(versions):
        assert set(avant.codes) <= {*apres.codes, *apres.finis}
        assert not set(apres.finis) & set(apres.codes)


def test_les_proprietes_ne_sont_pas_vides() -> None:
    """Une publication tirée au sort est permise au moins une fois sur quatre."""
    vues: list[bool] = []

    @given(JOURS, contenus())
    def publier_une(debut: date, dit: ContenuFiche) -> None:
        fiche = plusieurs([])
        vues.append(publiee(fiche, debut, dit) != fiche)

    publier_une()
    assert sum(vues) > len(vues) // 4

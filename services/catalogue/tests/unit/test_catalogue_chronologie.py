"""CAT-2 : une valeur par jour, ni trou ni chevauchement, un passé immuable."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.fiches.domaine.chronologie import PublicationRefusee, publier
from noyau import Chronologie, Version

ORIGINE = date(2026, 9, 1)
HORIZON = 12
"""Le jour HORIZON tient lieu de « sans terme » : rien ne commence après."""


def jour(n: int) -> date:
    return ORIGINE + timedelta(days=n)


class Oracle:
    """Le plus naïf possible : quel numéro vaut chaque jour, et quels jours une version commence."""

    def __init__(self) -> None:
        self.jours: list[int | None] = [None] * (HORIZON + 1)
        self.debuts: set[int] = set()
        self.dernier = 0

    def motifs(self, debut: int, fin: int | None, aujourdhui: int) -> set[str]:
        """Toutes les raisons de refuser; aucune : la publication est bonne."""
        if fin is not None and fin <= debut:
            return {"inatteignable"}
        couverts = range(debut, HORIZON + 1 if fin is None else fin)
        motifs = set()
        if any(n in self.debuts for n in couverts if n != debut):
            motifs.add("chevauchement")
        if fin is not None and fin not in self.debuts:
            motifs.add("trou")
        if any(self.jours[n] is not None and n <= aujourdhui for n in couverts):
            motifs.add("passe")
        return motifs

    def appliquer(self, debut: int, fin: int | None) -> None:
        self.dernier += 1
        self.debuts.add(debut)
        for n in range(debut, HORIZON + 1 if fin is None else fin):
            self.jours[n] = self.dernier


PUBLICATIONS = st.lists(
    st.tuples(
        st.integers(0, HORIZON - 1),
        st.one_of(st.none(), st.integers(0, HORIZON - 1)),
        st.integers(-1, 4),
    ),
    max_size=12,
)


@given(PUBLICATIONS)
def test_cat_2_comme_l_oracle_jour_par_jour(
    publications: list[tuple[int, int | None, int]],
) -> None:
    chronologie: Chronologie[int] = Chronologie()
    oracle, aujourdhui = Oracle(), -1
    for debut, fin, avance in publications:
        aujourdhui = max(aujourdhui, avance)
        attendus = oracle.motifs(debut, fin, aujourdhui)
        numero = oracle.dernier + 1
        args = jour(debut), None if fin is None else jour(fin), numero
        if attendus:
            with pytest.raises(PublicationRefusee) as refus:
                publier(chronologie, *args, aujourdhui=jour(aujourdhui))
            assert refus.value.motif in attendus
        else:
            chronologie, publiee = publier(chronologie, *args, aujourdhui=jour(aujourdhui))
            oracle.appliquer(debut, fin)
            assert publiee == Version(numero, jour(debut), numero)
        valeurs = [chronologie.en_vigueur(jour(n)) for n in range(HORIZON + 1)]
        assert [v and v.valeur for v in valeurs] == oracle.jours
        for n in range(HORIZON + 1):
            suivante = chronologie.suivante(jour(n))
            apres = [jour(d) for d in oracle.debuts if d > n]
            assert (suivante and suivante.debut) == min(apres, default=None)


@given(PUBLICATIONS)
def test_cat_2_le_passe_ne_change_jamais(publications: list[tuple[int, int | None, int]]) -> None:
    """Ce qui valait un jour révolu vaut toujours, quoi que l'on publie ensuite."""
    chronologie: Chronologie[int] = Chronologie()
    aujourdhui = -1
    for rang, (debut, fin, avance) in enumerate(publications):
        aujourdhui = max(aujourdhui, avance)
        avant = [chronologie.en_vigueur(jour(n)) for n in range(aujourdhui + 1)]
        try:
            chronologie, _ = publier(
                chronologie,
                jour(debut),
                None if fin is None else jour(fin),
                rang,
                aujourdhui=jour(aujourdhui),
            )
        except PublicationRefusee:
            continue
        apres = [chronologie.en_vigueur(jour(n)) for n in range(aujourdhui + 1)]
        assert [(a, b) for a, b in zip(avant, apres, strict=True) if a and a != b] == []


BORNEES = st.lists(
    st.tuples(st.integers(0, HORIZON - 1), st.one_of(st.none(), st.integers(1, HORIZON))),
    max_size=8,
)


@given(BORNEES, st.randoms())
def test_cat_2_ce_qui_vaut_un_jour_ne_depend_pas_de_l_arrivee(
    bornees: list[tuple[int, int | None]], hasard: Random
) -> None:
    """Celles qui ont commencé et n'ont pas pris fin : la dernière, au plus haut numéro."""
    versions = [
        Version(rang, jour(debut), rang, None if fin is None else jour(fin))
        for rang, (debut, fin) in enumerate(bornees)
    ]
    hasard.shuffle(versions)
    chronologie = Chronologie.de(versions)
    for n in range(HORIZON + 1):
        valables = [
            (debut, rang)
            for rang, (debut, fin) in enumerate(bornees)
            if debut <= n and (fin is None or n < fin)
        ]
        trouvee = chronologie.en_vigueur(jour(n))
        assert (trouvee and trouvee.numero) == (max(valables)[1] if valables else None)


def avec(
    chronologie: Chronologie[str], debut: int, fin: int | None, valeur: str, le: int = 0
) -> Chronologie[str]:
    return publier(
        chronologie, jour(debut), None if fin is None else jour(fin), valeur, aujourdhui=jour(le)
    )[0]


def test_cat_2_une_version_abrege_la_precedente_et_une_future_se_remplace() -> None:
    datees = avec(avec(Chronologie(), -30, None, "a"), 5, None, "b")
    datees = avec(datees, 5, None, "b corrigée")
    assert [(v.numero, v.debut, v.valeur) for v in datees.versions] == [
        (1, jour(-30), "a"),
        (3, jour(5), "b corrigée"),
    ]
    assert datees.en_vigueur(jour(4)) == Version(1, jour(-30), "a")
    assert datees.en_vigueur(jour(-31)) is None


def test_cat_2_la_version_du_jour_meme_est_deja_du_passe() -> None:
    datees = avec(Chronologie(), -30, None, "a")
    with pytest.raises(PublicationRefusee) as refus:
        avec(datees, 0, None, "b", le=0)
    assert refus.value.motif == "passe"
    assert refus.value.regle == "CAT-2"
    assert avec(datees, 1, None, "b", le=0).en_vigueur(jour(1)) is not None


@pytest.mark.parametrize(
    ("debut", "fin", "motif", "date_dite"),
    [
        (5, 5, "inatteignable", "2026-09-06"),
        (5, 3, "inatteignable", "2026-09-04"),
        (3, None, "chevauchement", "2026-09-09"),
        (3, 9, "chevauchement", "2026-09-09"),
        (3, 7, "trou", "2026-09-08"),
        (9, 20, "trou", "2026-09-21"),
        (-10, 8, "passe", "2026-09-01"),
    ],
)
def test_cat_2_chaque_refus_dit_les_dates_en_cause(
    debut: int, fin: int | None, motif: str, date_dite: str
) -> None:
    datees = avec(avec(Chronologie(), -30, None, "a"), 8, None, "b")
    with pytest.raises(PublicationRefusee) as refus:
        avec(datees, debut, fin, "c")
    assert refus.value.motif == motif
    assert date_dite in refus.value.message
    assert refus.value.details["motif"] == motif
    assert datees.versions == avec(avec(Chronologie(), -30, None, "a"), 8, None, "b").versions


def test_cat_2_un_vide_se_comble_a_toute_date() -> None:
    """CAT-2 : la première valeur peut valoir dès une date passée."""
    datees = avec(avec(Chronologie(), -5, None, "b"), -30, -5, "a")
    assert [v.valeur for v in datees.versions] == ["a", "b"]
    with pytest.raises(PublicationRefusee, match="recouvrirait"):
        avec(datees, -60, None, "c")

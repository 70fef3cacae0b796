"""CI-12 : un prix prend effet au premier jour ouvrable d'un mois, jamais dans le passé."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendrier import Calendrier
from courtier.catalogue.domaine import Composition, GrillePrix, Modalites, dollars
from noyau import Conflit, debut_du_jour
from services.courtier.tests.builders import (
    COURRIEL,
    acte,
    calendrier,
    composante,
    grille,
    offre,
)

CALENDRIER = calendrier()

# Lus sur un calendrier mural avec les fériés de SLA-1; aucun calcul partagé avec le code.
# 2027 : le 2 janvier est un samedi, son congé avance au lundi 4. 2028 : les 1er et 2, aux 3 et 4.
PREMIERS_OUVRABLES = {
    2026: ["01-05", "02-02", "03-02", "04-01", "05-01", "06-01",
           "07-02", "08-03", "09-01", "10-01", "11-02", "12-01"],
    2027: ["01-05", "02-01", "03-01", "04-01", "05-03", "06-01",
           "07-02", "08-02", "09-01", "10-01", "11-01", "12-01"],
    2028: ["01-05", "02-01", "03-01", "04-03", "05-01", "06-01",
           "07-03", "08-01", "09-01", "10-02", "11-01", "12-01"],
}  # fmt: skip


def publier(le: date, aujourdhui: date, deja: GrillePrix | None = None) -> int:
    fait = (deja or grille(COURRIEL)).publier(
        Composition.simple(Decimal(10)),
        le,
        offre=offre(),
        calendrier=CALENDRIER,
        acte=acte(le=debut_du_jour(aujourdhui) + timedelta(hours=9)),
    )
    return fait.prix.version


@pytest.mark.parametrize(("annee", "attendus"), PREMIERS_OUVRABLES.items())
def test_ci_12_seul_le_premier_jour_ouvrable_de_chaque_mois_passe(
    annee: int, attendus: list[str]
) -> None:
    permis = {date.fromisoformat(f"{annee}-{jour}") for jour in attendus}
    jours = [date(annee, 1, 1) + timedelta(days=rang) for rang in range(365)]
    assert {jour for jour in jours if accepte(jour)} == permis


def accepte(jour: date) -> bool:
    try:
        publier(jour, date(2025, 12, 1))
    except Conflit:
        return False
    return True


def test_ci_12_le_refus_nomme_la_bonne_date() -> None:
    with pytest.raises(Conflit) as refus:
        publier(date(2026, 9, 8), date(2026, 9, 1))
    assert refus.value.regle == "CI-12"
    assert refus.value.details == {"premier_jour_ouvrable": "2026-09-01"}


def test_ci_12_jamais_dans_le_passe_mais_le_jour_meme_oui() -> None:
    premier = date(2026, 9, 1)
    assert publier(premier, premier) == 1
    with pytest.raises(Conflit, match="passé"):
        publier(premier, premier + timedelta(days=1))


def test_ci_12_le_jour_est_celui_de_quebec() -> None:
    # Le 2 septembre à 3 h UTC, il est encore le 1er septembre à 23 h à Québec.
    tard = acte(le=datetime(2026, 9, 2, 3, tzinfo=UTC))
    vide = grille(COURRIEL)
    fait = vide.publier(
        Composition.simple(Decimal(10)),
        date(2026, 9, 1),
        offre=offre(),
        calendrier=CALENDRIER,
        acte=tard,
    )
    assert fait.prix.en_vigueur_le == date(2026, 9, 1)


def test_sla_1_le_premier_jour_ouvrable_suit_la_version_qui_decide_de_ce_jour() -> None:
    """Le 1er septembre 2027 devient férié par une version de 2027; celui de 2026 ne l'est pas."""
    decret = CALENDRIER.versions[0].avec(
        version="2027-1",
        en_vigueur_depuis=date(2027, 1, 1),
        ajouts=[(date(2026, 12, 1), "Trop tard"), (date(2027, 9, 1), "Fête")],
    )
    compose = Calendrier.depuis(*CALENDRIER.versions, decret)
    for attendu in (date(2026, 12, 1), date(2027, 9, 2)):
        fait = grille(COURRIEL).publier(
            Composition.simple(Decimal(10)), attendu, offre=offre(), calendrier=compose, acte=acte()
        )
        assert fait.prix.en_vigueur_le == attendu


def test_ci_12_un_prix_a_venir_se_remplace_un_prix_en_vigueur_non() -> None:
    octobre = date(2026, 10, 1)
    deja = grille(COURRIEL, ("9", octobre))
    assert publier(octobre, date(2026, 9, 30), deja) == 2
    with pytest.raises(Conflit, match="ne change plus"):
        publier(octobre, octobre, deja)


def test_ci_11_le_prix_d_une_offre_non_publiee_est_refuse() -> None:
    with pytest.raises(Conflit) as refus:
        grille(COURRIEL).publier(
            Composition.simple(Decimal(10)),
            date(2026, 10, 1),
            offre=offre(publiee=False),
            calendrier=CALENDRIER,
            acte=acte(),
        )
    assert refus.value.regle == "CI-11"


@pytest.mark.parametrize("jour", [date(2014, 12, 1), date(2041, 1, 2), date(9999, 12, 31)])
def test_ci_12_hors_du_calendrier_c_est_un_refus(jour: date) -> None:
    with pytest.raises(Conflit):
        publier(jour, date(2026, 9, 1))


DATES = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(st.lists(DATES, max_size=12), DATES)
def test_ci_12_le_prix_en_vigueur_est_celui_qu_une_relecture_naive_trouve(
    effets: list[date], le: date
) -> None:
    en_vigueur = grille(COURRIEL, *((f"{rang}", jour) for rang, jour in enumerate(effets)))
    attendu, debut = None, date.min
    for rang, jour in enumerate(effets):  # le plus tardif gagne; à date égale, le dernier publié
        if debut <= jour <= le:
            attendu, debut = Decimal(rang), jour
    trouve = en_vigueur.en_vigueur(le)
    assert (trouve.composition.par_code["base"].prix if trouve else None) == attendu


@given(st.decimals(0, Decimal("99999999.999999"), places=6))
def test_la_forme_d_un_prix_ne_change_pas_sa_valeur(valeur: Decimal) -> None:
    canonique = dollars(valeur)
    entiers, _, decimales = f"{canonique:f}".partition(".")
    assert canonique == valeur
    assert entiers.isdigit()
    assert len(decimales) == 2 or (2 < len(decimales) <= 6 and not decimales.endswith("0"))


@pytest.mark.parametrize("codes", [(), ("entree",), ("base", "entree", "entree"), ("base", "base")])
def test_ci_14_un_prix_porte_sa_base_et_chaque_code_une_fois(codes: tuple[str, ...]) -> None:
    with pytest.raises(Conflit) as refus:
        Composition(tuple(map(composante, codes)), Modalites())
    assert refus.value.regle == "CI-14"

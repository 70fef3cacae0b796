"""Un usage : son identité, son jour, ses bornes et ses corrections (CAT-9, DEM-12, DEM-13)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demandes.usages.adaptateurs.reference import lire_bornes
from demandes.usages.domaine import (
    Borne,
    Bornes,
    BornesDatees,
    Correction,
    Usage,
    UsageVoulu,
    exiger_mcn,
)
from noyau import Acte, ActeNul, Acteur, Conflit, DitAutrement, Interdit

BORNES = Bornes.de(
    {
        date(2026, 4, 1): BornesDatees(
            toute=Borne(maximum=Decimal(100)),
            par_usage={"stockage": Borne(maximum=Decimal(1000), unite="gigaoctet")},
        ),
        date(2026, 10, 1): BornesDatees(toute=Borne(maximum=Decimal(50))),
    }
)
MIDI = datetime(2026, 10, 15, 16, tzinfo=UTC)
VOULU = UsageVoulu(
    organisme="MTQ",
    usage="stockage",
    unite="gigaoctet",
    quantite=Decimal("12.5"),
    fait_le=date(2026, 9, 15),
    reference="R-1",
)


def acte() -> Acte:
    return Acte(Acteur("compteur", roles=frozenset({"integration"})), MIDI)


def constate(voulu: UsageVoulu = VOULU) -> Usage:
    return voulu.constater(BORNES, acte())[0]


@pytest.mark.parametrize(
    "autre",
    [
        {"organisme": "SQ"},
        {"usage": "transfert"},
        {"fait_le": date(2026, 8, 31)},
        {"reference": "R-2"},
    ],
)
def test_dem_12_l_identite_est_l_organisme_le_service_le_mois_et_la_reference(
    autre: dict[str, Any],
) -> None:
    assert replace(VOULU, **autre).id != VOULU.id
    meme = replace(VOULU, quantite=Decimal(3), fait_le=date(2026, 9, 30), reference="r-1")
    assert meme.id == VOULU.id


def test_dem_12_deux_champs_ne_se_confondent_pas() -> None:
    un = replace(VOULU, usage="stockage", reference="2026-09")
    autre = replace(VOULU, usage="stockage_2026", reference="09")
    assert un.id != autre.id


@pytest.mark.parametrize(
    ("fait_le", "instant"),
    [
        # Un jour passé : sa dernière seconde à Québec
        (date(2026, 9, 15), "2026-09-16T03:59:59+00:00"),
        # Aujourd'hui : maintenant
        (date(2026, 10, 15), "2026-10-15T16:00:00+00:00"),
    ],
)
def test_dem_12_un_usage_survient_a_la_fin_de_son_jour_jamais_plus_tard(
    fait_le: date, instant: str
) -> None:
    usage = constate(replace(VOULU, fait_le=fait_le))
    assert (usage.fait_le, usage.survenu_le.isoformat()) == (fait_le, instant)


def test_dem_12_un_usage_ne_se_constate_pas_d_avance() -> None:
    for jour in (date(2026, 10, 16), date(2027, 1, 1)):
        with pytest.raises(Conflit) as refus:
            constate(replace(VOULU, fait_le=jour))
        assert refus.value.regle == "DEM-12"


@pytest.mark.parametrize(
    ("usage", "quantite", "fait_le", "permis"),
    [
        ("stockage", "1000", date(2026, 9, 30), True),
        ("stockage", "1000.000001", date(2026, 9, 30), False),
        ("transfert", "100", date(2026, 9, 30), True),
        ("transfert", "100.5", date(2026, 9, 30), False),
        # La borne est celle du jour de l'usage, pas du jour où on le dit
        ("stockage", "51", date(2026, 10, 1), False),
        ("stockage", "50", date(2026, 10, 1), True),
        ("stockage", "1", date(2026, 3, 31), False),
    ],
)
def test_cat_9_la_borne_d_un_constat_est_celle_de_son_jour(
    usage: str, quantite: str, fait_le: date, permis: bool
) -> None:
    voulu = replace(VOULU, usage=usage, quantite=Decimal(quantite), fait_le=fait_le)
    if permis:
        assert constate(voulu).quantite == Decimal(quantite)
        return
    with pytest.raises(Conflit) as refus:
        constate(voulu)
    assert refus.value.regle == "CAT-9"


def test_cat_9_les_bornes_livrees_se_lisent() -> None:
    bornes = lire_bornes()
    bornes.exiger("stockage", Decimal(1_000_000), "gigaoctet", date(2026, 9, 1))
    with pytest.raises(Conflit, match="100000"):
        bornes.exiger("transfert", Decimal(100_001), "gigaoctet", date(2026, 9, 1))
    with pytest.raises(Conflit, match="gigaoctet"):
        bornes.exiger("stockage", Decimal(1), "teraoctet", date(2026, 9, 1))


def test_cat_9_qui_consomme_ne_mesure_pas() -> None:
    exiger_mcn(acte().acteur)
    with pytest.raises(Interdit):
        exiger_mcn(Acteur("a", organisme="MTQ", roles=frozenset({"integration"})))


@given(st.lists(st.one_of(st.none(), st.decimals("0.000001", "1000", places=6)), max_size=6))
def test_dem_13_le_dernier_constat_vaut_et_chacun_a_son_identite(
    quantites: list[Decimal | None],
) -> None:
    usage, premier = VOULU.constater(BORNES, acte())
    constats = [premier]
    for quantite in quantites:
        constat = Correction(quantite=quantite, motif="Relu.").constat(usage, BORNES, acte())
        if constat is None:
            assert quantite == usage.quantite
            continue
        usage = usage.apres(constat)
        constats.append(constat)
        assert usage.quantite == quantite
    assert [c.rang for c in constats] == list(range(1, usage.version + 1))
    assert len({c.acte_id for c in constats}) == len(constats)
    assert usage.acte_id == constats[-1].acte_id
    # Le même relevé, redit, ne change rien : il est le même usage, ou il est nul.
    if usage.quantite is None:
        with pytest.raises(ActeNul):
            VOULU.exiger_meme(premier, usage)
    else:
        VOULU.exiger_meme(premier, usage)
        with pytest.raises(DitAutrement):
            replace(VOULU, quantite=VOULU.quantite + 1).exiger_meme(premier, usage)


def test_dem_13_corriger_relit_la_borne_et_garde_le_mois() -> None:
    """Redaté dans un autre mois, il ne serait plus sous son identité : redit, il se doublerait."""
    usage = constate(replace(VOULU, quantite=Decimal(60)))
    for jour in (date(2026, 10, 1), date(2026, 8, 31)):
        with pytest.raises(Conflit) as refus:
            Correction(quantite=Decimal(6), fait_le=jour, motif="Mois.").constat(
                usage, BORNES, acte()
            )
        assert refus.value.regle == "DEM-12"
    with pytest.raises(Conflit) as refus:
        Correction(quantite=Decimal(1001), motif="Trop.").constat(usage, BORNES, acte())
    assert refus.value.regle == "CAT-9"
    redit = Correction(
        quantite=Decimal(60), fait_le=date(2026, 9, 2), imputation="2100", motif="Autre jour."
    ).constat(usage, BORNES, acte())
    assert redit is not None
    assert (redit.imputation, redit.unite) == ("2100", "gigaoctet")
    assert redit.survenu_le.isoformat() == "2026-09-03T03:59:59+00:00"

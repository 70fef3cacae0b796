"""Le code d'imputation change pour l'avenir, et pour lui seul (FAC-16)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facturation.creances.domaine.faits import Appris
from facturation.creances.domaine.imputations import (
    CITEES,
    Imputation,
    exiger_a_venir,
    exiger_connues,
    neuves,
)
from noyau import Conflit, Introuvable, Mois
from services.facturation.tests.builders import SEPTEMBRE, Faits, situation
from services.facturation.tests.histoires import des_actifs

_rangs = count(1)
DEMANDE = UUID(int=5)


def imputer(source: str, code: str, debut: date, minute: int = 0) -> Imputation:
    return Imputation(
        id=UUID(int=next(_rangs)),
        organisme="MTQ",
        source=source,
        code=code,
        debut=debut,
        dite_le=datetime(2026, 8, 1, 12, minute, tzinfo=UTC),
        dite_par="alice",
    )


def codes(faits: Sequence[Appris], *dites: Imputation, periode: Mois = SEPTEMBRE) -> list[str]:
    """Le code de chaque ligne, par premier jour."""
    par_source = {i.source: [j for j in dites if j.source == i.source] for i in dites}
    projet = replace(situation(faits), imputations=par_source).projeter(periode)
    lignes = sorted(projet.lignes, key=lambda ligne: ligne.identite.debut)
    return [ligne.repere.imputation or "" for ligne in lignes]


def test_fac_16_le_code_vaut_des_lignes_qui_finissent_a_son_jour_ou_apres() -> None:
    livre = Faits().livraison("p", date(2026, 7, 1), imputation="VIEUX")
    assert codes([livre], imputer("p", "NEUF", date(2026, 9, 30))) == ["VIEUX", "VIEUX", "NEUF"]
    assert codes([livre], imputer("p", "NEUF", date(2026, 10, 1))) == ["VIEUX"] * 3


def test_fac_16_le_dernier_dit_vaut_par_un_fait_ou_par_l_organisme() -> None:
    f = Faits()
    livre = f.livraison("p", date(2026, 9, 1), imputation="LIVRE")
    change = f.fait("actif.déplacé", "p", date(2026, 9, 20), imputation="DEPLACE")
    assert codes([livre, change], imputer("p", "DIT", date(2026, 9, 10))) == ["DEPLACE"]
    assert codes([livre, change], imputer("p", "DIT", date(2026, 9, 20))) == ["DIT"]


def test_fac_16_du_meme_jour_le_dernier_dit_l_emporte() -> None:
    livre = Faits().livraison("p", date(2026, 9, 1))
    dites = [imputer("p", code, date(2026, 9, 1), minute) for minute, code in enumerate("AB")]
    assert codes([livre], *dites) == codes([livre], *reversed(dites)) == ["B"]


def test_fac_16_une_demande_vaut_pour_tout_ce_qui_en_vient() -> None:
    f = Faits()
    siens = [f.livraison(nom, date(2026, 9, 1), demande_id=str(DEMANDE)) for nom in "ab"]
    ailleurs = f.livraison("c", date(2026, 9, 1))
    dite = imputer(str(DEMANDE), "D", date(2026, 9, 1))
    assert codes([*siens, ailleurs], dite) == ["D", "D", ""]
    precise = imputer("a", "A", date(2026, 9, 2))
    assert sorted(codes([*siens, ailleurs], dite, precise)) == ["", "A", "D"]


@given(faits=des_actifs(), jours=st.lists(st.dates(date(2026, 4, 1), date(2026, 12, 31))))
@settings(max_examples=60)
def test_fac_16_aucune_imputation_ne_change_une_somme(
    faits: list[Appris], jours: list[date]
) -> None:
    dites = {f"actif-{n}": [imputer(f"actif-{n}", "X", j) for j in jours] for n in range(4)}
    sans = situation(faits)
    un, autre = (s.projeter(Mois(2026, 12)) for s in (sans, replace(sans, imputations=dites)))
    assert [(x.identite, x.montant) for x in un.lignes] == [
        (x.identite, x.montant) for x in autre.lignes
    ]
    assert un.totaux == autre.totaux


def test_fac_16_un_code_date_d_avant_la_periode_ouverte_est_refuse() -> None:
    ouverte, le = date(2026, 10, 1), date(2026, 11, 26)
    exiger_a_venir([("p", ouverte)], ouverte, le)
    with pytest.raises(Conflit, match="au plus tôt le 2026-10-01") as refus:
        exiger_a_venir([("q", ouverte), ("p", ouverte - timedelta(days=1))], ouverte, le)
    assert refus.value.regle == "FAC-16"
    assert refus.value.message.endswith("Datées d'avant : p.")


def test_fac_16_sans_emission_la_periode_ouverte_est_le_mois_qui_court() -> None:
    exiger_a_venir([("p", date(2026, 11, 1))], None, date(2026, 11, 26))
    with pytest.raises(Conflit, match="2026-11-01"):
        exiger_a_venir([("p", date(2026, 10, 31))], None, date(2026, 11, 26))


def test_un_refus_ne_nomme_qu_un_peu_de_ce_qui_manque() -> None:
    with pytest.raises(Introuvable, match="et 5 de plus"):
        exiger_connues("MTQ", [(n, f"s{n}") for n in range(CITEES + 5)], ())


def test_un_refus_dit_le_rang_de_la_source_inconnue_jamais_son_texte() -> None:
    with pytest.raises(Introuvable, match="de rang 2, 3 du lot") as refus:
        exiger_connues("MTQ", [(1, "a"), (2, "Zoé Tremblay"), (3, "b")], {"a"})
    assert "Zoé" not in refus.value.message


def test_fac_16_redite_une_imputation_ne_s_ajoute_pas() -> None:
    un, autre = imputer("p", "A", date(2026, 9, 1)), imputer("p", "B", date(2026, 9, 1), 1)
    assert neuves([imputer("p", "A", date(2026, 9, 1))], {"p": [un]}) == []
    retour = imputer("p", "A", date(2026, 9, 1), 2)
    assert neuves([retour], {"p": [autre, un]}) == [retour]
    assert len(neuves([imputer("q", "A", date(2026, 9, 1)) for _ in range(3)], {})) == 1

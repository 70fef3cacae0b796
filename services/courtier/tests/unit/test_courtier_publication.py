"""CI-18 : ce qui se publie au SEAO, quand, et ce qui s'y refuse."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given

from courtier.obligations.domaine import NatureObligation as Due
from courtier.seao.adaptateurs.reference import lire_profil
from courtier.seao.domaine.publication import Effets, NatureEtape, Publication
from noyau import Conflit, Introuvable, Montant
from services.courtier.tests.publie import (
    CONTRAT_ID,
    DECLARATION,
    LE_8_SEPTEMBRE,
    NORMES,
    Histoire,
    acte,
    annonce,
    avenant,
    conclue,
    conclusion,
    histoires,
    publiee,
)

LE_21 = datetime(2026, 9, 21, 16, tzinfo=UTC)
APRES_LA_FIN = datetime(2028, 10, 2, 16, tzinfo=UTC)


def _dues(publication: Publication) -> dict[str, date]:
    return {echeance.nature: echeance.due_le for echeance in publication.echeances}


def _modifiee(
    publication: Publication, montant: str, rang: int = 1, *, fin: date = date(2028, 10, 1)
) -> tuple[Publication, Effets]:
    return publication.modifier(
        avenant(montant, rang, fin=fin), assujetti=True, normes=NORMES, acte=acte(LE_8_SEPTEMBRE)
    )


@pytest.mark.parametrize(
    ("montant", "assujetti", "requise"),
    [
        ("24999.99", True, False),
        ("25000.00", True, True),
        ("25000.00", False, False),
    ],
)
def test_ci_18_due_a_compter_du_seuil_d_un_organisme_assujetti(
    montant: str, assujetti: bool, requise: bool
) -> None:
    publication, effets = Publication.conclure(
        conclusion(montant, assujetti=assujetti), NORMES, acte(LE_8_SEPTEMBRE)
    )
    assert publication.requise is requise
    assert effets.ouvertes == publication.echeances
    attendues = {"seao_conclusion": date(2026, 12, 7), "seao_fin": date(2028, 12, 29)}
    assert _dues(publication) == (attendues if requise else {})
    assert publication.due_le == (date(2026, 12, 7) if requise else None)


@pytest.mark.parametrize(
    ("hausses", "due"),
    [
        (["33000.00"], False),
        (["33000.01"], True),
        (["32000.00", "33500.00"], True),
        (["40000.00", "36000.00"], True),
        (["29000.00"], False),
    ],
)
def test_ci_18_un_supplement_se_publie_au_dela_de_sa_part_du_montant_initial(
    hausses: list[str], due: bool
) -> None:
    publication = publiee()
    ouvertes = []
    for rang, montant in enumerate(hausses, 1):
        publication, effets = _modifiee(publication, montant, rang)
        ouvertes += [e for e in effets.ouvertes if e.nature is Due.SEAO_SUPPLEMENT]
    assert [e.due_le for e in ouvertes] == ([date(2026, 11, 7)] if due else [])


def test_ci_18_une_baisse_n_est_pas_un_supplement() -> None:
    publication, _ = _modifiee(publiee(), "40000.00")
    _, effets = _modifiee(publication, "36000.00", 2)
    assert effets == Effets()


def test_ci_18_une_fin_deplacee_deplace_son_echeance() -> None:
    publication = publiee()
    [ancienne] = publication.echeances
    prolongee, effets = _modifiee(publication, "30000.00", fin=date(2029, 1, 1))
    assert effets.abandonnees == (ancienne,)
    assert _dues(prolongee) == {"seao_fin": date(2029, 3, 31)}
    assert effets.ouvertes == prolongee.echeances


def test_ci_18_une_hausse_qui_atteint_le_seuil_rend_la_publication_due() -> None:
    publication = conclue("24000.00")
    assert not publication.requise
    hausse, effets = _modifiee(publication, "26000.00")
    assert hausse.requise
    assert [e.nature for e in effets.ouvertes] == [Due.SEAO_CONCLUSION, Due.SEAO_FIN]
    de_plein_gre = publiee(publication)
    assert de_plein_gre.numero == "20145160"
    _, effets = _modifiee(de_plein_gre, "26000.00")
    assert [e.nature for e in effets.ouvertes] == [Due.SEAO_FIN]


def test_ci_18_le_meme_avenant_redit_ne_change_rien() -> None:
    publication, _ = _modifiee(publiee(), "40000.00")
    assert _modifiee(publication, "50000.00") == (publication, Effets())


def test_ci_18_la_conclusion_se_publie_une_fois_et_remplit_son_echeance() -> None:
    publication, effets = conclue().publier(
        annonce(), CONTRAT_ID, acte(LE_21), declaration=DECLARATION
    )
    assert [e.nature for e in effets.remplies] == [Due.SEAO_CONCLUSION]
    assert _dues(publication) == {"seao_fin": date(2028, 12, 29)}
    assert (publication.numero, publication.manque) == ("20145160", ())
    with pytest.raises(Conflit, match="déjà consigné"):
        publication.publier(annonce(), CONTRAT_ID, acte(LE_21))


def test_ci_18_un_supplement_publie_remplit_le_sien_seulement() -> None:
    publication, _ = _modifiee(publiee(), "40000.00", 1)
    publication, _ = _modifiee(publication, "50000.00", 2)
    second = UUID(int=CONTRAT_ID.int + 2)
    publication, effets = publication.publier(annonce(), second, acte(LE_21))
    assert [e.objet_id for e in effets.remplies] == [second]
    assert [e.objet_id for e in publication.echeances if e.nature is Due.SEAO_SUPPLEMENT] == [
        UUID(int=CONTRAT_ID.int + 1)
    ]


@pytest.mark.parametrize(
    ("publie_le", "refus"),
    [
        (date(2026, 9, 7), "précède"),
        (date(2026, 9, 22), "à venir"),
        (date(2026, 9, 8), None),
        (date(2026, 9, 21), None),
    ],
)
def test_ci_18_un_avis_ne_precede_pas_le_contrat_et_n_est_pas_a_venir(
    publie_le: date, refus: str | None
) -> None:
    def publier() -> object:
        return conclue().publier(annonce(publie_le), CONTRAT_ID, acte(LE_21))

    if refus is None:
        assert publier()
        return
    with pytest.raises(Conflit, match=refus) as leve:
        publier()
    assert leve.value.regle == "CI-18"


def test_ci_18_le_jour_est_celui_de_quebec() -> None:
    """À 2 h UTC le 22, il est encore le 21 à Québec."""
    nuit = datetime(2026, 9, 22, 2, tzinfo=UTC)
    with pytest.raises(Conflit, match="à venir"):
        conclue().publier(annonce(date(2026, 9, 22)), CONTRAT_ID, acte(nuit))


def test_ci_18_la_conclusion_se_publie_la_premiere() -> None:
    publication, _ = _modifiee(conclue(), "40000.00")
    with pytest.raises(Conflit, match="la première"):
        publication.publier(annonce(), UUID(int=CONTRAT_ID.int + 1), acte(LE_21))
    with pytest.raises(Conflit, match="la première"):
        publication.finir(
            annonce(date(2028, 10, 1)), UUID(int=9), Montant.de("1"), acte(APRES_LA_FIN)
        )


def test_ci_18_chaque_avis_porte_le_numero_du_contrat() -> None:
    publication, _ = _modifiee(publiee(), "40000.00")
    with pytest.raises(Conflit, match="20145160"):
        publication.publier(annonce(numero="20145161"), UUID(int=CONTRAT_ID.int + 1), acte(LE_21))


def test_ci_18_une_etape_inconnue_est_introuvable() -> None:
    with pytest.raises(Introuvable):
        publiee().publier(annonce(), UUID(int=77), acte(LE_21))


def test_ci_18_la_fin_se_publie_avec_le_total_paye() -> None:
    paye = Montant.de("29750.00")
    publication, effets = publiee().finir(
        annonce(date(2028, 10, 2)), UUID(int=9), paye, acte(APRES_LA_FIN)
    )
    assert [e.nature for e in effets.remplies] == [Due.SEAO_FIN]
    assert (publication.echeances, publication.due_le) == ((), None)
    assert (publication.derniere.nature, publication.derniere.montant) == (NatureEtape.FIN, paye)
    assert publication.montant_courant == Montant.de("30000.00")
    with pytest.raises(Conflit, match="déjà publiée"):
        publication.finir(annonce(date(2028, 10, 2)), UUID(int=10), paye, acte(APRES_LA_FIN))
    juste = Montant.de("29800.00")
    corrigee, _ = publication.finir(
        annonce(date(2028, 10, 2)), UUID(int=10), juste, acte(APRES_LA_FIN)
    )
    assert (corrigee.derniere.montant, corrigee.montant_courant) == (juste, Montant.de("30000.00"))
    with pytest.raises(Conflit, match="déjà publiée"):
        _modifiee(publication, "40000.00")


def test_ci_18_la_fin_ne_se_publie_pas_avant_la_fin() -> None:
    veille = datetime(2028, 10, 1, 3, tzinfo=UTC)
    with pytest.raises(Conflit, match="court encore"):
        publiee().finir(annonce(date(2028, 9, 30)), UUID(int=9), Montant.de("1"), acte(veille))
    with pytest.raises(Conflit, match="précède"):
        publiee().finir(
            annonce(date(2028, 9, 30)), UUID(int=9), Montant.de("1"), acte(APRES_LA_FIN)
        )


def test_ci_18_la_fiche_dit_ce_qui_lui_manque() -> None:
    sans_neq, _ = Publication.conclure(conclusion(neq=None), NORMES, acte(LE_8_SEPTEMBRE))
    assert sans_neq.manque == ("organisme.neq", "indicateur")


def test_ci_18_un_indicateur_inconnu_se_refuse() -> None:
    with pytest.raises(Conflit) as leve:
        lire_profil().exiger_indicateur("vert")
    assert (leve.value.regle, "vert" in leve.value.message) == ("CI-18", False)


@given(histoires())
def test_ci_18_ce_qui_reste_du_est_ce_qu_on_a_ouvert_et_pas_encore_publie(
    histoire: Histoire,
) -> None:
    publication = histoire.publication
    natures = [e.nature for e in publication.echeances]
    assert natures.count(Due.SEAO_CONCLUSION) == (
        publication.requise and publication.conclusion.avis is None
    )
    assert natures.count(Due.SEAO_FIN) == (publication.requise and not publication.finie)
    assert {e.objet_id for e in publication.echeances if e.nature is Due.SEAO_SUPPLEMENT} <= {
        etape.id for etape in publication.etapes if etape.avis is None
    }
    if not publication.requise:
        assert publication.echeances == ()
    fins = [e for e in publication.echeances if e.nature is Due.SEAO_FIN]
    assert all(e.due_le == _apres(publication) for e in fins)


def _apres(publication: Publication) -> date:
    return publication.derniere.fin - timedelta(days=1) + timedelta(days=NORMES.fin_jours)

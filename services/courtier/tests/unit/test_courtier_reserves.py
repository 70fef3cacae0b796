"""CI-15 : un choix qui ne tient qu'à ce qu'a dit l'organisme porte des réserves, et leur motif."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.catalogue.domaine import Conversion, OffreAuCatalogue, RetraitOffre
from courtier.dossiers.domaine.actes import Contenu, Etape, Geste, Retour, ScenarioChiffre
from courtier.dossiers.domaine.choix import Choix
from courtier.dossiers.domaine.demarrage import Confirmation, Preparation, SignatureClient
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.planchers import Justification, Plancher, chiffrer_planchers
from courtier.dossiers.domaine.reserves import (
    CauseReserve,
    conversions_a_eprouver,
    reserves,
    sans_motif,
)
from courtier.dossiers.domaine.scenarios import ComposanteVoulue, Scenario, recalculer
from noyau import Conflit
from services.courtier.tests import parcours as p
from services.courtier.tests.builders import (
    AUTRE_FOURNISSEUR,
    CONTRAT_ID,
    COURRIEL,
    FOURNISSEUR,
    LE_2_SEPTEMBRE,
    TABLEUR,
    composante,
)

RIVAL = p.SCENARIOS[0]
MOTIF = Justification(offre_id=COURRIEL, motif="La formation est requise du métier.")


def _dites(refus: Conflit) -> list[dict[str, Any]]:
    """Les réserves que nomme un refus."""
    dites: Any = refus.details["reserves"]
    return list(dites)


def publiant(
    offres: Mapping[UUID, OffreAuCatalogue], *siennes: UUID
) -> Mapping[UUID, OffreAuCatalogue]:
    """Les mêmes; celles-ci publient qu'une unité de leur base sert un usager."""
    un = Conversion(mesure="usager", par_unite=Decimal(1))

    def publier(lue: OffreAuCatalogue) -> OffreAuCatalogue:
        decrite = replace(lue.offre.caracteristiques, conversion=un)
        return replace(lue, offre=replace(lue.offre, caracteristiques=decrite))

    return {i: publier(lue) if i in siennes else lue for i, lue in offres.items()}


def vendu(
    cher: str, bas: str = "10.00", publient: Sequence[UUID] = (COURRIEL, TABLEUR)
) -> Mapping[UUID, OffreAuCatalogue]:
    """Le marché de `parcours`; COURRIEL vend aussi sa formation, 300 $ par mois."""
    offres = dict(publiant(p.marche(cher, bas), *publient))
    lue = offres[COURRIEL]
    [prix] = lue.grille.versions
    dite = replace(
        prix.composition,
        composantes=(*prix.composition.composantes, composante("formation", "300.00")),
    )
    grille = replace(lue.grille, versions=(replace(prix, composition=dite),))
    return {**offres, COURRIEL: replace(lue, grille=grille)}


def gonfle(scenario: Scenario = RIVAL, **dit: object) -> Scenario:
    """Le scénario du rival, sa formation en plus."""
    [voulue] = scenario.offres
    autre = ComposanteVoulue(code="formation", **(dit or {"quantites": 1}))  # type: ignore[arg-type]
    return replace(scenario, offres=(replace(voulue, composantes=(*voulue.composantes, autre)),))


def planchers(dossier: Dossier, catalogue: Mapping[UUID, OffreAuCatalogue]) -> tuple[Plancher, ...]:
    assert dossier.besoins
    return chiffrer_planchers(
        conversions_a_eprouver(dossier),
        dossier.besoins,
        ententes=p.ENTENTES,
        catalogue=catalogue,
        le=LE_2_SEPTEMBRE,
    )


def compare(
    *scenarios: Scenario, cher: str = "9.00", publient: Sequence[UUID] = (COURRIEL, TABLEUR)
) -> Dossier:
    dossier, catalogue = p.mene(Geste.CONFORMITE), vendu(cher, publient=publient)
    assert dossier.besoins
    for scenario in scenarios:
        (calcul,) = recalculer(
            [scenario], dossier.besoins, ententes=p.ENTENTES, catalogue=catalogue,
            le=LE_2_SEPTEMBRE,
        )  # fmt: skip
        dossier = p.poser(dossier, ScenarioChiffre(scenario=scenario, calcul=calcul))
    return dossier


def choix(
    dossier: Dossier,
    *justifications: Justification,
    cher: str = "9.00",
    publient: Sequence[UUID] = (COURRIEL, TABLEUR),
) -> Choix:
    """TABLEUR, 9 600 $, aux prix de ce marché."""
    assert dossier.besoins
    catalogue = vendu(cher, publient=publient)
    return Choix(
        scenario_id=p.BAS,
        indicateur_responsable=None,
        calculs=recalculer(
            list(dossier.scenarios.values()), dossier.besoins, ententes=p.ENTENTES,
            catalogue=catalogue, le=LE_2_SEPTEMBRE,
        ),
        planchers=planchers(dossier, catalogue),
        justifications=justifications,
    )  # fmt: skip


def test_ci_15_une_composante_facultative_ne_rencherit_pas_un_rival_sans_motif() -> None:
    """9 $ la base contre 10 $ : 8 640 $ sous les 9 600 $ du choix, 15 840 $ avec la formation."""
    dossier = compare(gonfle(), p.SCENARIOS[1])
    with pytest.raises(Conflit) as leve:
        p.poser(dossier, choix(dossier))
    assert leve.value.regle == "CI-15"
    assert leve.value.details["reserves"] == [
        {
            "offre_id": str(COURRIEL),
            "avec": [],
            "fournisseur_id": str(FOURNISSEUR),
            "plancher": "8640.00",
            "total": "15840.00",
            "choix": "9600.00",
            "causes": ["composantes", "quantites_dites"],
            "composantes": ["formation"],
        }
    ]
    choisi = p.poser(dossier, choix(dossier, MOTIF))
    (reserve,) = reserves(choisi)
    assert (reserve.motif, sans_motif(choisi)) == (MOTIF.motif, ())


def test_ci_15_une_composante_que_le_besoin_mesure_compte_aussi() -> None:
    dossier = compare(gonfle(sert=Decimal(1)), p.SCENARIOS[1])
    with pytest.raises(Conflit) as leve:
        p.poser(dossier, choix(dossier))
    assert _dites(leve.value)[0]["causes"] == ["composantes"]


def test_ci_15_une_offre_laissee_de_cote_apres_son_jugement_reste_au_dossier() -> None:
    dossier = p.poser(
        compare(*p.SCENARIOS), Retour(etape=Etape.CONSULTATION, motif="On relit."),
        replace(p.CONSULTATION, retenues=(TABLEUR,)), p.conforme(TABLEUR),
    )  # fmt: skip
    (calcul,) = recalculer(
        [p.SCENARIOS[1]], p.besoins(), ententes=p.ENTENTES, catalogue=vendu("9.00"),
        le=LE_2_SEPTEMBRE,
    )  # fmt: skip
    dossier = p.poser(dossier, ScenarioChiffre(scenario=p.SCENARIOS[1], calcul=calcul))
    with pytest.raises(Conflit) as leve:
        p.poser(dossier, choix(dossier))
    (dite,) = _dites(leve.value)
    assert (dite["total"], dite["causes"]) == (None, ["non_retenue"])


def test_ci_15_un_jugement_qui_se_retourne_se_motive() -> None:
    dossier = compare(p.SCENARIOS[1])
    dossier = p.poser(
        dossier, Retour(etape=Etape.CONFORMITE, motif="On rejuge."),
        p.conforme(COURRIEL, satisfaite=False), dossier.actes[-1].contenu,
    )  # fmt: skip
    with pytest.raises(Conflit) as leve:
        p.poser(dossier, choix(dossier))
    assert _dites(leve.value)[0]["causes"] == ["dejugee"]


def test_ci_15_une_conversion_dite_moins_avantageuse_que_celle_du_choix_se_voit() -> None:
    """À 9 $ contre 10 $, servir deux usagers par unité ferait 4 320 $, sous les 4 800 $."""
    double = p.scenario(p.BAS, TABLEUR, sert=2)
    dossier = compare(RIVAL, double, publient=())
    dites = {r.offre_id: r for r in reserves(_pose_sans_garde(dossier, publient=()))}
    rivale, choisie = dites[COURRIEL], dites[TABLEUR]
    assert (rivale.sert, str(rivale.plancher), str(rivale.choix)) == (
        Decimal(2), "4320.00", "4800.00"
    )  # fmt: skip
    assert rivale.causes == choisie.causes == (CauseReserve.CONVERSION_DITE,)


@pytest.mark.parametrize(
    ("publient", "attendues"),
    [((), {COURRIEL, TABLEUR}), ((COURRIEL,), {TABLEUR}), ((TABLEUR,), {COURRIEL})],
)
def test_ci_15_un_prix_qui_tient_a_une_conversion_dite_se_motive(
    publient: tuple[UUID, ...], attendues: set[UUID]
) -> None:
    """Celle du choix, qui le ferait le plus bas; celle d'un rival plus cher, qui l'écarte."""
    dossier = compare(*p.SCENARIOS, cher="12.50", publient=publient)
    with pytest.raises(Conflit) as leve:
        p.poser(dossier, choix(dossier, cher="12.50", publient=publient))
    assert {UUID(r["offre_id"]) for r in _dites(leve.value)} == attendues
    motifs = [Justification(offre_id=o, motif="Une licence par personne.") for o in attendues]
    choisi = p.poser(dossier, choix(dossier, *motifs, cher="12.50", publient=publient))
    assert sans_motif(choisi) == ()


def test_ci_15_une_conversion_dite_qui_fait_d_un_rival_le_plus_bas_n_a_pas_a_se_motiver() -> None:
    dossier = compare(*p.SCENARIOS, publient=(TABLEUR,))
    assert reserves(_pose_sans_garde(dossier, publient=(TABLEUR,))) == ()


def test_ci_15_une_unite_qui_sert_plus_qu_au_motif_se_motive_encore() -> None:
    dossier = compare(*p.SCENARIOS, cher="12.50", publient=(COURRIEL,))
    motif = Justification(offre_id=TABLEUR, motif="Une licence par personne.")
    choisi = choix(dossier, motif, cher="12.50", publient=(COURRIEL,))
    dossier = _confirmable(dossier, choisi)
    [voulue] = p.scenario(p.BAS, TABLEUR, sert=1000).offres
    neuve = replace(p.confirmation(), offres=(voulue,))
    essai = p.poser(dossier, neuve, dans=p.circonstances(rcti=False))
    assert essai.besoins
    calculs = recalculer(
        list(essai.scenarios.values()), essai.besoins, ententes=p.ENTENTES,
        catalogue=vendu("12.50", publient=(COURRIEL,)), le=LE_2_SEPTEMBRE,
    )  # fmt: skip
    ses_planchers = planchers(essai, vendu("12.50", publient=(COURRIEL,)))
    with pytest.raises(Conflit) as leve:
        p.poser(dossier, neuve.avec(calculs, ses_planchers))
    assert [r["offre_id"] for r in _dites(leve.value)] == [str(TABLEUR)]


def _pose_sans_garde(dossier: Dossier, **dit: Any) -> Dossier:
    return p.poser(dossier, choix(dossier, **dit), dans=p.circonstances(rcti=False))


def test_ci_15_la_conversion_publiee_l_emporte_sur_toute_autre() -> None:
    dossier = compare(RIVAL, p.scenario(p.BAS, TABLEUR, sert=2), publient=())
    dits = {x.offre_id: x for x in planchers(dossier, vendu("9.00", publient=(COURRIEL,)))}
    assert (dits[COURRIEL].sert, str(dits[COURRIEL].total)) == (Decimal(1), "8640.00")


def test_ci_15_une_offre_qui_ne_se_vend_plus_n_a_pas_de_plancher() -> None:
    dossier = compare(gonfle(), p.SCENARIOS[1])
    offres = dict(vendu("9.00"))
    lue = offres[COURRIEL]
    retrait = RetraitOffre(LE_2_SEPTEMBRE.date(), "Fin de vie.")
    offres[COURRIEL] = replace(lue, offre=replace(lue.offre, retrait=retrait))
    assert [x.offre_id for x in planchers(dossier, offres)] == [TABLEUR]


def test_ci_15_au_dessus_du_choix_une_base_ne_fait_pas_reserve() -> None:
    dossier = compare(gonfle(), p.SCENARIOS[1], cher="10.00")
    assert reserves(p.poser(dossier, choix(dossier, cher="10.00"))) == ()


def test_ci_15_un_motif_ne_s_ecrit_pas_d_avance() -> None:
    dossier = compare(gonfle(), p.SCENARIOS[1], cher="10.00")
    with pytest.raises(Conflit) as leve:
        p.poser(dossier, choix(dossier, MOTIF, cher="10.00"))
    assert leve.value.regle == "CI-15"
    assert "offre qui fait réserve" in leve.value.message


def test_ci_15_hors_du_rcti_la_reserve_se_montre_sans_rien_bloquer() -> None:
    dossier = compare(gonfle(), p.SCENARIOS[1])
    (reserve,) = reserves(_pose_sans_garde(dossier))
    assert (reserve.motif, reserve.fournisseur_id) == (None, FOURNISSEUR)


def _confirmable(dossier: Dossier, choisi: Choix) -> Dossier:
    return p.poser(dossier, choisi, p.CONTACT, p.INFORMATIONS, p.RENCONTRE, p.budget())


@pytest.mark.parametrize("geste", [Geste.CONFIRMATION, Geste.PREPARATION, Geste.SIGNATURE_CLIENT])
def test_ci_15_une_reserve_neuve_bloque_jusqu_a_ce_qu_une_confirmation_la_motive(
    geste: Geste,
) -> None:
    """Au choix, la base du rival coûtait plus; ce jour-là, elle coûte moins."""
    dossier = compare(gonfle(), p.SCENARIOS[1], cher="10.00")
    dossier = _confirmable(dossier, choix(dossier, cher="10.00"))
    hier, ce_jour = choix(dossier, cher="10.00"), choix(dossier)

    def signer(c: Choix) -> SignatureClient:
        return SignatureClient(contrat_id=CONTRAT_ID, calculs=c.calculs, planchers=c.planchers)

    def preparer(c: Choix) -> Preparation:
        return Preparation(contrat_id=CONTRAT_ID, calculs=c.calculs, planchers=c.planchers)

    def confirmer(c: Choix, *dites: Justification) -> Confirmation:
        muette = replace(p.confirmation(), justifications=dites)
        return muette.avec(c.calculs, c.planchers)

    if geste is not Geste.CONFIRMATION:
        dossier = p.poser(dossier, confirmer(hier), p.admissibilite())
    if geste is Geste.SIGNATURE_CLIENT:
        dossier = p.poser(dossier, preparer(hier))
    neufs: dict[Geste, Contenu] = {
        Geste.CONFIRMATION: confirmer(ce_jour),
        Geste.PREPARATION: preparer(ce_jour),
        Geste.SIGNATURE_CLIENT: signer(ce_jour),
    }
    with pytest.raises(Conflit) as leve:
        p.poser(dossier, neufs[geste])
    assert leve.value.regle == "CI-15"
    assert _dites(leve.value)[0]["plancher"] == "8640.00"
    suite = p.poser(
        dossier,
        confirmer(ce_jour, MOTIF),
        p.admissibilite(),
        preparer(ce_jour),
        signer(ce_jour),
    )
    assert (suite.est_signe, sans_motif(suite)) == (True, ())


@given(
    st.integers(min_value=100, max_value=2_000),
    st.integers(min_value=100, max_value=2_000),
    st.booleans(),
)
def test_ci_15_une_reserve_est_une_base_sous_le_choix_que_nul_scenario_ne_montre(
    cher: int, bas: int, plein: bool
) -> None:
    """Par force brute : 24 mois × 40 unités, la formation à 300 $ par mois."""
    dossier, prix = p.mene(Geste.CONFORMITE), (f"{cher / 100:.2f}", f"{bas / 100:.2f}")
    catalogue = vendu(*prix)
    siens = (gonfle() if plein else RIVAL, p.SCENARIOS[1])
    calculs = recalculer(
        siens, p.besoins(), ententes=p.ENTENTES, catalogue=catalogue, le=LE_2_SEPTEMBRE
    )
    poses = (ScenarioChiffre(scenario=s, calcul=c) for s, c in zip(siens, calculs, strict=True))
    dossier = p.poser(dossier, *poses)
    choisi = Choix(
        scenario_id=p.BAS, indicateur_responsable=None, calculs=calculs,
        planchers=planchers(dossier, catalogue),
    )  # fmt: skip
    trouvees = reserves(p.poser(dossier, choisi, dans=p.circonstances(rcti=False)))
    base, total = cher * 960, bas * 960
    attendu = base < total < base + (720_000 if plein else 0)
    assert [r.offre_id for r in trouvees] == ([COURRIEL] if attendu else [])
    assert AUTRE_FOURNISSEUR not in {r.fournisseur_id for r in trouvees}

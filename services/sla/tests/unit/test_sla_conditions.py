"""SLA-8 : un enregistrement motivé; la mesure reste jugée, et la condition est une donnée."""

from decimal import Decimal

import pytest

from noyau import Comparaison, FaitNomme, Predicat
from services.sla.tests.builders import (
    Recit,
    calendrier,
    conditions,
    fiche,
    fiches,
    indicateur,
    sept,
    si,
)
from sla.fiches.domaine import Condition
from sla.mesures.domaine.conditions import Conclusion, Examen
from sla.mesures.domaine.verdict import Mesure, Verdict, rejouer

TOUTES = conditions("a", "b", "c", "d", "e")


def juger(recit: Recit, *examinees: Condition) -> Mesure:
    connues = fiches(fiche(indicateur(conditions=examinees)))
    (mesure,) = rejouer(recit.histoire, connues, calendrier())
    return mesure


def livree(**faits: FaitNomme) -> Recit:
    return Recit().creee(sept(1), **faits).livree(sept(2))


def examen(mesure: Mesure, code: str) -> Examen:
    return next(e for e in mesure.examens if e.condition == code)


@pytest.mark.parametrize(
    ("fait", "valeur", "condition", "preuve"),
    [
        ("acquisition_multiple", True, "a", "acquisition_multiple : oui"),
        ("configuration_normalisee", False, "b", "configuration_normalisee : non"),
        ("logiciel_payant", True, "c", "logiciel_payant : oui"),
        ("gamme", "detachable", "e", "gamme : detachable"),
        ("gamme", "intermediaire", "e", "gamme : intermediaire"),
        ("gamme", "haute_performance", "e", "gamme : haute_performance"),
        ("gamme", "tres_haute_performance", "e", "gamme : tres_haute_performance"),
    ],
)
def test_sla_8_chaque_condition_exclut(
    fait: str, valeur: FaitNomme, condition: str, preuve: str
) -> None:
    recit = livree(**{fait: valeur})
    mesure = juger(recit, *TOUTES)
    exclusions = [e for e in mesure.examens if e.conclusion is Conclusion.EXCLUE]
    assert [e.condition for e in exclusions] == [condition]
    assert mesure.exclue
    assert mesure.verdict is Verdict.CONFORME
    acte = recit.episodes[0].acte_id
    assert exclusions[0].preuve == f"{preuve} (demande.créée, {acte})"
    assert exclusions[0].auteur == "règle SLA-8"


def test_sla_8_une_condition_que_l_indicateur_n_a_pas_n_exclut_pas() -> None:
    assert not juger(livree(gamme="haute_performance"), *conditions("a", "c")).exclue


def test_sla_8_gamme_inconnue_signale_sans_exclure() -> None:
    mesure = juger(livree(gamme="inconnue"), *TOUTES)
    assert (mesure.exclue, mesure.signalee) == (False, True)


def test_sla_8_une_demande_ordinaire_garde_son_examen() -> None:
    mesure = juger(livree(), *conditions("a", "c", "e"))
    assert [(e.condition, e.conclusion) for e in mesure.examens] == [
        ("a", Conclusion.RETENUE),
        ("c", Conclusion.RETENUE),
        ("e", Conclusion.RETENUE),
    ]


@pytest.mark.parametrize(("gamme", "code"), [(None, "e"), ("ordinaire", "d")])
def test_sla_8_un_fait_que_le_sujet_ne_dit_pas_est_sans_objet(gamme: str | None, code: str) -> None:
    recit = livree(gamme=gamme)
    trouve = examen(juger(recit, *TOUTES), code)
    assert trouve.conclusion is Conclusion.SANS_OBJET
    assert trouve.preuve.endswith(f": non dit (demande.créée, {recit.episodes[0].acte_id})")


def test_cat_9_un_code_inconnu_ne_repond_a_aucun_predicat() -> None:
    mesure = juger(livree(gamme="pliable"), *TOUTES)
    assert (mesure.exclue, mesure.signalee) == (False, False)
    assert examen(mesure, "e").conclusion is Conclusion.RETENUE


class TestJamaisVue:
    """CAT-9 : une condition que personne n'avait prévue est une ligne d'une fiche."""

    HORS_HEURES = Condition(
        code="hors_heures",
        libelle="grand volume, hors des heures",
        exclut=Predicat(
            (
                (
                    Comparaison(fait="unites", au_moins=Decimal(50)),
                    Comparaison(fait="plage", parmi=("soir", "nuit")),
                ),
                (Comparaison(fait="urgence", egale=True),),
            )
        ),
        signale=si("plage", vaut="inconnue"),
    )

    @pytest.mark.parametrize(
        ("faits", "conclusion"),
        [
            ({"unites": 50, "plage": "soir", "urgence": False}, Conclusion.EXCLUE),
            ({"unites": "50.5", "plage": "nuit", "urgence": False}, Conclusion.EXCLUE),
            ({"unites": 49, "plage": "soir", "urgence": False}, Conclusion.RETENUE),
            ({"unites": 50, "plage": "jour", "urgence": False}, Conclusion.RETENUE),
            ({"unites": 1, "plage": "jour", "urgence": True}, Conclusion.EXCLUE),
            ({"unites": 1, "plage": "inconnue", "urgence": False}, Conclusion.SIGNALEE),
            ({"unites": 1, "plage": "jour", "urgence": None}, Conclusion.SANS_OBJET),
            ({"unites": 50, "plage": "nuit", "urgence": None}, Conclusion.EXCLUE),
            ({}, Conclusion.SANS_OBJET),
        ],
    )
    def test_cat_9_au_moins_tous_et_un(
        self, faits: dict[str, FaitNomme], conclusion: Conclusion
    ) -> None:
        trouve = examen(juger(livree(**faits), self.HORS_HEURES), "hors_heures")
        assert trouve.conclusion is conclusion

    def test_sla_8_la_preuve_cite_chaque_fait(self) -> None:
        recit = livree(unites=60, plage="nuit", urgence=False)
        acte = recit.episodes[0].acte_id
        assert examen(juger(recit, self.HORS_HEURES), "hors_heures").preuve == "; ".join(
            f"{fait} (demande.créée, {acte})"
            for fait in ("unites : 60", "plage : nuit", "urgence : non")
        )

    def test_sla_8_la_preuve_nomme_l_evenement_qui_l_a_dit(self) -> None:
        """Un fait que seule l'approbation dit : c'est elle qu'on cite."""
        recit = Recit().creee(sept(1), approbation_requise=True)
        recit.puis("demande.approuvée", sept(2), {"urgence": True}).livree(sept(3))
        trouve = examen(juger(recit, self.HORS_HEURES), "hors_heures")
        acte = recit.episodes[1].acte_id
        assert trouve.preuve.endswith(f"urgence : oui (demande.approuvée, {acte})")

    def test_sla_8_ce_qui_se_dit_apres_l_ouverture_ne_juge_pas(self) -> None:
        recit = Recit().creee(sept(1)).puis("demande.suspendue", sept(2), {"urgence": True})
        trouve = examen(juger(recit, self.HORS_HEURES), "hors_heures")
        assert trouve.conclusion is Conclusion.SANS_OBJET

    def test_sla_8_le_premier_evenement_a_dire_un_fait_l_emporte(self) -> None:
        recit = Recit().creee(sept(1), approbation_requise=True, urgence=False)
        recit.puis("demande.approuvée", sept(2), {"urgence": True})
        trouve = examen(juger(recit, self.HORS_HEURES), "hors_heures")
        assert trouve.conclusion is not Conclusion.EXCLUE
        assert f"urgence : non (demande.créée, {recit.episodes[0].acte_id})" in trouve.preuve

"""CI-13 : une offre ajoutée à un contrat qui porte des renseignements veut son EFVP."""

from dataclasses import replace
from uuid import UUID

import pytest

from courtier.avenants.domaine.effets import exiger_protegees
from courtier.catalogue.domaine import Zone
from courtier.dossiers.domaine.efvp import Conclusion, Efvp
from noyau import Conflit
from services.courtier.tests import parcours as p
from services.courtier.tests.builders import COURRIEL, TABLEUR, offre

SENSIBLES = replace(p.DONNEES, renseignements_personnels=True)


def conclusion(offre_id: UUID = TABLEUR, **champs: object) -> Conclusion:
    dite = Conclusion(
        offre_id=offre_id, lieu="Montréal", accepte=True, protection_adequate=None, motif="",
        version_offre=2, zone=Zone.QUEBEC, hors_quebec=False,
    )  # fmt: skip
    return replace(dite, **champs)  # type: ignore[arg-type]


def efvp(*conclusions: Conclusion) -> Efvp:
    return replace(p.EFVP, donnees=SENSIBLES, conclusions=conclusions)


@pytest.mark.parametrize(
    "deposee",
    [
        None,
        efvp(),
        efvp(conclusion(COURRIEL)),
        efvp(conclusion(accepte=False)),
        efvp(conclusion(version_offre=1)),
        efvp(conclusion(), conclusion(lieu="Toronto", zone=Zone.CANADA)),
    ],
)
def test_ci_13_une_offre_ajoutee_veut_une_efvp_qui_l_accepte(deposee: Efvp | None) -> None:
    with pytest.raises(Conflit) as refus:
        exiger_protegees([offre(TABLEUR)], p.FICHE, SENSIBLES, deposee)
    assert refus.value.regle == "CI-13"
    assert refus.value.details == {"offres": [str(TABLEUR)]}


def test_ci_13_acceptee_ou_sans_renseignement_personnel_l_offre_s_ajoute() -> None:
    exiger_protegees([offre(TABLEUR)], p.FICHE, p.DONNEES, None)
    exiger_protegees([offre(TABLEUR)], p.FICHE, SENSIBLES, efvp(conclusion()))
    ailleurs = replace(p.FICHE, pays="US")
    with pytest.raises(Conflit):
        exiger_protegees([offre(TABLEUR)], ailleurs, SENSIBLES, efvp(conclusion()))
    adequate = efvp(conclusion(protection_adequate=True))
    exiger_protegees([offre(TABLEUR)], ailleurs, SENSIBLES, adequate)


def test_ci_13_sans_dossier_nul_ne_sait_ce_que_le_contrat_porte() -> None:
    with pytest.raises(Conflit) as refus:
        exiger_protegees([offre(TABLEUR)], p.FICHE, None, efvp(conclusion()))
    assert refus.value.regle == "CI-13"

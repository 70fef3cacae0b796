"""L'échéance que garde une mesure ouverte (SLA-6), comptée à la main.

Septembre 2026 : le mardi est 1er, 8, 15, 22, 29; le lundi 7 est la Fête du Travail.
"""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendrier import Calendrier, instant_de_quebec, lire_versions
from services.sla.tests.builders import (
    CONTRAT,
    LIVRE_LOGICIEL,
    LIVRE_POSTE,
    Recit,
    calendrier,
    demarrage,
    fiche,
    fiches,
    indicateur,
    sept,
)
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits
from sla.fiches.domaine import Fiche, Fiches, Indicateur
from sla.mesures.domaine.echeances import Echeance
from sla.mesures.domaine.explication import expliquer
from sla.mesures.domaine.verdict import Mesure, Verdict, rejouer


def due(recit: Recit, *indicateurs: Indicateur, selon: Calendrier | None = None) -> Mesure:
    """La seule mesure de ce récit."""
    (mesure,) = rejouer(recit.histoire, fiches(fiche(*indicateurs)), selon or calendrier())
    return mesure


def echeance(recit: Recit, *indicateurs: Indicateur) -> date | None:
    garde = due(recit, *indicateurs).echeance
    return None if garde is None else garde.le


def test_sla_6_dix_jours_ouvrables_par_dessus_la_fete_du_travail() -> None:
    # J0 = mardi 1er; le dixième jour ouvrable est le mercredi 16, deux jours avant, le 14.
    mesure = due(Recit().creee(sept(1)))
    acte = Recit().creee(sept(1)).episodes[0].acte_id
    assert mesure.echeance == Echeance(date(2026, 9, 16), date(2026, 9, 14), acte)


@pytest.mark.parametrize(
    ("heure", "jour"), [((16, 59, 59), 21), ((17, 0, 0), 22), ((17, 0, 1), 22)]
)
def test_sla_6_l_echeance_part_du_jour_zero(heure: tuple[int, int, int], jour: int) -> None:
    # Vendredi 4 avant 17 h : J0 = 4; dès 17 h, J0 = mardi 8, le 7 étant férié.
    assert echeance(Recit().creee(sept(4, *heure))) == date(2026, 9, jour)


def test_sla_6_suspendue_elle_n_a_pas_d_echeance_et_reprise_elle_la_reporte() -> None:
    # Pause du vendredi 11 à 16 h au lundi 14 à 9 h : la fermeture du 11 est au client, un jour.
    recit = Recit().creee(sept(8))
    assert echeance(recit) == date(2026, 9, 22)
    assert echeance(recit.suspendue(sept(11, 16))) is None
    assert echeance(recit.reprise(sept(14))) == date(2026, 9, 23)


def test_sla_6_une_pause_sans_fermeture_ne_reporte_rien_mais_se_reprend() -> None:
    recit = Recit().creee(sept(8)).suspendue(sept(9, 10)).reprise(sept(9, 14))
    garde = due(recit).echeance
    assert garde
    assert (garde.le, garde.reprise) == (date(2026, 9, 22), recit.episodes[-1].acte_id)


def test_sla_6_une_pause_a_17_h_pile_reporte_une_seconde_plus_tard_non() -> None:
    for seconde, jour in ((0, 23), (1, 22)):
        recit = Recit().creee(sept(8)).suspendue(sept(9, 17, 0, seconde)).reprise(sept(10, 8))
        assert echeance(recit) == date(2026, 9, jour)


def test_sla_6_le_delai_epuise_l_echeance_reste_le_jour_ou_il_l_a_ete() -> None:
    recit = Recit().creee(sept(1)).suspendue(sept(21)).reprise(sept(28))
    assert echeance(recit) == date(2026, 9, 16)


@pytest.mark.parametrize(
    ("heure", "epuise"), [((16, 59, 59), False), ((17, 0, 0), False), ((17, 0, 1), True)]
)
def test_sla_6_suspendue_le_delai_epuise_elle_garde_son_echeance(
    heure: tuple[int, int, int], epuise: bool
) -> None:
    """Le 16 est son dixième jour : suspendue après sa fermeture, rien ne le lui rend."""
    recit = Recit().creee(sept(1)).suspendue(sept(16, *heure))
    assert echeance(recit) == (date(2026, 9, 16) if epuise else None)
    assert echeance(recit.reprise(sept(28))) == date(2026, 9, 16 if epuise else 28)


def test_sla_6_attendant_une_approbation_ou_finie_elle_n_en_a_pas() -> None:
    attend = Recit().creee(sept(1), approbation_requise=True)
    assert echeance(attend) is None
    assert echeance(attend.approuvee(sept(8))) == date(2026, 9, 22)
    assert echeance(attend.livree(sept(15))) is None
    assert echeance(attend.puis("demande.annulée", sept(16))) is None


def test_sla_6_une_livraison_partielle_ne_change_pas_l_echeance() -> None:
    recit = Recit().creee(sept(1), LIVRE_POSTE, LIVRE_LOGICIEL).livree(sept(8))
    assert echeance(recit) == date(2026, 9, 16)


def test_sla_6_rouverte_elle_a_de_nouveau_une_echeance() -> None:
    # Comptés : 2, 3, 4, 8, 9, puis 21 à 25 : 10; livrée du 9 au 21, à la charge de personne.
    recit = Recit().creee(sept(1)).livree(sept(10)).rouverte(sept(21))
    garde = due(recit).echeance
    assert garde
    assert (garde.le, garde.reprise) == (date(2026, 9, 25), recit.episodes[-1].acte_id)


def test_sla_6_un_acte_rectifie_deplace_l_echeance_dans_tout_ordre() -> None:
    recit = Recit().creee(sept(1)).suspendue(sept(2)).reprise(sept(9))
    assert echeance(recit) == date(2026, 9, 22)
    assert echeance(recit.rectifie(2, sept(3))) == date(2026, 9, 17)
    assert echeance(recit.rectifie(1, None)) == date(2026, 9, 16)


def test_sla_6_du_24_decembre_au_4_janvier_rien_ne_compte() -> None:
    # Décembre 2026 : les 24, 25, 28 (26 reporté) et 31, puis les 1er et 4 (2 reporté) janvier.
    def dec(jour: int, heure: int = 9) -> datetime:
        return instant_de_quebec(date(2026, 12, jour), time(heure))

    recit = Recit().creee(dec(23))
    mesure = due(recit, indicateur(delai=3, a_risque=2))
    assert mesure.echeance
    ouvrables = [
        jour
        for n in range(1, 20)
        if calendrier().est_ouvrable(jour := date(2026, 12, 23) + timedelta(days=n))
    ]
    assert ouvrables[:4] == [
        date(2026, 12, 29), date(2026, 12, 30), date(2027, 1, 5), date(2027, 1, 6),
    ]  # fmt: skip
    assert mesure.echeance.le == date(2027, 1, 5)
    assert mesure.echeance.a_risque_le == date(2026, 12, 29)


def test_sla_6_des_jours_civils_courent_les_fins_de_semaine() -> None:
    recit = Recit(CONTRAT).puis("rencontre.demandée", sept(4, 23))
    mesure = due(recit, demarrage(a_risque=5))
    assert mesure.echeance
    assert mesure.echeance.le == date(2026, 10, 4)
    assert mesure.echeance.a_risque_le == date(2026, 9, 29)


@pytest.mark.parametrize(
    ("debut", "fin"),
    [(date(2026, 3, 6), date(2026, 3, 10)), (date(2026, 10, 30), date(2026, 11, 3))],
)
def test_sla_6_les_deux_changements_d_heure_n_ajoutent_ni_ne_retirent_un_jour(
    debut: date, fin: date
) -> None:
    # Le 8 mars dure 23 heures, le 1er novembre, 25; un jour reste un jour.
    for heure in (time(0, 30), time(9), time(16, 59, 59)):
        recit = Recit().creee(instant_de_quebec(debut, heure))
        assert echeance(recit, indicateur(delai=2)) == fin
        civil = indicateur(delai=4, horloge="jours_civils", calendrier="continu")
        assert echeance(recit, civil) == fin


def test_sla_6_une_date_convenue_est_l_echeance_meme_suspendue() -> None:
    convenu = indicateur(horloge="date_convenue", delai=None, a_risque=2)
    recit = Recit().creee(sept(1))
    assert echeance(recit, convenu) is None
    recit.convenue(sept(2), "2026-09-20").suspendue(sept(3))
    garde = due(recit, convenu).echeance
    # Le dimanche 20 : deux jours ouvrables avant, le jeudi 17.
    assert garde
    assert (garde.le, garde.a_risque_le) == (date(2026, 9, 20), date(2026, 9, 17))
    assert echeance(recit.convenue(sept(4), "2026-10-05"), convenu) == date(2026, 10, 5)


def test_sla_6_un_seuil_civil_si_les_heures_ne_ferment_jamais() -> None:
    convenu = indicateur(horloge="date_convenue", calendrier="continu", delai=None, a_risque=2)
    garde = due(Recit().creee(sept(1)).convenue(sept(2), "2026-09-20"), convenu).echeance
    assert garde
    assert garde.a_risque_le == date(2026, 9, 18)


def test_sla_6_sans_seuil_il_n_y_a_pas_de_jour_a_risque() -> None:
    garde = due(Recit().creee(sept(1)), indicateur(a_risque=None)).echeance
    assert garde
    assert garde.a_risque_le is None


def test_sla_1_hors_du_calendrier_il_n_y_a_pas_d_echeance() -> None:
    loin = Recit().creee(instant_de_quebec(date(2040, 12, 28), time(9)))
    mesure = due(loin)
    assert (mesure.verdict, mesure.echeance) == (Verdict.EN_COURS, None)


def test_sla_3_un_calendrier_nouveau_deplace_l_echeance() -> None:
    version = lire_versions()[-1]
    ferme = version.avec(
        version="2026-9", en_vigueur_depuis=date(2026, 9, 1), ajouts=[(date(2026, 9, 9), "Deuil")]
    )
    mesure = due(Recit().creee(sept(8)), selon=Calendrier.depuis(version, ferme))
    assert mesure.echeance
    assert mesure.echeance.le == date(2026, 9, 23)


@given(recits(), fiches_publiees(), st.integers(0, 60))
def test_sla_6_l_echeance_gardee_est_celle_que_l_explication_montre(
    recit: Recit, publiees: tuple[Fiche, ...], jours: int
) -> None:
    """Où qu'on la regarde après le dernier fait, tant que rien ne la suspend."""
    histoire = recit.histoire
    for mesure in rejouer(histoire, Fiches.de(publiees), calendrier()):
        if mesure.echeance is not None:
            au = histoire.episodes[-1].survenu_le + timedelta(days=jours)
            vue = expliquer(mesure, histoire, calendrier(), au=au)
            assert vue.echeance_projetee == mesure.echeance.le
            assert mesure.verdict is Verdict.EN_COURS

"""SLA-6 : à risque, puis manquée, une fois chacune, aux heures d'ouverture.

Septembre 2026 : le mardi est 1er, 8, 15, 22, 29; le lundi 7 est la Fête du Travail.
PT-1 : dix jours ouvrables, à risque deux jours avant.
"""

from datetime import date

import pytest

from calendrier import lire_versions
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import Recit, fiche, indicateur, sept
from services.sla.tests.evenements import message_de_calendrier
from services.sla.tests.guet import A_RISQUE, DEUX, MANQUEE, SUJETS, TROIS, UN, Guet, guetter
from services.sla.tests.scene import elements

pytestmark = pytest.mark.integration


@pytest.fixture
async def guet(banc: MonterBanc) -> Guet:
    return await guetter(banc)


async def test_sla_6_a_risque_une_fois_puis_manquee_le_jour_ou_la_cible_passe(guet: Guet) -> None:
    # J0 = mardi 1er, échéance le mercredi 16, à risque dès le lundi 14.
    await guet.recevoir(Recit().creee(sept(1)))
    assert await guet.a("2026-09-11T16:00") == []
    assert await guet.a("2026-09-14T07:30") == [(A_RISQUE, "2026-09-16")]
    for instant in ("2026-09-14T07:31", "2026-09-15T09:00", "2026-09-16T16:59"):
        assert await guet.a(instant) == []
    assert await guet.a("2026-09-17T07:30") == [(MANQUEE, "2026-09-16")]
    for instant in ("2026-09-17T12:00", "2026-10-20T12:00"):
        assert await guet.a(instant) == []


async def test_sla_6_l_evenement_dit_la_mesure_et_rien_de_personne(guet: Guet) -> None:
    await guet.recevoir(Recit().creee(sept(1), acquisition_multiple=True))
    await guet.a("2026-09-14T09:00")
    (sorti,) = await guet.banc.sortants(A_RISQUE)
    (lue,) = await elements(guet.banc.client("mesure"), "/v1/mesures")
    assert sorti.cle == lue["id"] == sorti.donnees["mesure_id"]
    assert sorti.donnees == {
        "organisme": "MTQ",
        "mesure_id": lue["id"],
        "sujet": "demande",
        "sujet_id": str(UN),
        "numero": "D-2026-000001",
        "fiche": "POSTES",
        "fiche_version": 1,
        "indicateur": "PT-1",
        "exclue": True,
        "echeance": "2026-09-16",
    }


@pytest.mark.parametrize(
    ("instant", "ouvert"),
    [
        ("2026-09-14T00:00", False),
        ("2026-09-14T07:29", False),
        ("2026-09-14T07:30", True),
        ("2026-09-14T16:59:59-04:00", True),
        ("2026-09-14T17:00:00-04:00", False),
        ("2026-09-14T17:00:01-04:00", False),
    ],
)
async def test_sla_6_un_avis_de_minuit_attend_l_ouverture(
    guet: Guet, instant: str, ouvert: bool
) -> None:
    await guet.recevoir(Recit().creee(sept(1)))
    assert bool(await guet.a(instant)) is ouvert
    assert bool(await guet.a("2026-09-15T07:30")) is not ouvert


async def test_sla_6_chaque_indicateur_a_ses_heures(banc: MonterBanc) -> None:
    """Le CSC ouvre à 7 h 30, la visioconférence à 8 h 30, « continu » ne ferme pas."""
    guet = await guetter(
        banc,
        fiche(
            indicateur("CSC", delai=1, a_risque=0),
            indicateur("VISIO", delai=1, a_risque=0, calendrier="visioconference"),
            indicateur("TOUT", delai=1, a_risque=0, calendrier="continu"),
        ),
    )
    await guet.recevoir(Recit().creee(sept(1)))
    vus: dict[str, list[str]] = {}
    for heure in ("00:00", "07:30", "08:30"):
        guet.banc.horloge.aller(f"2026-09-02T{heure}-04:00")
        await guet.banc.recevoir_jalons(guet.banc.horloge(), *SUJETS)
        await guet.banc.tache("alertes")
        vus[heure] = [s.donnees["indicateur"] for s in await guet.neufs()]
    assert vus == {"00:00": ["TOUT"], "07:30": ["CSC"], "08:30": ["VISIO"]}


async def test_sla_6_un_jour_ferie_n_annonce_rien(guet: Guet) -> None:
    # J0 = vendredi 21 août, échéance le vendredi 4 septembre, passée le mardi 8.
    await guet.recevoir(Recit().creee(sept(1).replace(month=8, day=21)))
    assert await guet.a("2026-09-04T16:00") == [(A_RISQUE, "2026-09-04")]
    for ferme in ("2026-09-05T10:00", "2026-09-06T10:00", "2026-09-07T10:00"):
        assert await guet.a(ferme) == []
    assert await guet.a("2026-09-08T07:30") == [(MANQUEE, "2026-09-04")]


async def test_sla_6_du_24_decembre_au_4_janvier_les_avis_attendent_le_5(banc: MonterBanc) -> None:
    guet = await guetter(banc, fiche(indicateur(delai=2, a_risque=1)))
    debut = sept(1).replace(month=12, day=29, hour=15)
    await guet.recevoir(Recit().creee(debut))
    # J0 = 29; compté le 30, puis rien jusqu'au mardi 5 janvier.
    assert await guet.a("2026-12-30T08:00-05:00") == [(A_RISQUE, "2027-01-05")]
    for ferme in ("2026-12-31T10:00", "2027-01-01T10:00", "2027-01-04T10:00"):
        assert await guet.a(f"{ferme}-05:00") == []
    assert await guet.a("2027-01-06T07:30-05:00") == [(MANQUEE, "2027-01-05")]


@pytest.mark.parametrize(
    ("creee", "avant", "ouvre"),
    [
        # Le dimanche 8 mars n'a que 23 heures, le 1er novembre en a 25.
        ((3, 5), "2026-03-09T07:29-04:00", "2026-03-09T07:30-04:00"),
        ((10, 29), "2026-11-02T07:29-05:00", "2026-11-02T07:30-05:00"),
    ],
)
async def test_sla_6_les_deux_changements_d_heure_ouvrent_a_l_heure_de_quebec(
    banc: MonterBanc, creee: tuple[int, int], avant: str, ouvre: str
) -> None:
    guet = await guetter(banc, fiche(indicateur(delai=1, a_risque=None)))
    mois, jour = creee
    await guet.recevoir(Recit().creee(sept(1).replace(month=mois, day=jour, hour=15)))
    assert await guet.a(avant) == []
    assert [nom for nom, _ in await guet.a(ouvre)] == [MANQUEE]


async def test_sla_6_suspendue_apres_un_avis_puis_de_nouveau_a_risque_un_nouvel_avis(
    guet: Guet,
) -> None:
    recit = Recit().creee(sept(1))
    await guet.recevoir(recit)
    assert await guet.a("2026-09-14T09:00") == [(A_RISQUE, "2026-09-16")]
    await guet.recevoir(recit.suspendue(sept(14, 10)))
    assert await guet.a("2026-09-14T10:00") == []
    assert await guet.a("2026-09-18T10:00") == []
    # Fermetures des 14, 15, 16 et 17 au client : quatre jours de plus.
    await guet.recevoir(recit.reprise(sept(18, 9)))
    assert await guet.a("2026-09-18T10:00") == [(A_RISQUE, "2026-09-22")]
    # Une pause d'une heure : la même échéance, mais l'on reprend : un nouvel avis, une fois.
    await guet.recevoir(recit.suspendue(sept(21, 9)).reprise(sept(21, 10)))
    assert await guet.a("2026-09-21T10:30") == [(A_RISQUE, "2026-09-22")]
    assert await guet.a("2026-09-21T11:00") == []
    assert await guet.a("2026-09-23T08:00") == [(MANQUEE, "2026-09-22")]


async def test_sla_6_une_pause_du_vendredi_16_h_au_lundi_9_h_reporte_d_un_jour(
    guet: Guet,
) -> None:
    await guet.recevoir(Recit().creee(sept(1)).suspendue(sept(11, 16)).reprise(sept(14, 9)))
    assert await guet.a("2026-09-14T12:00") == []
    assert await guet.a("2026-09-15T07:30") == [(A_RISQUE, "2026-09-17")]


async def test_sla_6_reprise_encore_en_retard_elle_ne_se_redit_pas_manquee(guet: Guet) -> None:
    recit = Recit().creee(sept(1))
    await guet.recevoir(recit)
    assert await guet.a("2026-09-17T09:00") == [(MANQUEE, "2026-09-16")]
    await guet.recevoir(recit.suspendue(sept(21)).reprise(sept(22)).livree(sept(23)))
    assert await guet.a("2026-09-23T10:00") == []
    await guet.recevoir(recit.rouverte(sept(24)))
    assert await guet.a("2026-09-25T10:00") == []


async def test_sla_6_suspendue_avant_l_ouverture_la_cible_est_deja_passee(guet: Guet) -> None:
    await guet.recevoir(Recit().creee(sept(1)).suspendue(sept(17, 6)))
    assert await guet.a("2026-09-17T07:30") == [(MANQUEE, "2026-09-16")]


async def test_sla_6_une_reouverture_peut_manquer_a_son_tour(guet: Guet) -> None:
    recit = Recit().creee(sept(1)).livree(sept(10)).rouverte(sept(21))
    await guet.recevoir(recit)
    # Comptés : 2, 3, 4, 8, 9, puis 21 à 25.
    assert await guet.a("2026-09-23T09:00") == [(A_RISQUE, "2026-09-25")]
    assert await guet.a("2026-09-28T09:00") == [(MANQUEE, "2026-09-25")]


async def test_sla_6_ce_qui_finit_annule_ou_attend_une_approbation_n_alarme_personne(
    guet: Guet,
) -> None:
    await guet.recevoir(Recit().creee(sept(1)).livree(sept(10)), UN)
    await guet.recevoir(Recit().creee(sept(1)).puis("demande.annulée", sept(10)), DEUX)
    await guet.recevoir(Recit().creee(sept(1), approbation_requise=True), TROIS)
    for instant in ("2026-09-14T09:00", "2026-09-17T09:00"):
        assert await guet.a(instant) == []


async def test_sla_6_zero_evenement_zero_alerte(guet: Guet) -> None:
    assert await guet.a("2026-09-14T09:00") == []


async def test_sla_2_sans_cible_rien_n_est_jamais_manque_mais_un_seuil_avertit(
    banc: MonterBanc,
) -> None:
    muet = indicateur("VI-2", delai=4, cible=None, a_risque=None)
    guet = await guetter(banc, fiche(muet, indicateur("VI-5", delai=4, cible=None, a_risque=1)))
    recit = Recit().creee(sept(1))
    await guet.recevoir(recit)
    # J0 = 1er; comptés 2, 3, 4, 8.
    assert await guet.a("2026-09-04T09:00") == [(A_RISQUE, "2026-09-08")]
    assert await guet.a("2026-09-09T09:00") == []
    await guet.recevoir(recit.livree(sept(30)))
    assert await guet.a("2026-09-30T10:00") == []


async def test_sla_6_une_date_convenue_s_annonce_et_sa_nouvelle_date_aussi(
    banc: MonterBanc,
) -> None:
    convenu = indicateur("PT-7", horloge="date_convenue", delai=None, a_risque=2)
    guet = await guetter(banc, fiche(convenu))
    recit = Recit().creee(sept(1)).convenue(sept(2), "2026-09-20")
    await guet.recevoir(recit)
    # Le dimanche 20 : à risque dès le jeudi 17.
    assert await guet.a("2026-09-16T09:00") == []
    assert await guet.a("2026-09-17T09:00") == [(A_RISQUE, "2026-09-20")]
    await guet.recevoir(recit.convenue(sept(18), "2026-09-29"))
    assert await guet.a("2026-09-22T09:00") == []
    assert await guet.a("2026-09-25T09:00") == [(A_RISQUE, "2026-09-29")]
    assert await guet.a("2026-09-30T09:00") == [(MANQUEE, "2026-09-29")]


async def test_sla_6_appris_tard_un_retard_ancien_s_annonce_une_fois_maintenant(
    guet: Guet,
) -> None:
    await guet.a("2027-02-01T09:00-05:00")
    await guet.recevoir(Recit().creee(sept(1)))
    assert await guet.a("2027-02-01T09:05-05:00") == [(MANQUEE, "2026-09-16")]
    assert await guet.a("2027-02-01T09:10-05:00") == []


async def test_sla_6_finie_manquee_avant_l_ouverture_elle_s_annonce_quand_meme(
    guet: Guet,
) -> None:
    await guet.recevoir(Recit().creee(sept(1)).livree(sept(17, 6)))
    assert await guet.a("2026-09-17T07:00") == []
    assert await guet.a("2026-09-17T07:30") == [(MANQUEE, None)]
    assert await guet.a("2026-09-17T08:00") == []


async def test_sla_6_finie_manquee_depuis_plus_de_deux_mois_elle_ne_s_annonce_plus(
    guet: Guet,
) -> None:
    await guet.recevoir(Recit().creee(sept(1)).livree(sept(17)))
    assert await guet.a("2026-11-19T09:00-05:00") == []


async def test_sla_6_un_fait_qui_dement_le_manque_laisse_l_alerte_et_la_liste_le_dit(
    guet: Guet,
) -> None:
    recit = Recit().creee(sept(1))
    await guet.recevoir(recit)
    assert await guet.a("2026-09-17T09:00") == [(MANQUEE, "2026-09-16")]
    await guet.recevoir(recit.livree(sept(16)))
    assert await guet.a("2026-09-17T10:00") == []
    (alerte,) = await elements(guet.banc.client("mesure"), "/v1/alertes")
    assert (alerte["nature"], alerte["echeance"]) == ("manquee", "2026-09-16")
    assert (alerte["verdict"], alerte["echeance_actuelle"]) == ("conforme", None)


async def test_sla_6_un_manque_dementi_puis_vrai_plus_tard_se_redit(guet: Guet) -> None:
    recit = Recit().creee(sept(1))
    await guet.recevoir(recit)
    assert await guet.a("2026-09-17T09:00") == [(MANQUEE, "2026-09-16")]
    await guet.recevoir(recit.suspendue(sept(10)).reprise(sept(14)))
    assert await guet.a("2026-09-17T10:00") == [(A_RISQUE, "2026-09-18")]
    assert await guet.a("2026-09-21T09:00") == [(MANQUEE, "2026-09-18")]


async def test_sla_3_un_calendrier_nouveau_reporte_l_avis(guet: Guet) -> None:
    await guet.recevoir(Recit().creee(sept(1)))
    deuil = lire_versions()[-1].avec(
        version="2026-9",
        en_vigueur_depuis=date(2026, 9, 1),
        ajouts=[(date(2026, 9, 9), "Deuil")],
    )
    await guet.banc.recevoir_messages([message_de_calendrier(guet.banc, deuil)])
    assert await guet.a("2026-09-14T09:00") == []
    assert await guet.a("2026-09-15T09:00") == [(A_RISQUE, "2026-09-17")]

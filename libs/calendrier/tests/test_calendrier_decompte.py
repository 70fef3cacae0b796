"""SLA-2 : le décompte, cas dorés faits à la main en septembre 2026 (fête du Travail le 7)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from calendrier import (
    Calendrier,
    Charge,
    Decompte,
    HistoireInvalide,
    JourHorsCalendrier,
    Motif,
    Transition,
    decompter,
    echeance_projetee,
    instant_long,
    jour_zero,
)
from libs.calendrier.tests import oracle_calendrier as oracle

MCN, CLIENT, PERSONNE = Charge.MCN, Charge.CLIENT, Charge.PERSONNE


def a(jour: int, heure: str = "10:00", mois: int = 9) -> datetime:
    """Une heure de Québec en 2026."""
    return datetime.fromisoformat(f"2026-{mois:02d}-{jour:02d}T{heure}").replace(
        tzinfo=oracle.QUEBEC
    )


def histoire(*passages: tuple[datetime, Charge]) -> list[Transition]:
    return [Transition(instant, i, charge) for i, (instant, charge) in enumerate(passages, start=1)]


def resume(decompte: Decompte) -> list[tuple[str, str, int]]:
    return [
        (f"{i.debut:%m-%d}/{i.fin:%m-%d}", i.motif.value, i.jours) for i in decompte.intervalles
    ]


def test_sla2_une_demande_sans_detour(calendrier: Calendrier) -> None:
    decompte = decompter(histoire((a(3), MCN)), a(9), calendrier)
    assert decompte.j0 == date(2026, 9, 3)
    assert decompte.jours == 3  # le 4, le 8 et le 9
    assert resume(decompte) == [
        ("09-03/09-03", "j0", 0),
        ("09-04/09-04", "compte", 1),
        ("09-05/09-06", "fin_de_semaine", 0),
        ("09-07/09-07", "ferie", 0),
        ("09-08/09-08", "compte", 1),
        ("09-09/09-09", "fin", 1),
    ]
    assert (decompte.tenue(3), decompte.tenue(2)) == (True, False)


def test_sla2_une_suspension_par_dessus_la_fete_du_travail(calendrier: Calendrier) -> None:
    passages = histoire((a(1), MCN), (a(3, "11:00"), CLIENT), (a(8, "09:00"), MCN))
    decompte = decompter(passages, a(9), calendrier)
    assert decompte.jours == 3  # le 2, le 8 et le 9
    assert [i.phrase for i in decompte.intervalles] == [
        "1er septembre 2026 : jour zéro, non compté",
        "2 septembre 2026 : à la charge du MCN à la fermeture, compté",
        "3 au 4 septembre 2026 : à la charge du client à la fermeture, non compté",
        "5 au 6 septembre 2026 : fin de semaine, non compté",
        "7 septembre 2026 : jour férié, non compté (Fête du Travail)",
        "8 septembre 2026 : à la charge du MCN à la fermeture, compté",
        "9 septembre 2026 : jour de la fin, compté",
    ]


@pytest.mark.parametrize(
    ("instant", "j0"),
    [
        (a(4, "16:59:59.999999"), date(2026, 9, 4)),
        (a(4, "17:00:00"), date(2026, 9, 8)),  # il n'est plus « moins de 17 h »
        (a(4, "00:00:00"), date(2026, 9, 4)),  # avant l'ouverture, c'est déjà ce jour-là
        (a(5, "10:00"), date(2026, 9, 8)),
        (a(7, "10:00"), date(2026, 9, 8)),
        (datetime(2026, 9, 9, 2, tzinfo=UTC), date(2026, 9, 9)),  # le 8 à 22 h, à Québec
        (datetime(2026, 10, 30, 20, 59, tzinfo=UTC), date(2026, 10, 30)),
        (datetime(2026, 10, 30, 21, 0, tzinfo=UTC), date(2026, 11, 2)),  # 17 h, heure avancée
        (datetime(2026, 11, 2, 21, 59, tzinfo=UTC), date(2026, 11, 2)),
        (datetime(2026, 11, 2, 22, 0, tzinfo=UTC), date(2026, 11, 3)),  # 17 h, heure normale
        (datetime(2026, 3, 6, 22, 0, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 3, 9, 21, 0, tzinfo=UTC), date(2026, 3, 10)),
    ],
)
def test_sla2_j0(calendrier: Calendrier, instant: datetime, j0: date) -> None:
    assert jour_zero(instant, calendrier) == j0
    assert decompter(histoire((instant, MCN)), instant, calendrier).j0 == j0


@pytest.mark.parametrize(
    ("suspension", "jours"),
    [
        ("17:00:00", 1),  # à 17 h 00 min 00 s, le fait est déjà dans l'état de la fermeture
        ("17:00:00.000001", 2),
        ("16:59:59", 1),
    ],
)
def test_sla2_la_fermeture_comprend_17_h_pile(
    calendrier: Calendrier, suspension: str, jours: int
) -> None:
    passages = histoire((a(1), MCN), (a(2, suspension), CLIENT))
    assert decompter(passages, a(3), calendrier).jours == jours


def test_sla2_a_la_meme_heure_la_sequence_decide(calendrier: Calendrier) -> None:
    meme_heure = a(2, "15:00")
    reprise_derniere = [
        Transition(a(1), 1, MCN),
        Transition(meme_heure, 3, MCN),
        Transition(meme_heure, 2, CLIENT),
    ]
    suspension_derniere = [
        Transition(a(1), 1, MCN),
        Transition(meme_heure, 3, CLIENT),
        Transition(meme_heure, 2, MCN),
    ]
    assert decompter(reprise_derniere, a(3), calendrier).jours == 2
    assert decompter(suspension_derniere, a(3), calendrier).jours == 1


def test_sla3_le_desordre_et_les_repetitions_ne_changent_rien(calendrier: Calendrier) -> None:
    passages = histoire((a(1), MCN), (a(3), CLIENT), (a(8), MCN), (a(10), PERSONNE))
    attendu = decompter(passages, a(10), calendrier)
    assert decompter([*reversed(passages), *passages], a(10), calendrier) == attendu


def test_sla2_l_attente_d_approbation_ne_compte_pas(calendrier: Calendrier) -> None:
    passages = histoire((a(1), CLIENT), (a(4, "18:00"), MCN))
    decompte = decompter(passages, a(9), calendrier)
    assert (decompte.j0, decompte.jours) == (date(2026, 9, 8), 1)
    assert resume(decompte) == [
        ("09-01/09-04", "avant_j0", 0),
        ("09-05/09-06", "fin_de_semaine", 0),
        ("09-07/09-07", "ferie", 0),
        ("09-08/09-08", "j0", 0),
        ("09-09/09-09", "fin", 1),
    ]


def test_sla2_le_jour_de_la_fin_compte_meme_chez_le_client(calendrier: Calendrier) -> None:
    passages = histoire((a(1), MCN), (a(2), CLIENT))
    decompte = decompter(passages, a(4), calendrier)
    assert decompte.jours == 1
    assert decompte.intervalles[-1].motif is Motif.FIN


def test_sla2_une_fin_en_fin_de_semaine_n_ajoute_rien(calendrier: Calendrier) -> None:
    decompte = decompter(histoire((a(3), MCN)), a(5), calendrier)
    assert decompte.jours == 1  # le vendredi 4
    assert decompte.intervalles[-1].motif is Motif.FIN_DE_SEMAINE


@pytest.mark.parametrize(
    ("debut", "fin", "j0"),
    [
        (a(4, "18:00"), a(5), date(2026, 9, 8)),  # finie le samedi, J0 est le mardi suivant
        (a(4, "18:00"), a(8), date(2026, 9, 8)),  # finie le jour zéro
        (a(4, "10:00"), a(4, "11:00"), date(2026, 9, 4)),
        (a(8), a(1), date(2026, 9, 8)),  # une livraison survenue avant la prise en charge
    ],
)
def test_sla2_une_fin_avant_j0_ou_le_jour_zero_donne_zero(
    calendrier: Calendrier, debut: datetime, fin: datetime, j0: date
) -> None:
    decompte = decompter(histoire((debut, MCN)), fin, calendrier)
    assert (decompte.j0, decompte.jours) == (j0, 0)


def test_sla2_rouverte_elle_finit_a_sa_nouvelle_livraison(calendrier: Calendrier) -> None:
    passages = histoire(
        (a(1), MCN), (a(3), PERSONNE), (a(10), MCN), (a(14), PERSONNE)
    )  # livrée le 3, rouverte le 10, livrée de nouveau le 14
    decompte = decompter(passages, a(14), calendrier)
    assert decompte.jours == 4  # le 2, le 10, le 11 et le 14; le 3 n'est plus le jour de la fin
    assert [i.motif for i in decompte.intervalles if i.jours] == [
        Motif.COMPTE,
        Motif.COMPTE,
        Motif.FIN,
    ]


def test_sla2_rouverte_le_jour_meme_de_sa_livraison(calendrier: Calendrier) -> None:
    passages = histoire((a(1), MCN), (a(3, "11:00"), PERSONNE), (a(3, "14:00"), MCN))
    assert decompter(passages, a(4), calendrier).jours == 3


def test_sla2_jamais_a_la_charge_du_mcn(calendrier: Calendrier) -> None:
    decompte = decompter(histoire((a(1), CLIENT), (a(3), PERSONNE)), a(3), calendrier)
    assert (decompte.j0, decompte.jours) == (None, 0)
    assert resume(decompte) == [("09-01/09-03", "avant_j0", 0)]


@pytest.mark.parametrize(
    ("au", "jours", "dernier_motif"),
    [
        (a(9, "16:59:59"), 2, Motif.EN_COURS),
        (a(9, "17:00"), 3, Motif.COMPTE),
        (a(9, "23:00"), 3, Motif.COMPTE),
        (a(12, "12:00"), 5, Motif.FIN_DE_SEMAINE),
    ],
)
def test_sla6_une_demande_ouverte_se_compte_a_ce_jour(
    calendrier: Calendrier, au: datetime, jours: int, dernier_motif: Motif
) -> None:
    decompte = decompter(histoire((a(3), MCN)), None, calendrier, au=au)
    assert decompte.jours == jours
    assert decompte.intervalles[-1].motif is dernier_motif


def test_sla2_les_dates_des_phrases(calendrier: Calendrier) -> None:
    passages = histoire((a(28, mois=8), MCN), (a(31, mois=8), CLIENT))
    (client,) = [
        i for i in decompter(passages, a(3), calendrier).intervalles if i.motif is Motif.CLIENT
    ]
    assert client.phrase.startswith("31 août au 2 septembre 2026 : ")
    decembre = [Transition(datetime(2027, 12, 30, 15, tzinfo=UTC), 1, CLIENT)]
    (nouvel_an,) = [
        i
        for i in decompter(decembre, datetime(2028, 1, 3, 15, tzinfo=UTC), calendrier).intervalles
        if i.motif is Motif.FIN_DE_SEMAINE
    ]
    assert nouvel_an.phrase == ("1er au 2 janvier 2028 : fin de semaine, non compté")


@pytest.mark.parametrize(
    ("passages", "au", "attendue"),
    [
        ([(a(3), MCN)], a(3, "12:00"), date(2026, 9, 10)),  # 4, 8, 9, 10
        ([(a(3), MCN)], a(9, "12:00"), date(2026, 9, 10)),
        ([(a(3), MCN)], a(9, "18:00"), date(2026, 9, 10)),
        ([(a(3), MCN)], a(30), date(2026, 9, 10)),  # dépassée : le jour où elle l'a été
        ([(a(3), MCN), (a(4), CLIENT)], a(9, "12:00"), date(2026, 9, 14)),  # 9, 10, 11, 14
        # Levée à 17 h pile, la suspension l'est avant la fermeture : le 9 compte.
        ([(a(3), MCN), (a(4), CLIENT)], a(9, "16:59:59"), date(2026, 9, 14)),
        ([(a(3), MCN), (a(4), CLIENT)], a(9, "16:59:59.999999"), date(2026, 9, 14)),
        ([(a(3), MCN), (a(4), CLIENT)], a(9, "17:00"), date(2026, 9, 14)),
        ([(a(3), MCN), (a(4), CLIENT)], a(9, "17:00:00.000001"), date(2026, 9, 15)),
        ([(a(3), MCN), (a(4), CLIENT)], a(9, "17:00:01"), date(2026, 9, 15)),
        ([(a(3), MCN), (a(4), CLIENT)], a(9, "18:00"), date(2026, 9, 15)),
        ([(a(4, "18:00"), MCN)], a(5), date(2026, 9, 14)),  # J0 le 8
        # Délai épuisé, puis suspendue : le quatrième jour compté, non celui de la reprise.
        ([(a(3), MCN), (a(10, "17:30"), CLIENT)], a(21), date(2026, 9, 10)),
        ([(a(3), CLIENT)], a(9), None),
        ([(a(3), CLIENT), (a(9, "17:00"), MCN)], a(9, "16:59"), None),  # encore inconnue
    ],
)
def test_sla6_l_echeance_projetee_d_un_delai_de_quatre_jours(
    calendrier: Calendrier,
    passages: list[tuple[datetime, Charge]],
    au: datetime,
    attendue: date | None,
) -> None:
    assert echeance_projetee(histoire(*passages), 4, calendrier, au=au) == attendue


def test_sla6_finir_a_l_echeance_projetee_tient_la_cible_et_pas_le_lendemain(
    calendrier: Calendrier,
) -> None:
    passages = histoire((a(1), MCN), (a(2), CLIENT), (a(9), MCN))
    limite = echeance_projetee(passages, 4, calendrier, au=a(9, "12:00"))
    assert limite == date(2026, 9, 14)
    fin = oracle.cinq_heures(limite)
    assert decompter(passages, fin, calendrier).tenue(4)
    assert not decompter(passages, fin + timedelta(days=1), calendrier).tenue(4)


def test_sla2_une_histoire_qui_se_contredit_est_refusee(calendrier: Calendrier) -> None:
    with pytest.raises(HistoireInvalide, match="sans transition"):
        decompter([], a(3), calendrier)
    with pytest.raises(HistoireInvalide, match="deux charges différentes"):
        decompter([Transition(a(1), 1, MCN), Transition(a(1), 1, CLIENT)], a(3), calendrier)
    with pytest.raises(HistoireInvalide, match="instant donné"):
        decompter(histoire((a(1), MCN)), None, calendrier)


@pytest.mark.parametrize("annee", [2014, 2041])
def test_sla2_une_histoire_hors_du_calendrier_est_refusee(
    calendrier: Calendrier, annee: int
) -> None:
    dehors = datetime(annee, 6, 1, tzinfo=UTC)
    for passages, fin in (
        (histoire((dehors, CLIENT)), a(3)),
        (histoire((a(1), MCN), (dehors, CLIENT)), a(3)),
        (histoire((a(1), MCN)), dehors),
    ):
        with pytest.raises(JourHorsCalendrier, match="2015 à 2040"):
            decompter(passages, fin, calendrier)


@pytest.mark.parametrize(
    ("instant", "dit"),
    [
        (datetime(2026, 9, 1, 12, tzinfo=UTC), "1er septembre 2026, 8 h"),
        (datetime(2026, 9, 14, 12, 6, tzinfo=UTC), "14 septembre 2026, 8 h 06"),
        (datetime(2026, 12, 1, 4, 59, 59, tzinfo=UTC), "30 novembre 2026, 23 h 59 min 59 s"),
        (datetime(2026, 9, 14, 4, 0, 5, 999, tzinfo=UTC), "14 septembre 2026, 0 h 00 min 05 s"),
    ],
)
def test_sla1_un_instant_se_lit_a_l_heure_de_quebec(instant: datetime, dit: str) -> None:
    assert instant_long(instant) == dit

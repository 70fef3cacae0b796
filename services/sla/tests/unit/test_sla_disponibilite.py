"""SLA-5 : cas comptés à la main, et ce qui n'y change rien; l'oracle est `tests/oracle/mesures`."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendrier import Calendrier, instant_de_quebec, version_depuis_document
from noyau import Acte, Acteur, Comparaison, Conflit, Mois, Predicat, debut_du_jour
from services.sla.tests.builders import CONDITIONS, ESPACE, calendrier, fiche, pt_4, si
from sla.disponibilites.domaine.indisponibilites import (
    Constat,
    Indisponibilite,
    Nature,
    Portee,
    Source,
    constater,
)
from sla.disponibilites.domaine.minutes import (
    Donnees,
    Minutes,
    cadrer,
    compter,
    decompter,
    dernier_jour,
    segments,
)
from sla.disponibilites.domaine.services import Clientele, Service
from sla.fiches.domaine import Condition, Fiches, FinDeStatuQuo, Indicateur, StatuQuo

CLIENT = Clientele("MTQ", debut_du_jour(date(2015, 1, 1)))
MESSAGERIE = Service(code="messagerie", libelle="Messagerie", debut=date(2015, 1, 1))
STOCKAGE = Service(code="stockage", libelle="Stockage", debut=date(2015, 1, 1))
NOVEMBRE = Mois(2026, 11)
ACTE = Acte(Acteur("mesureur"), datetime(2027, 6, 1, tzinfo=UTC))


def le(jour: int, heure: int = 0, minute: int = 0, *, mois: int = 11) -> datetime:
    return instant_de_quebec(date(2026, mois, jour), time(heure, minute))


def panne(
    debut: datetime, fin: datetime | None, service: str = "messagerie", **dits: object
) -> Indisponibilite:
    constat = Constat(service=service, debut=debut, fin=fin, **dits)  # type: ignore[arg-type]
    cle = uuid5(ESPACE, f"{service} {debut} {fin} {dits}")
    return constater(cle, constat, Source.SAISIE, ACTE)


def mtq(
    *pannes: Indisponibilite,
    mois: Mois = NOVEMBRE,
    jusqua: date | None = None,
    services: tuple[Service, ...] = (MESSAGERIE, STOCKAGE),
    fiches: Fiches | None = None,
    client: Clientele = CLIENT,
) -> Minutes | None:
    donnees = Donnees(fiches or Fiches.de([fiche(pt_4())]), calendrier(), services, pannes)
    jour = jusqua or dernier_jour(mois, date(2030, 1, 1))
    return next(
        (m for m in compter(mois, jour, [client], donnees) if m.organisme == client.organisme), None
    )


def durees(minutes: Minutes | None) -> tuple[int, int, int, int]:
    assert minutes is not None
    return minutes.service, minutes.panne, minutes.service_ajuste, minutes.panne_ajuste


HEURE, JOUR = 3_600, 86_400


def test_sla_5_zero_panne_est_le_service_entier() -> None:
    service, perdu, ajuste, perdu_ajuste = durees(mtq(mois=Mois(2026, 9)))
    assert (service, perdu, perdu_ajuste) == (30 * JOUR, 0, 0)
    # Septembre 2026 : 8 jours de fin de semaine; du mardi au samedi, 6 h après une nuit exclue.
    assert ajuste == service - 8 * JOUR - 22 * 2 * HEURE - 18 * 6 * HEURE


@pytest.mark.parametrize(("mois", "heures"), [(Mois(2026, 3), -1), (Mois(2026, 11), 1)])
def test_sla_5_un_jour_de_23_ou_de_25_heures_se_compte_ainsi(mois: Mois, heures: int) -> None:
    assert durees(mtq(mois=mois))[0] == mois.jours * JOUR + heures * HEURE


def test_sla_5_une_panne_a_travers_le_changement_d_heure_dure_ce_qu_elle_dure() -> None:
    """Le 1er novembre 2026, de 0 h à 4 h : cinq heures; le 8 mars, trois."""
    assert durees(mtq(panne(le(1), le(1, 4))))[1] == 5 * HEURE
    mars = panne(le(8, mois=3), le(8, 4, mois=3))
    assert durees(mtq(mars, mois=Mois(2026, 3)))[1] == 3 * HEURE


def test_sla_5_panne_de_8_06_a_9_48_plage_exclue_de_8_00_a_8_15() -> None:
    """Le piège publié : la plage sort des deux termes, la panne n'y compte que 93 minutes."""
    version = calendrier().versions[-1]
    document = version.vers_document()
    document["horaires"] = {
        **document["horaires"],  # type: ignore[dict-item]
        "maintenance": {"ouvrable": ["08:00-08:15"]},
    }
    autre = Calendrier.depuis(version_depuis_document(document))
    donnees = Donnees(
        Fiches.de([fiche(pt_4())]), autre, (MESSAGERIE,), [panne(le(9, 8, 6), le(9, 9, 48))]
    )
    minutes = compter(NOVEMBRE, date(2026, 11, 9), [CLIENT], donnees)[0]
    assert minutes.panne == 102 * 60
    assert minutes.panne_ajuste == 93 * 60
    # Six jours ouvrables du 2 au 9 novembre.
    assert minutes.service - minutes.service_ajuste == 6 * 15 * 60


def test_sla_5_deux_pannes_qui_se_chevauchent_se_fondent() -> None:
    deux = (panne(le(10, 8), le(10, 10)), panne(le(10, 9), le(10, 11), "stockage"))
    assert durees(mtq(*deux))[1] == 3 * HEURE
    travaux = panne(le(10, 8), le(10, 10), nature=Nature.MAINTENANCE)
    assert durees(mtq(*deux, travaux))[1] == 3 * HEURE


def test_sla_5_une_panne_a_minuit_du_mois_se_partage() -> None:
    une = panne(le(31, 23, mois=10), le(1, 2))
    assert durees(mtq(une, mois=Mois(2026, 10)))[1] == HEURE
    # À 2 h, le 1er novembre, une heure est revenue.
    assert durees(mtq(une))[1] == 3 * HEURE


def test_sla_5_la_maintenance_compte_hors_de_la_plage_d_seulement() -> None:
    # Le mardi 10 novembre, de 20 h à 23 h : la plage commence à 22 h.
    travaux = panne(le(10, 20), le(10, 23), nature=Nature.MAINTENANCE)
    service, perdu, _, ajuste = durees(mtq(travaux))
    assert (perdu, ajuste) == (3 * HEURE, 2 * HEURE)
    assert service > perdu


def test_sla_5_une_panne_en_pleine_plage_d_sort_aussi() -> None:
    samedi = panne(le(14, 10), le(14, 12))
    assert durees(mtq(samedi))[1::2] == (2 * HEURE, 0)


def test_sla_5_le_lundi_de_0_h_a_6_h_est_du_service() -> None:
    assert durees(mtq(panne(le(9), le(9, 6))))[3] == 6 * HEURE


def test_sla_5_une_degradation_se_consigne_sans_compter() -> None:
    assert durees(mtq(panne(le(10, 8), le(10, 12), nature=Nature.DEGRADATION)))[1] == 0


def test_sla_5_une_panne_d_un_autre_organisme_n_atteint_pas_celui_ci() -> None:
    autre = panne(le(10, 8), le(10, 9), portee=Portee.ORGANISMES, organismes=("SQ",))
    sien = panne(le(11, 8), le(11, 9), portee=Portee.ORGANISMES, organismes=("MTQ", "SQ"))
    assert durees(mtq(autre, sien))[1] == HEURE


def test_sla_5_une_panne_d_un_service_que_la_fiche_ne_nomme_pas_ne_compte_pas() -> None:
    assert durees(mtq(panne(le(10, 8), le(10, 9), "intranet")))[1] == 0


def test_sla_5_un_service_ne_ou_retire_dans_le_mois_compte_de_l_un_a_l_autre() -> None:
    court = Service(code="messagerie", libelle="", debut=date(2026, 11, 10), fin=date(2026, 11, 20))
    avant_et_pendant = panne(le(9, 22), le(10, 1))
    assert durees(mtq(avant_et_pendant, services=(court,)))[:2] == (10 * JOUR, HEURE)


def test_sla_5_un_service_sans_minute_de_service_ne_vaut_rien() -> None:
    """Inconnu, pas encore né, ou l'organisme parti : zéro, donc « sans objet », jamais 1."""
    futur = Service(code="messagerie", libelle="", debut=date(2027, 1, 1))
    une = panne(le(10, 8), le(10, 9))
    assert durees(mtq(une, services=())) == (0, 0, 0, 0)
    assert durees(mtq(une, services=(futur,))) == (0, 0, 0, 0)
    assert mtq(une, client=Clientele("MTQ", debut_du_jour(date(2027, 1, 1)))) is None


def test_sla_5_une_panne_ouverte_court_jusqu_au_dernier_jour_compte() -> None:
    ouverte = panne(le(10, 8), None)
    minutes = mtq(ouverte, jusqua=date(2026, 11, 10))
    assert durees(minutes)[1] == 16 * HEURE
    assert durees(mtq(ouverte))[1] == 20 * JOUR + 16 * HEURE


def test_sla_5_les_heures_de_la_visioconference() -> None:
    """VI-7 : de 8 h 30 à 17 h, jours ouvrables; une panne de nuit n'y est pas."""
    vi_7 = pt_4(
        code="PT-4", calendrier="visioconference", couvre=si("service", "messagerie"), conditions=()
    )
    fiches = Fiches.de([fiche(vi_7)])
    nuit, jour = panne(le(10, 1), le(10, 5)), panne(le(10, 16), le(11, 9))
    # Novembre 2026 : vingt et un jours ouvrables.
    assert durees(mtq(nuit, jour, fiches=fiches))[:2] == (21 * 8.5 * HEURE, 1.5 * HEURE)


def test_sla_5_une_fiche_qui_change_en_cours_de_mois_decide_de_ses_jours() -> None:
    sans_d = pt_4(conditions=(), cible=Decimal("0.995"))
    fiches = Fiches.de([fiche(pt_4()), fiche(sans_d, version=2, debut=date(2026, 11, 15))])
    samedis = (panne(le(14, 10), le(14, 12)), panne(le(21, 10), le(21, 12)))
    minutes = mtq(*samedis, fiches=fiches)
    assert durees(minutes)[1::2] == (4 * HEURE, 2 * HEURE)
    assert minutes is not None
    assert (minutes.fiche_version, minutes.cible) == (2, Decimal("0.995"))


def test_cat_6_un_statu_quo_garde_sa_version_et_ses_services() -> None:
    suivante = fiche(pt_4(couvre=si("service", "stockage")), version=2, debut=date(2026, 6, 1))
    garde = StatuQuo(
        statu_quo_id=UUID(int=1),
        organisme="MTQ",
        fiche="POSTES",
        version=1,
        debut=date(2026, 6, 1),
    )
    une = panne(le(10, 8), le(10, 9))
    assert durees(mtq(une, fiches=Fiches.de([fiche(pt_4()), suivante])))[1] == 0
    assert durees(mtq(une, fiches=Fiches.de([fiche(pt_4()), suivante], (), [garde])))[1] == HEURE
    fini = FinDeStatuQuo(
        statu_quo_id=UUID(int=1),
        organisme="MTQ",
        fiche="POSTES",
        fin=date(2026, 11, 10),
        sequence=2,
    )
    assert durees(mtq(une, fiches=Fiches.de([fiche(pt_4()), suivante], (), [garde, fini])))[1] == 0


def test_dem_14_un_organisme_inactif_n_a_pas_de_service() -> None:
    absent = Clientele("MTQ", le(5), ((le(10), le(12)), (le(28), None)))
    une = panne(le(11, 8), le(12, 1))
    assert durees(mtq(une, client=absent))[:2] == (21 * JOUR, HEURE)


def test_sla_5_un_organisme_compte_de_l_instant_ou_il_s_inscrit() -> None:
    """Comme son inactivité finit à l'instant; une panne d'avant n'est pas « hors des heures »."""
    client = Clientele("MTQ", le(30, 10), ((le(30, 12), le(30, 12, 30)),))
    avant, pendant = panne(le(30, 8), le(30, 9)), panne(le(30, 9), le(30, 10, 15))
    assert durees(mtq(avant, pendant, client=client))[:2] == (13 * HEURE + HEURE // 2, HEURE // 4)
    fiches = Fiches.de([fiche(pt_4())])
    donnees = Donnees(fiches, calendrier(), (MESSAGERIE,), [avant])
    limite = le(1, mois=12)
    siens = segments(fiches, NOVEMBRE, date(2026, 11, 30))["PT-4"]
    (comptee,) = decompter(cadrer(siens, donnees), "MTQ", client.active(limite)).pannes
    assert "avant son inscription" in comptee.phrase


@pytest.mark.parametrize(
    ("inscrit_le", "jours", "egale"),
    [(date(2015, 1, 1), 30, True), (date(2026, 11, 16), 15, False)],
)
def test_sla_5_tous_ensemble_est_la_moyenne_des_actifs_chacun_selon_son_temps(
    inscrit_le: date, jours: int, egale: bool
) -> None:
    """La moyenne simple s'ils ont servi autant; né le 16, un organisme en pèse la moitié."""
    clients = [CLIENT, Clientele("SQ", debut_du_jour(inscrit_le))]
    pannes = [
        panne(le(24, 8), le(24, 9)),
        panne(le(20), le(23), portee=Portee.ORGANISMES, organismes=("SQ",)),
    ]
    donnees = Donnees(Fiches.de([fiche(pt_4())]), calendrier(), (MESSAGERIE,), pannes)
    lignes = {m.organisme: m for m in compter(NOVEMBRE, date(2026, 11, 30), clients, donnees)}
    mtq, sq, tous = (lignes[organisme] for organisme in ("MTQ", "SQ", ""))
    # Novembre a une heure de plus, le premier.
    assert (mtq.service, mtq.panne) == (30 * JOUR + HEURE, HEURE)
    assert (sq.service, sq.panne) == (jours * JOUR + egale * HEURE, 3 * JOUR + HEURE)
    taux = {m.organisme: Fraction(m.service - m.panne, m.service) for m in (mtq, sq, tous)}
    poids = Fraction(sq.service, mtq.service + sq.service)
    assert taux[""] == (1 - poids) * taux["MTQ"] + poids * taux["SQ"]
    assert (taux[""] == (taux["MTQ"] + taux["SQ"]) / 2) is egale


def test_cat_9_une_condition_sur_la_panne_la_retire_sans_toucher_au_service() -> None:
    """Une fiche d'avant excluait toute maintenance : c'est ce qu'elle dit, et cela se compte."""
    ancienne = Condition(code="d", libelle="", exclut=si("nature", vaut="maintenance"))
    fiches = Fiches.de([fiche(pt_4(conditions=(ancienne,)))])
    travaux = panne(le(10, 8), le(10, 10), nature=Nature.MAINTENANCE)
    service, perdu, ajuste, perdu_ajuste = durees(mtq(travaux, fiches=fiches))
    assert (perdu, perdu_ajuste) == (2 * HEURE, 0)
    assert ajuste == service


def test_cat_9_une_condition_peut_exiger_la_plage_et_la_nature() -> None:
    exigees = tuple(Comparaison(fait=fait, egale="maintenance") for fait in ("plage", "nature"))
    les_deux = Condition(code="d", libelle="", exclut=Predicat((exigees,)))
    fiches = Fiches.de([fiche(pt_4(conditions=(les_deux,)))])
    travaux = panne(le(10, 20), le(10, 23), nature=Nature.MAINTENANCE)
    samedi = panne(le(14, 8), le(14, 9))
    assert durees(mtq(travaux, samedi, fiches=fiches))[1::2] == (4 * HEURE, 3 * HEURE)


@pytest.mark.parametrize(
    ("champs", "mesure"),
    [
        ({}, True),
        ({"calendrier": "lunaire"}, False),
        ({"couvre": si("nature", "panne")}, False),
        ({"sujet": "demande"}, False),
        ({"horloge": "jours_ouvrables"}, False),
    ],
)
def test_cat_9_ce_qui_ne_se_compte_pas_est_suivi(champs: dict[str, object], mesure: bool) -> None:
    assert (pt_4(**champs).suivi is None) is mesure


@pytest.mark.parametrize(
    "faute",
    [
        {"fin": le(10, 8)},
        {"fin": le(9, 8)},
        {"debut": ACTE.le + timedelta(hours=1), "fin": None},
        {"fin": ACTE.le + timedelta(minutes=6)},
        {"portee": Portee.ORGANISMES},
        {"organismes": ("MTQ",)},
        {"portee": Portee.SITES, "sites": ("Siège",)},
    ],
)
def test_sla_5_un_constat_qui_se_contredit_se_refuse(faute: dict[str, object]) -> None:
    dits: dict[str, object] = {"debut": le(10, 8), "fin": le(10, 9), **faute}
    with pytest.raises(Conflit) as refus:
        panne(**dits)  # type: ignore[arg-type]
    assert refus.value.regle == "SLA-5"


def test_sla_5_deux_secondes_d_avance_se_tolerent() -> None:
    assert panne(le(10, 8), ACTE.le + timedelta(seconds=2)).fin == ACTE.le + timedelta(seconds=2)


MOIS = st.sampled_from((Mois(2026, 3), Mois(2026, 9), Mois(2026, 11), Mois(2026, 12)))
MINUTES_DU_MOIS = st.integers(-3_000, 46_000)


Tire: TypeAlias = tuple[Mois, list[Indisponibilite], tuple[Service, ...], Indicateur]


@st.composite
def pannes_du_mois(tirer: st.DrawFn, mois: Mois) -> list[Indisponibilite]:
    debut = instant_de_quebec(mois.debut, time())
    pannes = []
    for rang in range(tirer(st.integers(0, 5))):
        depart, duree = tirer(MINUTES_DU_MOIS), tirer(st.none() | st.integers(1, 4_000))
        commence = debut + timedelta(minutes=depart)
        organismes = tirer(st.sampled_from(((), ("MTQ",), ("SQ",), ("MTQ", "SQ"))))
        pannes.append(
            Indisponibilite(
                id=UUID(int=rang),
                source=Source.SAISIE,
                service=tirer(st.sampled_from(("messagerie", "stockage", "intranet"))),
                nature=tirer(st.sampled_from(Nature)),
                portee=Portee.ORGANISMES if organismes else Portee.TOUS,
                organismes=organismes,
                debut=commence,
                fin=None if duree is None else commence + timedelta(minutes=duree),
            )
        )
    return pannes


@st.composite
def services_du_mois(tirer: st.DrawFn, mois: Mois) -> tuple[Service, ...]:
    services = []
    for code in ("messagerie", "stockage"):
        ne = mois.debut + timedelta(days=tirer(st.integers(-5, 28)))
        duree = tirer(st.none() | st.integers(0, 20))
        fin = None if duree is None else ne + timedelta(days=duree)
        services.append(Service(code=code, libelle="", debut=ne, fin=fin))
    return tuple(services)


@st.composite
def mondes(tirer: st.DrawFn) -> Tire:
    mois, visio, avec_d = tirer(MOIS), tirer(st.booleans()), tirer(st.booleans())
    services, pannes = tirer(services_du_mois(mois)), tirer(pannes_du_mois(mois))
    promis = pt_4(
        calendrier="visioconference" if visio else "continu",
        conditions=(CONDITIONS["d"],) if avec_d else (),
    )
    return mois, pannes, services, promis


@settings(max_examples=40)
@given(tire=mondes(), graine=st.randoms(use_true_random=False))
def test_sla_5_l_ordre_des_pannes_et_leur_repetition_n_y_changent_rien(
    tire: Tire, graine: random.Random
) -> None:
    mois, pannes, services, promis = tire
    melangees = [*pannes, *pannes]
    graine.shuffle(melangees)
    fiches: Fiches = Fiches.de([fiche(promis)])
    une, autre = (mtq(*p, mois=mois, services=services, fiches=fiches) for p in (pannes, melangees))
    assert une == autre
    service, perdu, ajuste, perdu_ajuste = durees(une)
    assert 0 <= perdu <= service
    assert 0 <= perdu_ajuste <= ajuste <= service

"""SLA-5 : changer les dates d'un service s'inscrit, et n'efface aucune panne constatée."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendrier import instant_de_quebec
from noyau import Conflit
from sla.disponibilites.domaine.indisponibilites import Indisponibilite, Nature, Source
from sla.disponibilites.domaine.services import ActeService, Service

SERVICE = Service(code="messagerie", libelle="Messagerie", debut=date(2026, 4, 1))
LE = instant_de_quebec(date(2026, 9, 30), time(12))


def a(jour: int, heure: int = 0, minute: int = 0) -> datetime:
    """En septembre 2026, à l'heure de Québec."""
    return instant_de_quebec(date(2026, 9, jour), time(heure, minute))


def panne(debut: datetime, fin: datetime | None, **autres: object) -> Indisponibilite:
    dits = {"service": "messagerie", "source": Source.SAISIE, **autres}
    return Indisponibilite(id=UUID(int=1), debut=debut, fin=fin, **dits)  # type: ignore[arg-type]


def acte(debut: date, fin: date | None = None, avant: Service = SERVICE) -> ActeService:
    apres = avant.changer(avant.libelle, debut, fin)
    return ActeService(avant=avant, apres=apres, motif="Ainsi.", auteur="mesure-1", le=LE)


def refuse(pose: ActeService, *pannes: Indisponibilite) -> bool:
    try:
        pose.exiger_sans_panne(pannes)
    except Conflit:
        return True
    return False


PANNE = panne(a(14, 8, 6), a(14, 9, 48))


@pytest.mark.parametrize(
    ("dates", "voulu"),
    [
        ((date(2026, 9, 14), None), False),
        ((date(2026, 9, 15), None), True),
        ((date(2026, 4, 1), date(2026, 9, 15)), False),
        ((date(2026, 4, 1), date(2026, 9, 14)), True),
        ((date(2026, 9, 14), date(2026, 9, 15)), False),
        ((date(2026, 3, 1), None), False),
        ((date(2026, 10, 15), None), True),
        ((date(2026, 4, 1), date(2026, 10, 15)), False),
    ],
)
def test_sla_5_une_panne_ne_sort_pas_du_temps_de_service(
    dates: tuple[date, date | None], voulu: bool
) -> None:
    assert refuse(acte(*dates), PANNE) is voulu


@pytest.mark.parametrize(
    "autre",
    [
        replace(PANNE, service="stockage"),
        replace(PANNE, annulee=True),
        replace(PANNE, nature=Nature.DEGRADATION),
    ],
)
def test_sla_5_ce_qui_ne_compte_pas_ne_retient_rien(autre: Indisponibilite) -> None:
    assert not refuse(acte(date(2026, 10, 15)), autre)
    assert refuse(acte(date(2026, 10, 15)), autre, replace(PANNE, nature=Nature.MAINTENANCE))


def test_sla_5_une_panne_a_cheval_retient_le_service_entier() -> None:
    nuit = panne(a(13, 23), a(14, 1))
    assert refuse(acte(date(2026, 9, 14)), nuit)
    assert refuse(acte(date(2026, 4, 1), date(2026, 9, 14)), nuit)
    assert not refuse(acte(date(2026, 9, 13)), nuit)


def test_sla_5_une_panne_qui_dure_retient_ce_qui_est_passe() -> None:
    ouverte = panne(a(14, 8), None)
    assert refuse(acte(date(2026, 4, 1), date(2026, 9, 30)), ouverte)
    assert not refuse(acte(date(2026, 4, 1), date(2026, 10, 1)), ouverte)


def test_sla_5_un_service_deja_retire_ne_perd_rien_de_plus() -> None:
    retire = replace(SERVICE, fin=date(2026, 9, 1))
    assert not refuse(acte(date(2026, 4, 1), date(2026, 8, 1), retire), PANNE)


def test_sla_5_le_refus_nomme_la_panne_et_ses_heures_de_quebec() -> None:
    dates = "du 14 septembre 2026, 8 h 06, au 14 septembre 2026, 9 h 48"
    with pytest.raises(Conflit, match=dates) as refus:
        acte(date(2026, 9, 15)).exiger_sans_panne([PANNE])
    assert refus.value.regle == "SLA-5"


def test_sla_5_un_changement_qui_ne_change_rien_se_refuse() -> None:
    with pytest.raises(Conflit, match="ne change rien"):
        SERVICE.changer("Messagerie", SERVICE.debut, None)
    assert SERVICE.changer("Courriel", SERVICE.debut, None).version == 2


JOURS = st.dates(date(2026, 8, 1), date(2026, 9, 29))
INSTANTS = st.datetimes(datetime(2026, 7, 31), datetime(2026, 9, 29), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis y met le fuseau


@given(debut=JOURS, fin=st.none() | JOURS, commence=INSTANTS, heures=st.integers(1, 500))
def test_sla_5_admis_un_changement_garde_chaque_instant_de_panne(
    debut: date, fin: date | None, commence: datetime, heures: int
) -> None:
    """Instant par instant : la panne était dans le service, elle y reste."""
    if fin is not None and fin < debut:
        debut, fin = fin, debut
    une = panne(commence, commence + timedelta(hours=heures))
    pose = acte(debut, fin)
    instants = [commence + timedelta(minutes=30 * n) for n in range(2 * heures)]

    def rendu(service: Service, instant: datetime) -> bool:
        return any(p.debut <= instant < p.fin for p in service.existe(LE))

    perdus = [i for i in instants if rendu(SERVICE, i) and not rendu(pose.apres, i)]
    if perdus:
        assert refuse(pose, une)
    if not refuse(pose, une):
        assert perdus == []

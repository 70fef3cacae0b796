"""La cause d'une correction (SLA-7) : ce qui a vraiment changé, sans base de données."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.sla.tests.unit.test_sla_fermetures_regles import (
    FIN,
    MANQUE,
    MESUREE,
    SEPTEMBRE,
    TENU,
    publie,
)
from sla.taux.domaine.corrections import Cause, Constat, Jugement, corriger

DIT_LE = publie(TENU).dit_le
AVANT, APRES, ENSUITE = (DIT_LE + timedelta(hours=h) for h in (-1, 1, 2))
"""Ce qui s'est su ou décidé avant la publication du jugement, après, et plus tard encore."""
EXCLU: Jugement = {**TENU, "exclue": True, "conditions": ["force_majeure"]}
RENDU: Jugement = {
    "service": 100,
    "panne": 10,
    "service_ajuste": 90,
    "panne_ajuste": 5,
    "cible": "0.99",
    "fiche": "POSTES",
    "fiche_version": 1,
}


def sous(jugement: Jugement, **autres: object) -> Jugement:
    """Le même, sous un calendrier publié depuis : seule sa version change, sauf ce qui est dit."""
    return {**jugement, "calendrier": "2026-2", **autres}


class TestCause:
    """Ce que dit une correction de ce qui l'a voulue."""

    @pytest.mark.parametrize(
        ("avant", "apres", "appris", "decidee", "cause"),
        [
            (TENU, MANQUE, APRES, None, Cause.FAIT),
            (TENU, None, APRES, None, Cause.FAIT),
            (TENU, None, AVANT, None, Cause.FICHE),
            (None, TENU, APRES, None, Cause.FAIT),
            (None, TENU, AVANT, None, Cause.FICHE),
            (None, RENDU, None, None, Cause.FAIT),
            (TENU, sous(MANQUE), AVANT, None, Cause.CALENDRIER),
            (TENU, sous(MANQUE, j0="2026-08-31"), AVANT, None, Cause.CALENDRIER),
            (TENU, sous(MANQUE, j0="2026-08-31"), APRES, None, Cause.FAIT),
            (TENU, {**MANQUE, "jours": 4, "delai": 3, "fiche_version": 2}, AVANT, None,
             Cause.FICHE),
            (TENU, {**MANQUE, "j0": "2026-08-31", "fiche_version": 2}, APRES, None, Cause.FAIT),
            (TENU, EXCLU, AVANT, None, Cause.EXCLUSION),
            (TENU, EXCLU, AVANT, APRES, Cause.EXCLUSION),
            (TENU, EXCLU, APRES, ENSUITE, Cause.EXCLUSION),
            (TENU, {**EXCLU, "conditions": ["a"]}, APRES, None, Cause.FAIT),
            (TENU, {**EXCLU, "conditions": ["a"]}, ENSUITE, APRES, Cause.FAIT),
        ],
    )  # fmt: skip
    def test_sla_7_une_correction_dit_sa_cause(
        self,
        avant: Jugement | None,
        apres: Jugement | None,
        appris: datetime | None,
        decidee: datetime | None,
        cause: Cause,
    ) -> None:
        assert dite(avant, apres, appris, decidee) is cause

    @pytest.mark.parametrize(
        ("apres", "appris", "decidee", "cause"),
        [
            pytest.param(sous(EXCLU), AVANT, APRES, Cause.EXCLUSION, id="exclusion prononcée"),
            pytest.param(sous(EXCLU), AVANT, None, Cause.EXCLUSION, id="exclusion sans date"),
            pytest.param(sous(MANQUE), AVANT, APRES, Cause.EXCLUSION, id="suspension contestée"),
            pytest.param(sous(MANQUE), AVANT, AVANT, Cause.CALENDRIER, id="décidée bien avant"),
            pytest.param(
                sous(MANQUE, fin="2026-09-17T13:00:00.000000Z"), APRES, None, Cause.FAIT,
                id="livraison rectifiée",
            ),
            pytest.param(
                sous(MANQUE, fin="2026-09-17T13:00:00.000000Z"), APRES, ENSUITE, Cause.FAIT,
                id="livraison rectifiée, puis une décision",
            ),
            pytest.param(
                sous(MANQUE, jours=4, delai=3, fiche_version=2), AVANT, None, Cause.FICHE,
                id="statu quo",
            ),
            pytest.param(sous(TENU, cible="0.90"), AVANT, None, Cause.FICHE, id="cible"),
        ],
    )  # fmt: skip
    def test_sla_7_le_calendrier_n_est_la_cause_que_de_ce_qu_il_explique(
        self, apres: Jugement, appris: datetime | None, decidee: datetime | None, cause: Cause
    ) -> None:
        """Un calendrier publié depuis n'avait rien fait bouger; autre chose change le jugement."""
        assert dite(TENU, apres, appris, decidee) is cause

    def test_sla_7_une_suspension_ecartee_est_une_decision(self) -> None:
        assert dite(TENU, MANQUE, AVANT, APRES) is Cause.EXCLUSION

    def test_sla_7_apres_une_correction_le_calendrier_est_la_cause_de_la_suivante(self) -> None:
        """Le fait, du même instant que la correction qu'il a voulue, n'explique pas la suivante."""
        deja = replace(publie(MANQUE), rang=1)
        for fin, cause in ((MANQUE["fin"], Cause.CALENDRIER), ("2026-09-02", Cause.FAIT)):
            constat = Constat(
                mesuree=MESUREE,
                periode=SEPTEMBRE,
                jugement=sous(TENU, fin=fin),
                appris_le=deja.dit_le,
            )
            (correction,) = corriger(constat, [deja], FIN)
            assert (correction.rang, correction.cause) == (2, cause)

    @pytest.mark.parametrize(
        ("lus", "decidee", "cause"),
        [
            ("2015-1", None, Cause.CALENDRIER),
            ("2015-1", AVANT, Cause.CALENDRIER),
            ("2015-1", APRES, Cause.SERVICE),
            ("2015-1, 2026-2", None, Cause.SERVICE),
            (None, None, Cause.SERVICE),
        ],
    )
    def test_sla_7_une_disponibilite_que_change_un_calendrier_le_dit(
        self, lus: str | None, decidee: datetime | None, cause: Cause
    ) -> None:
        moins = {**RENDU, "service": 80, "service_ajuste": 70, "calendriers": "2015-1, 2026-2"}
        assert dite({**RENDU, "calendriers": lus}, moins, None, decidee) is cause

    @pytest.mark.parametrize(
        ("autres", "cause"),
        [
            ({"panne": 20, "panne_ajuste": 15}, Cause.INDISPONIBILITE),
            ({"panne_ajuste": 0}, Cause.INDISPONIBILITE),
            ({"service": 80, "service_ajuste": 70}, Cause.SERVICE),
            ({"service_ajuste": 80, "panne_ajuste": 2}, Cause.SERVICE),
            ({"cible": "0.95", "fiche_version": 2}, Cause.FICHE),
        ],
    )
    def test_sla_5_une_indisponibilite_ne_change_ni_le_service_ni_le_temps_exclu(
        self, autres: dict[str, object], cause: Cause
    ) -> None:
        assert dite(RENDU, {**RENDU, **autres}, None, None) is cause


def dite(
    avant: Jugement | None,
    apres: Jugement | None,
    appris: datetime | None,
    decidee: datetime | None,
) -> Cause:
    """La cause de la correction que veut ce passage d'un jugement à l'autre."""
    constat = Constat(
        mesuree=MESUREE, periode=SEPTEMBRE, jugement=apres, appris_le=appris, decidee_le=decidee
    )
    (correction,) = corriger(constat, [publie(avant)], FIN)
    assert (correction.avant, correction.apres) == (avant, apres)
    return correction.cause

"""SLA-1 : le calendrier est une donnée versionnée; un mauvais document est refusé clairement."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from calendrier import (
    Calendrier,
    VersionCalendrier,
    VersionInvalide,
    jours_changes,
    lire_versions,
    version_depuis_document,
    version_en_vigueur,
)

DEUIL = date(2026, 9, 14)
PATRIOTES = date(2026, 5, 18)

Alteration = Callable[[dict[str, Any]], object]


def test_sla1_une_version_embarquee_couvre_2015(version: VersionCalendrier) -> None:
    assert version.en_vigueur_depuis == date(2015, 1, 1)
    assert len({v.version for v in lire_versions()}) == len(lire_versions())


def test_sla1_un_document_fait_l_aller_retour(version: VersionCalendrier) -> None:
    decidee = version.avec(
        version="2026-2",
        en_vigueur_depuis=date(2026, 9, 1),
        ajouts=[(DEUIL, "Deuil national")],
        retraits=[(PATRIOTES, "Décret d'essai")],
        note="essai",
    )
    assert version_depuis_document(decidee.vers_document()) == decidee
    assert version_depuis_document(version.vers_document()) == version


def test_sla1_l_ordre_des_heures_d_un_document_ne_compte_pas(version: VersionCalendrier) -> None:
    document: Any = version.vers_document()
    genres = reversed(document["horaires"].items())
    document["horaires"] = {genre: dict(reversed(par_type.items())) for genre, par_type in genres}
    assert version_depuis_document(document) == version


def test_sla1_une_decision_fait_une_version_et_laisse_l_ancienne_reproductible(
    version: VersionCalendrier, calendrier: Calendrier
) -> None:
    decidee = version.avec(
        version="2026-2",
        en_vigueur_depuis=date(2026, 9, 1),
        ajouts=[(DEUIL, "Deuil national")],
        retraits=[(PATRIOTES, "Décret d'essai")],
    )
    nouveau = Calendrier.depuis(decidee)
    ferie = nouveau.ferie(DEUIL)
    assert ferie is not None
    assert (ferie.libelle, nouveau.est_ouvrable(DEUIL)) == ("Deuil national", False)
    assert nouveau.est_ouvrable(PATRIOTES)
    assert jours_changes(calendrier, nouveau) == (PATRIOTES, DEUIL)
    assert Calendrier.depuis(version) == calendrier != nouveau
    assert calendrier.est_ouvrable(DEUIL)
    assert jours_changes(calendrier, Calendrier.depuis(version)) == ()


def test_sla1_une_decision_contraire_annule_la_premiere(version: VersionCalendrier) -> None:
    decidee = version.avec(
        version="2",
        en_vigueur_depuis=date(2026, 1, 1),
        ajouts=[(DEUIL, "Deuil national")],
        retraits=[(PATRIOTES, "Décret d'essai")],
    )
    revenue = decidee.avec(
        version="3",
        en_vigueur_depuis=date(2026, 2, 1),
        ajouts=[(PATRIOTES, "Rendu")],
        retraits=[(DEUIL, "Reporté")],
    )
    assert (revenue.ajouts, revenue.retraits) == ((), ())


def test_sla1_la_version_en_vigueur_est_la_derniere_entree_en_vigueur(
    version: VersionCalendrier,
) -> None:
    seconde = version.avec(version="2", en_vigueur_depuis=date(2026, 9, 1))
    versions = (seconde, version)
    assert version_en_vigueur(versions, date(2026, 8, 31)) == version
    assert version_en_vigueur(versions, date(2026, 9, 1)) == seconde
    with pytest.raises(VersionInvalide, match="aucune version"):
        version_en_vigueur(versions, date(2014, 12, 31))


def test_sla1_une_decision_change_de_nom_de_version(version: VersionCalendrier) -> None:
    with pytest.raises(VersionInvalide, match="existe déjà"):
        version.avec(version=version.version, en_vigueur_depuis=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("ajouts", "retraits", "message"),
    [
        ([(date(2026, 9, 7), "x")], [], "7 septembre 2026 est déjà chômé"),
        ([(date(2026, 9, 12), "x")], [], "12 septembre 2026 est déjà chômé"),
        ([(date(2041, 3, 4), "x")], [], "4 mars 2041 sort des années"),
        ([(PATRIOTES, "x")], [(PATRIOTES, "y")], "aussi parmi les retraits"),
        ([], [(date(2026, 9, 8), "x")], "8 septembre 2026 n'est pas un jour férié"),
        ([], [(date(2014, 12, 25), "x")], "25 décembre 2014 sort des années"),
    ],
)
def test_sla1_une_decision_sans_effet_est_refusee(
    version: VersionCalendrier,
    ajouts: list[tuple[date, str]],
    retraits: list[tuple[date, str]],
    message: str,
) -> None:
    decidee = version.avec(
        version="2", en_vigueur_depuis=date(2026, 1, 1), ajouts=ajouts, retraits=retraits
    )
    with pytest.raises(VersionInvalide, match=message):
        Calendrier.depuis(decidee)


def _ferie(cle: str, valeur: object) -> Alteration:
    return lambda d: d["feries"][0].__setitem__(cle, valeur)


def _horaire(genre: str, valeur: object) -> Alteration:
    return lambda d: d["horaires"].__setitem__(genre, valeur)


@pytest.mark.parametrize(
    ("alterer", "message"),
    [
        (lambda d: d.pop("note"), "il manque note"),
        (lambda d: d.update(surplus=1), "clé inconnue surplus"),
        (lambda d: d.update(version="  "), "version : un texte non vide"),
        (lambda d: d.update(en_vigueur_depuis="2026-02-30"), "en_vigueur_depuis : une date"),
        (lambda d: d.update(feries={}), "feries : une liste"),
        (lambda d: d.update(feries=["noel"]), r"feries\[0\] : un objet"),
        (lambda d: d["feries"].append(d["feries"][0]), "jour-de-l-an » revient deux fois"),
        (_ferie("report", "au hasard"), r"feries\[0\].report : 'au hasard' n'est pas parmi"),
        (_ferie("regle", {"fixe": "02-29"}), r"feries\[0\].regle : « 02-29 »"),
        (_ferie("regle", {"fixe": "13-01"}), "« 13-01 » n'est pas un jour"),
        (_ferie("regle", {"lundi_du_mois": "09-5"}), "un rang de 1 à 4"),
        (_ferie("regle", {"paques": 61}), "de -60 à 60"),
        (_ferie("regle", {"paques": True}), "une règle est un objet"),
        (_ferie("regle", {"fixe": "01-01", "paques": 1}), "une règle est un objet d'une seule clé"),
        (_ferie("regle", "noel"), "une règle est un objet"),
        (
            lambda d: d.update(ajouts=[{"jour": "x", "libelle": "y"}]),
            r"ajouts\[0\].jour : une date",
        ),
        (
            lambda d: d.update(retraits=[{"jour": "2026-05-18", "libelle": "y"}] * 2),
            "retraits : le jour « 2026-05-18 » revient deux fois",
        ),
        (lambda d: d["horaires"].pop("maintenance"), "horaires : il manque maintenance"),
        (_horaire("csc", {}), "horaires.csc.ouvrable : il faut une plage et une seule"),
        (_horaire("csc", {"ouvrable": ["07:30-12:00", "13:00-17:00"]}), "une plage et une seule"),
        (_horaire("csc", {"ouvrable": ["22:00-26:00"]}), "finie le jour même"),
        (_horaire("visioconference", {"jeudi": []}), "'jeudi' n'est pas parmi"),
        (_horaire("visioconference", {"ouvrable": ["8 h-17 h"]}), "« hh:mm-hh:mm »"),
        (_horaire("visioconference", {"ouvrable": [830]}), "« hh:mm-hh:mm »"),
        (_horaire("visioconference", {"ouvrable": ["17:00-08:30"]}), "finir après son début"),
        (_horaire("visioconference", {"ouvrable": ["25:00-26:00"]}), "commencer le jour même"),
        (_horaire("visioconference", {"ouvrable": ["20:00-49:00"]}), "au plus tard à 48:00"),
    ],
)
def test_sla1_un_mauvais_document_est_refuse_en_nommant_le_champ(
    version: VersionCalendrier, alterer: Alteration, message: str
) -> None:
    document = deepcopy(version.vers_document())
    alterer(document)
    with pytest.raises(VersionInvalide, match=message):
        version_depuis_document(document)


@pytest.mark.parametrize(
    ("regle", "report", "message"),
    [
        ({"fixe": "12-25"}, "aucun", "deux fériés tombent le"),
        ({"fixe": "01-01"}, "recule", "change d'année"),
    ],
)
def test_sla1_des_feries_qui_se_contredisent_sont_refuses(
    version: VersionCalendrier, regle: dict[str, object], report: str, message: str
) -> None:
    document: Any = version.vers_document()
    document["feries"][0].update(regle=regle, report=report)
    with pytest.raises(VersionInvalide, match=message):
        Calendrier.depuis(version_depuis_document(document))


def test_sla1_un_ferie_sans_report_est_perdu_en_fin_de_semaine(version: VersionCalendrier) -> None:
    document: Any = version.vers_document()
    document["feries"].append(
        {
            "code": "reconciliation",
            "libelle": "Vérité et réconciliation",
            "regle": {"fixe": "09-30"},
            "report": "aucun",
        }
    )
    calendrier = Calendrier.depuis(version_depuis_document(document))
    assert calendrier.est_ferie(date(2026, 9, 30))
    assert [f.code for f in calendrier.feries(2028)].count("reconciliation") == 0

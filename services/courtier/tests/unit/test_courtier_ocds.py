"""CI-25 : les données ouvertes sont valides, et se fusionnent en ce que nous tenons.

Le schéma et la fusion d'OCDS jugent de l'extérieur; le réseau n'y sert à rien.
"""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocdsmerge import Merger  # type: ignore[import-untyped]  # sans annotations
from ocdsmerge.rules import get_merge_rules  # type: ignore[import-untyped]

from courtier.seao.adaptateurs.reference import lire_profil
from courtier.seao.domaine import fusion, ocds
from courtier.seao.domaine.publication import NatureEtape, Partie
from courtier.seao.entrees.paquets import entete, octets
from noyau import Montant
from services.courtier.tests import publie

SCHEMAS = Path(__file__).parents[4] / "tests" / "ocds" / "schema"
PROFIL = lire_profil()
EN_COURS = date(2026, 12, 1)
PERMIS = {
    *("ocid", "id", "date", "language", "initiationType", "tag", "buyer.id", "buyer.name"),
    *(f"parties.{champ}" for champ in ("id", "name", "roles", "details.neq")),
    *(f"parties.identifier.{champ}" for champ in ("scheme", "id", "legalName")),
    *(f"tender.{champ}" for champ in ("id", "title", "status", "mainProcurementCategory")),
    *(f"tender.{champ}" for champ in ("procurementMethod", "procurementMethodDetails")),
    *(f"tender.items.{champ}" for champ in ("id", "description")),
    *(f"tender.items.classification.{champ}" for champ in ("scheme", "id")),
    *(f"awards.{champ}" for champ in ("id", "status", "date", "suppliers.id", "suppliers.name")),
    *(f"awards.value.{champ}" for champ in ("amount", "currency")),
    *(f"contracts.{champ}" for champ in ("id", "awardID", "status", "dateSigned")),
    *(f"contracts.value.{champ}" for champ in ("amount", "currency")),
    *(f"contracts.period.{champ}" for champ in ("startDate", "endDate")),
}
"""Tout ce qui se publie; un champ de plus se décide ici."""


def _schema(nom: str) -> dict[str, Any]:
    texte = (SCHEMAS / f"{nom}.json").read_text("utf-8")
    lu: dict[str, Any] = json.loads(texte.replace("{{version}}", "1.1").replace("{{lang}}", "en"))
    return lu


@cache
def _juge(paquet: str) -> jsonschema_rs.Validator:
    """Le schéma d'un paquet, qui ne va rien chercher ailleurs."""
    connus = [_schema("release-schema"), _schema("versioned-release-validation-schema")]
    registre = jsonschema_rs.Registry([(schema["id"], schema) for schema in connus])
    return jsonschema_rs.Draft4Validator(
        _schema(f"{paquet}-package-schema"), registry=registre, validate_formats=True
    )


@cache
def _fusion() -> Merger:
    # Le schéma daté veut « details » entier; la fusion, laissée à elle-même, y descend.
    entier = {("parties", "details"): "wholeListMerge"}
    return Merger(merge_rules={**get_merge_rules(_schema("release-schema")), **entier})


def _ecrites(publications: list[ocds.Json]) -> list[dict[str, Any]]:
    """Telles qu'un lecteur les reçoit."""
    lues: list[dict[str, Any]] = json.loads(octets({"releases": publications}))["releases"]
    return lues


def _fautes(paquet: str, contenu: ocds.Json) -> list[str]:
    corps = {**entete("essai", "2026-10-01T00:00:00-04:00", PROFIL), **contenu}
    return [
        f"{e.instance_path} {e.message}"
        for e in _juge(paquet).iter_errors(json.loads(octets(corps)))
    ]


def _champs(objet: object, chemin: str = "") -> set[str]:
    if isinstance(objet, list):
        return {champ for element in objet for champ in _champs(element, chemin)} or {chemin}
    if isinstance(objet, dict):
        return {
            champ
            for nom, valeur in objet.items()
            for champ in _champs(valeur, f"{chemin}.{nom}" if chemin else nom)
        }
    return {chemin}


@settings(max_examples=200)
@given(publie.histoires(), st.booleans())
def test_ci_25_toute_histoire_est_valide_et_se_fusionne_en_ce_que_nous_tenons(
    histoire: publie.Histoire, finie: bool
) -> None:
    lue_le = histoire.fin if finie else histoire.fin - timedelta(days=1)
    publications = ocds.etapes(histoire.publication, lue_le, PROFIL)
    compilee, versionnee = fusion.compiler(publications), fusion.versionner(publications)
    archive = {
        "ocid": publications[-1]["ocid"],
        "releases": publications,
        "compiledRelease": compilee,
        "versionedRelease": versionnee,
    }
    assert _fautes("release", {"releases": publications}) == []
    assert _fautes("record", {"records": [archive]}) == []

    ecrites = _ecrites(publications)
    assert json.loads(octets(compilee)) == _fusion().create_compiled_release(ecrites)
    assert json.loads(octets(versionnee)) == _fusion().create_versioned_release(ecrites)

    [contrat], [attribue] = compilee["contracts"], compilee["awards"]
    assert attribue["value"]["amount"] == histoire.publication.conclusion.montant.decimal
    paye = histoire.courant if histoire.paye is None else histoire.paye
    assert contrat["value"]["amount"] == paye.decimal
    terminee = finie or histoire.paye is not None or publie.deja_resilie(histoire.publication)
    assert contrat["status"] == ("terminated" if terminee else "active")
    assert contrat["period"]["endDate"] == ocds.soir(histoire.fin)
    assert len({p["ocid"] for p in publications}) == 1
    assert len({p["id"] for p in publications}) == len(publications)
    assert set().union(*map(_champs, ecrites)) <= PERMIS


def test_ci_25_le_profil_du_seao() -> None:
    publication, _ = publie.publiee().modifier(
        publie.avenant("34000.00"),
        assujetti=True,
        normes=publie.NORMES,
        acte=publie.acte(publie.LE_8_SEPTEMBRE),
    )
    conclue, revisee = ocds.etapes(publication, EN_COURS, PROFIL)
    assert (conclue["ocid"], revisee["ocid"]) == ("ocds-ec9k95-20145160",) * 2
    assert (conclue["tag"], revisee["tag"]) == (["award", "contract"], ["contractUpdate"])
    acheteur, adjudicataire = conclue["parties"]
    assert (acheteur["id"], acheteur["details"]) == ("OP-MTQ", {"neq": "8831234567"})
    assert (adjudicataire["id"], adjudicataire["identifier"]["id"]) == (
        "FO-1170000001", "1170000001"
    )  # fmt: skip
    assert conclue["tender"]["items"][0]["description"] == "G8 - Matériel et logiciel informatique"
    assert conclue["tender"]["procurementMethod"] == "direct"
    assert conclue["tender"]["procurementMethodDetails"].startswith("Article 48 – ")
    assert [r["awards"][0]["value"]["amount"] for r in (conclue, revisee)] == [30_000, 30_000]
    assert [r["contracts"][0]["value"]["amount"] for r in (conclue, revisee)] == [30_000, 34_000]


def test_ci_25_echu_un_contrat_n_est_plus_actif_sans_attendre_l_avis() -> None:
    publication = publie.publiee()
    [conclue] = ocds.etapes(publication, date(2028, 9, 30), PROFIL)
    assert conclue["contracts"][0]["status"] == "active"
    _, echue = lues = ocds.etapes(publication, date(2028, 10, 1), PROFIL)
    assert (echue["tag"], echue["date"]) == (["contractTermination"], "2028-10-01T00:00:00-04:00")
    assert (echue["contracts"][0]["status"], echue["contracts"][0]["value"]["amount"]) == (
        "terminated", 30_000
    )  # fmt: skip
    le = datetime(2028, 10, 2, 17, tzinfo=UTC)
    finie, _ = publication.finir(
        publie.annonce(date(2028, 10, 2)), UUID(int=9), Montant.de("29750.00"), publie.acte(le)
    )
    # Ce qui s'est lu une fois demeure.
    *avant, avis = ocds.etapes(finie, date(2028, 10, 2), PROFIL)
    assert (avant, avis["contracts"][0]["value"]["amount"]) == (lues, Decimal("29750.00"))


@pytest.mark.parametrize(
    ("effet", "etats"),
    [
        (date(2026, 9, 8), ["active", "terminated"]),
        (date(2026, 9, 9), ["active", "active", "terminated"]),
    ],
)
def test_ci_25_resilie_un_contrat_n_est_plus_actif_a_sa_date_d_effet(
    effet: date, etats: list[str]
) -> None:
    resiliation = replace(publie.avenant("30000.00", fin=effet), nature=NatureEtape.RESILIATION)
    publication, _ = publie.conclue().modifier(
        resiliation,
        assujetti=True,
        normes=publie.NORMES,
        acte=publie.acte(publie.LE_8_SEPTEMBRE),
    )
    lues = ocds.etapes(publication, effet, PROFIL)
    assert [lue["contracts"][0]["status"] for lue in lues] == etats
    assert [lue["tag"] for lue in lues[1:]] == [["contractTermination"]] * (len(etats) - 1)
    assert lues[-1]["contracts"][0]["period"]["endDate"] == ocds.soir(effet)


def test_ci_25_avant_son_numero_un_contrat_porte_notre_prefixe() -> None:
    [conclue] = ocds.etapes(publie.conclue(), EN_COURS, PROFIL)
    assert conclue["ocid"] == f"ocds-sbgmcn-{publie.CONTRAT_ID}"


def test_ci_25_un_instant_se_dit_a_l_heure_de_quebec() -> None:
    [conclue] = ocds.etapes(publie.conclue(), EN_COURS, PROFIL)
    assert conclue["date"] == "2026-09-08T15:00:00-04:00"
    assert conclue["contracts"][0]["period"] == {
        "startDate": "2026-10-01T00:00:00-04:00",
        "endDate": "2028-09-30T23:59:59-04:00",
    }
    assert ocds.soir(date(2027, 1, 1)) == "2026-12-31T23:59:59-05:00"


@pytest.mark.parametrize(
    ("jour", "etiquettes"),
    [
        (date(2026, 3, 31), []),
        (date(2026, 4, 1), [["award", "contract"]]),
        (date(2029, 3, 31), [["award", "contract"]]),
        (date(2029, 4, 1), [["award", "contract"], ["contractTermination"]]),
    ],
)
def test_ci_25_une_entente_cadre_se_publie_a_son_debut_et_a_sa_fin(
    jour: date, etiquettes: list[list[str]]
) -> None:
    entente = ocds.Entente(
        id=UUID(int=10),
        numero="EC-1",
        fournisseur=Partie(code=str(UUID(int=1)), nom="Nuage boréal inc.", neq="1170000001"),
        debut=date(2026, 4, 1),
        fin=date(2029, 4, 1),
    )
    dites = ocds.de_l_entente(entente, jour, PROFIL)
    assert [dite["tag"] for dite in dites] == etiquettes
    if dites:
        assert _fautes("release", {"releases": dites}) == []
        ecrites = _ecrites(dites)
        compilee = json.loads(octets(fusion.compiler(dites)))
        assert compilee == _fusion().create_compiled_release(ecrites)
        assert set().union(*map(_champs, ecrites)) <= PERMIS


def test_ci_25_le_juge_sait_refuser() -> None:
    [conclue] = ocds.etapes(publie.conclue(), EN_COURS, PROFIL)
    for faute in ({"date": "hier"}, {"initiationType": "gre-a-gre"}, {"tag": "contract"}):
        assert _fautes("release", {"releases": [{**conclue, **faute}]})


def test_ci_25_toute_nature_a_son_etiquette() -> None:
    assert set(ocds.ETIQUETTES) == set(NatureEtape)

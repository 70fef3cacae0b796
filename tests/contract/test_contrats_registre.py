"""Le registre des événements : types, clés, sujets, schémas et exemples committés."""

import json
import unicodedata
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from jsonschema_rs import Draft202012Validator, meta

from contrats import EVENEMENTS, PRODUCTEURS, SUJETS, Evenement
from outils.contrats import cliche, enveloppe, schemas
from outils.contrats.__main__ import perimes
from outils.contrats.elargissement import Schema, deplier
from socle.bus.enveloppe import Enveloppe, attributs, en_tetes_binaires, schema_de

TOUS = pytest.mark.parametrize(
    "classe", EVENEMENTS.values(), ids=[c.__name__ for c in EVENEMENTS.values()]
)


def validateur(schema: Schema) -> Draft202012Validator:
    return Draft202012Validator(dict(schema), validate_formats=True)


def committe(classe: type[Evenement]) -> Schema:
    chemin = schemas.CONTRATS / "schemas" / schemas.fichier(classe)
    contenu: Schema = json.loads(chemin.read_text(encoding="utf-8"))
    return contenu


def une_enveloppe(classe: type[Evenement], cle: str) -> Enveloppe:
    return Enveloppe(
        id=UUID("01a0a65e-6800-7e25-b944-852039292d22"),
        type=classe.TYPE,
        version=classe.VERSION,
        survenu_le=datetime(2026, 9, 15, 18, 40, tzinfo=UTC),
        enregistre_le=datetime(2026, 9, 15, 18, 41, tzinfo=UTC),
        sequence=3,
        sujet=SUJETS[classe.PRODUCTEUR],
        cle=cle,
    )


def champs_muets(chemin: str, schema: Schema) -> list[str]:
    muets: list[str] = []
    proprietes = schema.get("properties", {})
    assert isinstance(proprietes, dict)
    for nom, champ in proprietes.items():
        branches = [champ, *champ.get("anyOf", [])]
        if not any("description" in branche for branche in branches):
            muets.append(chemin + nom)
        for branche in (*branches, champ.get("items", {})):
            muets += champs_muets(f"{chemin}{nom}.", branche)
    return muets


def test_rien_de_genere_n_a_vieilli() -> None:
    assert perimes() == (), "make schemas"


def test_un_evenement_publie_ne_fait_que_s_elargir() -> None:
    cliche.verifier(cliche.lire(), EVENEMENTS.values())


def test_ni_schema_ni_exemple_sans_evenement() -> None:
    attendus = set(schemas.attendus())
    for dossier in ("schemas", "exemples"):
        racine = schemas.CONTRATS / dossier
        assert {f.relative_to(racine).as_posix() for f in racine.rglob("*.json")} == attendus


def test_le_registre_n_est_pas_vide() -> None:
    """Chaque essai d'ici tourne sur le registre : vide, il n'en jouerait aucun."""
    assert len(EVENEMENTS) >= 32
    assert {classe.PRODUCTEUR for classe in EVENEMENTS.values()} == set(PRODUCTEURS)


def test_les_sujets_sont_en_ascii_et_nomment_leur_producteur() -> None:
    assert all(sujet.isascii() for sujet in SUJETS.values())
    assert dict(SUJETS) == {p: f"sbg.{p}.v1" for p in PRODUCTEURS}


def test_deux_evenements_n_ont_ni_le_meme_fichier_ni_le_meme_nom_de_classe() -> None:
    classes = list(EVENEMENTS.values())
    assert len({schemas.fichier(c) for c in classes}) == len(classes)
    assert len({(c.__name__, c.VERSION) for c in classes}) == len(classes)


@TOUS
def test_le_type_est_en_nfc_et_dit_un_fait(classe: type[Evenement]) -> None:
    assert unicodedata.normalize("NFC", classe.TYPE) == classe.TYPE
    objet, _, fait = classe.TYPE.partition(".")
    assert objet
    assert fait
    assert classe.TYPE.lower().strip() == classe.TYPE


@TOUS
def test_l_uri_du_schema_est_en_ascii_et_porte_la_version(classe: type[Evenement]) -> None:
    uri = schema_de(classe.TYPE, classe.VERSION)
    assert uri.isascii()
    assert uri.endswith(f":v{classe.VERSION}")
    assert committe(classe)["$id"] == uri


@TOUS
def test_la_cle_est_un_champ_exige(classe: type[Evenement]) -> None:
    exiges = committe(classe)["required"]
    assert isinstance(exiges, list)
    assert classe.CLE in exiges


def test_une_meme_cle_nomme_les_memes_agregats() -> None:
    """Le champ d'une clé, de même nom et de même forme, ne peut nommer deux choses (ADR 0005)."""
    dits: dict[tuple[str, str, str], set[tuple[str, ...]]] = {}
    for classe in EVENEMENTS.values():
        champ = classe.model_fields[classe.CLE]
        forme = f"{champ.annotation} {champ.metadata}"
        dits.setdefault((classe.PRODUCTEUR, classe.CLE, forme), set()).add(classe.AGREGATS)
    assert all(dits)
    assert [cle for cle, agregats in dits.items() if len(agregats) > 1] == []


@TOUS
def test_chaque_champ_dit_son_sens(classe: type[Evenement]) -> None:
    assert champs_muets("", deplier(committe(classe))) == []


@TOUS
def test_le_schema_est_du_json_schema_2020_12(classe: type[Evenement]) -> None:
    meta.validate(dict(committe(classe)))


@TOUS
def test_l_exemple_se_valide_et_revient_identique(classe: type[Evenement]) -> None:
    """Par une bibliothèque qui ignore nos classes, puis par nos classes, aller et retour."""
    exemple = schemas.exemple(classe)
    validateur(committe(classe)).validate(exemple)
    lu = classe.model_validate_json(json.dumps(exemple))
    assert json.loads(lu.model_dump_json(exclude_unset=True)) == exemple
    complet = json.loads(lu.model_dump_json())
    validateur(committe(classe)).validate(complet)
    assert classe.model_validate(complet) == lu
    assert lu.cle == str(exemple[classe.CLE])


@TOUS
def test_un_champ_inconnu_s_ignore(classe: type[Evenement]) -> None:
    exemple = dict(schemas.exemple(classe))
    lu = classe.model_validate_json(json.dumps({**exemple, "champ_de_demain": {"x": [1]}}))
    assert lu == classe.model_validate_json(json.dumps(exemple))


@TOUS
def test_une_bibliotheque_independante_lit_l_enveloppe(classe: type[Evenement]) -> None:
    lu = classe.model_validate(schemas.exemple(classe))
    envoi = une_enveloppe(classe, lu.cle)
    en_tetes = dict(en_tetes_binaires(envoi, {}))
    recu = from_kafka_event(
        KafkaMessage(headers=en_tetes, key=lu.cle.encode(), value=lu.model_dump_json().encode())
    )
    assert recu.get_type() == classe.TYPE
    assert recu.get_time() == envoi.survenu_le
    assert recu.get_dataschema() == schema_de(classe.TYPE, classe.VERSION)
    assert recu.get_extension("sequence") == "3"
    assert classe.model_validate(recu.get_data()) == lu


def test_les_en_tetes_decrits_sont_ceux_que_le_socle_ecrit() -> None:
    envoi = une_enveloppe(next(iter(EVENEMENTS.values())), "X")
    ecrits = {nom: valeur.decode() for nom, valeur in en_tetes_binaires(envoi, {})}
    validateur(enveloppe.schema_en_tetes()).validate(ecrits)
    decrits = {nom for nom, _, _ in enveloppe.EN_TETES}
    assert set(ecrits) == decrits - enveloppe.FACULTATIFS
    annonces = {f"ce_{nom}" for nom in attributs(envoi)} - {"ce_datacontenttype"}
    assert annonces == {nom for nom in ecrits if nom.startswith("ce_")}

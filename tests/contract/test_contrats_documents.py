"""EVENEMENTS.md et AsyncAPI disent tout le registre, et ne renvoient à rien d'absent."""

import importlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from jsonschema_rs import Draft202012Validator

from contrats import EVENEMENTS, SUJETS
from outils.contrats.ecoutants import SERVICES, ecoutes_de
from outils.contrats.enveloppe import ATTRIBUTS_DU_JALON, schema_rebut
from outils.contrats.schemas import RACINE, nom_ascii
from socle.bus.enveloppe import TYPE_ECARTE, TYPE_JALON, Message, en_tetes_de_jalon

ASYNCAPI: Any = json.loads((RACINE / "docs/asyncapi.json").read_text(encoding="utf-8"))
TEXTE = (RACINE / "docs/EVENEMENTS.md").read_text(encoding="utf-8")


def renvois(noeud: object) -> Iterator[str]:
    if isinstance(noeud, dict):
        if isinstance(noeud.get("$ref"), str):
            yield noeud["$ref"]
        for valeur in noeud.values():
            yield from renvois(valeur)
    elif isinstance(noeud, list):
        for element in noeud:
            yield from renvois(element)


def test_tout_renvoi_de_l_asyncapi_mene_quelque_part() -> None:
    tous = list(renvois(ASYNCAPI))
    assert len(tous) >= 6 * len(EVENEMENTS), "canal, deux messages, en-têtes, corps, opérations"
    for renvoi in tous:
        cible = ASYNCAPI
        for pas in renvoi.removeprefix("#/").split("/"):
            cible = cible[pas]


def test_l_asyncapi_porte_chaque_evenement_sur_le_sujet_de_son_producteur() -> None:
    assert ASYNCAPI["asyncapi"] == "3.0.0"
    for classe in EVENEMENTS.values():
        nom = f"{nom_ascii(classe.TYPE)}.v{classe.VERSION}"
        canal = ASYNCAPI["channels"][classe.PRODUCTEUR]
        assert canal["address"] == SUJETS[classe.PRODUCTEUR]
        assert nom in canal["messages"]
        assert ASYNCAPI["components"]["messages"][nom]["name"] == classe.TYPE
        envois = ASYNCAPI["operations"][f"{classe.PRODUCTEUR}.publie"]["messages"]
        assert {"$ref": f"#/channels/{classe.PRODUCTEUR}/messages/{nom}"} in envois


def test_chaque_sujet_porte_des_jalons_et_a_ses_rebuts() -> None:
    for producteur, sujet in SUJETS.items():
        assert TYPE_JALON in ASYNCAPI["channels"][producteur]["messages"]
        ecoutants = [s for s in SERVICES if producteur in {c.PRODUCTEUR for c in ecoutes_de(s)}]
        for consommateur in ecoutants:
            rebuts = ASYNCAPI["channels"][f"{producteur}.rebuts.{consommateur}"]
            assert rebuts["address"] == f"{sujet}.dlq.{consommateur}"
            assert list(rebuts["messages"]) == ["rebut"]


def test_l_asyncapi_porte_tous_les_sujets_des_services_et_rien_d_autre() -> None:
    """La topologie : ce que les services créent et lisent sur le bus."""
    declares = [importlib.import_module(f"{nom}.main").service() for nom in SERVICES]
    topologie = {sujet for service in declares for sujet in service.sujets}
    adresses = [canal["address"] for canal in ASYNCAPI["channels"].values()]
    assert sorted(adresses) == sorted(topologie)
    rebuts = {adresse for adresse in adresses if ".dlq." in adresse}
    assert len(rebuts) > len(SUJETS), "un sujet de rebuts par producteur et par consommateur"


def test_un_fait_auquel_on_a_renonce_se_lit_sur_tout_sujet() -> None:
    """Il tient son rang : qui lit un sujet entier doit savoir n'en rien faire."""
    nom = nom_ascii(TYPE_ECARTE)
    assert ASYNCAPI["components"]["messages"][nom]["name"] == TYPE_ECARTE
    assert all(nom in ASYNCAPI["channels"][producteur]["messages"] for producteur in SUJETS)


def test_un_jalon_a_les_en_tetes_decrits() -> None:
    quand = datetime(2026, 10, 1, 4, tzinfo=UTC)
    paires = en_tetes_de_jalon("sbg.sla.v1", 3, quand)
    schema = ASYNCAPI["components"]["messages"][TYPE_JALON]["headers"]
    validateur = Draft202012Validator(schema)
    en_tetes = {nom: valeur.decode() for nom, valeur in paires}
    validateur.validate(en_tetes)
    assert set(en_tetes) == ATTRIBUTS_DU_JALON
    assert not validateur.is_valid({"ce_type": TYPE_JALON})


def test_un_message_ecarte_a_la_forme_decrite() -> None:
    message = Message("sbg.sla.v1", 0, 12, "MTQ", {"ce_type": "poste.livré"}, b"\xff{")
    Draft202012Validator(dict(schema_rebut())).validate(json.loads(message.en_octets()))


def test_ce_qu_un_service_ecoute_est_au_registre_et_dans_les_documents() -> None:
    ecoutees = 0
    for service in SERVICES:
        for classe in ecoutes_de(service):
            ecoutees += 1
            assert EVENEMENTS[classe.TYPE, classe.VERSION] is classe
            nom = f"{nom_ascii(classe.TYPE)}.v{classe.VERSION}"
            recus = ASYNCAPI["operations"][f"{service}.ecoute.{classe.PRODUCTEUR}"]["messages"]
            assert {"$ref": f"#/channels/{classe.PRODUCTEUR}/messages/{nom}"} in recus
    assert ecoutees > len(EVENEMENTS), "demandes les écoute tous, et n'est pas seul"


def test_evenements_md_nomme_chaque_evenement_et_ses_liens_existent() -> None:
    for classe in EVENEMENTS.values():
        assert f"### {classe.TYPE}" in TEXTE
    liens = re.findall(r"\]\(((?:\.\./)?[^)#]+)\)", TEXTE)
    assert len(liens) > len(EVENEMENTS)
    for lien in liens:
        assert (RACINE / "docs" / lien).resolve().is_file(), lien
    ancres = set(re.findall(r'<a id="([^"]+)"', TEXTE))
    assert len(ancres) == len(EVENEMENTS)
    assert set(re.findall(r"\]\(#([^)]+\.v\d+)\)", TEXTE)) == ancres

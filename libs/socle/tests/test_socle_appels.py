"""L'appel, par jeton ou par signature : mêmes garanties; de quel organisme il parle."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast
from uuid import uuid4

import httpx
import orjson
import pytest
from fastapi import Depends
from pydantic import SecretStr
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook
from starlette.responses import Response

from noyau import Acteur, Introuvable
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import (
    AugmentationIn,
    Augmenter,
    CompteOut,
    Ports,
    augmenter,
    service,
)
from socle.execution.idempotence import Reponse
from socle.reglages import Reglages
from socle.service import Aire
from socle.web import AccesSigne, Appel, Probleme, Routeur
from socle.web.etags import etag

CLE, ANCIENNE = ("whsec_" + b64encode(bytes([n]) * 24).decode() for n in (1, 2))
MACHINE = Acteur("machine", roles=frozenset({"itsm"}))
Signe = Annotated[
    Appel[Ports],
    Depends(AccesSigne(Ports, MACHINE, [SecretStr(CLE), SecretStr(ANCIENNE)], AugmentationIn)),
]
routes = Routeur(prefix="/v1/signes")
CORPS = orjson.dumps({"de": 3})


@routes.post("/{code}", response_model=CompteOut)
async def _recevoir(code: str, corps: AugmentationIn, appel: Signe) -> Response:
    commande = Augmenter(organisme="MCN", code=code, de=corps.de)
    return await appel.ecrire(augmenter, commande, CompteOut.model_validate, statut=202)


@routes.post("/{code}/une-fois", response_model=CompteOut)
async def _montrer(code: str, corps: AugmentationIn, appel: Signe) -> Response:
    commande = Augmenter(organisme="MCN", code=code, de=corps.de)
    return await appel.ecrire(augmenter, commande, CompteOut.model_validate, taire=("valeur",))


@pytest.fixture
async def b(banc: MonterBanc) -> Banc:
    """Le témoin, et une route signée."""
    base = service()
    aire: Aire[Reglages] = Aire(nom="signes", routes=lambda _: (routes,))
    return await banc(replace(base, aires=(*base.aires, aire)))


def _signer(
    corps: bytes, identifiant: str, *, secret: str = CLE, age: timedelta = timedelta()
) -> dict[str, str]:
    quand = datetime.now(UTC) - age  # noqa: TID251 -- une signature vit à l'heure système
    return {
        "content-type": "application/json",
        "webhook-id": identifiant,
        "webhook-timestamp": str(int(quand.timestamp())),
        "webhook-signature": Webhook(secret).sign(identifiant, quand, corps.decode()),
    }


@dataclass(frozen=True, slots=True)
class Facon:
    """Une façon d'appeler : par jeton, sous une clé; par signature, sous un identifiant."""

    nom: str
    chemin: str
    statut: int
    acteur: str
    operation: str
    en_tete: str

    async def appeler(self, b: Banc, cle: str, corps: bytes = CORPS) -> httpx.Response:
        if self.nom == "signature":
            return await b.client().post(self.chemin, content=corps, headers=_signer(corps, cle))
        en_tetes = {"Idempotency-Key": cle, "content-type": "application/json"}
        return await b.client("admin").post(self.chemin, content=corps, headers=en_tetes)


FACONS = (
    Facon(
        "jeton",
        "/v1/comptes/a/augmentation",
        200,
        "admin@mcn",
        "POST /v1/comptes/{code}/augmentation",
        "Idempotency-Key",
    ),
    Facon("signature", "/v1/signes/a", 202, "machine", "POST /v1/signes/{code}", "webhook-id"),
)


async def _audit(b: Banc) -> list[Mapping[str, Any]]:
    async with b.interne() as cx:
        lignes = await cx.lignes(text("SELECT * FROM socle_audit ORDER BY id"))
        return [ligne._asdict() for ligne in lignes]


@pytest.mark.integration
@pytest.mark.parametrize("facon", FACONS, ids=lambda f: f.nom)
async def test_le_meme_appel_n_a_qu_un_effet_et_rend_la_meme_reponse(b: Banc, facon: Facon) -> None:
    cle = uuid4().hex
    reponses = [await facon.appeler(b, cle) for _ in range(3)]
    assert {(r.status_code, r.content, r.headers["etag"]) for r in reponses} == {
        (facon.statut, reponses[0].content, etag(reponses[0].content, 1))
    }
    assert reponses[0].json()["valeur"] == 3
    assert len(await b.sortants()) == 1
    neuf = await facon.appeler(b, uuid4().hex)
    assert neuf.json()["valeur"] == 6, "un autre identifiant est un autre acte"


@pytest.mark.integration
@pytest.mark.parametrize("facon", FACONS, ids=lambda f: f.nom)
async def test_une_cle_ne_sert_pas_a_deux_appels(b: Banc, facon: Facon) -> None:
    cle = uuid4().hex
    await facon.appeler(b, cle)
    autre = await facon.appeler(b, cle, orjson.dumps({"de": 4}))
    assert (autre.status_code, autre.json()["type"]) == (422, "/problemes/cle-reutilisee")
    assert facon.en_tete in autre.json()["detail"]
    assert len(await b.sortants()) == 1


@pytest.mark.integration
@pytest.mark.parametrize("facon", FACONS, ids=lambda f: f.nom)
async def test_chaque_acte_a_son_entree_d_audit_et_nul_autre_n_en_a(b: Banc, facon: Facon) -> None:
    await facon.appeler(b, "k-1")
    await facon.appeler(b, "k-1")
    assert (await facon.appeler(b, "k-2", orjson.dumps({"de": 13}))).status_code == 409
    (entree,) = await _audit(b)
    vues = {nom: entree[nom] for nom in ("acteur", "organisme", "operation", "objet", "faits")}
    assert vues == {
        "acteur": facon.acteur,
        "organisme": "*",
        "operation": facon.operation,
        "objet": facon.chemin,
        "faits": ["compte.augmenté"],
    }
    refait = await facon.appeler(b, "k-2", orjson.dumps({"de": 12}))
    assert refait.status_code == facon.statut, "un refus ne garde pas la clé"


@pytest.mark.integration
async def test_les_deux_cles_d_une_rotation_signent(b: Banc) -> None:
    for rang, secret in enumerate((CLE, ANCIENNE), start=1):
        en_tetes = _signer(CORPS, f"m-{rang}", secret=secret)
        reponse = await b.client().post("/v1/signes/a", content=CORPS, headers=en_tetes)
        assert reponse.json()["valeur"] == 3 * rang


@pytest.mark.integration
@pytest.mark.parametrize(
    ("statut", "signature", "changer"),
    [
        (401, {}, {"webhook-signature": ""}),
        (401, {}, {"webhook-signature": "v1,AAAA"}),
        (401, {}, {"webhook-signature": "é".encode()}),
        (401, {}, {"webhook-id": "autre"}),
        (401, {}, {"webhook-timestamp": "hier"}),
        (401, {"age": timedelta(minutes=6)}, {}),
        (401, {"age": timedelta(minutes=-6)}, {}),
        (401, {"corps": b'{"de":4}'}, {}),
        (401, {"secret": "whsec_" + b64encode(bytes(24)).decode()}, {}),
        (400, {"identifiant": "m" * 201}, {}),
        (400, {"identifiant": "m\x1fm"}, {}),
        (415, {}, {"content-encoding": "gzip"}),
        (415, {}, {"content-type": "application/json; charset=utf-16"}),
    ],
)
async def test_une_signature_douteuse_n_ecrit_rien(
    b: Banc, statut: int, signature: dict[str, Any], changer: dict[str, Any]
) -> None:
    en_tetes = _signer(**{"corps": CORPS, "identifiant": "m"} | signature) | changer
    reponse = await b.client().post("/v1/signes/a", content=CORPS, headers=en_tetes)
    assert reponse.status_code == statut, reponse.text
    assert await _audit(b) == []


@pytest.mark.integration
async def test_un_bom_se_signe_avec_le_reste_et_passe(b: Banc) -> None:
    corps = b"\xef\xbb\xbf" + CORPS
    reponse = await b.client().post("/v1/signes/a", content=corps, headers=_signer(corps, "m"))
    assert reponse.json()["valeur"] == 3, reponse.text
    sans_bom = await b.client().post("/v1/signes/a", content=CORPS, headers=_signer(corps, "n"))
    assert sans_bom.status_code == 401, "la signature est celle des octets reçus"


@pytest.mark.integration
async def test_un_autre_encodage_se_dit_avant_la_signature(b: Banc) -> None:
    corps = CORPS.decode().encode("utf-16")
    reponse = await b.client().post("/v1/signes/a", content=corps, headers=_signer(CORPS, "m"))
    assert (reponse.status_code, "UTF-8" in reponse.json()["detail"]) == (415, True)


@pytest.mark.integration
async def test_un_jeton_ne_remplace_pas_la_signature(b: Banc) -> None:
    assert (await b.client("admin").post("/v1/signes/a", json={"de": 3})).status_code == 401


@pytest.mark.integration
async def test_un_parametre_inconnu_se_refuse_aussi_a_un_appel_signe(b: Banc) -> None:
    reponse = await b.client().post("/v1/signes/a?x=1", content=CORPS, headers=_signer(CORPS, "m"))
    assert reponse.status_code == 422
    assert await _audit(b) == []


def _appel(organisme: str | None) -> Appel[Ports]:
    rien = cast("Any", None)
    return Appel(Acteur("a", organisme), Ports, rien, rien, "", "")


def test_l_organisme_dont_parle_un_appel() -> None:
    assert _appel("MTQ").organisme(None) == "MTQ"
    assert _appel("MTQ").organisme("MTQ") == "MTQ"
    assert _appel(None).organisme("MSSS") == "MSSS"
    with pytest.raises(Introuvable):
        _appel("MTQ").organisme("MSSS")
    with pytest.raises(Probleme) as refus:
        _appel(None).organisme(None)
    assert refus.value.statut == 422


def test_le_filtre_d_organisme_d_une_liste() -> None:
    """Un organisme ne demande que le sien (un autre : 404, et non une liste vide); le MCN, tous."""
    assert _appel("MTQ").filtre_organisme(None) == "MTQ"
    assert _appel(None).filtre_organisme(None) is None
    assert _appel(None).filtre_organisme("MSSS") == "MSSS"
    with pytest.raises(Introuvable):
        _appel("MTQ").filtre_organisme("MSSS")


@pytest.mark.integration
async def test_ce_qui_ne_se_montre_qu_une_fois_ne_se_garde_pas(b: Banc) -> None:
    """L'appel répété rend la même réponse, sauf ce qu'on a tu."""
    en_tetes = _signer(CORPS, "unique")
    rendues = [
        await b.client().post("/v1/signes/a/une-fois", content=CORPS, headers=en_tetes)
        for _ in range(2)
    ]
    montree, repetee = (rendue.json() for rendue in rendues)
    assert montree["valeur"] == 3
    assert repetee == montree | {"valeur": None}
    async with b.interne() as cx:
        gardee = await cx.ligne(text("SELECT statut, en_tetes, corps FROM socle_idempotence"))
    assert gardee is not None
    assert (
        orjson.loads(Reponse.relire(gardee.statut, gardee.en_tetes, gardee.corps, b"").corps)
        == repetee
    )

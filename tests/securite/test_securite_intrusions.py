"""Des tours d'intrus qu'aucun document ne nomme : curseurs forgés, clés empruntées, en-têtes."""

import asyncio
import base64
import json
from itertools import product

import pytest
from sqlalchemy import text

from demo.ports import SERVICES
from outils.essais.greffon import MonterBanc
from tests.securite.documents import Operation, operations
from tests.securite.gestes import ALPHA, BRAVO, ORGANISMES
from tests.securite.intrus import PARTAGEES, ROLES_INTRUS
from tests.securite.jetons_forges import INCONNU
from tests.securite.test_securite_locataires import alterer, seme

pytestmark = pytest.mark.integration

FORGES = (
    "9" * 30, "-1", str(2**31), str(2**63), "NaN", "1e400", "2026-01-01", "2026-01-01T00:00:00",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", INCONNU,
    "\ud800", "'; RESET ROLE; --", "x" * 600,
)  # fmt: skip
LISTES = {"catalogue": 5, "demandes": 11, "facturation": 4, "sla": 4, "courtier": 6}
"""Les listes de chaque service, au moins."""
BRUTS = ("null", "[]", "{}", "[[1]]", '[{"a": 1}]', '"abc"', "[null]", "\xff", '["\\u0000"]')


def curseurs() -> list[str]:
    """Des curseurs bien encodés et mal intentionnés, d'une à trois clés."""
    valeurs = [list(v) for n in (1, 2) for v in product(FORGES, repeat=n)]
    valeurs += [[v] * 3 for v in FORGES]
    textes = [json.dumps(v) for v in valeurs] + list(BRUTS)
    return [base64.urlsafe_b64encode(t.encode("latin-1")).decode().rstrip("=") for t in textes]


def listes(document: dict[str, object]) -> list[Operation]:
    siennes = (o for o in operations(document) if o.nom not in PARTAGEES)
    return [o for o in siennes if any(p.nom == "curseur" for p in o.dans("query"))]


@pytest.mark.parametrize("service", SERVICES)
async def test_un_curseur_forge_est_illisible_et_ne_montre_rien(
    banc: MonterBanc, service: str
) -> None:
    """400, ou une page de ses lignes : jamais une erreur de la base, ni une ligne d'autrui."""
    monte = await seme(banc, service)
    client = monte.client(*ROLES_INTRUS, organisme=ALPHA, sujet=f"signataire-{ALPHA}")
    trouvees, refuses = listes(monte.application.openapi()), 0
    assert len(trouvees) >= LISTES[service]
    for operation in trouvees:
        chemin = {p.nom: ALPHA if p.nom == "code" else INCONNU for p in operation.dans("path")}
        for curseur in curseurs():
            rendu = await client.get(operation.adresse(chemin), params={"curseur": curseur})
            permis = {200, 400, 404, 422} if operation.roles & set(ROLES_INTRUS) else {403}
            assert rendu.status_code in permis, (operation.nom, curseur, rendu.text)
            assert BRAVO not in rendu.text
            refuses += rendu.status_code == 400
    assert refuses >= len(curseurs()), "presque aucun curseur n'a été lu"


async def test_la_cle_d_un_autre_ne_rend_pas_sa_reponse(banc: MonterBanc) -> None:
    """Même sujet, même clé, même demande : l'organisme change, le rôle aussi, jamais la réponse."""
    monte = await seme(banc, "demandes")
    cle, corps = {"Idempotency-Key": "partagee"}, {"sorte": "soutien_etendu"}

    async def creer(organisme: str) -> dict[str, str]:
        client = monte.client("demandeur", organisme=organisme, sujet="le-meme")
        rendu = await client.post("/v1/demandes", json=corps, headers=cle)
        assert rendu.status_code == 201, rendu.text
        demande: dict[str, str] = rendu.json()
        return demande

    premieres = [await creer(organisme) for organisme in (*ORGANISMES, *ORGANISMES)]
    assert [d["organisme"] for d in premieres] == [*ORGANISMES, *ORGANISMES]
    assert premieres[:2] == premieres[2:], "chacun retrouve la sienne, et elle seule"
    assert premieres[0]["id"] != premieres[1]["id"]
    sans_role = monte.client("itsm", organisme=ALPHA, sujet="le-meme")
    assert (await sans_role.post("/v1/demandes", json=corps, headers=cle)).status_code == 403
    autre_sujet = monte.client("demandeur", organisme=ALPHA, sujet="un-autre")
    neuve = await autre_sujet.post("/v1/demandes", json=corps, headers=cle)
    assert neuve.json()["id"] != premieres[0]["id"]
    du_mcn = monte.client("agent-csc", sujet="le-meme")
    neuve = await du_mcn.post("/v1/demandes", json={**corps, "organisme": ALPHA}, headers=cle)
    assert neuve.json()["id"] not in {d["id"] for d in premieres}


async def test_deux_organismes_et_une_cle_en_meme_temps(banc: MonterBanc) -> None:
    """Sur des connexions partagées, l'organisme de l'un ne teinte jamais l'acte de l'autre."""
    monte = await seme(banc, "demandes")
    clients = {o: monte.client("demandeur", organisme=o, sujet="le-meme") for o in ORGANISMES}

    async def alterner(rang: int) -> None:
        organisme = ORGANISMES[rang % 2]
        tetes = {"Idempotency-Key": f"c{rang // 2}"}
        corps = {"sorte": "soutien_etendu"}
        cree = await clients[organisme].post("/v1/demandes", json=corps, headers=tetes)
        assert cree.json()["organisme"] == organisme, cree.text
        lues = (await clients[organisme].get("/v1/demandes?limite=200")).json()["elements"]
        assert {lue["organisme"] for lue in lues} == {organisme}

    await asyncio.gather(*(alterner(rang) for rang in range(60)))


async def test_des_en_tetes_et_des_adresses_retors(banc: MonterBanc) -> None:
    """L'organisme ne vient que du jeton; une adresse déguisée reste celle d'un inconnu."""
    monte = await seme(banc, "demandes")
    lui = monte.client("demandeur", organisme=BRAVO, sujet="lui")
    sienne = (await lui.get("/v1/demandes?limite=1")).json()["elements"][0]["id"]
    moi = monte.client(*ROLES_INTRUS, organisme=ALPHA, sujet="moi")
    retors = [
        {"X-Organisme": BRAVO}, {"X-Forwarded-User": BRAVO}, {"X-Original-URL": f"/v1/{BRAVO}"},
        {"X-HTTP-Method-Override": "DELETE"}, {"Host": "mal/v1/faux?x="}, {"Host": BRAVO},
        {"X-Forwarded-Host": BRAVO}, {"Forwarded": BRAVO}, {"Cookie": f"organisme={BRAVO}"},
        {"If-None-Match": '"1"'}, {"If-Match": "*"}, {"If-Match": '"1", "2"'}, {"Range": "0-"},
    ]  # fmt: skip
    adresses = [
        f"/v1/demandes/{sienne}", f"/v1/demandes/{sienne.upper()}", f"/v1/demandes/{{{sienne}}}",
        f"/v1/demandes/urn:uuid:{sienne}", f"/v1/demandes/{sienne.replace('-', '')}",
        f"/v1/demandes/{sienne}/", f"/v1//demandes/{sienne}", f"/V1/Demandes/{sienne}",
        f"/v1/demandes/%2e%2e/demandes/{sienne}", f"/v1/demandes/{sienne}%00",
        f"/v1/demandes/{sienne}%2fchronologie", f"/v1/demandes/%25{sienne}",
        f"/v1/demandes/{sienne};organisme={BRAVO}", f"/v1/organismes/{BRAVO}",
        f"/v1/organismes/{BRAVO.lower()}", "/v1/organismes/%4fRG-BRAVO",
        f"/v1/organismes/{BRAVO}%20", "/v1/organismes/%254fRG-BRAVO",
        f"/v1/demandes?organisme={BRAVO}", "/v1/demandes?organisme=%4fRG-BRAVO",
        f"/v1/demandes?organisme={ALPHA}&organisme={BRAVO}", f"/v1/demandes?Organisme={BRAVO}",
    ]  # fmt: skip
    for adresse, tetes in product(adresses, [{}, *retors]):
        rendu = await moi.get(adresse, headers=tetes)
        assert rendu.status_code < 500, (adresse, tetes, rendu.text)
        assert rendu.status_code in {400, 404, 405, 412, 422} or BRAVO not in rendu.text
        assert sienne not in rendu.text.lower(), (adresse, tetes, rendu.text)
        assert "location" not in rendu.headers, "un Host forgé mènerait ailleurs"


async def test_l_objet_audite_ne_se_deguise_pas(banc: MonterBanc) -> None:
    """Un en-tête Host fabriqué ne change pas l'adresse que l'audit retient."""
    monte = await seme(banc, "demandes")
    moi = monte.client("demandeur", organisme=ALPHA, sujet="moi")
    for hote in ("mal/v1/faux?x=", "mal/v1/faux#", "x@mal/v1/faux?"):
        tetes = {"Host": hote}
        await moi.post("/v1/demandes", json={"sorte": "soutien_etendu"}, headers=tetes)
    async with monte.interne() as connexion:
        lus = await connexion.colonne(text("SELECT objet FROM socle_audit WHERE acteur = 'moi'"))
        assert set(lus) == {"/v1/demandes"}


async def test_une_ligne_que_la_base_refuse_est_interdite(banc: MonterBanc) -> None:
    """Le code nommerait-il l'organisme d'autrui, la base refuse : 403, et non « réessayez »."""
    monte = await seme(banc, "demandes")
    client = monte.client("demandeur", organisme=ALPHA, sujet="moi")
    corps = {"sorte": "soutien_etendu"}
    await alterer(monte, "ALTER POLICY demandes_api ON demandes WITH CHECK (organisme = 'AUTRE')")
    refuse = await client.post("/v1/demandes", json=corps)
    assert (refuse.status_code, refuse.json()["type"]) == (403, "/problemes/interdit")
    role = monte.moteur_api.acces["user"]
    await alterer(monte, f"REVOKE INSERT ON demandes FROM {role}")
    panne = await client.post("/v1/demandes", json=corps)
    assert panne.status_code == 503, "un droit qui manque encore est l'affaire du déploiement"

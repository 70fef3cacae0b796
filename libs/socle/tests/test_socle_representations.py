"""Ce que porte toute réponse : sûreté, HEAD, méthodes permises, origines, compression."""

import gzip
from dataclasses import replace

import httpx
import pytest
from starlette.responses import HTMLResponse, Response

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import AppelMembre, service
from socle.reglages import Reglages, ReglagesHttp
from socle.serveur.en_tetes import EN_TETES_DE_SURETE
from socle.service import Aire
from socle.web import Routeur

pytestmark = pytest.mark.integration
PORTAIL = "https://portail.exemple"
POLITIQUE = "default-src 'none'; style-src 'self'"
routes = Routeur(prefix="/v1/publiques")


@routes.get("/{octets}")
async def _donnees(octets: int, appel: AppelMembre) -> Response:
    return Response(b"a" * octets, media_type="text/plain")


@routes.get("/{octets}/pdf")
async def _pdf(octets: int, appel: AppelMembre) -> Response:
    return Response(b"%PDF" * octets, media_type="application/pdf", headers={"Vary": "Accept"})


@routes.get("/0/page")
async def _page(appel: AppelMembre) -> Response:
    return HTMLResponse("<p>é</p>", headers={"Content-Security-Policy": POLITIQUE})


@routes.put("/{octets}")
async def _remplacer(octets: int, appel: AppelMembre) -> Response:
    return Response()


@pytest.fixture
async def b(banc: MonterBanc) -> Banc:
    """Le témoin, et une aire relisible."""
    base = service()
    aire: Aire[Reglages] = Aire(nom="publiques", routes=lambda _: (routes,), relisible=True)
    return await banc(replace(base, aires=(*base.aires, aire)))


def client(b: Banc) -> httpx.AsyncClient:
    return b.client("demandeur", organisme="MTQ")


@pytest.mark.parametrize(
    ("methode", "adresse", "statut"),
    [
        ("GET", "/v1/comptes", 200),
        ("GET", "/v1/comptes/MTQ/a", 404),
        ("GET", "/v1/inconnue", 404),
        ("DELETE", "/v1/comptes", 405),
        ("OPTIONS", "/v1/comptes", 204),
        ("POST", "/v1/comptes/a/augmentation", 422),
        ("GET", "/sante/vivacite", 200),
        ("GET", "/openapi.json", 200),
    ],
)
async def test_toute_reponse_porte_ses_en_tetes(
    b: Banc, methode: str, adresse: str, statut: int
) -> None:
    reponse = await client(b).request(methode, adresse)
    assert reponse.status_code == statut
    for nom, valeur in EN_TETES_DE_SURETE.items():
        assert reponse.headers[nom] == valeur
    assert reponse.headers["vary"] == "Accept-Encoding, Authorization"
    garde = "private, no-cache" if adresse == "/openapi.json" else "no-store"
    assert reponse.headers["cache-control"] == garde


async def test_un_refus_de_jeton_et_un_corps_trop_gros_les_portent_aussi(b: Banc) -> None:
    sans_jeton = await b.client().get("/v1/comptes")
    trop = await client(b).post("/v1/comptes/a/augmentation", content=b"x" * 1_100_000)
    assert [sans_jeton.status_code, trop.status_code] == [401, 413]
    for reponse in (sans_jeton, trop, await b.gerer("/metrics"), await b.gerer("/inconnue")):
        assert reponse.headers["x-content-type-options"] == "nosniff"
        assert reponse.headers["cache-control"] == "no-store"


async def test_seule_la_lecture_reussie_d_une_aire_relisible_se_garde(b: Banc) -> None:
    lue = await client(b).get("/v1/publiques/3")
    assert lue.headers["cache-control"] == "private, no-cache"
    tenue = {"If-None-Match": lue.headers["etag"]}
    inchangee = await client(b).get("/v1/publiques/3", headers=tenue)
    assert (inchangee.status_code, inchangee.headers["cache-control"]) == (304, "private, no-cache")
    assert inchangee.headers["vary"] == lue.headers["vary"]
    ecrite = await client(b).put("/v1/publiques/3", headers={"If-Match": "*"})
    refusee = await client(b).get("/v1/publiques/abc")
    for reponse in (ecrite, refusee, await client(b).get("/v1/comptes")):
        assert reponse.headers["cache-control"] == "no-store"


async def test_une_page_garde_sa_politique_meme_inchangee(b: Banc) -> None:
    """Celle d'office, redite par un 304, déshabillerait la page que le navigateur tient."""
    lue = await client(b).get("/v1/publiques/0/page")
    assert lue.headers["content-security-policy"] == POLITIQUE
    tenue = {"If-None-Match": lue.headers["etag"]}
    inchangee = await client(b).get("/v1/publiques/0/page", headers=tenue)
    assert inchangee.status_code == 304
    assert inchangee.headers["content-security-policy"] == POLITIQUE
    assert not {"content-type", "content-length"} & set(inchangee.headers)


@pytest.mark.parametrize("adresse", ["/v1/comptes", "/v1/publiques/3000", "/v1/inconnue", "/docs"])
async def test_head_est_un_get_sans_corps(b: Banc, adresse: str) -> None:
    lu, tete = await client(b).get(adresse), await client(b).head(adresse)
    assert (tete.status_code, tete.content) == (lu.status_code, b"")
    assert dict(tete.headers) == dict(lu.headers)
    if lu.status_code == 200:
        tenue = {"If-None-Match": lu.headers["etag"]}
        assert (await client(b).head(adresse, headers=tenue)).status_code == 304


async def test_allow_reunit_les_methodes_de_l_adresse(b: Banc) -> None:
    """Deux routes tiennent « /v1/publiques/3 »; Starlette ne nomme que la première."""
    refus = await client(b).delete("/v1/publiques/3")
    assert (refus.status_code, refus.headers["allow"]) == (405, "GET, HEAD, OPTIONS, PUT")
    sans_get = await client(b).get("/v1/comptes/a")
    assert (sans_get.status_code, sans_get.headers["allow"]) == (405, "OPTIONS, PATCH")
    assert (await client(b).head("/v1/comptes/a")).status_code == 405
    options = await b.client().options("/v1/publiques/3")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS, PUT")
    assert (await b.client().options("/v1/inconnue")).status_code == 404


PREALABLE = {"Origin": PORTAIL, "Access-Control-Request-Method": "POST"}


async def test_aucune_origine_d_office(b: Banc) -> None:
    """La page d'un autre site reçoit une réponse ordinaire : son navigateur la lui refuse."""
    prealable = await b.client().options("/v1/comptes/a", headers=PREALABLE)
    assert (prealable.status_code, prealable.headers["allow"]) == (204, "OPTIONS, PATCH")
    lue = await client(b).get("/v1/comptes", headers={"Origin": PORTAIL})
    for reponse in (prealable, lue):
        assert not [nom for nom in reponse.headers if nom.startswith("access-control")]


async def test_une_origine_nommee_est_admise_et_elle_seule(banc: MonterBanc) -> None:
    b = await banc(service(), http={"origines": [PORTAIL]})
    prealable = await b.client().options("/v1/comptes/a/augmentation", headers=PREALABLE)
    assert (prealable.status_code, prealable.content) == (204, b"")
    assert prealable.headers["access-control-allow-origin"] == PORTAIL
    assert "idempotency-key" in prealable.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in prealable.headers
    lue = await client(b).get("/v1/comptes", headers={"Origin": PORTAIL})
    assert lue.headers["access-control-allow-origin"] == PORTAIL
    assert "ETag" in lue.headers["access-control-expose-headers"]
    assert "Origin" in lue.headers["vary"]
    trop = await client(b).post("/v1/x", content=b"x" * 1_100_000, headers={"Origin": PORTAIL})
    assert (trop.status_code, trop.headers["access-control-allow-origin"]) == (413, PORTAIL)
    autre = PREALABLE | {"Origin": "https://autre.exemple"}
    refus = await b.client().options("/v1/comptes/a/augmentation", headers=autre)
    assert "access-control-allow-origin" not in refus.headers


@pytest.mark.parametrize("origine", ["*", "null", "portail.exemple", "https://a.b/", "https://*.b"])
def test_une_origine_se_nomme_tout_entiere(origine: str) -> None:
    with pytest.raises(ValueError, match="origines"):
        ReglagesHttp(origines=(origine,))


@pytest.mark.parametrize(
    ("adresse", "accepte", "comprimee"),
    [
        ("/v1/publiques/3000", "gzip", True),
        ("/v1/publiques/3000", "br;q=1.0, gzip;q=0.5", True),
        ("/v1/publiques/1000", "gzip", False),
        ("/v1/publiques/3000", "gzip;q=0", False),
        ("/v1/publiques/3000", "", False),
        ("/v1/publiques/3000", "br", False),
        ("/v1/publiques/3000/pdf", "gzip", False),
    ],
)
async def test_compression(b: Banc, adresse: str, accepte: str, comprimee: bool) -> None:
    """Le même ETag comprimé ou non : il dit ce qui est montré, et reste fort pour If-Match."""
    en_tetes = {"Accept-Encoding": accepte}
    async with client(b).stream("GET", adresse, headers=en_tetes) as reponse:
        brut = b"".join([morceau async for morceau in reponse.aiter_raw()])
    claire = await client(b).get(adresse, headers={"Accept-Encoding": "identity"})
    assert ("content-encoding" in reponse.headers) == comprimee
    assert reponse.headers["etag"] == claire.headers["etag"]
    assert int(reponse.headers["content-length"]) == len(brut)
    assert (gzip.decompress(brut) if comprimee else brut) == claire.content
    assert "Accept-Encoding" in reponse.headers["vary"]

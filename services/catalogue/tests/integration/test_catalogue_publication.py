"""CAT-9 par l'API : essayer, publier, relire, reposter, retirer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from outils.essais.banc import Banc
from services.catalogue.tests.builders import corps, indicateur, mensuel, tarif

pytestmark = pytest.mark.integration

POSTES, PRETS = "/v1/fiches/POSTES/versions", "/v1/fiches/PRETS/versions"

HEURE = tarif(
    "PRET-HEURE",
    quantite={"forme": "duree", "fait": "minutes", "pas": 30, "minimum": 60, "maximum": 240},
)
ABONNEMENT = mensuel(
    "PRET-MOIS",
    du={
        "evenement": "abonnement.souscrit",
        "si": {"tous": [
            {"fait": "service", "egale": "pret"},
            {"fait": "tarif", "egale": "PRET-MOIS"},
        ]},
    },
    frais_uniques={"libelle": "Mise en service", "montant": "25.00"},
    engagement={"mois": 12, "reconduit": True, "preavis_jours": 30},
)  # fmt: skip
CONDITION = {
    "code": "hors_heures",
    "libelle": "Poste payant ou acquisition multiple",
    "exclut": {"un": [
        {"fait": "acquisition_multiple", "egale": True},
        {"tous": [
            {"fait": "logiciel_payant", "egale": True},
            {"fait": "gamme", "parmi": ["ordinaire"]},
        ]},
    ]},
}  # fmt: skip
DEUX = (
    indicateur("PRET-PRISE", ferme=["demande.prise_en_charge"], delai=2),
    indicateur("PRET-DELAI", conditions=[CONDITION]),
)
DATES = ("2026-08-31", "2026-09-01", "2026-10-01", "2027-06-01")
"""Les deux premières précèdent tout ce que ces essais publient."""
FICHE = corps(HEURE, ABONNEMENT, indicateurs=DEUX)


@pytest.fixture
async def catalogue(banc: Callable[[str], Awaitable[Banc]]) -> Banc:
    monte = await banc("catalogue")
    monte.horloge.aller("2026-09-01T09:00-04:00")
    await monte.tache("chargement")
    return monte


@pytest.fixture
def pilote(catalogue: Banc) -> httpx.AsyncClient:
    return catalogue.client("catalogue")


async def fiche(client: httpx.AsyncClient, code: str, le: str = "2026-09-01") -> dict[str, Any]:
    lue = await client.get(f"/v1/fiches/{code}", params={"le": le})
    assert lue.status_code == 200, lue.text
    rendue: dict[str, Any] = lue.json()
    return rendue


async def lectures(
    client: httpx.AsyncClient, *codes: str, dates: tuple[str, ...] = DATES
) -> list[Any]:
    """Tout ce qui se lit des fiches, à quelques dates, hors de leur histoire."""
    adresses = [f"/v1/fiches/{code}" for code in codes] + ["/v1/fiches", "/v1/tarifs?limite=200"]
    reponses = [await client.get(a, params={"le": le}) for a in adresses for le in dates]
    return [(r.status_code, r.json()) for r in reponses]


async def test_cat_9_une_fiche_a_laquelle_nul_n_avait_pense(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    """Un tarif à l'heure, un au mois, deux indicateurs et une condition neuve : des données."""
    avant = await lectures(pilote, "POSTES", dates=DATES[:2])
    publiee = await pilote.post(PRETS, json=FICHE)
    assert publiee.status_code == 201, publiee.text
    [evenement] = [s for s in await catalogue.sortants("fiche.publiée") if s.cle == "PRETS"]
    assert evenement.donnees["tarifs"][1]["engagement"]["preavis_jours"] == 30
    condition = evenement.donnees["indicateurs"][1]["conditions"][0]
    assert len(condition["exclut"]["un"]) == 2
    lue = await fiche(pilote, "PRETS", "2026-10-01")
    assert lue["indicateurs"][1]["conditions"] == [CONDITION | {"signale": None}]
    assert lue["indicateurs"][0]["rouvre"] == []
    assert lue == publiee.json()
    assert await lectures(pilote, "POSTES", dates=DATES[:2]) == avant


async def test_cat_9_un_essai_dit_ce_qui_changerait_et_n_ecrit_rien(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    avant = await lectures(pilote, "POSTES"), await catalogue.sortants()
    dite = await fiche(pilote, "POSTES")
    dite["tarifs"][0]["montant"] = "150.00"
    evaluation = next(t for t in dite["tarifs"] if t["code"] == "EVALUATION")
    evaluation["montant"] = "75.00"
    dite["tarifs"] = [t for t in dite["tarifs"] if t["code"] != "MOBILE"] + [HEURE]
    dite |= {"debut": "2026-10-01", "finis": ["MOBILE"]}
    essai = await pilote.post(POSTES, params={"essai": "true"}, json=dite)
    assert (essai.status_code, essai.json()) == (
        200,
        {
            "version": 2,
            "debut": "2026-10-01",
            "fin": None,
            "changements": [
                {"code": "POSTE-01", "genre": "tarif", "nature": "modifie", "champs": ["montant"]},
                {"code": "EVALUATION", "genre": "tarif", "nature": "comble", "champs": ["montant"]},
                {"code": "PRET-HEURE", "genre": "tarif", "nature": "ajoute", "champs": []},
                {"code": "MOBILE", "genre": "tarif", "nature": "finit", "champs": []},
            ],
            "inchangee": False,
        },
    )
    neuve = await pilote.post(PRETS, params={"essai": "true"}, json=FICHE)
    assert (neuve.status_code, len(neuve.json()["changements"])) == (200, 4)
    assert avant == (await lectures(pilote, "POSTES"), await catalogue.sortants())
    assert (await pilote.get(PRETS)).status_code == 404
    assert (await pilote.post(POSTES, json=dite)).status_code == 201


async def test_cat_9_un_essai_refuse_ce_que_la_publication_refuserait(
    pilote: httpx.AsyncClient,
) -> None:
    dite = await fiche(pilote, "POSTES")
    autre = await fiche(pilote, "COURTIER")
    del autre["code"]
    for adresse, faute in (
        (POSTES, dite | {"titre": "Autre"}),
        (POSTES, dite | {"debut": "2026-10-01", "tarifs": []}),
        (PRETS, FICHE | {"debut": "2026-09-01"}),
        (PRETS, FICHE | {"tarifs": [tarif(source="devinee")]}),
        (PRETS, autre | {"debut": "2026-10-01"}),
    ):
        essai = await pilote.post(adresse, params={"essai": "true"}, json=faute)
        publiee = await pilote.post(adresse, json=faute)
        assert essai.status_code == publiee.status_code == 409
        assert essai.json() == publiee.json()


@pytest.mark.parametrize("code", ["COURTIER", "POSTES", "TELECOM", "VISIO"])
async def test_cat_9_le_corps_d_un_get_se_reposte(
    catalogue: Banc, pilote: httpx.AsyncClient, code: str
) -> None:
    adresse, dite = f"/v1/fiches/{code}/versions", await fiche(pilote, code)
    memes = await pilote.post(adresse, json=dite)
    assert (memes.status_code, memes.json()) == (200, dite)
    essai = await pilote.post(adresse, params={"essai": "true"}, json=dite)
    assert (essai.json()["inchangee"], essai.json()["version"]) == (True, 1)
    assert len(await catalogue.sortants("fiche.publiée")) == 4
    deplacee = await pilote.post(adresse, json=dite | {"debut": "2026-10-01"})
    assert deplacee.status_code == 201, deplacee.text
    assert deplacee.json() == dite | {"debut": "2026-10-01", "version": 2}
    encore = await pilote.post(adresse, json=deplacee.json())
    assert (encore.status_code, encore.json()["version"]) == (200, 2)
    assert len(await catalogue.sortants("fiche.publiée")) == 5


async def test_cat_2_une_version_a_venir_se_retire(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    avant = await lectures(pilote, "POSTES")
    dite = await fiche(pilote, "POSTES") | {"debut": "2026-10-01"}
    for titre in ("Octobre", "Octobre, corrigé"):
        assert (await pilote.post(POSTES, json=dite | {"titre": titre})).status_code == 201
    retrait = await pilote.post(f"{POSTES}/3/retrait")
    rendu = {"code": "POSTES", "version": 3, "debut": "2026-10-01"}
    assert (retrait.status_code, retrait.json()) == (200, rendu)
    assert await lectures(pilote, "POSTES") == avant
    [sortant] = await catalogue.sortants("fiche.retirée")
    assert (sortant.cle, sortant.donnees) == ("POSTES", rendu)
    assert (await pilote.post(POSTES, json=dite | {"titre": "Autre"})).json()["version"] == 4
    versions = (await pilote.get(POSTES)).json()["elements"]
    lues = [(v["version"], v["fin"], v["remplace_par"], bool(v["retiree_le"])) for v in versions]
    assert lues == [
        (1, "2026-10-01", None, False),
        (2, None, 3, True),
        (3, None, None, True),
        (4, None, None, False),
    ]


async def test_cat_2_ce_qui_ne_se_retire_pas(catalogue: Banc, pilote: httpx.AsyncClient) -> None:
    dite = await fiche(pilote, "POSTES") | {"debut": "2026-10-01", "titre": "Octobre"}
    assert (await pilote.post(POSTES, json=dite)).status_code == 201
    for adresse, statut in (
        (f"{POSTES}/1/retrait", 409),
        (f"{POSTES}/9/retrait", 404),
        ("/v1/fiches/RIEN/versions/1/retrait", 404),
        (f"{POSTES}/{'9' * 30}/retrait", 404),
        (f"{POSTES}/deux/retrait", 422),
    ):
        assert (await pilote.post(adresse)).status_code == statut, adresse
    cle = {"Idempotency-Key": "un-seul-retrait"}
    deux = [await pilote.post(f"{POSTES}/2/retrait", headers=cle) for _ in range(2)]
    assert [r.status_code for r in deux] == [200, 200]
    encore = await pilote.post(f"{POSTES}/2/retrait")
    assert (encore.status_code, encore.json()["regle"]) == (409, "CAT-2")
    assert len(await catalogue.sortants("fiche.retirée")) == 1


async def test_cat_2_une_fiche_a_venir_retiree_n_a_jamais_valu(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    avant = await lectures(pilote, "PRETS", "POSTES")
    await pilote.post(PRETS, json=FICHE)
    assert (await pilote.post(f"{PRETS}/1/retrait")).status_code == 200
    assert await lectures(pilote, "PRETS", "POSTES") == avant
    pris = await pilote.post("/v1/fiches/AUTRE/versions", json=FICHE)
    assert (pris.status_code, pris.json()["regle"]) == (409, "CAT-2")
    assert (await pilote.post(PRETS, json=FICHE)).json()["version"] == 2


async def test_cat_9_un_code_fini_ne_renait_pas_sous_une_autre_fiche(
    pilote: httpx.AsyncClient,
) -> None:
    await pilote.post(PRETS, json=FICHE)
    finis = ["PRET-HEURE", "PRET-MOIS", "PRET-PRISE", "PRET-DELAI"]
    fin = corps(debut="2027-01-01", finis=finis)
    assert (await pilote.post(PRETS, json=fin)).status_code == 201
    renait = await pilote.post("/v1/fiches/AUTRE/versions", json=FICHE | {"debut": "2027-06-01"})
    assert renait.status_code == 409
    assert renait.json()["details"]["codes"] == dict.fromkeys(sorted(finis), "PRETS")


async def test_cat_9_un_produit_ne_porte_plus_un_tarif_fini(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    dite = await fiche(pilote, "POSTES")
    dite["tarifs"] = [t for t in dite["tarifs"] if t["code"] != "STATION-01"]
    dite |= {"debut": "2026-10-01", "finis": ["STATION-01"]}
    assert (await pilote.post(POSTES, json=dite)).status_code == 201
    produit = {"libelle": "Station", "categorie": "Stations", "sorte": "station"}

    async def inscrire(code: str, nommes: list[str]) -> int:
        inscrit = {**produit, "code": code, "tarifs": nommes}
        return (await pilote.post("/v1/produits", json=inscrit)).status_code

    assert await inscrire("STATION-A", ["STATION-01"]) == 201
    catalogue.horloge.aller("2026-10-01T00:00-04:00")
    assert await inscrire("STATION-B", ["STATION-01"]) == 409


async def test_cat_9_deux_fiches_publiees_a_la_fois_se_regardent(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    """L'une des deux voit l'autre : jamais deux tarifs dus pour un même fait."""
    rivales = [
        corps(tarif(code, du={"evenement": "actif.déplacé"}, quantite={"forme": "forfait"}))
        for code in ("UN", "DEUX", "TROIS")
    ]
    reponses = await asyncio.gather(
        *(pilote.post(f"/v1/fiches/F{n}/versions", json=c) for n, c in enumerate(rivales))
    )
    assert sorted(r.status_code for r in reponses) == [201, 409, 409]
    assert {r.json()["regle"] for r in reponses if r.status_code == 409} == {"CAT-9"}


def emboite(profondeur: int) -> dict[str, Any]:
    predicat: dict[str, Any] = {"fait": "prestation", "egale": "x"}
    for _ in range(profondeur):
        predicat = {"un": [predicat]}
    return predicat


HOSTILES: list[dict[str, Any]] = [
    {"du": {"evenement": "prestation.effectuée", "si": emboite(150)}},
    {"du": {"evenement": "prestation.effectuée", "si": {"fait": "\x00", "egale": "x"}}},
    {"du": {"evenement": "prestation.effectuée", "si": {"fait": "prestation", "egale": "\x00"}}},
    {"du": {"evenement": "\x00", "si": None}},
    {"du": {"evenement": "prestation.effectuée", "si": {"fait": "minutes", "au_moins": 1e300}}},
    {"du": {"evenement": "prestation.effectuée", "si": []}},
    {"du": {"evenement": "prestation.effectuée", "si": [{"fait": "minutes"}]}},
    {"du": {"evenement": ["prestation.effectuée"]}},
    {"du": "livraison"},
    {"quantite": {"forme": "duree", "fait": "minutes", "pas": 10**30}},
    {"quantite": {"forme": "duree", "fait": "minutes", "par": "jour"}},
    {"quantite": {"forme": "grille", "fait": "minutes", "grille": [{"a_partir_de": "1e9"}]}},
    {"montant": 1e300},
    {"montant": "99999999999999999999"},
    {"mois_si_perte": -1},
    {"engagement": {"mois": 0, "reconduit": True}},
    {"frais_uniques": {"libelle": ""}},
    {"cumule_avec": ["pret"]},
    {"precision": "\u202e"},
]


async def test_une_fiche_hostile_est_refusee_en_francais(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    for faute in HOSTILES:
        refus = await pilote.post(PRETS, json=corps(HEURE | faute))
        assert refus.status_code == 422, (faute, refus.text)
        dites = " ".join(f["faute"] for f in refus.json()["fautes"])
        assert not {"Input", "should", "Field", "Value"} & set(dites.split())
    assert len(await catalogue.sortants("fiche.publiée")) == 4


async def test_cat_9_un_code_garde_sa_nature_meme_retire(
    catalogue: Banc, pilote: httpx.AsyncClient
) -> None:
    """Un produit le porte : dû à la livraison un jour, il l'est toujours."""
    jour = "2026-10-01"
    porte = {
        **HEURE,
        "code": "PRET-LIVRE",
        "du": {"livraison": True},
        "quantite": {"forme": "mois"},
    }
    corps = {**FICHE, "debut": jour, "tarifs": [porte], "indicateurs": []}
    assert (await pilote.post(PRETS, json=corps)).status_code == 201
    assert (await pilote.post(f"{PRETS}/1/retrait")).status_code == 200
    autrement = {**porte, "du": HEURE["du"], "quantite": HEURE["quantite"]}
    refus = await pilote.post(PRETS, json={**corps, "tarifs": [autrement]})
    assert (refus.status_code, refus.json()["regle"]) == (409, "CAT-9")
    assert refus.json()["details"]["codes"] == {"PRET-LIVRE": "tarif de produit"}
    assert (await pilote.post(PRETS, json=corps)).json()["version"] == 2


async def test_cat_9_les_alternatives_d_une_fiche_sont_bornees(pilote: httpx.AsyncClient) -> None:
    """Chacune se confronte aux autres : sans borne, un essai occuperait tout le service."""
    un = [{"tous": [{"fait": "prestation", "egale": f"p{n}"}]} for n in range(20)]
    dits = [
        {**HEURE, "code": f"PRET-{n}", "du": {**HEURE["du"], "si": {"un": un}}} for n in range(16)
    ]
    refus = await pilote.post(PRETS, params={"essai": "true"}, json={**FICHE, "tarifs": dits})
    assert refus.status_code == 422
    assert "300 alternatives" in refus.text

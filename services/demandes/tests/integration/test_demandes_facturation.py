"""Ce que demandes dit à qui facture : destinataire, taxes, imputation, site (FAC-15, FAC-16)."""

from typing import Any

import httpx
import pytest

from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration
MTQ = "/v1/organismes/MTQ"
ACHATS = {"nom": "Achats", "courriel": "achats@mtq.example"}


async def modifier(
    parcours: Parcours, client: httpx.AsyncClient | None = None, **corps: object
) -> httpx.Response:
    lu = await parcours.csc.get(MTQ)
    condition = {"If-Match": f'"{lu.json()["version"]}"'}
    return await (client or parcours.csc).patch(MTQ, json=corps, headers=condition)


async def modifies(parcours: Parcours) -> list[dict[str, Any]]:
    sortants = await parcours.banc.sortants("organisme.modifié")
    return [dict(s.donnees) for s in sortants if s.cle == "MTQ"]


async def destinataires(parcours: Parcours) -> list[str | None]:
    """À qui allaient les factures, d'une republication à l'autre."""
    dits = [evenement["destinataire"] for evenement in await modifies(parcours)]
    return [dit and dit["nom"] for dit in dits]


async def mandat(parcours: Parcours, nom: str, debut: str, fin: str | None = None) -> str:
    corps = {"nom": nom, "sujet": nom, "courriel": f"{nom}@mtq.example", "debut": debut, "fin": fin}
    reponse = await parcours.csc.post(f"{MTQ}/signataires", json=corps)
    assert reponse.status_code == 201, reponse.text
    identifiant: str = reponse.json()["id"]
    return identifiant


async def sans_signataire(parcours: Parcours) -> None:
    """Le seul signataire de MTQ, S., ne l'est plus : sa facture ne va à personne."""
    (ouvert,) = (await parcours.csc.get(f"{MTQ}/signataires")).json()["elements"]
    await parcours.csc.post(f"{MTQ}/signataires/{ouvert['id']}/fin", json={"fin": "2026-09-01"})
    assert await destinataires(parcours) == ["S.", None]


async def test_fac_15_le_destinataire_suit_le_registre(parcours: Parcours) -> None:
    assert (await modifies(parcours))[-1]["destinataire"] == {"nom": "S.", "courriel": None}
    ana = await mandat(parcours, "ana", "2026-02-01")
    await mandat(parcours, "bea", "2026-03-01")
    assert await destinataires(parcours) == ["S.", "ana"], "bea, plus récente, n'y change rien"
    await parcours.csc.post(f"{MTQ}/signataires/{ana}/fin", json={"fin": "2026-09-01"})
    assert (await destinataires(parcours))[1:] == ["ana", "bea"]
    assert (await modifier(parcours, interlocuteur=ACHATS)).status_code == 200
    assert (await modifier(parcours, interlocuteur=None)).status_code == 200
    assert (await destinataires(parcours))[1:] == ["ana", "bea", "Achats", "bea"]
    lu = (await parcours.csc.get(MTQ)).json()
    assert lu["destinataire"] == {"nom": "bea", "courriel": "bea@mtq.example"}


async def test_fac_15_une_date_venue_republie_le_destinataire_une_fois(parcours: Parcours) -> None:
    await sans_signataire(parcours)
    await mandat(parcours, "ana", "2026-09-10", "2026-09-20")
    horloge, tache = parcours.banc.horloge, parcours.banc.tache
    attendus: list[str | None] = ["S.", None]
    for instant, nom in (
        ("2026-09-09T23:59-04:00", "rien"),
        ("2026-09-10T00:00-04:00", "ana"),
        ("2026-09-15T00:00-04:00", "rien"),
        ("2026-09-20T00:00-04:00", None),
    ):
        horloge.aller(instant)
        attendus += [] if nom == "rien" else [nom]
        assert await tache("registres") == int(nom != "rien")
        assert await tache("registres") == 0
        assert await destinataires(parcours) == attendus
    publie = (await parcours.banc.sortants("organisme.modifié"))[-2]
    assert publie.survenu_le.isoformat() == "2026-09-10T04:00:00+00:00"


async def test_fac_15_une_tache_en_retard_saute_ce_qui_n_est_plus(parcours: Parcours) -> None:
    """Le relais revient après que le mandat a commencé et fini : il n'y a rien à dire."""
    await sans_signataire(parcours)
    await mandat(parcours, "ana", "2026-09-10", "2026-09-20")
    parcours.banc.horloge.aller("2026-09-25T09:00-04:00")
    assert [await parcours.banc.tache("registres") for _ in range(2)] == [1, 0]
    assert await destinataires(parcours) == ["S.", None]


async def test_fac_15_un_profil_de_taxes_se_date_et_ne_change_pas_le_passe(
    parcours: Parcours,
) -> None:
    a_venir = await modifier(parcours, taxable=True, taxable_depuis="2026-10-01")
    assert a_venir.json()["taxable"] is False
    assert (await modifier(parcours, taxable=False, taxable_depuis="2026-10-01")).status_code == 200
    lu = (await modifier(parcours, taxable=True, taxable_depuis="2026-10-01")).json()
    dits = [(p["debut"], p["taxable"]) for p in lu["profils_taxes"]]
    assert dits == [
        ("2026-09-01", False),
        ("2026-10-01", True),
        ("2026-10-01", False),
        ("2026-10-01", True),
    ], "d'une même date, le dernier vaut; rien ne s'efface"
    assert (await modifies(parcours))[-1]["profils_taxes"] == [
        {"debut": "2026-09-01", "taxable": False},
        {"debut": "2026-10-01", "taxable": True},
    ]
    for instant, taxable in (("2026-09-30T23:59-04:00", False), ("2026-10-01T00:00-04:00", True)):
        parcours.banc.horloge.aller(instant)
        assert (await parcours.csc.get(MTQ)).json()["taxable"] is taxable
    liste = (await parcours.csc.get("/v1/organismes")).json()["elements"]
    assert [o["taxable"] for o in liste] == [True, False]


async def test_fac_15_le_profil_d_un_mois_fini_est_arrete(parcours: Parcours) -> None:
    parcours.banc.horloge.aller("2026-09-20T09:00-04:00")
    refus = await modifier(parcours, taxable=True, taxable_depuis="2026-08-31")
    assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-15")
    du_mois = await modifier(parcours, taxable=True, taxable_depuis="2026-09-01")
    assert du_mois.json()["taxable"] is True
    assert (await modifier(parcours, taxable_depuis="2026-10-01")).status_code == 422
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    sien = await modifier(parcours, gestionnaire, taxable=False, taxable_depuis="2026-10-01")
    assert (sien.status_code, sien.json()["regle"]) == (403, "DEM-8")


async def test_fac_16_l_imputation_suit_la_demande_et_ses_livraisons(parcours: Parcours) -> None:
    demande = await parcours.prise_en_charge(imputation="2100-447", utilisateur_id="u-1", site="A")
    assert demande["imputation"] == "2100-447"
    article = demande["articles"][0]["id"]
    livree = await parcours.agir(parcours.csc, demande, "livraison", article_id=article)
    (creee,) = await parcours.banc.sortants("demande.créée")
    (livraison,) = await parcours.banc.sortants("poste.livré")
    assert (creee.donnees["imputation"], livraison.donnees["imputation"]) == ("2100-447",) * 2
    assert (livraison.donnees["site"], livraison.donnees["utilisateur_id"]) == ("A", "u-1")
    assert (await parcours.demandeur.get(f"/v1/demandes/{demande['id']}")).json() == livree


async def test_dem_7_le_site_et_l_utilisateur_d_un_actif_suivent_ses_deplacements(
    parcours: Parcours,
) -> None:
    demande = await parcours.prise_en_charge(articles=[{"produit": "PORTABLE-14", "site": "B"}])
    livree = await parcours.agir(
        parcours.csc, demande, "livraison", article_id=demande["articles"][0]["id"]
    )
    (livraison,) = await parcours.banc.sortants("poste.livré")
    assert (livraison.donnees["site"], livraison.donnees["utilisateur_id"]) == ("B", None)
    chemin = f"/v1/actifs/{livree['articles'][0]['actif_id']}"
    await parcours.csc.post(f"{chemin}/deplacement", json={"utilisateur_id": "u-2"})
    lu = (await parcours.demandeur.get(chemin)).json()
    assert (lu["site"], lu["utilisateur_id"]) == ("B", "u-2")


async def test_fac_16_le_temps_travaille_et_l_amenagement_portent_l_imputation(
    parcours: Parcours,
) -> None:
    demande = await parcours.prise_en_charge(
        sorte="amenagement_utilisateur", articles=[], imputation="X-1"
    )
    temps = [{"tarif": "AMENAGEMENT-BUR", "minutes": 45}]
    await parcours.agir(parcours.csc, demande, "completion", travaux=temps)
    for genre in ("travail.effectué", "aménagement.complété"):
        (evenement,) = await parcours.banc.sortants(genre)
        assert evenement.donnees["imputation"] == "X-1"


async def test_fac_16_l_abonnement_garde_l_imputation_de_sa_demande(parcours: Parcours) -> None:
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[], imputation="X-2")
    await parcours.agir(parcours.csc, demande, "completion")
    (souscrit,) = await parcours.banc.sortants("abonnement.souscrit")
    assert souscrit.donnees["imputation"] == "X-2"
    (lu,) = (await parcours.demandeur.get("/v1/abonnements-soutien")).json()["elements"]
    assert lu["imputation"] == "X-2"


@pytest.mark.parametrize("imputation", ["", " ", "x" * 61, "a\u202eb"])
async def test_fac_16_une_imputation_est_un_texte_borne(
    parcours: Parcours, imputation: str
) -> None:
    corps = {"sorte": "soutien_etendu", "imputation": imputation}
    assert (await parcours.demandeur.post("/v1/demandes", json=corps)).status_code == 422


@pytest.mark.parametrize(
    ("fonction", "statut"), [("sous_ministre", 201), (None, 201), ("analyste", 409)]
)
async def test_dem_5_le_soutien_etendu_va_a_la_clientele_vip_quand_on_la_connait(
    parcours: Parcours, fonction: str | None, statut: int
) -> None:
    demande = await parcours.prise_en_charge(sorte="soutien_etendu", articles=[])
    await parcours.agir(parcours.csc, demande, "completion")
    parcours.banc.horloge.aller("2026-09-10T20:00-04:00")
    corps = {
        "organisme": "MTQ",
        "incident_id": "6f0c2a1e-2222-4000-8000-000000000001",
        "intervention_id": "6f0c2a1e-3333-4000-8000-000000000001",
        "debut": "2026-09-10T23:00:00Z",
        "minutes": 20,
        "cloture": True,
        "fonction": fonction,
    }
    reponse = await parcours.csc.post("/v1/interventions", json=corps)
    assert reponse.status_code == statut, reponse.text
    rendu = reponse.json()
    assert rendu["regle"] == "DEM-5" if statut == 409 else rendu["fonction"] == fonction
    assert len(await parcours.banc.sortants("intervention.effectuée")) == int(statut == 201)

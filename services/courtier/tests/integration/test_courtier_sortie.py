"""La sortie d'un contrat par l'API, sur PostgreSQL : CI-24."""

from datetime import date

import pytest
from sqlalchemy import text

from services.courtier.tests.acquisitions import offre_voulue, periodes
from services.courtier.tests.marche import Corps, Marche
from services.courtier.tests.redescente import refaire

pytestmark = pytest.mark.integration

PLAN: Corps = {
    "apres": "fin_du_besoin",
    "activites": [
        {"code": "migration", "libelle": "Rapatrier", "prevue_le": "2028-06-30"},
        {"code": "fermeture", "libelle": "Fermer les comptes", "prevue_le": "2028-09-30"},
    ],
}


def _attestation(donnees: str, le: str) -> Corps:
    return {"donnees": donnees, "le": le, "titre": "Bordereau", "empreinte": "3" * 64}


async def _sortie(marche: Marche) -> str:
    return f"/v1/contrats/{(await marche.conclu())['id']}/sortie"


async def test_ci_24_la_sortie_est_due_avant_la_fin_et_se_rappelle(marche: Marche) -> None:
    chemin = await _sortie(marche)
    assert await marche.obligations("sortie") == [("2028-09-30", "due")]
    async with marche.banc.interne() as connexion:
        requete = text("SELECT rappels FROM obligations WHERE nature = 'sortie'")
        rappels = await connexion.valeur(requete)
    assert rappels == [date(2028, 1, 1), date(2028, 4, 1), date(2028, 7, 1)]
    lue = (await marche.gestionnaire.get(chemin)).json()
    assert (lue["etat"], lue["manque"]) == ("a_planifier", ["plan"])


async def test_ci_24_un_plan_finit_avant_le_contrat_et_dit_ses_activites(marche: Marche) -> None:
    chemin = await _sortie(marche)
    fautifs: list[Corps] = [
        {**PLAN, "activites": [{**PLAN["activites"][0], "prevue_le": prevue_le}]}
        for prevue_le in ("2028-10-01", "2029-01-01")
    ]
    fautifs += [{"apres": "fin_du_besoin", "motif": "Rien."}, {"apres": "meme_fournisseur"}]
    for fautif in fautifs:
        refus = await marche.gestionnaire.post(f"{chemin}/plan", json=fautif)
        assert (refus.status_code, refus.json()["regle"]) == (409, "CI-24")
    planifiee = await marche.gestionnaire.post(f"{chemin}/plan", json=PLAN)
    assert planifiee.json()["manque"] == [
        "activite:migration", "activite:fermeture", "donnees:rendues", "donnees:detruites"
    ]  # fmt: skip


async def _fini(marche: Marche, chemin: str, geste: str, corps: Corps, statut: int = 200) -> Corps:
    rendu = await marche.gestionnaire.post(f"{chemin}/{geste}", json=corps)
    assert rendu.status_code == statut, (corps, rendu.text)
    lu: Corps = rendu.json()
    assert statut == 200 or lu["regle"] == "CI-24"
    return lu


async def test_ci_24_du_plan_a_l_achevement(marche: Marche) -> None:
    chemin = await _sortie(marche)
    await _fini(marche, chemin, "plan", PLAN)
    marche.banc.horloge.aller("2028-09-29T09:00-04:00")
    for code, le, statut in (
        ("autre", "2028-06-15", 409),
        ("migration", "2026-09-30", 409),
        ("migration", "2028-09-30", 409),
        ("migration", "2028-06-15", 200),
        ("migration", "2028-06-15", 409),
    ):
        await _fini(marche, chemin, "activites", {"code": code, "faite_le": le}, statut)
    tot = await _fini(marche, chemin, "achevement", {}, 409)
    assert tot["details"]["manque"] == [
        "activite:fermeture", "donnees:rendues", "donnees:detruites"
    ]  # fmt: skip
    for donnees, le, statut in (
        ("detruites", "2028-09-20", 409),
        ("rendues", "2028-09-30", 409),
        ("rendues", "2028-09-21", 200),
        ("rendues", "2028-09-22", 409),
        ("detruites", "2028-09-20", 409),
        ("detruites", "2028-09-28", 200),
    ):
        await _fini(marche, chemin, "attestations", _attestation(donnees, le), statut)
    pieces = (await marche.gestionnaire.get(chemin.replace("sortie", "pieces"))).json()
    assert [p["genre"] for p in pieces["elements"]].count("communication") == 2


async def test_ci_24_tardive_elle_est_inscrite_et_le_dit(marche: Marche) -> None:
    chemin = await _sortie(marche)
    await _fini(marche, chemin, "plan", {**PLAN, "activites": PLAN["activites"][:1]})
    marche.banc.horloge.aller("2028-10-03T09:00-04:00")
    tardive = {"code": "migration", "faite_le": "2028-10-02"}
    finie = await _fini(marche, chemin, "activites", tardive)
    assert [f["tardive"] for f in finie["faites"]] == [True]
    for donnees in ("rendues", "detruites"):
        await _fini(marche, chemin, "attestations", _attestation(donnees, "2028-09-21"))
    await _fini(marche, chemin, "achevement", {"le": "2028-09-30"}, 409)
    achevee = await _fini(marche, chemin, "achevement", {})
    assert (achevee["etat"], achevee["achevement"]["tardif"]) == ("achevee", True)
    assert await marche.obligations("sortie") == [("2028-09-30", "remplie")]
    await _fini(marche, chemin, "plan", PLAN, 409)


async def test_ci_24_consignee_apres_la_fin_elle_est_tardive_partout(marche: Marche) -> None:
    chemin = await _sortie(marche)
    await _fini(marche, chemin, "plan", {**PLAN, "activites": PLAN["activites"][:1]})
    assert await _tardive(marche, chemin) == [False, False, None]
    marche.banc.horloge.aller("2028-10-01T09:00-04:00")
    assert await _tardive(marche, chemin) == [True, True, None]
    await _fini(marche, chemin, "activites", {"code": "migration", "faite_le": "2028-09-30"})
    for donnees in ("rendues", "detruites"):
        await _fini(marche, chemin, "attestations", _attestation(donnees, "2028-09-30"))
    await _fini(marche, chemin, "achevement", {"le": "2028-09-30"})
    assert await _tardive(marche, chemin) == [True, True, True]
    async with marche.banc.interne() as connexion:
        await connexion.ecrire(text("UPDATE obligations SET remplie_le = '2028-09-30T04:00Z'"), {})
    await refaire(marche.banc, "sorties_tardives", lambda _: None)
    assert await _tardive(marche, chemin) == [True, True, True], "corrigée par la migration"


async def _tardive(marche: Marche, chemin: str) -> list[bool | None]:
    """Ce qu'en disent la sortie, la liste, l'obligation (rien : elle court)."""
    lue = (await marche.gestionnaire.get(chemin)).json()
    (listee,) = (await marche.gestionnaire.get("/v1/sorties")).json()["elements"]
    dues = await marche.gestionnaire.get("/v1/obligations?nature=sortie")
    (due,) = dues.json()["elements"]
    return [lue["tardive"], listee["tardive"], due["tardive"] if due["remplie_le"] else None]


async def _second(marche: Marche, contrat: Corps, debut: str, *, autre: bool) -> str:
    """Un autre contrat conclu de MTQ, chez le même fournisseur ou un autre."""
    entente_id = contrat["entente_id"]
    if autre:
        entente_id = (await marche.entente("EC-2", "1170000002"))["id"]
    offre_id = await marche.offre(entente_id, prix=None)
    await marche.prix(offre_id, {"prix": "10"}, "2026-10-01")
    marche.banc.horloge.aller("2026-10-02T09:00-04:00")
    dossier = await marche.acquisition(
        entente_id,
        offre_voulue(offre_id),
        duree_mois=12,
        consommation=periodes((1, 12, 40)),
    )
    prepare = await marche.cree("contrats", marche.preparation(dossier.id, debut=debut))
    return str((await marche.conclure(prepare))["id"])


@pytest.mark.parametrize(
    ("debut", "jours", "alerte"), [("2028-09-01", 30, False), ("2028-10-01", 0, True)]
)
async def test_ci_24_deux_fournisseurs_se_recouvrent_ou_l_alerte_le_dit(
    marche: Marche, debut: str, jours: int, alerte: bool
) -> None:
    contrat = await marche.conclu()
    chemin = f"/v1/contrats/{contrat['id']}/sortie"
    nouveau = await _second(marche, contrat, debut, autre=True)
    plan = {**PLAN, "apres": "nouveau_fournisseur", "nouveau_contrat_id": nouveau}
    planifiee = await marche.gestionnaire.post(f"{chemin}/plan", json=plan)
    assert planifiee.json()["parallelisme"] == {
        "nouveau_contrat_id": nouveau, "jours": jours, "alerte": alerte
    }  # fmt: skip
    assert (await marche.courtier.get(chemin)).json() == planifiee.json()
    for apres in ("meme_fournisseur", "fin_du_besoin"):
        dementi = await marche.gestionnaire.post(f"{chemin}/plan", json={**plan, "apres": apres})
        assert (dementi.status_code, dementi.json()["regle"]) == (409, "CI-24")


async def test_ci_24_chez_le_meme_fournisseur_sans_activite(marche: Marche) -> None:
    chemin = await _sortie(marche)
    plan = {"apres": "meme_fournisseur", "motif": "Le contrat suivant reprend les mêmes offres."}
    planifiee = await marche.gestionnaire.post(f"{chemin}/plan", json=plan)
    assert planifiee.json()["manque"] == []
    marche.banc.horloge.aller("2026-10-05T09:00-04:00")
    achevee = await marche.gestionnaire.post(f"{chemin}/achevement", json={})
    assert achevee.json()["achevement"]["tardif"] is False


async def test_ci_24_une_fin_qui_change_redate_sans_recrire(marche: Marche) -> None:
    """Résilié : dans le même acte, chaque obligation liée s'abandonne, une autre s'ouvre."""
    contrat = await marche.conclu()
    chemin = f"/v1/contrats/{contrat['id']}"
    marche.banc.horloge.aller("2026-09-10T09:00-04:00")
    piece = {"genre": "choix", "titre": "Choix", "empreinte": "1" * 64, "datee_le": "2026-09-01"}
    await marche.gestionnaire.post(f"{chemin}/pieces", json=piece)
    resiliation = {
        "effet": "2027-10-01",
        "lettre": {"titre": "Lettre", "empreinte": "d" * 64, "datee_le": "2026-09-10"},
        "motif": "Regroupement.",
    }
    resilie = await marche.gestionnaire.post(f"{chemin}/resiliation", json=resiliation)
    assert resilie.is_success, resilie.text
    assert await marche.obligations("sortie") == [
        ("2028-09-30", "abandonnee"),
        ("2027-09-30", "due"),
    ]
    assert await marche.obligations("evaluation_fin") == [
        ("2028-11-29", "abandonnee"),
        ("2027-11-29", "due"),
    ]
    lue = (await marche.gestionnaire.get(f"{chemin}/sortie")).json()
    assert (lue["fin"], lue["version"]) == ("2027-10-01", 2)
    [conclu] = (await marche.gestionnaire.get("/v1/contrats-conclus")).json()["elements"]
    assert (conclu["duree_mois"], conclu["fin"]) == (12, "2027-10-01")
    pieces = (await marche.gestionnaire.get(f"{chemin}/pieces")).json()["elements"]
    termes = {p["genre"]: p["destructible_le"] for p in pieces}
    assert (termes["choix"], termes["resiliation"]) == ("2027-10-01", "2034-10-01")


async def test_ci_24_resilie_au_jour_de_son_debut_nulle_sortie_n_est_due(marche: Marche) -> None:
    contrat = await marche.conclu()
    chemin = f"/v1/contrats/{contrat['id']}"
    lettre = {"titre": "Lettre", "empreinte": "d" * 64, "datee_le": "2026-09-09"}
    corps = {"effet": contrat["debut"], "lettre": lettre, "motif": "Le besoin n'est plus."}
    resilie = await marche.gestionnaire.post(f"{chemin}/resiliation", json=corps)
    assert resilie.is_success, resilie.text
    assert await marche.obligations("sortie") == [("2028-09-30", "abandonnee")]
    [lue] = (await marche.gestionnaire.get("/v1/sorties?etat=sans_objet")).json()["elements"]
    assert (lue["fin"], lue["tardive"]) == (contrat["debut"], False)


async def test_ci_24_d_un_autre_organisme_introuvable(marche: Marche) -> None:
    chemin = await _sortie(marche)
    intrus = marche.banc.client("gestionnaire", "signataire", organisme="SQ")
    assert (await intrus.get(chemin)).status_code == 404
    assert (await intrus.get("/v1/sorties")).json()["elements"] == []
    [lue] = (await marche.courtier.get("/v1/sorties")).json()["elements"]
    assert (lue["organisme"], lue["etat"]) == ("MTQ", "a_planifier")
    actes: dict[str, Corps] = {
        "plan": PLAN,
        "activites": {"code": "migration", "faite_le": "2026-09-09"},
        "attestations": _attestation("rendues", "2026-09-09"),
        "achevement": {},
    }
    for acte, corps in actes.items():
        assert (await intrus.post(f"{chemin}/{acte}", json=corps)).status_code == 404
        assert (await marche.courtier.post(f"{chemin}/{acte}", json=corps)).status_code == 403

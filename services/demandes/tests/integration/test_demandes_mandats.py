"""Les mandats voyagent : publiés une fois, par famille, sans nom (DEM-3, DEM-8, DEM-14)."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from services.demandes.tests.parcours import Parcours
from socle.schema.migrer import configuration

pytestmark = pytest.mark.integration
SIGNATAIRES = "/v1/organismes/MTQ/signataires"


async def inscrire(parcours: Parcours, statut: int = 201, **champs: Any) -> dict[str, Any]:
    corps = {"nom": "A. Roy", "sujet": "a.roy", "debut": "2026-09-01", **champs}
    reponse = await parcours.csc.post(SIGNATAIRES, json=corps)
    assert reponse.status_code == statut, reponse.text
    rendu: dict[str, Any] = reponse.json()
    return rendu


async def migrer(parcours: Parcours, vers: Callable[[Config, str], None], revision: str) -> None:
    """Porte la base du banc à une révision, en propriétaire."""
    banc = parcours.banc

    def appliquer(connexion: Connection) -> None:
        reglages = configuration(banc.service.migrations)
        reglages.attributes["connection"] = connexion
        vers(reglages, revision)

    dsn = make_url(banc.roles.dsn("migrer").get_secret_value())
    moteur = create_async_engine(dsn.set(drivername="postgresql+asyncpg"))
    async with moteur.connect() as connexion:
        await connexion.run_sync(appliquer)
    await moteur.dispose()
    for ouvert in (banc.moteur_api, banc.moteur_interne):
        await ouvert.fermer()


async def dits(parcours: Parcours, prefixe: str, cle: str) -> list[tuple[str, dict[str, Any]]]:
    sortants = await parcours.banc.sortants()
    return [
        (s.type, dict(s.donnees))
        for s in sortants
        if s.type.startswith(prefixe) and s.cle == cle and s.donnees["organisme"] == "MTQ"
    ]


async def test_dem_8_un_mandat_se_publie_avec_ses_familles_et_son_plafond_sans_nom(
    parcours: Parcours,
) -> None:
    mandat = await inscrire(
        parcours,
        courriel="a.roy@mtq.example",
        familles=["contrat_specifique", "expertise_conseil"],
        plafond="250000",
    )
    assert mandat["familles"] == ["expertise_conseil", "contrat_specifique"]
    assert (mandat["plafond"], mandat["courriel"]) == ("250000.00", "a.roy@mtq.example")
    (publie,) = await dits(parcours, "signataire.", mandat["id"])
    assert publie == (
        "signataire.inscrit",
        {
            "organisme": "MTQ",
            "mandat_id": mandat["id"],
            "sujet": "a.roy",
            "familles": ["expertise_conseil", "contrat_specifique"],
            "plafond": "250000.00",
            "debut": "2026-09-01",
            "fin": None,
        },
    )
    lus = (await parcours.csc.get(SIGNATAIRES)).json()["elements"]
    assert mandat in lus


@pytest.mark.parametrize(
    "faute",
    [
        {"familles": []},
        {"familles": ["autre_chose"]},
        {"plafond": "0"},
        {"plafond": "10.001"},
        {"courriel": "a.roy"},
    ],
)
async def test_dem_8_un_mandat_mal_dit_est_un_422(
    parcours: Parcours, faute: dict[str, object]
) -> None:
    await inscrire(parcours, 422, **faute)


async def test_dem_3_un_mandat_d_une_autre_famille_n_approuve_pas_une_demande(
    parcours: Parcours,
) -> None:
    conseil = await inscrire(parcours, familles=["expertise_conseil"])
    corps = {"remplace_id": conseil["id"], "nom": "B.", "sujet": "b.roy"}
    corps |= {"debut": "2026-09-01", "fin": "2026-10-01"}
    await parcours.csc.post("/v1/organismes/MTQ/substitutions", json=corps)
    demande = await parcours.creer()
    for sujet in ("a.roy", "b.roy"):
        signataire = parcours.banc.client("signataire", organisme="MTQ", sujet=sujet)
        refus = await parcours.agir(signataire, demande, "approbation", 403)
        assert refus["regle"] == "DEM-3"
    service = await inscrire(parcours)
    assert service["familles"] == ["demandes_de_service"], "le défaut"
    await parcours.agir(
        parcours.banc.client("signataire", organisme="MTQ", sujet="a.roy"), demande, "approbation"
    )
    (acte,) = await parcours.banc.sortants("demande.approuvée")
    assert acte.donnees["signataire_id"] == service["id"]


async def test_dem_14_un_mandat_par_personne_et_famille(parcours: Parcours) -> None:
    await inscrire(parcours)
    assert (await inscrire(parcours, 409))["regle"] == "DEM-14"
    await inscrire(parcours, familles=["contrat_specifique"])
    deux = ["contrat_specifique", "expertise_conseil"]
    assert (await inscrire(parcours, 409, familles=deux))["regle"] == "DEM-14"


async def test_dem_3_la_fin_d_un_mandat_et_sa_substitution_se_publient(parcours: Parcours) -> None:
    mandat = await inscrire(parcours)
    corps = {"remplace_id": mandat["id"], "nom": "B.", "sujet": "b.roy"}
    corps |= {"debut": "2026-09-07", "fin": "2026-09-21"}
    substitution = await parcours.csc.post("/v1/organismes/MTQ/substitutions", json=corps)
    for fin in ("2026-12-01", "2026-12-01", "2026-11-01"):
        rendu = await parcours.csc.post(f"{SIGNATAIRES}/{mandat['id']}/fin", json={"fin": fin})
        assert rendu.json()["fin"] == fin
    publies = await dits(parcours, "s", mandat["id"])
    assert [genre for genre, _ in publies] == [
        "signataire.inscrit",
        "substitution.inscrite",
        "signataire.retiré",
        "signataire.retiré",
    ], "la même fin, redite, ne se publie pas"
    assert [donnees["fin"] for _, donnees in publies[2:]] == ["2026-12-01", "2026-11-01"]
    assert publies[1][1]["substitution_id"] == substitution.json()["id"]
    assert publies[1][1]["sujet"] == "b.roy"
    assert "nom" not in publies[1][1]


async def test_dem_8_les_mandats_d_avant_se_publient_une_fois(parcours: Parcours) -> None:
    """La migration n'en publie aucun et n'ôte rien : chacun approuve encore, puis se publie."""
    demande = await parcours.creer()
    await migrer(parcours, command.downgrade, "0001")
    async with parcours.banc.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM socle_outbox"))
        await connexion.ecrire(text("UPDATE organismes SET taxable = true"))
    await migrer(parcours, command.upgrade, "head")
    await parcours.agir(parcours.signataire, demande, "approbation")
    async with parcours.banc.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM socle_outbox"))
    assert await parcours.banc.tache("registres") == 2
    sortants = await parcours.banc.sortants()
    assert sorted((s.type, s.donnees["organisme"]) for s in sortants) == [
        ("organisme.modifié", "MTQ"),
        ("organisme.modifié", "SQ"),
        ("signataire.inscrit", "MTQ"),
        ("signataire.inscrit", "SQ"),
    ]
    modifie = next(s for s in sortants if s.cle == "MTQ")
    assert modifie.donnees["profils_taxes"] == [{"debut": "2000-01-01", "taxable": True}]
    assert await parcours.banc.tache("registres") == 0
    assert (await parcours.csc.get("/v1/organismes/MTQ")).json()["taxable"] is True


async def test_dem_3_un_mandat_inedit_qu_on_finit_se_publie_avec_sa_fin(parcours: Parcours) -> None:
    mandat = await inscrire(parcours)
    async with parcours.banc.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM socle_outbox"))
        await connexion.ecrire(text("UPDATE signataires SET publie = false"))
    await parcours.csc.post(f"{SIGNATAIRES}/{mandat['id']}/fin", json={"fin": "2026-12-01"})
    (publie,) = await dits(parcours, "signataire.", mandat["id"])
    assert (publie[0], publie[1]["fin"]) == ("signataire.inscrit", "2026-12-01")
    assert await parcours.banc.tache("registres") == 1, "l'autre organisme"


async def test_dem_8_un_organisme_impubliable_n_arrete_pas_les_autres(parcours: Parcours) -> None:
    async with parcours.banc.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM socle_outbox"))
        await connexion.ecrire(text("UPDATE signataires SET publie = false"))
        trop_long = "UPDATE signataires SET sujet = repeat('x', 300) WHERE organisme = 'MTQ'"
        await connexion.ecrire(text(trop_long))
    with pytest.raises(ExceptionGroup):
        await parcours.banc.tache("registres")
    publies = await parcours.banc.sortants("signataire.inscrit")
    assert [s.donnees["organisme"] for s in publies] == ["SQ"]


async def test_dem_3_un_mandat_du_jour_ou_a_venir_se_retire(parcours: Parcours) -> None:
    for debut in ("2026-09-01", "2026-10-01"):
        mandat = await inscrire(parcours, debut=debut)
        chemin = f"{SIGNATAIRES}/{mandat['id']}/fin"
        rendu = await parcours.csc.post(chemin, json={"fin": "2026-09-01"})
        assert (rendu.status_code, rendu.json()["fin"]) == (200, debut)
        _, (genre, retrait) = await dits(parcours, "signataire.", mandat["id"])
        assert (genre, retrait["fin"]) == ("signataire.retiré", debut)
    demande = await parcours.creer()
    client = parcours.banc.client("signataire", organisme="MTQ", sujet="a.roy")
    await parcours.agir(client, demande, "approbation", 403)
    bon = await inscrire(parcours)
    assert bon["fin"] is None, "le bon s'inscrit aux mêmes jours"
    await parcours.agir(client, demande, "approbation")


async def test_dem_3_une_fin_au_debut_ne_s_inscrit_pas(parcours: Parcours) -> None:
    for fin in ("2026-09-01", "2026-08-31"):
        assert (await inscrire(parcours, 409, fin=fin))["regle"] == "DEM-3"


async def test_dem_8_un_plafond_sans_contrat_specifique_est_un_409(parcours: Parcours) -> None:
    refus = await inscrire(parcours, 409, plafond="100", familles=["demandes_de_service"])
    assert refus["regle"] == "DEM-8"


async def test_dem_14_un_organisme_inactif_n_inscrit_personne_et_ses_temps_se_publient(
    parcours: Parcours,
) -> None:
    mandat = await inscrire(parcours)
    substitution = {"remplace_id": mandat["id"], "nom": "B.", "sujet": "b.roy"}
    substitution |= {"debut": "2026-09-07", "fin": "2026-09-21"}
    substitutions = "/v1/organismes/MTQ/substitutions"

    async def activer(actif: bool) -> list[dict[str, Any]]:
        lu = await parcours.csc.get("/v1/organismes/MTQ")
        condition = {"If-Match": lu.headers["etag"]}
        await parcours.csc.patch("/v1/organismes/MTQ", json={"actif": actif}, headers=condition)
        publie = (await parcours.banc.sortants("organisme.modifié"))[-1]
        inactivites: list[dict[str, Any]] = publie.donnees["inactivites"]
        return inactivites

    (dit,) = await activer(False)
    assert (dit["debut"] is not None, dit["fin"]) == (True, None)
    assert (await inscrire(parcours, 409, sujet="c.roy"))["regle"] == "DEM-14"
    refus = await parcours.csc.post(substitutions, json=substitution)
    assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-14")
    fin = await parcours.csc.post(f"{SIGNATAIRES}/{mandat['id']}/fin", json={"fin": "2026-09-02"})
    assert fin.status_code == 200, "un mandat se retire encore"
    (dit,) = await activer(True)
    assert dit["fin"] is not None
    await inscrire(parcours, sujet="c.roy")


async def test_dem_14_la_mise_a_niveau_redit_chaque_fichier_une_fois(parcours: Parcours) -> None:
    await migrer(parcours, command.downgrade, "0003")
    await migrer(parcours, command.upgrade, "head")
    avant = len(await parcours.banc.sortants("organisme.modifié"))
    assert [await parcours.banc.tache("registres") for _ in range(2)] == [2, 0]
    redits = (await parcours.banc.sortants("organisme.modifié"))[avant:]
    assert sorted(s.cle for s in redits) == ["MTQ", "SQ"]

"""D'une personne partie, l'identité s'efface après le temps réglé; ses actes restent (DEM-3)."""

import pytest
from sqlalchemy import text

from demandes.clients.adaptateurs.vues import conservation
from services.demandes.tests.parcours import Parcours, chronologie
from socle.conservation import purger
from socle.reglages import Reglages, ReglagesConservation

pytestmark = pytest.mark.integration
FAMILLES = conservation(Reglages(conservation=ReglagesConservation(personnes=365)))


async def effacer(parcours: Parcours) -> int:
    return await purger(parcours.banc.moteur_interne, FAMILLES, parcours.banc.horloge)


async def registre(parcours: Parcours) -> dict[str, tuple[str, str]]:
    requete = text("SELECT id::text, nom, sujet FROM signataires WHERE organisme = 'MTQ'")
    async with parcours.banc.interne() as connexion:
        return {i: (nom, sujet) for i, nom, sujet in await connexion.lignes(requete)}


async def mandater(parcours: Parcours, sujet: str, debut: str, fin: str | None) -> str:
    mandat = {"nom": f"Nom de {sujet}", "sujet": sujet, "debut": debut, "fin": fin}
    reponse = await parcours.csc.post("/v1/organismes/MTQ/signataires", json=mandat)
    assert reponse.status_code == 201, reponse.text
    cree: str = reponse.json()["id"]
    return cree


async def test_dem_3_la_personne_partie_s_efface_ses_actes_restent(parcours: Parcours) -> None:
    partie = await mandater(parcours, "partie", "2026-09-01", "2026-09-30")
    revenue = await mandater(parcours, "revenue", "2026-09-01", "2026-09-30")
    encore = await mandater(parcours, "revenue", "2026-10-15", None)
    signature = parcours.banc.client("signataire", organisme="MTQ", sujet="partie")
    demande = await parcours.creer()
    await parcours.agir(signature, demande, "approbation")
    parcours.banc.horloge.aller("2027-09-30T03:59Z")
    assert await effacer(parcours) == 0, "le terme est à minuit, heure de Québec"
    parcours.banc.horloge.aller("2027-09-30T04:01Z")
    assert await effacer(parcours) == 1
    apres = await registre(parcours)
    assert apres[partie] == ("Personne partie", f"parti:{partie}")
    assert apres[revenue] == apres[encore] == ("Nom de revenue", "revenue"), "elle signe encore"
    assert await effacer(parcours) == 0, "une fois"
    async with parcours.banc.interne() as connexion:
        signee = text("SELECT signataire_id::text FROM gestes_poses WHERE geste = 'approbation'")
        assert await connexion.colonne(signee) == [partie]
    assert "approbation" in await chronologie(parcours, demande)


async def test_interrompue_la_passe_reprend_et_ses_lots_sont_bornes(parcours: Parcours) -> None:
    async with parcours.banc.interne() as connexion:
        semer = """INSERT INTO signataires (id, organisme, nom, sujet, familles, debut, fin, publie)
            SELECT gen_random_uuid(), 'MTQ', 'n', 's' || n, '{}', '2000-01-01', '2001-01-01', true
            FROM generate_series(1, :nombre) AS n"""
        await connexion.ecrire(text(semer), {"nombre": 2_001})
    assert [await effacer(parcours) for _ in range(3)] == [2_000, 1, 0]
    assert ("n", "s1") not in (await registre(parcours)).values()

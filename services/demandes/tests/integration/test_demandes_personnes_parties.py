"""D'une personne partie, l'identité s'efface après le temps réglé; ses actes restent (DEM-3)."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from demandes.clients.adaptateurs.vues import conservation
from services.demandes.tests.parcours import Parcours, chronologie
from socle.conservation import compter_les_echus, du_socle, purger
from socle.reglages import Reglages, ReglagesConservation

pytestmark = pytest.mark.integration
FAMILLES = conservation(Reglages())
RACCOURCIE = """
[[versions]]
depuis = 2000-01-01
motif = "Sept ans."
mois = { audit = 84, documents = 84, personnes = 84 }
[[versions]]
depuis = 2027-01-01
motif = "Un an."
mois = { audit = 24, documents = 24, personnes = 12 }
"""


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
    parcours.banc.horloge.aller("2033-10-01T03:59Z")
    assert await effacer(parcours) == 0, "sept ans du lendemain, à minuit, heure de Québec"
    parcours.banc.horloge.aller("2033-10-01T04:01Z")
    assert await effacer(parcours) == 1
    apres = await registre(parcours)
    assert apres[partie] == ("Personne partie", f"parti:{partie}")
    assert apres[revenue] == apres[encore] == ("Nom de revenue", "revenue"), "elle signe encore"
    assert await effacer(parcours) == 0, "une fois"
    async with parcours.banc.interne() as connexion:
        signee = text("SELECT signataire_id::text FROM gestes_poses WHERE geste = 'approbation'")
        assert await connexion.colonne(signee) == [partie]
    assert "approbation" in await chronologie(parcours, demande)


async def test_raccourcie_aujourd_hui_une_duree_n_efface_rien_de_ce_qui_est_parti_avant(
    parcours: Parcours, tmp_path: Path
) -> None:
    """Qui est parti après la suit; l'audit, lui, ne part que par son début."""
    avant = await mandater(parcours, "avant", "2026-09-01", "2026-12-31")
    apres = await mandater(parcours, "apres", "2026-09-01", "2027-01-01")
    fichier = tmp_path / "conservation.toml"
    fichier.write_text(RACCOURCIE, "utf-8")
    durees = ReglagesConservation(fichier=fichier)
    familles = conservation(Reglages(conservation=durees))

    async def effacer_le(instant: str) -> int:
        parcours.banc.horloge.aller(instant)
        banc = parcours.banc
        compte = [await compter_les_echus(banc.moteur_interne, f, banc.horloge) for f in familles]
        fait = await purger(banc.moteur_interne, familles, banc.horloge)
        assert sum(filter(None, compte)) == fait
        return fait

    assert await effacer_le("2027-12-31T12:00Z") == 0
    assert await effacer_le("2028-01-02T12:00Z") == 1
    registre_lu = await registre(parcours)
    assert registre_lu[apres][0] == "Personne partie"
    assert registre_lu[avant][0] == "Nom de avant"
    assert await effacer_le("2033-12-31T12:00Z") == 0
    audit = next(f for f in du_socle(durees) if f.nom == "audit")
    assert audit.lot is not None
    le = datetime(2030, 6, 1, 12, tzinfo=UTC)
    (age,) = re.findall(r"secs => ([0-9.]+)", audit.lot(le))
    assert le - timedelta(seconds=float(age)) == datetime(2023, 6, 1, 4, tzinfo=UTC)
    assert await effacer_le("2034-01-01T12:00Z") == 1


async def test_interrompue_la_passe_reprend_et_ses_lots_sont_bornes(parcours: Parcours) -> None:
    async with parcours.banc.interne() as connexion:
        semer = """INSERT INTO signataires (id, organisme, nom, sujet, familles, debut, fin, publie)
            SELECT gen_random_uuid(), 'MTQ', 'n', 's' || n, '{}', '2000-01-01', '2001-01-01', true
            FROM generate_series(1, :nombre) AS n"""
        await connexion.ecrire(text(semer), {"nombre": 2_001})
    assert [await effacer(parcours) for _ in range(3)] == [2_000, 1, 0]
    assert ("n", "s1") not in (await registre(parcours)).values()

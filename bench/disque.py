"""Ce qu'une demande livrée laisse sur le disque de demandes, table par table, index compris."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx

from bench.resultats import But, Resultats
from bench.scene import Scene
from contrats.catalogue import ProduitInscrit
from demandes.main import service
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from socle.bus.kafka import preparer_sujets
from socle.envoi.relais import Relais
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante

LOTS, LOT, SIMULTANEES = 5, 100, 8
PRODUITS = {"PORTABLE-14": "materiel", "MONITEUR-24P": "moniteur"}
CORPS = {
    "sorte": "poste_physique",
    "articles": [{"produit": "PORTABLE-14"}, {"produit": "MONITEUR-24P", "quantite": 2}],
    "utilisateur_id": "u-1001",
    "site": "QC-700RL",
    "imputation": "2100-447",
    "soumettre": True,
}
_TAILLES = """
SELECT coalesce(pg_partition_root(oid), oid)::regclass::text,
       sum(pg_total_relation_size(oid))::bigint
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY 1
"""


async def _poster(client: httpx.AsyncClient, chemin: str, **corps: object) -> dict[str, Any]:
    reponse = await client.post(f"/v1/{chemin}", json=corps)
    reponse.raise_for_status()
    rendu: dict[str, Any] = reponse.json()
    return rendu


async def _preparer(banc: Banc, csc: httpx.AsyncClient) -> None:
    await _poster(csc, "organismes", code="MTQ", nom="Transports")
    mandat = {"nom": "S.", "sujet": "signataire", "debut": "2026-04-01"}
    await _poster(csc, "organismes/MTQ/signataires", **mandat)
    await banc.recevoir(
        *(
            ProduitInscrit(
                code=code, libelle=code, categorie="Postes", sorte=sorte, statut="actif",
                noyau=False, normalise=True, tarifs=("POSTE-01",),
            )
            for code, sorte in PRODUITS.items()
        )
    )  # fmt: skip


async def _jouer(banc: Banc, csc: httpx.AsyncClient) -> None:
    """Un lot de demandes, de leur création à la dernière livraison : six écritures chacune."""
    demandeur = banc.client("demandeur", organisme="MTQ", sujet="demandeur")
    signataire = banc.client("signataire", organisme="MTQ", sujet="signataire")
    places = asyncio.Semaphore(SIMULTANEES)

    async def une() -> None:
        async with places:
            demande = await _poster(demandeur, "demandes", **CORPS)
            chemin = f"demandes/{demande['id']}"
            if demande["faits"]["approbation_requise"]:
                await _poster(signataire, f"{chemin}/approbation")
            await _poster(csc, f"{chemin}/prise-en-charge")
            for article in demande["articles"]:
                demande = await _poster(csc, f"{chemin}/livraison", article_id=article["id"])
        if demande["etat"] != "completee":
            raise AssertionError(demande["etat"])

    await asyncio.gather(*(une() for _ in range(LOT)))


@asynccontextmanager
async def _relaye(banc: Banc, scene: Scene) -> AsyncIterator[None]:
    """La boîte d'envoi se vide au bus à mesure, comme en production; entière à la sortie."""
    sujet = banc.service.sujet
    await preparer_sujets(scene.bus, [sujet])
    arret, relais = Arret(), Relais(banc.moteur_interne, scene.bus, "r", Sante(), Mesures("disque"))
    tourne = asyncio.create_task(relais.tourner(arret))
    try:
        yield
        while await banc.sortants():  # noqa: ASYNC110 -- on sonde la base
            await asyncio.sleep(0.1)
    finally:
        arret.demander()
        await tourne


async def _tailles(dsn: str) -> Mapping[str, int]:
    connexion = await asyncpg.connect(dsn)
    try:
        await connexion.execute("VACUUM")
        return dict(await connexion.fetch(_TAILLES))
    finally:
        await connexion.close()


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:  # noqa: ARG001 -- la taille ne varie pas
    """Les Kio par demande livrée, une fois l'espace mort rendu."""
    acces = await scene.modeles.copie(service())
    jwks = str(scene.modeles.jwks)
    reglages = reglages_d_essai(service().reglages, acces, jwks)
    banc = monter(service(), reglages, scene.emetteur, HorlogeConduite())
    csc = banc.client("agent-csc", "technicien", sujet="agent")
    try:
        await _preparer(banc, csc)
        avant = await _tailles(acces["migrer"])
        async with _relaye(banc, scene):
            for _ in range(LOTS):
                await _jouer(banc, csc)
                # L'autovacuum passe à un cinquième de lignes mortes; une minute ne le verrait pas.
                await _tailles(acces["migrer"])
        apres = await _tailles(acces["migrer"])
    finally:
        await banc.fermer()
    kio = {nom: (octets - avant[nom]) / (LOTS * LOT) / 1024 for nom, octets in apres.items()}
    for nom, valeur in sorted(kio.items(), key=lambda paire: -paire[1]):
        if valeur > 0.05:
            print(f"    {valeur:6.2f} Kio  {nom}", flush=True)
    resultats.seul("disque par demande livrée", "Kio", [sum(kio.values())], But("≤", 12))

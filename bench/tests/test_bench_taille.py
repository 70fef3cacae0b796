"""À la taille du MCN, nulle liste ne lit toute une table; chacune, et chaque filtre, s'y essaie."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench.taille.cas import CAS
from bench.taille.donnees import semer, service
from bench.taille.echelle import FIXES, Echelle
from bench.taille.listes import QUI, Liste, Qui
from bench.taille.plans import GRANDE, Lu, Plans
from bench.taille.releve import Appel, Releveur, filtres_de
from outils.contrats.ecoutants import SERVICES
from outils.emetteur import Emetteur
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from outils.essais.greffon import Modeles, MonterBanc

PETITE = Echelle(0.004)
"""Quatre mille demandes, dans les proportions du MCN."""
_A_LA_TAILLE = f"""
UPDATE pg_class AS c SET reltuples = c.reltuples * {1 / PETITE.facteur}
FROM pg_class AS t LEFT JOIN pg_index AS i ON i.indrelid = t.oid
WHERE c.oid IN (t.oid, i.indexrelid) AND t.relkind = 'r' AND c.reltuples > 0
  AND t.relnamespace = 'public'::regnamespace AND t.relname <> ALL ($1)
"""
"""Ce que PostgreSQL croit d'une table : ses pages sont comptées sur le disque, sa densité vient de
`pg_class`. Deux cent cinquante fois plus dense, elle a les lignes du MCN, et coûte à parcourir un
peu moins qu'à sa taille : un parcours entier y est plus tentant, jamais moins."""


@pytest.mark.parametrize("nom", SERVICES)
def test_chaque_liste_et_chaque_filtre_ont_leur_cas(nom: str, tmp_path: Path) -> None:
    emetteur, declaration = Emetteur(), service(nom)
    emetteur.publier(tmp_path / "jwks.json")
    acces = dict.fromkeys(("migrer", "api", "interne"), "postgresql://u:p@127.0.0.1:1/rien")
    reglages = reglages_d_essai(declaration.reglages, acces, str(tmp_path / "jwks.json"))
    banc = monter(declaration, reglages, emetteur, HorlogeConduite())
    demandes = {
        liste.chemin: frozenset(filtre for demande in liste.demandes for filtre in demande)
        for liste in CAS[nom]
    }
    assert demandes == filtres_de(banc)


def _groupe(strategie: str, groupes: int) -> dict[str, Any]:
    lu = {"Node Type": "Index Scan", "Index Name": "t_pkey"}
    return {
        "Node Type": "Aggregate", "Strategy": strategie, "Plan Rows": groupes, "Plans": [lu],
    }  # fmt: skip


def _limite(admises: int, parcours: dict[str, Any], *, tri: bool = False) -> dict[str, Any]:
    dessous = {"Node Type": "Sort", "Plan Rows": admises, "Plans": [parcours]} if tri else parcours
    return {"Node Type": "Limit", "Plans": [{**dessous, "Plan Rows": admises}]}


@pytest.mark.parametrize(
    ("plan", "fautif"),
    [
        (_limite(9_000, {"Node Type": "Seq Scan", "Relation Name": "t"}, tri=True), True),
        (_limite(500_000, {"Node Type": "Index Scan", "Index Name": "t_pkey"}), False),
        (_limite(1, {"Node Type": "Index Scan", "Index Name": "t_pkey"}), True),
        (_limite(9_000, {"Node Type": "Index Scan", "Index Name": "t_pkey"}, tri=True), True),
        (
            _limite(1, {"Node Type": "Index Scan", "Index Name": "i", "Index Cond": "(a = 1)"}),
            False,
        ),
        (_limite(1, {"Node Type": "Seq Scan", "Relation Name": "petite"}), False),
        ({"Node Type": "Limit", "Plans": [_groupe("Sorted", 9_000)]}, False),
        ({"Node Type": "Limit", "Plans": [_groupe("Hashed", 9_000)]}, True),
    ],
)
def test_un_parcours_entier_l_est_aussi_par_un_index(plan: dict[str, Any], *, fautif: bool) -> None:
    tailles = {"t": 1e6, "t_pkey": 1e6, "i": 1e6, "petite": 5e4}
    assert bool(Plans.de([plan], tailles, Lu()).fautifs) is fautif


@asynccontextmanager
async def _seme(banc: Banc, modeles: Modeles, nom: str) -> AsyncIterator[Releveur]:
    """Le service sur une petite base dont les statistiques disent celle du MCN."""
    api = banc.roles.dsn("api").get_secret_value()
    dsn = modeles.dsn.rpartition("/")[0] + urlsplit(api).path
    if nom == "catalogue":
        await banc.tache("chargement")
    await semer(dsn, nom, PETITE)
    async with Releveur.ouvrir(banc, dsn) as releveur:
        await releveur.maitre.execute(_A_LA_TAILLE, list(FIXES))
        yield releveur


async def _fautifs(releveur: Releveur, nom: str, *qui: Qui) -> dict[str, Plans]:
    tailles, fautifs = await releveur.tailles(), {}
    for liste in CAS[nom]:
        for demande in liste.toutes:
            for demandeur in qui:
                appel = await releveur.relever(liste, demande, demandeur)
                if appel is None:
                    continue
                plans = await releveur.plans(appel, tailles, execute=True)
                # Un filtre sans réponse lirait de même, à la taille, tout ce qu'il a lu ici.
                lues = plans.lu.lignes / PETITE.facteur if appel.vide else 0
                if plans.fautifs or lues > GRANDE:
                    fautifs[f"{appel.nom} ({demandeur.nom})"] = plans
    return fautifs


@pytest.mark.integration
@pytest.mark.parametrize("nom", SERVICES)
async def test_nulle_liste_ne_lit_toute_une_grande_table(
    banc: MonterBanc, modeles: Modeles, nom: str
) -> None:
    async with _seme(await banc(nom), modeles, nom) as releveur:
        fautifs = await _fautifs(releveur, nom, *QUI)
    assert not fautifs, "\n".join(f"{cas} : {plans}" for cas, plans in fautifs.items())


@pytest.mark.integration
@pytest.mark.parametrize(
    ("nom", "qui", "role", "tableau", "requete"),
    [
        ("facturation", QUI[2], "facturation", "/v1/tableau-du-mois", "?periode=2026-09"),
        ("courtier", QUI[2], "courtier", "/v1/bord", ""),
        ("courtier", QUI[1], "dirigeant", "/v1/bord/dirigeant", ""),
        ("courtier", QUI[1], "signataire", "/v1/bord/signataire", ""),
    ],
)
async def test_un_tableau_ne_lit_toute_une_grande_table(
    banc: MonterBanc,
    modeles: Modeles,
    nom: str,
    qui: Qui,
    role: str,
    tableau: str,
    requete: str,
) -> None:
    """Il n'est pas une liste : ses comptes bornés se regardent ici."""
    appel = Appel(qui, role, Liste(tableau), {}, f"{tableau}{requete}")
    async with _seme(await banc(nom), modeles, nom) as releveur:
        joue = await releveur.jouer(appel)
        plans = await releveur.plans(joue, await releveur.tailles(), execute=True)
    assert not plans.fautifs, str(plans)


@pytest.mark.integration
async def test_un_index_de_moins_se_voit(banc: MonterBanc, modeles: Modeles) -> None:
    """Le mutant : sans l'index de leur sujet, les mesures se parcourent toutes."""
    async with _seme(await banc("sla"), modeles, "sla") as releveur:
        avant = await _fautifs(releveur, "sla", QUI[2])
        await releveur.maitre.execute("DROP INDEX mesures_sujet")
        apres = await _fautifs(releveur, "sla", QUI[2])
    assert {cas.partition(" ")[0] for cas in apres.keys() - avant.keys()} == {"/v1/mesures"}

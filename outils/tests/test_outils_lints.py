"""Chaque lint maison refuse ce qu'il doit refuser, et rien d'autre."""

from collections import Counter
from pathlib import PurePosixPath
from textwrap import dedent

import pytest

from outils.lints import LINTS_PYTHON, LINTS_TEXTE
from outils.lints.__main__ import ecarts, sources
from outils.lints.cadre import Source
from outils.lints.pieces import routes_de

CAS = "services/demandes/src/demandes/demande/cas_usage.py"
DOMAINE = "services/demandes/src/demandes/demande/domaine/demande.py"
PORTS = "services/demandes/src/demandes/demande/ports.py"
ROUTES = "services/demandes/src/demandes/demande/entrees/routes.py"
DEPOTS = "services/demandes/src/demandes/demande/adaptateurs/depots.py"
MIGRATION = "services/demandes/migrations/versions/0001_debut.py"
NEUVE = "services/demandes/migrations/versions/20270101_0900_neuve.py"
TRANSACTION = "libs/socle/src/socle/bd/transaction.py"
CONSOMMATEUR = "libs/socle/src/socle/reception/consommateur.py"
NOYAU = "libs/noyau/src/noyau/temps.py"
ESSAI = "services/demandes/tests/unit/test_demande.py"
DEMO = "demo/scenario.py"


def fonction_de(lignes: int) -> str:
    return "def f():\n" + "    x = 1\n" * (lignes - 1)


REFUSES = [
    ("module-court", DEMO, "x = 1\n" * 400),
    ("fonction-courte", DEMO, fonction_de(40)),
    ("commit-unique", DEPOTS, "async def f(c):\n    await c.commit()"),
    ("commit-unique", DEPOTS, "async def f(c):\n    await c.execute('COMMIT AND CHAIN')"),
    ("commit-unique", DEPOTS, "async def f(moteur):\n    async with moteur.begin(): ..."),
    ("commit-unique", CONSOMMATEUR, "async def f(c):\n    await c.commit()"),
    ("heure-sql", DEPOTS, "def f(t):\n    return t.insert().values(cree_le=func.now())"),
    ("heure-sql", MIGRATION, "defaut = text('now()')"),
    ("heure-sql", DEPOTS, "REQUETE = 'select current_timestamp'"),
    ("jour-de-quebec", DOMAINE, "def f(acte):\n    return acte.le.date()"),
    ("jour-de-quebec", DEPOTS, "REQUETE = 'SELECT survenu_le::date FROM t'"),
    ("imports-purs", DOMAINE, "import sqlalchemy"),
    ("imports-purs", DOMAINE, "import random"),
    ("imports-purs", DOMAINE, "from demandes.demande.adaptateurs import tables"),
    ("imports-purs", DOMAINE, "from demandes.clients.ports import Organismes"),
    ("imports-purs", PORTS, "from demandes.demande.cas_usage import creer_demande"),
    ("imports-purs", DOMAINE, "from socle.bd import moteur"),
    ("imports-purs", CAS, "from contrats.demandes import DemandeSuspendue"),
    ("imports-purs", CAS, "import orjson"),
    ("imports-purs", CAS, "from sla.mesures.domaine import verdict"),
    ("imports-purs", CAS, "from demandes.clients.cas_usage import finir_mandat"),
    ("imports-purs", NOYAU, "import pydantic"),
    ("resultat-utilise", CAS, "async def suspendre_demande(d):\n    d.suspendre()"),
    ("verbe", CAS, "def suspendre(c, ports: Ports, acte: Acte) -> Resultat[None]: ..."),
    ("verbe", CAS, "async def suspendre(c, depots: Depots, acte: Acte) -> Resultat[None]: ..."),
    ("verbe", CAS, "async def suspendre(c, ports: Ports, acte: Acte) -> None: ..."),
    ("verbe", CAS, "async def lire(c, ports: Ports) -> Resultat[None]: ..."),
    ("mot-rejete", DOMAINE, "suites = ()"),
    ("mot-rejete", DOMAINE, "def noter_heures(): ..."),
    ("mot-rejete", DOMAINE, "class SortOut: ..."),
    ("mot-rejete", "services/sla/src/sla/settings.py", ""),
    ("code-de-fiche", DOMAINE, "FRAIS = 'COURTIER-FRAIS'"),
    ("code-de-fiche", DOMAINE, "MOTIF = '^AMENAGEMENT-BUR$'"),
    ("code-de-fiche", "services/sla/src/sla/taux/domaine/parts.py", "X = code == 'PT-1'"),
    ("code-de-fiche", "services/sla/src/sla/taux/domaine/parts.py", "X = {'detachable': 1}"),
    ("route-acces", ROUTES, "@routes.post('/x')\nasync def creer(corps: DemandeIn): ..."),
    (
        "route-acces",
        ROUTES,
        "from ailleurs import Appel\n@routes.get('/x')\nasync def lire(appel: Appel): ...",
    ),
    ("import-sans-effet", DEPOTS, "demarrer()"),
    ("import-sans-effet", DEPOTS, "for x in (): ..."),
    ("import-sans-effet", DEPOTS, "import os\nX = os.environ['X']"),
    ("import-sans-effet", DEPOTS, "MOTEUR = create_async_engine('')"),
    ("import-sans-effet", DEPOTS, "class A:\n    lu = Path('x').read_text()"),
    ("essais-sans-rustine", ESSAI, "from unittest.mock import patch"),
    ("essais-sans-rustine", ESSAI, "def test_x(mocker): ..."),
    ("essais-sans-rustine", ESSAI, "def test_x(monkeypatch):\n    monkeypatch.setattr(a, 'b', 1)"),
    ("asgi-pur", DEMO, "from starlette.middleware.base import BaseHTTPMiddleware"),
    ("client-http", DEMO, "import httpx\nx = httpx.AsyncClient(timeout=2)"),
    ("client-http", ESSAI, "x = httpx.Client(trust_env=True)"),
    ("client-http", DEMO, "x = httpx.get('http://127.0.0.1')"),
    ("rangement", "libs/socle/src/socle/utils/texte.py", ""),
    ("rangement", "mypy.ini", ""),
    ("rangement", "services/sla/pyproject.toml", "[tool.ruff]\n"),
    ("rien-de-la-machine", "README.md", "cd /wor" + "k/main"),
    ("rien-de-la-machine", "requirements/dev.lock", "https://pyp" + "i.org/simple"),
    ("rien-de-la-machine", "requirements/go.toml", "golan" + "g.org/x/net v0.1.0"),
    ("migration-sans-verrou", NEUVE, "op.alter_column('t', 'c', type_=sa.Text)"),
]
ADMIS = [
    ("code-de-fiche", DOMAINE, 'def f():\n    """Comme PT-1."""'),
    ("code-de-fiche", DOMAINE, "X = Field(examples=['POSTE-03'], description='Un PRODUIT.')"),
    ("code-de-fiche", DOMAINE, "X = exemple({'tarif': 'POSTE-03'})"),
    ("code-de-fiche", DOMAINE, "POSTE = 'poste_physique'"),
    ("code-de-fiche", ESSAI, "X = 'PT-1'"),
    ("code-de-fiche", DOMAINE, "X = 'POSTE-031'"),
    ("module-court", DEMO, "x = 1\n" * 399),
    ("fonction-courte", DEMO, fonction_de(39)),
    (
        "fonction-courte",
        DEMO,
        fonction_de(39).replace(":\n", ':\n    """A.\n\n    B.\n    """\n', 1),
    ),
    ("fonction-courte", MIGRATION, fonction_de(90)),
    ("commit-unique", TRANSACTION, "async def f(c):\n    await c.execute('COMMIT')"),
    ("commit-unique", CONSOMMATEUR, "async def f(c, p):\n    await c.commit(p)"),
    ("commit-unique", DEPOTS, '"""Jamais de COMMIT ici."""'),
    ("commit-unique", ESSAI, "async def f(c):\n    await c.commit()"),
    ("heure-sql", NOYAU, "X = 'now()'"),
    ("heure-sql", DEPOTS, "ATTENTE = 'SET prochain_essai = clock_timestamp() + :attente'"),
    ("jour-de-quebec", NOYAU, "def f(instant):\n    return instant.date()"),
    ("jour-de-quebec", DOMAINE, "from datetime import date\nX = date(2026, 9, 1)"),
    ("jour-de-quebec", ESSAI, "def test_x(instant):\n    assert instant.date()"),
    ("resultat-utilise", CAS, "def _f(d, faits):\n    d.exiger_ouverte()\n    faits.append(1)"),
    ("heure-sql", DEPOTS, "def f(horloge):\n    return horloge.now()"),
    (
        "imports-purs",
        DOMAINE,
        "from demandes.clients.domaine.organismes import Signature\nfrom calendrier import Charge",
    ),
    (
        "imports-purs",
        CAS,
        "from demandes.clients.ports import Organismes\nfrom noyau import Acte",
    ),
    ("imports-purs", DEPOTS, "import sqlalchemy"),
    ("imports-purs", DOMAINE, "import orjson"),
    (
        "resultat-utilise",
        CAS,
        "async def suspendre_demande(d, depots):\n    await depots.garder(d)\n    return d.f()",
    ),
    ("verbe", CAS, "async def suspendre(c, ports: Ports, _: Acte) -> Resultat[None]: ..."),
    ("verbe", CAS, "async def lire(c, ports: Ports) -> int: ...\ndef _aide(): ..."),
    ("mot-rejete", DOMAINE, "class LundiDuMois:\n    sort: str\n    note: int"),
    ("mot-rejete", ESSAI, "suites = ()"),
    (
        "route-acces",
        ROUTES,
        dedent("""
            from demandes.demande.entrees.acces import AppelCsc
            @routes.post('/x')
            async def creer(corps: DemandeIn, appel: AppelCsc): ...
        """),
    ),
    (
        "route-acces",
        ROUTES,
        dedent("""
            Csc = Annotated[Appel[Ports], Depends(acces(Ports, "agent-csc"))]
            @routes.post('/x')
            async def creer(corps: DemandeIn, appel: Csc): ...
        """),
    ),
    ("import-sans-effet", DEPOTS, "t = Table('t', m)\nIndex('i', t.c.x)\nT = TypeVar('T')"),
    ("import-sans-effet", DEPOTS, "if __name__ == '__main__':\n    main()"),
    (
        "import-sans-effet",
        DEPOTS,
        "from dataclasses import field\nx = field(default=lambda: open('x'))",
    ),
    ("essais-sans-rustine", ESSAI, "def test_x(monkeypatch):\n    monkeypatch.setenv('A', 'b')"),
    ("client-http", DEMO, "x = httpx.AsyncClient(timeout=2, trust_env=False)"),
    ("client-http", DEMO, "x: httpx.AsyncClient = client(httpx.Response(200))"),
    ("rangement", "libs/noyau/src/noyau/temps.py", ""),
    ("rangement", "pyproject.toml", "[tool.ruff]\n"),
    ("rangement", "services/sla/pyproject.toml", "[tool.hatch.build.targets.wheel]\n"),
    ("rien-de-la-machine", "README.md", "GET /v1/network/x"),
    ("migration-sans-verrou", NEUVE, "op.alter_column('t', 'c', nullable=True)"),
]
TOUS = {**LINTS_PYTHON, **LINTS_TEXTE}


def constats(regle: str, chemin: str, texte: str) -> list[tuple[int, str]]:
    return list(TOUS[regle](Source(PurePosixPath(chemin), texte)))


@pytest.mark.parametrize(("regle", "chemin", "texte"), REFUSES)
def test_le_lint_refuse(regle: str, chemin: str, texte: str) -> None:
    assert constats(regle, chemin, texte)


@pytest.mark.parametrize(("regle", "chemin", "texte"), ADMIS)
def test_le_lint_admet(regle: str, chemin: str, texte: str) -> None:
    assert constats(regle, chemin, texte) == []


def test_chaque_lint_a_un_cas_refuse_et_un_cas_admis() -> None:
    assert {regle for regle, _, _ in REFUSES} == set(TOUS)
    assert {regle for regle, _, _ in ADMIS} | {"asgi-pur"} == set(TOUS)


PLANCHERS = {"domaine": 20, "ports": 15, "cas_usage": 15, "adaptateurs": 60, "entrees": 20}


def test_les_lints_voient_toutes_les_pieces() -> None:
    """Un lint qui lit la place d'un fichier ne passe pas pour n'en avoir vu aucun."""
    vues = [source for source in sources() if source.est_python]
    decompte = Counter(source.piece for source in vues)
    composition = {"branchements"}  # du paquet `main`, quand un seul module n'y suffit plus
    assert {piece for piece in decompte if piece} == {*PLANCHERS, "__init__", *composition}
    assert all(decompte[piece] >= plancher for piece, plancher in PLANCHERS.items()), decompte
    assert sum(1 for source in vues for _ in routes_de(source)) >= 70
    assert PurePosixPath(TRANSACTION) in {source.chemin for source in vues}


def test_les_lints_se_lisent_sur_le_depot_entier() -> None:
    """Le parcours du dépôt n'échoue sur aucun fichier suivi (leur nombre d'écarts est ailleurs)."""
    assert all(ligne >= 1 for _, _, ligne, _ in ecarts())

"""Une liste se restreint à l'organisme qui lit, à côté de la politique, qui n'y fausse rien."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import pytest
from fastapi import Depends
from sqlalchemy import Column, MetaData, Table, Text, Uuid, func, insert, select
from starlette.responses import Response

from noyau import Introuvable
from outils.essais.banc import creer_tables
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import CompteOut, Ports, service
from socle.bd.connexion import Connexion
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, Portee, transaction
from socle.bd.vues import PageLue, SansFiltre, VueListe
from socle.reglages import Reglages
from socle.service import Aire
from socle.web import Appel, Liste, PageDemandee, Routeur, acces

pytestmark = pytest.mark.integration
metadonnees = MetaData()
choses = Table("choses", metadonnees, Column("id", Uuid, primary_key=True))
biens = Table("biens", metadonnees, Column("organisme", Text), Column("id", Uuid, primary_key=True))
_PAR_ID = (biens.c.id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreBiens:
    organisme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDouble:
    par: str | None = None
    et: str | None = None


BIENS = VueListe(requete=select(biens), filtre=FiltreBiens, cles=_PAR_ID)
SANS_CHAMP = VueListe(requete=select(biens.c.id), filtre=SansFiltre, cles=_PAR_ID)


@pytest.fixture
async def connexion(proprietaire: Moteur) -> AsyncIterator[Connexion]:
    """Une transaction où les tables existent."""
    async with transaction(proprietaire, INTERNE) as cx:
        await creer_tables(cx, metadonnees)
        yield cx


async def test_la_liste_d_un_organisme_a_son_egalite(connexion: Connexion) -> None:
    """La politique cache les mêmes lignes, mais aucun index ne la sert."""
    de = {n: "ABC"[n % 3] for n in range(9)}
    lignes = [{"organisme": organisme, "id": UUID(int=n)} for n, organisme in de.items()]
    await connexion.ecrire_lot(insert(biens), lignes)
    lectures: tuple[tuple[VueListe[Any], object, str | None, str], ...] = (
        (BIENS, FiltreBiens(), "A", "A"),
        (BIENS, FiltreBiens(organisme="B"), "B", "B"),
        (BIENS, FiltreBiens(organisme="B"), "A", "A"),
        (BIENS, FiltreBiens(organisme="B"), None, "B"),
        (BIENS, FiltreBiens(), None, "ABC"),
        (SANS_CHAMP, SansFiltre(), "C", "C"),
        (SANS_CHAMP, SansFiltre(), None, "ABC"),
    )
    for vue, filtre, lecteur, attendus in lectures:
        page = await vue.lire(connexion, filtre, 50, None, lecteur)
        lus = {ligne.id for ligne in page.lignes}
        assert lus == {UUID(int=n) for n, organisme in de.items() if organisme in attendus}
    egalites = {jeu: "biens.organisme = " in str(i) for (jeu, _), i in SANS_CHAMP._baties.items()}
    assert egalites == {frozenset({"organisme"}): True, frozenset(): False}


@pytest.mark.parametrize("decroissant", [False, True])
async def test_une_page_se_complete_apres_avoir_ete_coupee(
    connexion: Connexion, *, decroissant: bool
) -> None:
    """Ce qui la complète ne se lit que pour elle; l'ordre et le curseur restent les siens."""
    numeros = list(range(7))
    await connexion.ecrire_lot(
        insert(biens), [{"organisme": "A", "id": UUID(int=n)} for n in numeros]
    )
    vue = VueListe(
        requete=select(biens.c.id, biens.c.organisme.label("a_qui")),
        filtre=SansFiltre,
        cles=_PAR_ID,
        decroissant=decroissant,
        completer=lambda page: select(page, func.lower(page.c.a_qui).label("complet")),
    )
    lues, curseur = list[tuple[int, str]](), None
    while not lues or curseur is not None:
        page = await vue.lire(connexion, SansFiltre(), 2, curseur)
        lues += [(ligne.id.int, ligne.complet) for ligne in page.lignes]
        curseur = page.suivant
    assert lues == [(n, "a") for n in sorted(numeros, reverse=decroissant)]


def test_une_liste_qui_cache_a_qui_elle_appartient_leve_a_la_declaration() -> None:
    cachee = select(select(biens.c.id).subquery("caches"))
    with pytest.raises(ValueError, match="biens"):
        VueListe(requete=cachee, filtre=SansFiltre, cles=(cachee.selected_columns.id,))
    with pytest.raises(KeyError, match="organisme"):
        VueListe(requete=select(choses), filtre=FiltreBiens, cles=(choses.c.id,))


Lecteur = Annotated[Appel[Ports], Depends(acces(Ports, "demandeur", "agent-csc"))]
routes = Routeur(prefix="/v1")


@routes.get("/lecteur/{code}", response_model=Liste[CompteOut])
async def _lecteur(code: str, appel: Lecteur, page: PageDemandee) -> Response:
    """Une vue qui ne rend rien, mais lève `Introuvable` si elle ne se lit pas comme dit `code`."""
    filtre = FiltreDouble(par="a", et="b" if code.endswith("force_custom_plan") else None)

    class Temoin:
        async def lire(self, cx: Connexion, *recus: object) -> PageLue:
            lu = f"{recus[-1]}-{await cx.pilote.fetchval('SHOW plan_cache_mode')}"
            if lu != code:
                raise Introuvable(f"Lu : {lu}.")
            return PageLue([], None)

    return await appel.lister(Temoin(), filtre, Liste[CompteOut], page=page)


@pytest.mark.parametrize("plans", ["auto", "force_custom_plan"])
async def test_une_liste_sait_qui_la_lit_et_se_planifie_sous_plusieurs_filtres(
    banc: MonterBanc, plans: str
) -> None:
    """Le plan de valeurs quelconques d'un état et d'une sorte lisait toute la table."""
    essai: Aire[Reglages] = Aire(nom="essai", routes=lambda _: (routes,))
    b = await banc(replace(service(), aires=(essai,)))
    for lecteur in ("MTQ", None):
        client = b.client("demandeur" if lecteur else "agent-csc", organisme=lecteur)
        lue = await client.get(f"/v1/lecteur/{lecteur}-{plans}")
        assert lue.status_code == 200, lue.text


@pytest.mark.parametrize("portee", [Portee(organisme="A"), Portee(mcn=True)])
async def test_la_politique_ne_fausse_pas_l_estimation(banc: MonterBanc, portee: Portee) -> None:
    """Estimée à moins de 1 % des lignes, elle ferait trier toute une liste pour en montrer 50."""
    b = await banc(service())
    proprietaire = await asyncpg.connect(b.roles.dsn("migrer").get_secret_value())
    await proprietaire.execute(
        "INSERT INTO comptes (organisme, code, valeur, version)"
        " SELECT 'AB', 'c', 0, 1 UNION SELECT 'A', 'c' || i, 0, 1 FROM generate_series(1, 1000) i;"
        " ANALYZE comptes"
    )
    await proprietaire.close()
    lecteur = await asyncpg.connect(b.roles.dsn("api").get_secret_value())
    await lecteur.execute(portee.debut(ecriture=False))
    plan = await lecteur.fetchval(
        "EXPLAIN (FORMAT JSON) SELECT * FROM comptes WHERE organisme = 'A'"
    )
    await lecteur.close()
    assert json.loads(plan)[0]["Plan"]["Plan Rows"] >= 300

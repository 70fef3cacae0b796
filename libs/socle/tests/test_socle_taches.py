"""Ce qu'une tâche exécute ne se fait qu'une fois, sous un nom déclaré, pas celui du verbe."""

import asyncio
import re

import asyncpg
import pytest
from sqlalchemy import text

from noyau import Acte, Conflit, Resultat
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import Augmenter, Compte, Ports, augmenter, service
from socle.bd.moteur import connexion_verrou
from socle.execution.deroulement import CasUsage
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.horloge import horloge_systeme
from socle.service import Contexte, Tache
from socle.surveillance.jauges import jauges_de_base
from socle.taches import _verrou, tourner_tache, une_fois

pytestmark = pytest.mark.integration

COUPURES = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""Ce que dit le pilote d'une connexion que la base a coupée, selon l'instant de la coupure."""
UN = Augmenter(organisme="MTQ", code="a", de=1)


async def augmenter_renommee(commande: Augmenter, ports: Ports, acte: Acte) -> Resultat[Compte]:
    """Le même verbe, après un renommage."""
    return await augmenter(commande, ports, acte)


async def _executer(
    b: Banc, operation: str, cas: CasUsage[Augmenter, Ports, Compte], commande: Augmenter = UN
) -> int | None:
    rendu = await b.contexte.executer(operation, Ports, cas, commande, cle="2026-09")
    return None if rendu is None else rendu.valeur


async def test_renommer_la_fonction_ne_rouvre_rien(banc: MonterBanc) -> None:
    b = await banc(service())
    assert await _executer(b, "augmenter-le-mois", augmenter) == 1
    assert await _executer(b, "augmenter-le-mois", augmenter) is None
    assert await _executer(b, "augmenter-le-mois", augmenter_renommee) is None
    assert len(await b.sortants()) == 1


async def test_un_autre_nom_ou_une_autre_cle_est_un_autre_acte(banc: MonterBanc) -> None:
    b = await banc(service())
    await _executer(b, "augmenter-le-mois", augmenter)
    assert await _executer(b, "augmenter-encore", augmenter) == 2
    rendu = await b.contexte.executer("augmenter-le-mois", Ports, augmenter, UN, cle="2026-10")
    assert rendu is not None
    assert rendu.valeur == 3


async def test_un_refus_laisse_l_acte_a_faire(banc: MonterBanc) -> None:
    b = await banc(service())
    with pytest.raises(Conflit):
        await _executer(
            b, "augmenter-le-mois", augmenter, Augmenter(organisme="MTQ", code="a", de=13)
        )
    assert await _executer(b, "augmenter-le-mois", augmenter) == 1


async def test_l_audit_dit_quelle_tache_a_fait_quoi(banc: MonterBanc) -> None:
    b = await banc(service())
    await _executer(b, "augmenter-le-mois", augmenter)
    async with b.interne() as cx:
        entree = await cx.ligne(text("SELECT acteur, operation, objet FROM socle_audit"))
    assert entree is not None
    assert tuple(entree) == (
        "tache:augmenter-le-mois",
        "augmenter-le-mois",
        "augmenter-le-mois:2026-09",
    )


async def test_deux_replicas_n_en_font_qu_un(banc: MonterBanc) -> None:
    b = await banc(service())
    rendus = await asyncio.gather(
        *(_executer(b, "augmenter-le-mois", augmenter) for _ in range(6)), return_exceptions=True
    )
    assert [r for r in rendus if isinstance(r, int)] == [1]
    assert all(r in (1, None) or isinstance(r, Conflit) for r in rendus)
    assert len(await b.sortants()) == 1


async def test_une_tache_qui_ne_guette_rien_ne_prend_pas_son_verrou(banc: MonterBanc) -> None:
    b, faits = await banc(service()), list[str]()

    async def faire(_: Contexte) -> int:
        faits.append("fait")
        return 0

    async def rien(_: Contexte) -> bool:
        return False

    async with connexion_verrou(b.moteur_interne) as autre:
        await autre.execute("SELECT pg_advisory_lock($1, $2)", *_verrou("gardee"))
        assert await une_fois(b.moteur_interne, Tache("libre", 1, faire, rien), b.contexte) == 0
        assert faits == []
        await une_fois(b.moteur_interne, Tache("gardee", 1, faire), b.contexte)
        assert faits == [], "un autre réplica la tient"
        partagee = Tache("gardee", 1, faire, exclusive=False)
        await une_fois(b.moteur_interne, partagee, b.contexte)
        assert faits == ["fait"]


async def test_une_longue_tache_garde_son_verrou_et_dit_qu_elle_va_bien(banc: MonterBanc) -> None:
    b, sante, arret = await banc(service()), Sante(), Arret()
    vus: list[tuple[bool, dict[str, str]]] = []

    async def durer(contexte: Contexte) -> int:
        sante.signaler("longue", "une panne d'avant")
        while await contexte.prolonger():
            vus.append((True, await sante.motifs()))
            if len(vus) == 3:
                arret.demander()
        return 1

    await tourner_tache(b.moteur_interne, Tache("longue", 0.1, durer), b.contexte, sante, arret)
    assert vus == [(True, {})] * 3


async def test_les_tours_d_une_tache_se_comptent(banc: MonterBanc) -> None:
    """Ses échecs, et l'instant de son dernier tour réussi : un tour sans rien à faire en est un."""
    b, arret, tours = await banc(service()), Arret(), list[int]()
    contexte = b.contexte

    async def tourner(_: Contexte) -> int:
        tours.append(len(tours))
        if tours[-1] == 0:
            raise RuntimeError
        arret.demander()
        return 0

    await tourner_tache(b.moteur_interne, Tache("essai", 0.1, tourner), contexte, Sante(), arret)
    texte = (await contexte.mesures.exposer()).decode()
    assert 'sbg_taches_echecs_total{service="temoin",tache="essai"} 1.0' in texte
    dit = r'^sbg_tache_reussite_secondes{.*tache="essai"} (\S+)'
    (instant,) = re.findall(dit, texte, re.MULTILINE)
    assert float(instant) > 1.7e9


async def test_le_silence_d_une_tache_qui_n_a_jamais_reussi_se_compte(banc: MonterBanc) -> None:
    """Depuis son départ : TacheArretee la verra, même sans un seul tour réussi."""
    b, arret = await banc(service()), Arret()
    contexte, avant = b.contexte, horloge_systeme().timestamp()

    async def rater(_: Contexte) -> int:
        arret.demander()
        raise RuntimeError

    await tourner_tache(b.moteur_interne, Tache("ratee", 0.1, rater), contexte, Sante(), arret)
    texte = (await contexte.mesures.exposer()).decode()
    assert 'sbg_taches_echecs_total{service="temoin",tache="ratee"} 1.0' in texte
    dit = r'^sbg_tache_reussite_secondes{.*tache="ratee"} (\S+)'
    (instant,) = re.findall(dit, texte, re.MULTILINE)
    assert avant <= float(instant) <= horloge_systeme().timestamp()


async def test_le_silence_d_un_producteur_jamais_entendu_se_compte(banc: MonterBanc) -> None:
    """Depuis le départ du rôle : JalonArrete le verra, même sans un seul jalon reçu."""
    b, mesures = await banc(service()), Mesures("temoin")
    depart = b.horloge()
    lire = jauges_de_base(b.moteur_interne, mesures, (), b.horloge, ["sbg.muet.v1"])
    await lire()
    texte = (await mesures.exposer()).decode()
    (instant,) = re.findall(
        r'^sbg_jalon_secondes{.*sujet="sbg.muet.v1"} (\S+)', texte, re.MULTILINE
    )
    assert float(instant) == pytest.approx(depart.timestamp(), abs=1.0)


async def test_une_longue_tache_dont_la_base_a_rendu_le_verrou_s_arrete(banc: MonterBanc) -> None:
    """Un autre réplica la fait peut-être déjà."""
    b, faits = await banc(service()), []

    async def durer(contexte: Contexte) -> int:
        faits.append(await contexte.prolonger())
        async with b.interne() as cx:
            autres = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            await cx.ecrire(
                text(
                    f"{autres} WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND usename = current_user"
                )
            )
        faits.append(await contexte.prolonger())
        return 1

    with pytest.raises(COUPURES):
        await une_fois(b.moteur_interne, Tache("longue", 0.1, durer), b.contexte)
    assert faits == [True]

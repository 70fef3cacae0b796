"""La liste des abonnements se lit d'une table tenue : ce qu'en dirait le recalcul."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from facturation.creances.domaine.abonnements import abonnements_de
from facturation.creances.domaine.etendue import Visees
from facturation.creances.domaine.faits import produits_livres
from facturation.creances.ports import Ports
from noyau import Mois, debut_du_jour
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.scene import SUJETS, planter
from services.facturation.tests.vie_d_organismes import Vie, publier

pytestmark = pytest.mark.integration
CODES = [f"ORG-{rang}" for rang in range(3)]


async def _lister(b: Banc, organisme: str | None = None, **filtre: str) -> list[tuple[Any, ...]]:
    """Toute la liste, par pages de quatre; pour un organisme, ou pour le MCN."""
    roles = ("facturation",) if organisme is None else ("signataire",)
    client, adresse = b.client(*roles, organisme=organisme), "/v1/abonnements"
    curseur: dict[str, str] = {}
    lus: list[tuple[Any, ...]] = []
    while True:
        parametres = {"limite": "4", **filtre, **curseur}
        page = (await client.get(adresse, params=parametres)).json()
        lus += [
            (x["organisme"], x["source"], x["tarif"], x["debut"], x["fin"], x["quantite"])
            for x in page["elements"]
        ]
        if page["suivant"] is None:
            return lus
        curseur = {"curseur": page["suivant"]}


async def _recalculer(ports: Ports) -> list[tuple[Any, ...]]:
    """Les abonnements, tirés de tous les faits."""
    calcules = []
    for code in CODES:
        tous = Visees(tuple(await ports.faits.noms(code)))
        async for etendue in ports.touches.relire(code, tous):
            t = await ports.tarifications.charger(produits_livres(etendue.sources))
            calcules += abonnements_de(etendue.sources, t)
    return sorted(
        (a.organisme, a.source, a.tarif, str(a.debut), str(a.fin) if a.fin else None, a.quantite)
        for a in calcules
    )


@pytest.mark.parametrize("graine", range(2))
async def test_fac_1_la_liste_tenue_est_celle_du_recalcul(banc: MonterBanc, graine: int) -> None:
    """Faits tardifs, rectifications, cessions, catalogue qui change : à chaque mois."""
    b, hasard = await banc("facturation"), Random(graine)
    await planter(b, *CODES)
    vies = [Vie(code, Random(graine * 10 + rang)) for rang, code in enumerate(CODES)]
    compares = 0
    for version, mois in enumerate([Mois(2026, m) for m in (4, 5, 6, 7)], start=2):
        b.horloge.instant = debut_du_jour(mois.debut) + timedelta(hours=12)
        for vie in vies:
            for _ in range(2):
                await vie.vivre(b, mois, hasard.choice([v for v in vies if v is not vie]))
        await publier(b, hasard, mois, vies, version=version)
        b.horloge.instant += timedelta(days=40)
        await b.recevoir_jalons(b.horloge(), *SUJETS)
        await b.tache("attentes")
        calcules = await b.contexte.consulter(Ports, _recalculer)
        assert await _lister(b) == calcules
        for code in CODES:
            assert await _lister(b, code) == [a for a in calcules if a[0] == code]
        le = str(mois.debut + timedelta(days=15))
        courent = [a for a in calcules if a[3] <= le and (a[4] is None or a[4] > le)]
        assert await _lister(b, le=le) == courent
        compares += len(calcules)
    assert compares > 8
    assert await _lister(b, le=str(date(2015, 1, 1))) == []

"""DEM-12, DEM-13, SLA-2, SLA-3, FAC-1, FAC-4 : cent histoires à travers PostgreSQL et le bus.

Les vraies portes, cinq processus, des annonces dans le désordre et redites; le pli naïf de
tests/oracle relit chaque histoire de son côté.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any

import pytest

from demo.systeme import Systeme
from noyau import Mois, jour_de_quebec
from tests.e2e.gestes import Client, client, inscrire, ok
from tests.e2e.histoires import Jouee, Partie, ouvrable
from tests.oracle import naif
from tests.oracle.aval import HORAIRES, REGIMES
from tests.oracle.tirage import HUMAINS, Tirage, tirer

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("systeme")]

GRAINE = 20_261_126
JUGES = {"conforme", "manquee"}
QUOTAS = {"rectifiée": 25, "finie": 45, "en cours": 30}
"""Cent histoires. Au tirage, peu se jugent, et de rares rectifications changent ce qu'on en dit."""
MONTANTS = ("POSTE-04", "DIAGRAMMES", "INSTALLATION", *HORAIRES)
ORGANISMES = ("CENT-A", "CENT-B", "CENT-C", "CENT-D")
PLUS_TARD = timedelta(days=130)
"""Après la dernière histoire : plus que les deux plus longs retards de l'ITSM."""


def tirages() -> Iterator[Tirage]:
    """Des histoires où les personnes ne font que soumettre, approuver et rectifier."""
    restent = dict(QUOTAS)
    for graine in count(GRAINE):
        tirage = tirer(graine, longueur=10)
        humains = {dit.quoi for dit in tirage.histoire.dits} & HUMAINS
        if humains <= {"soumission", "approbation"} and restent[genre(tirage)]:
            restent[genre(tirage)] -= 1
            yield tirage
        if not any(restent.values()):
            return


def genre(tirage: Tirage) -> str:
    """« rectifiée » si la rectification change le verdict ou la facture; sinon, si elle finit."""
    if verdict_change(tirage) or facture_change(tirage):
        return "rectifiée"
    return "finie" if verdict_naif(tirage.finale)[0] in JUGES else "en cours"


def verdict_change(tirage: Tirage) -> bool:
    return verdict_naif(tirage.finale) != verdict_naif(tirage.histoire)


def facture_change(tirage: Tirage) -> bool:
    prix, jusqua = dict.fromkeys(MONTANTS, Fraction(100)), date(2027, 1, 1)
    return dus_naifs(tirage.finale, prix, jusqua) != dus_naifs(tirage.histoire, prix, jusqua)


def verdict_naif(histoire: naif.Histoire) -> tuple[str, int | None]:
    _, delai, fins = REGIMES[histoire.sorte]
    return naif.verdict(histoire, delai, fins, ouvrable)


def dus_naifs(histoire: naif.Histoire, prix: Mapping[str, Fraction], jusqua: date) -> naif.Dus:
    poste = histoire.sorte == "poste_physique"
    mensuels = {0: prix["POSTE-04"]} if poste else {}
    uniques = {1: [prix["DIAGRAMMES"], prix["INSTALLATION"]]} if poste else {}
    horaires = {tarif: int(prix[tarif]) for tarif in HORAIRES}
    return naif.dus(histoire, mensuels, uniques, horaires, jusqua)


@pytest.fixture(scope="module")
async def partie(systeme: Systeme) -> Partie:
    """Les cent histoires, jouées jusqu'au bout; tout ce qui était en route est arrivé."""
    tires = enumerate(tirages())
    jouees = [Jouee(tirage, ORGANISMES[rang % len(ORGANISMES)]) for rang, tirage in tires]
    assert len(jouees) == 100
    debut = min(jouee.tirage.histoire.dits[0].le for jouee in jouees)
    assert systeme.horloge() <= debut
    await systeme.vider()
    for organisme in ORGANISMES:
        await inscrire(systeme, organisme)
    partie = Partie(systeme, jouees, Random(GRAINE))
    await partie.jouer(max(d.le for j in jouees for d in j.tirage.histoire.dits) + PLUS_TARD)
    await systeme.vider()
    csc = client(systeme, "demandes", "agent-csc")
    lues = {lue["id"]: lue for lue in await lister(csc, "demandes")}
    for jouee in jouees:
        jouee.demande = lues[jouee.id]
    return partie


async def lister(qui: Client, chemin: str) -> list[dict[str, Any]]:
    """Toutes les pages d'une liste."""
    elements: list[dict[str, Any]] = []
    page = {"limite": "200"}
    while True:
        lue = ok(await qui.get(chemin, params=page))
        elements += lue["elements"]
        if lue["suivant"] is None:
            return elements
        page["curseur"] = lue["suivant"]


def instant(lu: str | None) -> datetime | None:
    return datetime.fromisoformat(lu) if lu else None


async def test_les_histoires_sont_arrivees_dans_le_desordre(partie: Partie) -> None:
    assert partie.comptes["redites"] > 50
    assert partie.comptes["différées"] > 50
    assert partie.comptes["rectifications"] > 20
    assert sum(verdict_change(jouee.tirage) for jouee in partie.jouees) >= 5
    assert sum(facture_change(jouee.tirage) for jouee in partie.jouees) >= 5
    csc = client(partie.systeme, "demandes", "agent-csc")
    assert ok(await csc.get("itsm/evenements", params={"sort": "differe"}))["elements"] == []


async def test_dem_12_demandes_et_le_pli_naif_disent_la_meme_demande(partie: Partie) -> None:
    attendus, trouves = {}, {}
    for jouee in partie.jouees:
        pli, lue = naif.plier(jouee.tirage.finale), jouee.demande
        completions = pli.completions or []
        completee = completions[-1] if pli.etat == "completee" else None
        livres = [(pli.livres or {}).get(rang) for rang in range(len(lue["articles"]))]
        attendus[jouee.tirage.graine] = (pli.etat, livres, completee)
        lus = [instant(article["livre_le"]) for article in lue["articles"]]
        trouves[jouee.tirage.graine] = (lue["etat"], lus, instant(lue["completee_le"]))
    assert trouves == attendus


async def test_sla_2_la_mesure_et_le_decompte_naif_disent_le_meme_verdict(partie: Partie) -> None:
    mesure = client(partie.systeme, "sla", "mesure")
    mesures = {lue["sujet_id"]: lue for lue in await lister(mesure, "mesures")}
    attendus, trouves = {}, {}
    for jouee in partie.jouees:
        lue, graine = mesures[jouee.id], jouee.tirage.graine
        attendus[graine] = verdict_naif(jouee.tirage.finale)
        trouves[graine] = (lue["verdict"], lue["jours"])
        indicateur, _, _ = REGIMES[jouee.tirage.histoire.sorte]
        assert lue["indicateur"] == indicateur
    assert trouves == attendus
    assert {verdict for verdict, _ in attendus.values()} == {*JUGES, "en_cours"}


async def test_sla_3_chaque_verdict_s_explique_au_jour_pres(partie: Partie) -> None:
    mesure = client(partie.systeme, "sla", "mesure")
    places = asyncio.Semaphore(8)

    async def expliquer(jouee: Jouee) -> tuple[int, int | None]:
        async with places:
            (lue,) = ok(await mesure.get("mesures", params={"sujet": jouee.id}))["elements"]
            lue = ok(await mesure.get(f"mesures/{lue['id']}/explication"))
        return jouee.tirage.graine, sum(i["jours"] for i in lue["intervalles"])

    jugees = [jouee for jouee in partie.jouees if verdict_naif(jouee.tirage.finale)[0] in JUGES]
    assert len(jugees) >= QUOTAS["finie"]
    attendus = {jouee.tirage.graine: verdict_naif(jouee.tirage.finale)[1] for jouee in jugees}
    assert dict(await asyncio.gather(*map(expliquer, jugees))) == attendus


async def lire_prix(systeme: Systeme) -> dict[str, Fraction]:
    """Les montants du catalogue, majorés : par tarif, et le logiciel par produit."""
    catalogue = client(systeme, "catalogue", "catalogue")
    tarifs = {lu["code"]: lu for lu in await lister(catalogue, "tarifs")}
    lus = {
        code: Fraction(tarifs[code]["montant"]) * (1 + Fraction(tarifs[code]["majoration"]))
        for code in MONTANTS
        if code in tarifs
    }
    produit = ok(await catalogue.get("produits/DIAGRAMMES"))
    majoration = 1 + Fraction(tarifs["PRODUIT"]["majoration"])
    return {**lus, "DIAGRAMMES": Fraction(produit["prix"]["montant"]) * majoration}


async def test_fac_1_facturation_et_le_calcul_naif_disent_les_memes_sommes(partie: Partie) -> None:
    """Rien n'est encore facturé : l'aperçu du dernier mois dit tout ce qui est dû."""
    prix = await lire_prix(partie.systeme)
    mois = Mois.de(jour_de_quebec(partie.systeme.horloge()))
    dus = await dus_de(partie, str(mois))
    attendus = {j.tirage.graine: dus_naifs(j.tirage.finale, prix, mois.fin) for j in partie.jouees}
    assert {graine: dus.get(graine, {}) for graine in attendus} == attendus
    assert sum(map(bool, attendus.values())) > 30


async def dus_de(partie: Partie, periode: str) -> dict[int, naif.Dus]:
    """Ce que l'aperçu dit dû, par histoire, dit comme le pli naïf."""
    facturation = client(partie.systeme, "facturation", "facturation")
    de_qui = {s: (j.tirage.graine, rang) for j in partie.jouees for s, rang in j.sources.items()}
    dus: dict[int, naif.Dus] = defaultdict(lambda: defaultdict(list))
    for organisme in ORGANISMES:
        corps = {"periode": periode, "organisme": organisme, "apercu": True}
        (apercu,) = ok(await facturation.post("executions", corps))["organismes"]
        assert apercu["attentes"] == []
        for ligne in apercu["facture"]["lignes"]:
            graine, rang = de_qui[ligne["source"]]
            quoi = ligne["tarif"] if ligne["tarif"] in HORAIRES else "unique"
            quoi = "mois" if ligne["nature"] == "abonnement" else quoi
            annee, numero = map(int, ligne["periode"].split("-"))
            dus[graine][rang, quoi, annee, numero].append(int(Decimal(ligne["montant"]) * 100))
    return {
        graine: {cle: sorted(cents) for cle, cents in siens.items()}
        for graine, siens in dus.items()
    }

"""TEL-1 : un lien se requiert, s'engage et se facture, de la demande à la ligne de facture."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from facturation.tarification.domaine.tarifs import Engagement, FraisUniques
from noyau import Mois, debut_du_jour
from outils.essais.banc import Banc, HorlogeConduite
from outils.essais.greffon import MonterBanc
from services.demandes.tests.itsm import ANCIENNE, NEUVE
from services.demandes.tests.parcours import Parcours
from services.facturation.tests import livrees
from services.facturation.tests.builders import ORIGINE
from services.facturation.tests.integration.test_facturation_catalogue import publiee
from services.facturation.tests.scene import SUJETS, executer, facture
from tests.e2e.voisins import porter

pytestmark = pytest.mark.integration
SIX_MOIS = Engagement(mois=6, reconduit=False)
SANS_MONTANT = livrees.changee("LIEN", ORIGINE, version=1, engagement=SIX_MOIS)
COMBLEE = livrees.changee(
    "LIEN",
    ORIGINE,
    montant=Decimal("412.35"),
    frais_uniques=FraisUniques(libelle="Installation du lien", montant=Decimal("1850.25")),
    engagement=SIX_MOIS,
)


class Voisins:
    """Les demandes et la facturation, à la même heure; la fiche n'a pas encore ses montants."""

    def __init__(self, parcours: Parcours, aval: Banc) -> None:
        self.parcours, self.aval, self.horloge = parcours, aval, aval.horloge
        self.gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")

    @classmethod
    async def monter(cls, banc: MonterBanc) -> "Voisins":
        horloge = HorlogeConduite()
        amont = await banc("demandes", horloge=horloge, itsm_secrets=f"{NEUVE}, {ANCIENNE}")
        voisins = cls(await Parcours.monter(amont), await banc("facturation", horloge=horloge))
        await voisins.aval.recevoir(publiee(SANS_MONTANT))
        return voisins

    async def relie(self, le: str) -> dict[str, Any]:
        """Une demande de lien menée à sa mise en service, ce jour-là."""
        demande = await self.parcours.prise_en_charge(
            sorte="lien_physique", articles=[], site="QC-700RL", imputation="2100-447"
        )
        self.horloge.aller(f"{le}T10:00-04:00")
        return await self.parcours.agir(self.parcours.csc, demande, "completion")

    async def resilier(self, demande: dict[str, Any], le: str) -> None:
        self.horloge.aller(f"{le}T10:00-05:00")
        lus = (await self.gestionnaire.get("/v1/abonnements?service=lien_physique")).json()
        (sien,) = [x["id"] for x in lus["elements"] if x["demande_id"] == demande["id"]]
        rendu = await self.gestionnaire.post(f"/v1/abonnements/{sien}/resiliation", json={})
        assert (rendu.status_code, rendu.json()["fin"]) == (200, le)

    async def emettre(self, periode: str) -> list[dict[str, Any]]:
        """Les lignes de MTQ, le lendemain du mois, tout étant reçu deux fois."""
        self.horloge.instant = debut_du_jour(_mois(periode).fin) + timedelta(hours=10)
        for _ in range(2):
            await porter(self.parcours.banc, self.aval)
        await self.aval.recevoir_jalons(self.horloge(), *SUJETS)
        sorts = (await executer(self.aval, periode))["sorts"]
        (numero,) = [s["numero"] for s in sorts if s["organisme"] == "MTQ"]
        if numero is None:
            return []
        lignes: list[dict[str, Any]] = (await facture(self.aval, numero))["lignes"]
        return lignes


def _mois(periode: str) -> Mois:
    return Mois.de(date.fromisoformat(f"{periode}-01"))


def _dites(lignes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((x["debut"], x["montant"]) for x in lignes)


async def test_tel_1_un_lien_requis_attend_ses_montants_puis_se_facture(banc: MonterBanc) -> None:
    v = await Voisins.monter(banc)
    demande = await v.relie("2026-09-16")
    assert await v.emettre("2026-09") == []
    await v.aval.tache("attentes")
    lues = await v.aval.client("facturation").get("/v1/lignes-en-attente")
    assert sorted(x["motif"] for x in lues.json()["elements"]) == [
        "Le tarif LIEN n'a pas de montant.",
        "Les frais uniques du tarif LIEN n'ont pas de montant.",
    ]
    await v.aval.recevoir(publiee(COMBLEE))
    lignes = await v.emettre("2026-10")
    # Septembre : 412,35 × 15 ÷ 30 = 206,175, et l'installation, une fois; octobre entier.
    assert _dites(lignes) == [
        ("2026-09-16", "1850.25"),
        ("2026-09-16", "206.18"),
        ("2026-10-01", "412.35"),
    ]
    reperes = {(x["demande"], x["site"], x["imputation"]) for x in lignes}
    assert reperes == {(demande["numero"], "QC-700RL", "2100-447")}


async def test_tel_1_fac_5_quitter_un_lien_doit_ce_qui_reste_de_l_engagement(
    banc: MonterBanc,
) -> None:
    v = await Voisins.monter(banc)
    await v.aval.recevoir(publiee(COMBLEE))
    quitte, tenu = await v.relie("2026-09-16"), await v.relie("2026-09-16")
    assert len(await v.emettre("2026-09")) == 4
    assert len(await v.emettre("2026-10")) == 2
    await v.resilier(quitte, "2026-11-16")
    # 412,35 × 15 ÷ 30, puis du 16 novembre au 16 mars : 412,35 × (15 ÷ 30 + 3 + 15 ÷ 31); l'autre
    # lien court.
    assert _dites(await v.emettre("2026-11")) == [
        ("2026-11-01", "206.18"),
        ("2026-11-01", "412.35"),
        ("2026-11-16", "1642.75"),
    ]
    assert _dites(await v.emettre("2026-12")) == [("2026-12-01", "412.35")]
    for mois in ("2027-01", "2027-02"):
        assert _dites(await v.emettre(mois)) == [(f"{mois}-01", "412.35")]
    # L'engagement est tenu le 16 mars 2027 : le quitter alors ne doit que ses jours.
    await v.resilier(tenu, "2027-03-16")
    # 412,35 × 15 ÷ 31 = 199,5241…
    assert _dites(await v.emettre("2027-03")) == [("2027-03-01", "199.52")]


async def test_tel_1_dem_13_une_mise_en_service_rectifiee_redate_ou_annule_l_abonnement(
    banc: MonterBanc,
) -> None:
    v = await Voisins.monter(banc)
    await v.aval.recevoir(publiee(COMBLEE))
    demande = await v.relie("2026-09-16")
    assert len(await v.emettre("2026-09")) == 2
    (acte,) = [
        x["acte_id"]
        for x in (await v.parcours.csc.get(f"/v1/demandes/{demande['id']}/chronologie")).json()[
            "elements"
        ]
        if x["geste"] == "completion"
    ]
    juste: dict[str, Any] = {"acte_id": acte, "survenu_le": "2026-09-21T14:00:00Z"}
    await v.parcours.agir(
        v.parcours.csc, demande, "rectification", actes=[juste], motif="Mauvais jour."
    )
    # 412,35 × 10 ÷ 30 = 137,45 : moins les 206,18 facturés; l'installation ne change pas.
    assert _dites(await v.emettre("2026-10"))[-1] == ("2026-10-01", "412.35")
    nul = {**juste, "survenu_le": None}
    await v.parcours.agir(
        v.parcours.csc, demande, "rectification", actes=[nul], motif="Jamais mis en service."
    )
    lignes = await v.emettre("2026-11")
    # Tout ce qui fut facturé se rend : 137,45 + 412,35 + 1850,25.
    assert sum(Decimal(x["montant"]) for x in lignes) == Decimal("-2400.05")

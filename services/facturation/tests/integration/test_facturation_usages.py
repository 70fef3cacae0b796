"""Un usage constaté, un actif remplacé : de l'événement à la facture, et à sa correction."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from contrats import catalogue, demandes
from facturation.tarification.domaine.tarifs import Engagement
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests import livrees
from services.facturation.tests.builders import a, tarif
from services.facturation.tests.decisions import crediter
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    facture,
    fermer_septembre,
    jour,
    livraison,
    planter,
    publier,
    rectification,
    recuperation,
)

pytestmark = pytest.mark.integration
USAGE = replace(livrees.livree("USAGE"), montant=Decimal("0.08"))
LOUE = tarif("LOUE", "100", mois_si_perte=4, engagement=Engagement(mois=12, reconduit=False))


def fiche(*tarifs: catalogue.Tarif) -> catalogue.FichePubliee:
    return catalogue.FichePubliee(
        code="AUTRES", titre="Autres", version=1, debut=jour(1, 4), tarifs=tarifs, indicateurs=()
    )


def usage(usage_id: UUID, quantite: str) -> demandes.UsageConstate:
    return demandes.UsageConstate(
        organisme="MTQ", usage_id=usage_id, usage="stockage", unite="gigaoctet",
        quantite=Decimal(quantite), imputation="2100-447",
    )  # fmt: skip


async def octobre(b: Banc) -> list[tuple[str, str, str]]:
    """Émet octobre; la source, le jour et le montant de chaque ligne."""
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    (sort,) = (await executer(b, "2026-10"))["sorts"]
    if sort["numero"] is None:
        return []
    lignes = (await facture(b, sort["numero"]))["lignes"]
    return sorted((x["source"], x["debut"], x["montant"]) for x in lignes)


async def test_cat_9_un_usage_constate_se_facture_une_fois_et_se_corrige(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(fiche(publier(USAGE)))
    source, premier = uuid4(), uuid4()
    message = b.message(usage(source, "12.5"), id=premier, survenu_le=a(jour(15)))
    await b.recevoir_messages([message, message])
    await fermer_septembre(b)
    await executer(b)
    # 12,5 × 0,08 = 1,00
    (ligne,) = (await facture(b))["lignes"]
    assert (ligne["tarif"], ligne["montant"], ligne["source"]) == ("USAGE", "1.00", str(source))
    assert ligne["imputation"] == "2100-447"
    # Rectifié : 12,5 annulés, 100 dits; 100 × 0,08 = 8,00, moins 1,00 déjà facturé
    await b.recevoir(rectification(source, premier, None))
    await b.recevoir(usage(source, "100"), survenu_le=a(jour(15)))
    assert await octobre(b) == [(str(source), "2026-09-15", "7.00")]


@pytest.mark.parametrize(("le", "quantite", "lignes"), [(15, "100", []), (16, "150", ["4.00"])])
async def test_fac_13_un_usage_redit_ne_refacture_pas_ce_qui_fut_credite(
    banc: MonterBanc, le: int, quantite: str, lignes: list[str]
) -> None:
    """Une décision rend tout; le constat se redit, le même jour ou un autre, à plus peut-être."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(fiche(publier(USAGE)))
    source, premier = uuid4(), uuid4()
    await b.recevoir(usage(source, "100"), id=premier, survenu_le=a(jour(15)))
    await fermer_septembre(b)
    await executer(b)
    assert await crediter(b, "2026-2027-000001", L1=None) == "NC-2026-2027-000001"
    await b.recevoir(rectification(source, premier, None))
    await b.recevoir(usage(source, quantite), survenu_le=a(jour(le)))
    # 8,00 rendus; redit à 150, il en reste 50 × 0,08 = 4,00 à facturer.
    dites = [montant for *_, montant in await octobre(b) if montant != "0.00"]
    assert dites == lignes


async def test_cat_9_un_usage_que_nulle_fiche_ne_tarife_attend(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(usage(uuid4(), "12.5"), survenu_le=a(jour(15)))
    b.horloge.aller("2026-09-16T09:00-04:00")
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
    assert await b.tache("attentes") == 1
    lues = await b.client("facturation").get("/v1/lignes-en-attente")
    (attente,) = lues.json()["elements"]
    assert attente["motif"] == "Aucun tarif en vigueur n'est dû pour « usage.constaté »."


async def test_fac_5_un_remplacement_appris_apres_la_facture_se_regularise(
    banc: MonterBanc,
) -> None:
    """L'ancien facturé entier en septembre; remplacé le 16, on l'apprend en octobre."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    produit = catalogue.ProduitInscrit(
        code="LOUE", libelle="Loué", categorie="Essai", sorte="materiel", statut="actif",
        noyau=False, normalise=True, tarifs=("LOUE",),
    )  # fmt: skip
    await b.recevoir(fiche(publier(LOUE)), produit)
    ancien, nouveau = sorted((uuid4(), uuid4()), key=str)
    await b.recevoir(livraison(ancien, "LOUE"), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    await b.recevoir(livraison(nouveau, "LOUE"), survenu_le=a(jour(16), 9))
    remplace = demandes.ActifRemplace(
        organisme="MTQ", actif_id=ancien, produit="LOUE", fait_le=jour(16), par_actif_id=nouveau,
        premature=False, raison="defectueux",
    )  # fmt: skip
    reporte = demandes.EngagementReporte(
        organisme="MTQ", actif_id=nouveau, produit="LOUE", fait_le=jour(16), de_actif_id=ancien,
        en_service_depuis=jour(1),
    )  # fmt: skip
    await b.recevoir(reporte, remplace, survenu_le=a(jour(16)))
    assert await octobre(b) == [
        (str(ancien), "2026-09-01", "-50.00"),
        (str(nouveau), "2026-09-16", "50.00"),
        (str(nouveau), "2026-10-01", "100.00"),
    ]
    # Rendu le 1er novembre, il reste du premier engagement de novembre à août : 10 × 100
    await b.recevoir(recuperation(nouveau, jour(1, 11), "LOUE"), survenu_le=a(jour(1, 11)))
    b.horloge.aller("2026-12-01T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    (sort,) = (await executer(b, "2026-11"))["sorts"]
    (solde,) = (await facture(b, sort["numero"]))["lignes"]
    assert (solde["nature"], solde["montant"]) == ("engagement", "1000.00")

"""Les exemples des demandes : un organisme, ses demandes dans tous leurs états, son parc."""

from typing import Any, Final
from uuid import uuid4

import httpx

from catalogue.produits.cas_usage import InscrireProduit
from catalogue.produits.entrees import lire_produits
from contrats.catalogue import ProduitInscrit
from services.demandes.tests.parcours import fiche, prix_publie
from services.facturation.tests import scene as facture
from socle.bd.conversion import colonnes
from tests.exemples.joueur import Joueur

_OBJET: Final = "0192f0c1-1111-7000-8000-000000000001"
_ARTICLE: Final = "7d0c8a52-5b0e-5c1e-9b7e-3f2c1a0b9d11"
_ACTIF: Final = "5b8d2c1e-4444-5000-8000-000000000001"
_SUCCESSEUR: Final = "5b8d2c1e-4444-5000-8000-000000000002"
_ACTE: Final = "4c3d1c1e-6a55-5a5e-9f35-0d8b6f2b3a10"
_AMENAGEMENT: Final = {"sorte": "amenagement_utilisateur", "articles": [], "soumettre": True}
_A_L_INSTANT: Final[dict[str, dict[str, Any]]] = {"prendre_en_charge_demande": {"survenu_le": None}}
"""Ce qui s'y dit au lieu de l'exemple, dont la date précède la demande."""
_LIEN: Final = {
    "sorte": "lien_physique",
    "articles": [],
    "site": "QC-700RL",
    "imputation": "2100-447",
    "soumettre": True,
}
_SECTEUR: Final = {
    "sorte": "amenagement_secteur_demenagement",
    "articles": [],
    "site": "QC-700RL",
    "soumettre": True,
}
_SOUTIEN: Final = {"sorte": "soutien_etendu", "articles": [], "soumettre": True}


async def jouer(j: Joueur) -> None:
    produits = [inscrit(produit) for produit in lire_produits()]
    await j.banc.recevoir(*produits, prix_publie("DIAGRAMMES", "120.00"), fiche("AMENAGEMENT-BUR"))
    gens = Gens(j)
    mandat = await _clients(gens)
    livree, soutien = await _demandes(gens)
    await _webhooks(gens)
    await _parc(gens, livree)
    await _soutien(gens, soutien)
    await _liens(gens)
    await _secteur(gens)
    await _usages(gens)
    await _itsm(gens, livree)
    await j.jouer(gens.gestionnaire, "finir_mandat", code="MTQ", signataire_id=mandat)


def inscrit(produit: InscrireProduit) -> ProduitInscrit:
    """Le produit, tel que le catalogue le publie."""
    dit = {**colonnes(produit), **colonnes(produit.descriptif)}
    return ProduitInscrit.model_validate(
        {nom: valeur for nom, valeur in dit.items() if nom in ProduitInscrit.model_fields}
    )


class Gens:
    """Ceux qui appellent, et ce qu'ils font souvent."""

    def __init__(self, j: Joueur) -> None:
        self.j = j
        self.csc = j.banc.client("agent-csc", "technicien", sujet="agent-1")
        self.gestionnaire = self._de_mtq("gestionnaire", "gestionnaire-mtq")
        self.demandeur = self._de_mtq("demandeur", "demandeur-mtq")
        self.signataire = self._de_mtq("signataire", "a.tremblay")

    def _de_mtq(self, role: str, sujet: str) -> httpx.AsyncClient:
        return self.j.banc.client(role, organisme="MTQ", sujet=sujet)

    async def demande(self, corps: dict[str, Any] | None = None, *gestes: str) -> dict[str, Any]:
        """Une demande, menée par ces gestes du CSC après son approbation."""
        cree: dict[str, Any] = await self.j.jouer(self.demandeur, "creer_demande", corps=corps)
        if cree["faits"]["approbation_requise"] and cree["soumise_le"]:
            await self.agir("approuver_demande", cree, self.signataire)
        for geste in gestes:
            await self.agir(geste, cree, **_A_L_INSTANT.get(geste, {}))
        return cree

    async def agir(
        self,
        geste: str,
        demande: dict[str, Any],
        qui: httpx.AsyncClient | None = None,
        **corps: Any,
    ) -> dict[str, Any]:
        voulu = corps or None
        rendue: dict[str, Any] = await self.j.jouer(
            qui or self.csc, geste, corps=voulu, demande_id=demande["id"]
        )
        return rendue

    async def livrer(self, demande: dict[str, Any]) -> list[str]:
        """Livre chaque article; rend les actifs."""
        rendue = demande
        for article in demande["articles"]:
            self.j.connus[_ARTICLE] = article["id"]
            rendue = await self.agir("livrer_article", demande)
        return [article["actif_id"] for article in rendue["articles"]]


async def _clients(gens: Gens) -> str:
    j, csc, gestionnaire = gens.j, gens.csc, gens.gestionnaire
    await j.jouer(csc, "inscrire_organisme")
    await j.jouer(csc, "modifier_organisme", code="MTQ")
    await j.jouer(csc, "lister_organismes")
    await j.jouer(csc, "lire_organisme", code="MTQ")
    mandat: str = (await j.jouer(gestionnaire, "inscrire_signataire", code="MTQ"))["id"]
    await j.jouer(csc, "lister_signataires", code="MTQ")
    j.connus[_OBJET] = mandat
    await j.jouer(gestionnaire, "inscrire_substitution", code="MTQ")
    await j.jouer(csc, "lister_substitutions", code="MTQ")
    return mandat


async def _demandes(gens: Gens) -> tuple[dict[str, Any], str]:
    """Rend une demande livrée le 2 septembre, et celle d'un soutien étendu."""
    j = gens.j
    livree = await gens.demande()
    await gens.agir("prendre_en_charge_demande", livree, survenu_le="2026-09-01T13:00:00Z")
    en_cours, prise = await gens.demande(), await gens.demande()
    brouillon = await gens.demande({"sorte": "poste_physique", "soumettre": False,
                                    "articles": [{"produit": "PORTABLE-14"}]})  # fmt: skip
    await gens.agir("soumettre_demande", brouillon, gens.demandeur)
    await gens.agir("refuser_demande", brouillon, gens.signataire)
    await gens.agir("annuler_demande", await gens.demande(), gens.demandeur)
    soutien = await gens.demande(_SOUTIEN)
    await gens.agir("prendre_en_charge_demande", soutien, survenu_le="2026-09-01T13:00:00Z")
    await gens.agir("completer_demande", soutien, travaux=[])
    amenagement = await gens.demande(_AMENAGEMENT)
    j.banc.horloge.aller("2026-09-02T09:00-04:00")
    await gens.livrer(livree)
    j.banc.horloge.aller("2026-09-08T10:00-04:00")
    await gens.agir("prendre_en_charge_demande", en_cours)
    await gens.agir("suspendre_demande", en_cours)
    await gens.agir("reprendre_demande", en_cours)
    await gens.livrer(en_cours)
    await gens.agir("rouvrir_demande", en_cours)
    await gens.agir("prendre_en_charge_demande", amenagement)
    await gens.agir("completer_demande", amenagement)
    redirigee = await gens.demande(None, "rediriger_demande")
    await gens.agir("prendre_en_charge_demande", prise)
    await _rectifier(gens, prise)
    await j.jouer(gens.demandeur, "lister_demandes")
    await j.jouer(gens.demandeur, "lire_demande", demande_id=redirigee["id"])
    return livree, str(soutien["id"])


async def _rectifier(gens: Gens, prise: dict[str, Any]) -> None:
    """La prise en charge du 8 avait lieu le 3."""
    j = gens.j
    lue = await j.jouer(gens.csc, "lire_chronologie_demande", demande_id=prise["id"])
    j.connus[_ACTE] = lue["elements"][-1]["acte_id"]
    await gens.agir("rectifier_demande", prise)


async def _parc(gens: Gens, livree: dict[str, Any]) -> None:
    j = gens.j
    j.banc.horloge.aller("2026-09-22T09:00-04:00")
    neuve = await gens.demande(None, "prendre_en_charge_demande")
    j.connus[_SUCCESSEUR] = (await gens.livrer(neuve))[0]
    j.banc.horloge.aller("2026-09-23T09:00-04:00")
    actifs = (await j.jouer(gens.csc, "lister_actifs"))["elements"]
    du_2 = [a["id"] for a in actifs if a["demande_id"] == livree["id"]]
    deplace = du_2[-2]
    for nom, client in (
        ("recuperer_actif", gens.csc),
        ("deplacer_actif", gens.csc),
        ("signaler_perte_actif", gens.demandeur),
    ):
        await j.jouer(client, nom, actif_id=du_2.pop())
    await j.jouer(gens.csc, "remplacer_actif", actif_id=deplace)
    await j.jouer(gens.csc, "lire_actif", actif_id=actifs[0]["id"])
    recupere = next(
        a["id"]
        for a in (await j.jouer(gens.csc, "lister_actifs"))["elements"]
        if a["etat"] == "recupere"
    )
    lue = await j.jouer(gens.csc, "lire_chronologie_actif", actif_id=recupere)
    j.connus[_ACTE] = lue["elements"][-1]["acte_id"]
    await j.jouer(gens.csc, "rectifier_actif", actif_id=recupere)
    await j.jouer(gens.gestionnaire, "lire_inventaire", organisme="MTQ")


async def _soutien(gens: Gens, demande: str) -> None:
    j = gens.j
    abonnements = (await j.jouer(gens.csc, "lister_abonnements_soutien"))["elements"]
    assert abonnements[0]["demande_id"] == demande
    inscrite = await j.jouer(gens.csc, "inscrire_intervention")
    await j.jouer(gens.csc, "lister_interventions")
    await j.jouer(gens.csc, "rectifier_intervention", intervention_id=inscrite["id"])
    await j.jouer(
        gens.gestionnaire, "resilier_abonnement_soutien", abonnement_id=abonnements[0]["id"]
    )


async def _liens(gens: Gens) -> None:
    """Un lien requis, mis en service, puis quitté (TEL-1)."""
    j = gens.j
    demande = await gens.demande(_LIEN, "prendre_en_charge_demande")
    await gens.agir("completer_demande", demande, travaux=[])
    ouverts = (await j.jouer(gens.gestionnaire, "lister_abonnements"))["elements"]
    lien = next(x["id"] for x in ouverts if x["service"] == "lien_physique")
    await j.jouer(gens.gestionnaire, "resilier_abonnement", abonnement_id=lien)


async def _secteur(gens: Gens) -> None:
    """Un secteur déménage à une date que le CSC propose et que l'organisme accepte (PT-8)."""
    j = gens.j
    demande = (await gens.demande(_SECTEUR, "prendre_en_charge_demande"))["id"]
    proposee = await j.jouer(gens.csc, "proposer_date_convenue", demande_id=demande)
    await j.jouer(
        gens.gestionnaire,
        "accepter_date_convenue",
        demande_id=demande,
        entente_id=proposee["id"],
    )
    await j.jouer(gens.gestionnaire, "lister_dates_convenues", demande_id=demande)


async def _usages(gens: Gens) -> None:
    j = gens.j
    compteur = j.banc.client("integration", sujet="compteur")
    constate = (await j.jouer(compteur, "constater_usage"))["id"]
    await j.jouer(compteur, "constater_lot_usages")
    await j.jouer(gens.gestionnaire, "lister_usages")
    await j.jouer(gens.gestionnaire, "lire_usage", usage_id=constate)
    await j.jouer(gens.csc, "rectifier_usage", usage_id=constate)
    await j.jouer(gens.gestionnaire, "lire_chronologie_usage", usage_id=constate)


async def _webhooks(gens: Gens) -> None:
    j, gestionnaire = gens.j, gens.gestionnaire
    abonne = (await j.jouer(gestionnaire, "creer_webhook"))["id"]
    await j.banc.recevoir(facture.livraison(uuid4()))
    await j.jouer(gestionnaire, "lister_webhooks")
    await j.jouer(gestionnaire, "lire_webhook", webhook_id=abonne)
    for nom in ("tourner_cle_webhook", "rejouer_envois", "lister_envois", "modifier_webhook"):
        await j.jouer(gestionnaire, nom, webhook_id=abonne)


async def _itsm(gens: Gens, livree: dict[str, Any]) -> None:
    """Un acte de chaque type, sur une demande qui l'attend; puis un acte venu trop tôt."""
    j, outil = gens.j, gens.j.banc.client()

    async def annoncer(exemple: str, demande: dict[str, Any]) -> None:
        j.connus[_OBJET] = demande["id"]
        await j.jouer(outil, "recevoir_evenement_itsm", exemple=exemple)

    j.banc.horloge.aller("2026-09-14T09:00-04:00")
    prise = "prendre_en_charge_demande"
    livrable = await gens.demande(None, prise)
    suspendue = await gens.demande(None, prise, "suspendre_demande")
    amenagement = await gens.demande(_AMENAGEMENT, prise)
    sans_heures = await gens.demande(_AMENAGEMENT, prise)
    attendue, pas_prise = await gens.demande(), await gens.demande()
    j.connus[_ARTICLE] = livrable["articles"][0]["id"]
    j.banc.horloge.aller("2026-09-23T09:00-04:00")
    await annoncer("PriseEnChargeIn", attendue)
    await annoncer("LivraisonArticleIn", livrable)
    await annoncer("SuspensionIn", attendue)
    await annoncer("RepriseIn", suspendue)
    await annoncer("HeuresTravailleesIn", amenagement)
    await annoncer("CompletionDemandeIn", sans_heures)
    await annoncer("InterventionDiteIn", attendue)
    actifs = (await j.jouer(gens.csc, "lister_actifs", requete={"etat": "en_service"}))["elements"]
    autres = (a for a in actifs if a["demande_id"] != livree["id"])
    j.connus[_ACTIF] = next(a["id"] for a in autres if a["livre_le"] < "2026-09-14")
    await annoncer("RecuperationDiteIn", attendue)
    await annoncer("SuspensionIn", pas_prise)
    actes = (await j.jouer(gens.csc, "lister_actes_itsm"))["elements"]
    differe = next(acte["id"] for acte in actes if acte["sort"] == "differe")
    await j.jouer(gens.csc, "ecarter_acte_itsm", identifiant=differe)

"""Deux organismes et leurs données dans chaque service, semés par les vraies portes des bancs."""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

import httpx
import orjson
from standardwebhooks.webhooks import Webhook

from contrats import SUJETS, catalogue, demandes
from outils.essais.banc import Banc
from services.courtier.tests import marche
from services.demandes.tests.parcours import PRODUITS, prix_publie, produit_inscrit
from services.facturation.tests import scene as facture
from services.sla.tests.builders import Recit, fiche, indicateur, pt_4, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from socle.horloge import horloge_systeme
from socle.identifiants import uuid7
from tests.securite.gestes import ORGANISMES, fait
from tests.securite.semis_courtier import semer_courtier

SECRET_ITSM = "whsec_" + base64.b64encode(b"la cle de l'ITSM des essais").decode()
_ESPACE = UUID("5ec0517e-0000-4000-8000-000000000000")


async def semer_catalogue(banc: Banc) -> None:
    banc.horloge.aller("2026-09-01T09:00-04:00")
    await banc.tache("chargement")


async def semer_demandes(banc: Banc) -> None:
    produits = (produit_inscrit(nom, **champs) for nom, champs in PRODUITS.items())
    await banc.recevoir(*produits, prix_publie("DESSIN", "120.00"))
    for organisme in ORGANISMES:
        await registre(banc, organisme)
        await demander(banc, organisme)
    for organisme in ORGANISMES:
        await _itsm(banc, organisme)


async def registre(banc: Banc, organisme: str, url: str | None = None) -> None:
    """Un organisme, ses signataires, son abonné (`url`; une adresse qui ne mène à rien sinon)."""
    csc = banc.client("agent-csc", "technicien", sujet="agent")
    await fait(
        csc,
        "organismes",
        {
            "code": organisme,
            "nom": f"Ministère {organisme}",
            "adresse": f"1, rue {organisme}",
            "interlocuteur": {"nom": f"Achats {organisme}", "courriel": f"a@{organisme}.example"},
            "repondant": f"Répondant {organisme}",
        },
    )
    mandat: dict[str, object] = {
        "nom": f"S. {organisme}",
        "sujet": f"signataire-{organisme}",
        "debut": "2026-04-01",
        "familles": ["demandes_de_service", "contrat_specifique"],
    }
    signataire = await fait(csc, f"organismes/{organisme}/signataires", mandat)
    corps = {"remplace_id": signataire["id"], "nom": f"B. {organisme}", "fin": "2026-09-21"}
    corps |= {"sujet": f"substitut-{organisme}", "debut": "2026-09-07"}
    await fait(csc, f"organismes/{organisme}/substitutions", corps)
    gestionnaire = banc.client("gestionnaire", organisme=organisme, sujet=f"gest-{organisme}")
    url = url or f"https://{organisme.lower()}.example/recu"
    await fait(gestionnaire, "webhooks", {"url": url})


async def demander(banc: Banc, organisme: str) -> None:
    """Des demandes dans tous leurs états, et un incident."""
    csc = banc.client("agent-csc", "technicien", sujet="agent")
    demandeur = banc.client("demandeur", organisme=organisme, sujet=f"demandeur-{organisme}")
    signataire = banc.client("signataire", organisme=organisme, sujet=f"signataire-{organisme}")

    async def creer(*, soumettre: bool = True, sorte: str = "poste_physique") -> dict[str, Any]:
        articles = [{"produit": "PORTABLE-14", "site": f"Site {organisme}"}]
        corps = {"sorte": sorte, "soumettre": soumettre, "utilisateur_id": f"u-{organisme}"}
        corps |= {"site": f"Site {organisme}"}
        corps |= {"articles": articles if sorte == "poste_physique" else []}
        return await fait(demandeur, "demandes", corps)

    async def agir(qui: httpx.AsyncClient, sur: Mapping[str, Any], geste: str, **c: Any) -> None:
        await fait(qui, f"demandes/{sur['id']}/{geste}", c)

    await creer(soumettre=False)
    _soumise, livree, suspendue = [await creer() for _ in range(3)]
    abonnees = [await creer(sorte=sorte) for sorte in ("soutien_etendu", "lien_physique")]
    for demande in (livree, suspendue, *abonnees):
        await agir(signataire, demande, "approbation")
        await agir(csc, demande, "prise-en-charge")
    await agir(csc, livree, "livraison", article_id=livree["articles"][0]["id"])
    await agir(csc, suspendue, "suspension", motif=f"Attente de {organisme}")
    for demande in abonnees:
        await agir(csc, demande, "completion")
    secteur = (await creer(sorte="amenagement_secteur_demenagement"))["id"]
    jour = {"date_convenue": "2026-12-01", "motif": f"Date de {organisme}"}
    await fait(csc, f"demandes/{secteur}/dates-convenues", jour)
    incident = uuid5(_ESPACE, organisme)
    corps = {"organisme": organisme, "incident_id": str(incident), "minutes": 20, "cloture": True}
    corps |= {"intervention_id": str(uuid7()), "debut": "2026-09-01T11:00:00Z"}
    inscrite = await fait(csc, "interventions", corps)
    juste = {"survenu_le": "2026-09-01T11:05:00Z", "motif": f"Erreur de {organisme}"}
    await fait(csc, f"interventions/{inscrite['id']}/rectification", juste)
    releve = {"organisme": organisme, "usage": "stockage", "unite": "gigaoctet", "quantite": "2.5"}
    releve |= {"fait_le": "2026-09-01", "reference": f"Relevé {organisme}"}
    usage = (await fait(csc, "usages", releve))["id"]
    nul = {"quantite": None, "motif": f"Erreur de {organisme}"}
    await fait(csc, f"usages/{usage}/rectification", nul)


async def _itsm(banc: Banc, organisme: str) -> None:
    """Un acte différé de l'ITSM, et des événements qui partent chez les abonnés."""
    demandeur = banc.client("demandeur", organisme=organisme, sujet=f"demandeur-{organisme}")
    liste = (await demandeur.get("/v1/demandes?etat=completee")).json()["elements"]
    donnees = {"demande_id": liste[0]["id"], "motif": f"Motif {organisme}"}
    recu = await annoncer(banc, f"itsm-{organisme}", "suspension", donnees)
    assert recu.status_code == 202, recu.text
    await banc.recevoir(marche.organisme(organisme), facture.livraison(uuid7(), code=organisme))


async def annoncer(
    banc: Banc, cle: str, genre: str, donnees: Mapping[str, object]
) -> httpx.Response:
    """Un événement signé de l'ITSM."""
    corps = orjson.dumps({"type": genre, "time": "2026-09-01T13:00:00Z", "data": donnees})
    instant = horloge_systeme()
    signe = {
        "webhook-id": cle,
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": Webhook(SECRET_ITSM).sign(cle, instant, corps.decode()),
    }
    return await banc.client().post("/v1/itsm/evenements", content=corps, headers=signe)


async def _imputer(banc: Banc, source: str, organisme: str) -> None:
    """Un code à lui, pour ce qu'on lui livre."""
    gestionnaire = banc.client("gestionnaire", organisme=organisme, sujet=f"imputeur-{organisme}")
    dite = {"source": source, "imputation": f"IMP-{organisme}", "debut": "2026-09-01"}
    await fait(gestionnaire, "imputations", {"imputations": [dite]})


async def semer_facturation(banc: Banc) -> None:
    await facture.planter(banc, *ORGANISMES)
    for organisme in ORGANISMES:
        livree = facture.livraison(uuid7(), code=organisme)
        await banc.recevoir(
            facture.creee(livree, f"D-2026-{organisme}"),
            livree,
            facture.contrat(date(2026, 9, 10), code=organisme),
            facture.contrat(date(2026, 9, 10), code=organisme),
            facture.rectification(uuid7(), uuid7(), None, code=organisme),
        )
        await _statu_quo(banc, organisme)
        await _imputer(banc, str(livree.actif_id), organisme)
    await facture.fermer_septembre(banc)
    assert await banc.tache("attentes")
    facturiere = banc.client("facturation", sujet="facturation-1")
    await _approuver(facturiere)
    await facture.executer(banc)
    await _ecarter(facturiere)
    for emise in (await facturiere.get("/v1/factures")).json()["elements"]:
        decision = {"montant": "-1.00", "motif": f"Décision pour {emise['organisme']}"}
        await fait(facturiere, f"factures/{emise['numero']}/lignes/1/ajustements", decision)
        for montant in ("12.00", "1200.00"):
            saisie = {"organisme": emise["organisme"], "tarif": "DEDOMMAGEMENT", "motif": "Bris"}
            jour = {"fait_le": "2026-09-14", "site": f"Site {emise['organisme']}"}
            await fait(facturiere, "lignes-saisies", saisie | jour | {"montant": montant})
        await _contester(banc, emise["numero"], emise["organisme"])
        await _regler(facturiere, emise)
    suppose = {"effet": "2026-11-01", "montants": {"POSTE-01": "160.00"}}
    for organisme in ORGANISMES:
        client = banc.client("gestionnaire", organisme=organisme, sujet=f"gestion-{organisme}")
        await fait(client, "simulations", suppose)
        adresse, jamais_dit = f"/v1/budgets/{organisme}/2026-2027", {"If-Match": '"0"'}
        dit = await client.put(adresse, json={"montant": "250000.00"}, headers=jamais_dit)
        assert dit.status_code == 200, dit.text
    assert await banc.tache("simulations")
    # L'échéance d'octobre est passée : les documents sont en retard.
    banc.horloge.aller("2026-11-03T09:00-05:00")


async def _regler(facturiere: httpx.AsyncClient, emise: Mapping[str, Any]) -> None:
    """Deux règlements d'une facture, dont l'un se contrepasse."""
    inscrit: dict[str, Any] = {}
    for montant in ("10.00", "20.00"):
        corps = {
            "organisme": emise["organisme"],
            "date": emise["emise_le"],
            "reference": f"VIR-{emise['organisme']}-{montant}",
            "montant": montant,
            "documents": [{"numero": emise["numero"], "montant": "5.00"}],
        }
        inscrit = await fait(facturiere, "reglements", corps)
    motif = {"motif": f"Faute pour {emise['organisme']}"}
    await fait(facturiere, f"reglements/{inscrit['id']}/contre-ecriture", motif)


async def _ecarter(facturiere: httpx.AsyncClient) -> None:
    """De deux contrats sans grille, chacun renonce à l'un."""
    nommes = ("organisme", "source", "tarif", "nature", "cle")
    vus: set[str] = set()
    for attente in (await facturiere.get("/v1/lignes-en-attente")).json()["elements"]:
        if attente["organisme"] not in vus:
            vus.add(attente["organisme"])
            visee = {nom: attente[nom] for nom in nommes}
            await fait(facturiere, "lignes-en-attente/ecartements", visee | {"motif": "Essai"})


async def _contester(banc: Banc, numero: str, organisme: str) -> None:
    """Une contestation tranchée, sa note validée; une retirée il y a dix ans; une autre en cours.

    De la retirée, une pièce est échue, l'autre détruite.
    """
    gestionnaire = banc.client("gestionnaire", organisme=organisme, sujet=f"gestion-{organisme}")
    facturiere = banc.client("facturation", sujet="facturation-1")
    corps = {"motif": f"Contesté par {organisme}", "lignes": [{"rang": 1}]}
    ouverte = await fait(gestionnaire, f"factures/{numero}/contestations", corps)
    await fait(facturiere, f"contestations/{ouverte['id']}/examen", {})
    accord: dict[str, Any] = {"decision": "partielle", "motif": f"Part due à {organisme}"}
    accord["lignes"] = [{"rang": 1, "montant": "2.00"}]
    tranchee = await fait(facturiere, f"contestations/{ouverte['id']}/decision", accord)
    await fait(gestionnaire, f"factures/{tranchee['note']}/validation")
    neuf = {**corps, "fait_nouveau": f"Rapport de {organisme}"}
    retiree = await fait(gestionnaire, f"factures/{numero}/contestations", neuf)
    maintenant = banc.horloge.instant
    banc.horloge.aller("2016-10-01T12:00Z")  # d'il y a dix ans, elles ne se gardent plus
    vieilles = [await _verser(gestionnaire, retiree["id"], f"{n}-{organisme}") for n in (1, 2)]
    await fait(gestionnaire, f"contestations/{retiree['id']}/retrait", {})
    banc.horloge.instant = maintenant
    await _detruire(banc, retiree["id"], vieilles[0])
    autre = await fait(gestionnaire, f"factures/{numero}/contestations", neuf)
    await _verser(gestionnaire, autre["id"], organisme)


async def _verser(gestionnaire: httpx.AsyncClient, contestation_id: str, nom: str) -> str:
    """Une pièce à ce nom; rend son empreinte."""
    contenu = base64.b64encode(f"billet;organisme\n1;{nom}\n".encode()).decode()
    versee = {"nom": f"billets-{nom}.csv", "contenu": contenu}
    piece = await fait(gestionnaire, f"contestations/{contestation_id}/pieces", versee)
    empreinte: str = piece["empreinte"]
    return empreinte


async def _detruire(banc: Banc, contestation_id: str, empreinte: str) -> None:
    """Un gel posé, levé; la pièce détruite."""
    facturiere = banc.client("facturation", sujet="facturation-1")
    une = f"contestations/{contestation_id}"
    for geste in ("gel", "gel/levee"):
        await fait(facturiere, f"{une}/{geste}", {"texte": f"Recours, {empreinte[:8]}"})
    await fait(facturiere, f"{une}/pieces/{empreinte}/destruction", {"motif": "Échue"})


async def _approuver(facturiere: httpx.AsyncClient) -> None:
    """Septembre, pour chaque organisme."""
    apercu = await fait(facturiere, "executions", {"periode": "2026-09", "apercu": True})
    vus = [
        {"organisme": vu["organisme"], "empreinte": vu["empreinte"]} for vu in apercu["organismes"]
    ]
    await fait(facturiere, "approbations", {"periode": "2026-09", "apercus": vus})


async def _statu_quo(banc: Banc, organisme: str) -> None:
    """Accordé, puis fini."""
    statu_quo: dict[str, Any] = {"statu_quo_id": uuid7(), "organisme": organisme, "fiche": "POSTES"}
    await banc.recevoir(
        catalogue.StatuQuoAccorde(version=1, debut=date(2026, 9, 1), **statu_quo),
        catalogue.StatuQuoFini(fin=date(2026, 9, 15), **statu_quo),
    )


async def semer_sla(banc: Banc) -> None:
    banc.horloge.aller("2026-09-30T12:00-04:00")
    recus = messages_de_fiches(banc, [fiche(indicateur())])
    for organisme in ORGANISMES:
        for nom, recit in {
            "a_temps": Recit().creee(sept(1)).livree(sept(8)),
            "multiple": Recit().creee(sept(1), acquisition_multiple=True).livree(sept(8)),
            "ouverte": Recit().creee(sept(21)),
            "en_retard": Recit().creee(sept(14)),
            "rectifiee": Recit().creee(sept(1)).livree(sept(8)).rectifie(1, sept(9)),
        }.items():
            recus += messages(banc, recit, uuid5(_ESPACE, f"{organisme}-{nom}"), organisme)
    await banc.recevoir_messages(recus)
    for organisme in ORGANISMES:
        await _statu_quo(banc, organisme)
        await _exclure(banc, organisme)
    await banc.recevoir_jalons(banc.horloge(), *SUJETS.values())
    await banc.tache("alertes")
    await _semer_disponibilites(banc)
    await _fermer(banc)
    # Un rapport gardé chez chacun; septembre est fini.
    await fait(
        banc.client("mesure", sujet="mesure-1"), "executions-rapports", {"periode": "2026-09"}
    )
    await banc.tache("rapports")
    await _recalculer(banc)


async def _recalculer(banc: Banc) -> None:
    """Ce qu'un indicateur de plus mesurerait chez chacun."""
    (candidat,) = messages_de_fiches(banc, [fiche(indicateur("PT-3"), code="AUTRES")])
    mesureur = banc.client("mesure", sujet="mesure-1")
    await fait(mesureur, "recalculs", {"fiche": json.loads(candidat.charge)})
    while await banc.tache("recalculs"):
        pass


async def _fermer(banc: Banc) -> None:
    """Septembre fermé; puis, chez chacun, une demande livrée qu'on apprend rouverte."""
    await banc.tache("minutes")
    await banc.recevoir_jalons(banc.horloge(), *SUJETS.values())
    mesureur = banc.client("mesure", sujet="mesure-1")
    await fait(mesureur, "periodes/2026-09/fermeture", {"motif": "Un producteur se tait."})
    rouverte = Recit().creee(sept(1)).livree(sept(8)).rouverte(sept(9))
    for organisme in ORGANISMES:
        sujet = uuid5(_ESPACE, f"{organisme}-a_temps")
        await banc.recevoir_messages(messages(banc, rouverte, sujet, organisme))
    await banc.tache("corrections")


async def _semer_disponibilites(banc: Banc) -> None:
    """Chez chacun, une indisponibilité, une commune, deux signalements, et ses minutes."""
    mesure = banc.client("mesure", sujet="mesure-1")
    nommes = {"assujetti_rcti": False}
    await banc.recevoir_messages(messages_de_fiches(banc, [fiche(pt_4(), code="OUTILS")]))
    for organisme in ORGANISMES:
        dit: dict[str, Any] = {"organisme": organisme, "nom": organisme, **nommes}
        await banc.recevoir(demandes.OrganismeInscrit(**dit), demandes.OrganismeModifie(**dit))
    banc.horloge.aller("2026-10-02T12:00-04:00")
    await banc.tache("minutes")
    panne = {"service": "messagerie", "debut": "2026-10-01T10:00:00-04:00"}
    for organisme in ORGANISMES:
        constat = {**panne, "organismes": [organisme], "motif": f"Panne chez {organisme}."}
        await fait(mesure, "indisponibilites", constat)
        client = banc.client("gestionnaire", organisme=organisme, sujet=f"gestionnaire-{organisme}")
        for minute in ("00", "01"):
            debut = f"2026-10-01T10:{minute}:00-04:00"
            signale = {**panne, "debut": debut, "description": f"Muette chez {organisme}."}
            await fait(client, "indisponibilites/signalements", signale)
    # Celle des deux, puis d'un seul : chacun la lit, et n'y lit que lui.
    commune = {**panne, "service": "stockage", "motif": "Panne chez deux."}
    posee = await fait(mesure, "indisponibilites", {**commune, "organismes": list(ORGANISMES)})
    corrigee = {**commune, "organismes": [ORGANISMES[0]]}
    await fait(mesure, f"indisponibilites/{posee['id']}/correction", corrigee)


async def _exclure(banc: Banc, organisme: str) -> None:
    """Une exclusion annulée, une autre contestée; une condition de la fiche, jugée à tort."""
    mesureur = banc.client("mesure", sujet="mesure-1")
    lues = (await mesureur.get("/v1/mesures", params={"organisme": organisme})).json()["elements"]
    (exclue,) = [m["id"] for m in lues if m["exclue"]]
    invoquee = {"condition": "force_majeure", "motif": "Verglas.", "preuve": "Avis 2026-114"}
    annulee = await fait(mesureur, "exclusions", {"mesure_id": exclue, **invoquee})
    await fait(mesureur, f"exclusions/{annulee['id']}/annulation", {"motif": "Erreur."})
    exclusion = await fait(mesureur, "exclusions", {"mesure_id": exclue, **invoquee})
    gestionnaire = banc.client("gestionnaire", organisme=organisme, sujet=f"gest-{organisme}")
    motif = {"motif": "Nous n'admettons pas."}
    objet = {"objet": "exclusion", "objet_id": exclusion["id"]}
    await fait(gestionnaire, "contestations", {**objet, **motif})
    objet = {"objet": "condition", "objet_id": exclue, "condition": "a"}
    contestation = await fait(gestionnaire, "contestations", {**objet, **motif})
    decision = {"decision": "acceptee", "motif": "Vérifié."}
    await fait(mesureur, f"contestations/{contestation['id']}/decision", decision)


SEMIS: Mapping[str, Callable[[Banc], Awaitable[None]]] = MappingProxyType(
    {
        "catalogue": semer_catalogue,
        "demandes": semer_demandes,
        "facturation": semer_facturation,
        "sla": semer_sla,
        "courtier": semer_courtier,
    }
)
REGLAGES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"demandes": {"itsm_secrets": SECRET_ITSM}}
)

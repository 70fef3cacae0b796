"""Les étapes 1 à 4 : besoins, EFVP, consultation, conformité, scénarios, choix (CI-13 à CI-15)."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Header
from starlette.responses import Response

from courtier.dossiers.adaptateurs.rendus import page_scenarios
from courtier.dossiers.cas_usage.analyses import (
    autoriser_scenario,
    choisir_scenario,
    consulter_catalogue,
    deposer_efvp,
    dire_scenario,
)
from courtier.dossiers.cas_usage.comparatif import confronter
from courtier.dossiers.cas_usage.dossiers import PoserGeste, poser_geste
from courtier.dossiers.domaine.actes import Contenu
from courtier.dossiers.domaine.comparatif import ScenarioCompare, comparer
from courtier.dossiers.domaine.conformite import BancEssai, Conformite, Question, Reponse
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.entrees import analyses as a
from courtier.dossiers.entrees import sorties as s
from courtier.dossiers.entrees import sorties_scenarios as ss
from courtier.dossiers.entrees.acces import Autorisation, Client, Lecteur
from courtier.dossiers.entrees.formes import HTML, JSON, PAGE, page_html
from courtier.dossiers.ports import Ports
from courtier.frais.domaine import Frais
from noyau import jour_de_quebec
from socle.web import Liste, PageDemandee, Routeur, format_prefere, uuid7

routes = Routeur(prefix="/v1/dossiers/{dossier_id}", tags=["dossiers"])


async def _poser(appel: Client, dossier_id: UUID, contenu: Contenu) -> Response:
    commande = PoserGeste(dossier_id=dossier_id, contenu=contenu)
    return await appel.ecrire(poser_geste, commande, s.DossierOut.de)


@routes.post(
    "/besoins",
    response_model=s.DossierOut,
    operation_id="dire_besoins_dossier",
    summary="Dire les besoins et les enjeux (étape 1, CI-13)",
)
async def dire_besoins(dossier_id: UUID, corps: a.BesoinsIn, appel: Client) -> Response:
    """Remplace ceux que l'on a dits, tant qu'aucune étape suivante n'est faite."""
    return await _poser(appel, dossier_id, corps.contenu)


@routes.post(
    "/efvp",
    response_model=s.DossierOut,
    operation_id="deposer_efvp_dossier",
    summary="Déposer une EFVP et ses conclusions par lieu (CI-13)",
)
async def deposer(dossier_id: UUID, corps: a.EfvpIn, appel: Client) -> Response:
    """En tout temps avant la signature; la dernière vaut, pour les données et versions d'alors.

    Datée d'avant les besoins, ou d'avant la version d'une offre qu'elle examine, elle est refusée
    (409, CI-13).
    """
    return await appel.ecrire(deposer_efvp, corps.commande(dossier_id, uuid7()), s.DossierOut.de)


@routes.post(
    "/consultation",
    response_model=s.DossierOut,
    operation_id="consulter_catalogue_dossier",
    summary="Consigner la consultation du Catalogue (étape 2, CI-10)",
)
async def consulter(dossier_id: UUID, corps: a.ConsultationIn, appel: Client) -> Response:
    """Le dossier garde toutes les offres que le Catalogue y répond, à leurs versions d'alors.

    Les offres retenues sont de celles-là (409, CI-10); sinon, on élargit la recherche. Comme à
    `GET /v1/offres`, il faut un compte d'accès (403, CI-11).
    """
    return await appel.ecrire(consulter_catalogue, corps.commande(dossier_id), s.DossierOut.de)


@routes.get(
    "/precisions",
    response_model=Liste[s.PrecisionOut],
    operation_id="lister_precisions_dossier",
    summary="Lister les précisions demandées",
)
async def lister_precisions(dossier_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """Chaque question et sa réponse, dans l'ordre où elles ont été posées."""

    async def lire(ports: Ports) -> Sequence[tuple[Question, Reponse | None]]:
        dossier = await ports.acquisitions.dossiers.lire(dossier_id)
        reponses = {r.question_id: r for r in dossier.tous(Reponse)}
        return [(q, reponses.get(q.id)) for q in dossier.tous(Question)]

    return await appel.parcourir(
        lire, Liste[s.PrecisionOut], page=page, presenter=s.PrecisionOut.de
    )


@routes.post(
    "/precisions",
    response_model=s.DossierOut,
    operation_id="demander_precision_dossier",
    summary="Demander une précision à un fournisseur (étape 3)",
)
async def demander(dossier_id: UUID, corps: a.PrecisionIn, appel: Client) -> Response:
    """Sans frais, et sans engagement."""
    return await _poser(appel, dossier_id, corps.contenu(uuid7(), jour_de_quebec(appel.horloge())))


@routes.post(
    "/precisions/{precision_id}/reponse",
    response_model=s.DossierOut,
    operation_id="consigner_reponse_dossier",
    summary="Consigner la réponse du fournisseur (étape 3)",
)
async def repondre(
    dossier_id: UUID, precision_id: UUID, corps: a.ReponseIn, appel: Client
) -> Response:
    """Une seule réponse par précision; elle peut appuyer un verdict de conformité."""
    return await _poser(
        appel, dossier_id, corps.contenu(precision_id, jour_de_quebec(appel.horloge()))
    )


@routes.get(
    "/bancs-essai",
    response_model=Liste[s.BancEssaiOut],
    operation_id="lister_bancs_essai_dossier",
    summary="Lister les bancs d'essai",
)
async def lister_bancs(dossier_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """Dans l'ordre où ils ont été consignés."""

    async def lire(ports: Ports) -> Sequence[BancEssai]:
        return (await ports.acquisitions.dossiers.lire(dossier_id)).tous(BancEssai)

    return await appel.parcourir(
        lire, Liste[s.BancEssaiOut], page=page, presenter=s.BancEssaiOut.de
    )


@routes.post(
    "/bancs-essai",
    response_model=s.DossierOut,
    operation_id="consigner_banc_essai_dossier",
    summary="Consigner un banc d'essai (étape 3, CI-13)",
)
async def essayer(dossier_id: UUID, corps: a.BancEssaiIn, appel: Client) -> Response:
    """Refusé (409, CI-13) avec des renseignements personnels, des frais ou un engagement."""
    return await _poser(appel, dossier_id, corps.contenu(uuid7()))


@routes.get(
    "/conformite",
    response_model=Liste[s.ConformiteOut],
    operation_id="lister_conformite_dossier",
    summary="Lire la matrice de conformité",
)
async def lister_conformite(dossier_id: UUID, appel: Lecteur, page: PageDemandee) -> Response:
    """Chaque offre jugée, et chaque exigence."""

    async def lire(ports: Ports) -> Sequence[Conformite]:
        return list((await ports.acquisitions.dossiers.lire(dossier_id)).matrice.values())

    return await appel.parcourir(
        lire, Liste[s.ConformiteOut], page=page, presenter=s.ConformiteOut.de
    )


@routes.post(
    "/conformite",
    response_model=s.DossierOut,
    operation_id="juger_conformite_dossier",
    summary="Juger la conformité d'une offre (étape 3, CI-10)",
)
async def juger(dossier_id: UUID, corps: a.ConformiteIn, appel: Client) -> Response:
    """Une ligne de la matrice : chaque exigence des besoins, une fois; redite, elle se remplace."""
    return await _poser(appel, dossier_id, corps.contenu)


@routes.get(
    "/scenarios",
    response_model=Liste[ss.ScenarioOut],
    responses=PAGE,
    operation_id="lister_scenarios_dossier",
    summary="Comparer les scénarios (CI-14, CI-15)",
)
async def lister_scenarios(
    dossier_id: UUID,
    appel: Lecteur,
    page: PageDemandee,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Chacun à son dernier calcul, ligne à ligne; les plus bas des conformes sont dits.

    `differences` dit, par composante, ce qui le sépare du plus bas prix. En page
    (`Accept: text/html`), les scénarios côte à côte.
    """
    if format_prefere(accept, (JSON, HTML)) == HTML:
        vu = await appel.consulter(lambda ports: confronter(dossier_id, ports))
        return page_html(page_scenarios.rendre(vu, appel.horloge()))

    async def lire(ports: Ports) -> Sequence[tuple[ScenarioCompare, Dossier, Frais]]:
        dossier = await ports.acquisitions.dossiers.lire(dossier_id)
        frais = await ports.grilles.lire()
        return [(compare, dossier, frais) for compare in comparer(dossier).values()]

    reponse = await appel.parcourir(
        lire, Liste[ss.ScenarioOut], page=page, presenter=ss.ScenarioOut.de
    )
    reponse.headers["Vary"] = "Accept"
    return reponse


@routes.post(
    "/scenarios",
    response_model=s.DossierOut,
    operation_id="dire_scenario_dossier",
    summary="Ajouter un scénario, chiffré aux prix du jour (étape 4, CI-14)",
)
async def dire_un_scenario(dossier_id: UUID, corps: a.ScenarioIn, appel: Client) -> Response:
    """Les unités se déduisent du besoin par ce qu'une unité sert; sans baisse, elles se gardent."""
    return await appel.ecrire(dire_scenario, corps.commande(dossier_id, uuid7()), s.DossierOut.de)


@routes.post(
    "/choix",
    response_model=s.DossierOut,
    operation_id="choisir_scenario_dossier",
    summary="Choisir un scénario conforme (étape 4, CI-15)",
)
async def choisir(dossier_id: UUID, corps: a.ChoixIn, appel: Client) -> Response:
    """Tous se rechiffrent aux prix du jour; s'il n'est pas le plus bas, le dirigeant autorise.

    Refusé (409, CI-14) tant qu'une offre retenue n'est pas jugée ou, conforme à elle seule, n'a pas
    de scénario fait d'elle seule : `details.manque` les nomme.
    """
    return await appel.ecrire(choisir_scenario, corps.commande(dossier_id), s.DossierOut.de)


@routes.post(
    "/autorisation",
    response_model=s.DossierOut,
    operation_id="autoriser_scenario_dossier",
    summary="Consigner l'autorisation du dirigeant (CI-15)",
)
async def autoriser(dossier_id: UUID, corps: a.AutorisationIn, appel: Autorisation) -> Response:
    """Par le dirigeant, ou par un gestionnaire avec la fiche signée; jamais par une machine."""
    commande = corps.commande(dossier_id, uuid7())
    return await appel.ecrire(autoriser_scenario, commande, s.DossierOut.de)


@routes.post(
    "/reddition",
    response_model=s.DossierOut,
    operation_id="rendre_compte_dossier",
    summary="Consigner la reddition de comptes au SCT (CI-15)",
)
async def rendre_compte(dossier_id: UUID, corps: a.RedditionIn, appel: Client) -> Response:
    """Une par autorisation qui vaut, même le contrat conclu; jamais d'un dossier sans suite."""
    return await appel.ecrire(poser_geste, corps.commande(dossier_id, uuid7()), s.DossierOut.de)

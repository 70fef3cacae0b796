"""Les routes des simulations et des budgets (FAC-11)."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query
from starlette.responses import Response

from contrats.base import CodeOrganisme, CodeTarif
from facturation.base import MCN
from facturation.simulations.adaptateurs import vues
from facturation.simulations.adaptateurs.rendus.page import rendre
from facturation.simulations.cas_usage import (
    ArreterSimulation,
    DireBudget,
    arreter_simulation,
    demander_simulation,
    dire_budget,
)
from facturation.simulations.entrees import propositions as p
from facturation.simulations.entrees import schemas as s
from facturation.simulations.entrees import tableur
from facturation.simulations.ports import Ports
from noyau import Montant
from pages import politique
from socle.bd.instructions import Ligne
from socle.champs import Exercice, Periode
from socle.web import (
    LOCATION,
    Appel,
    Liste,
    PageDemandee,
    Routeur,
    acces,
    format_prefere,
    uuid7,
)
from socle.web.diffusion import diffuser

Simule = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", "catalogue", *MCN))]
Gestion = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire"))]
LitBudget = Annotated[Appel[Ports], Depends(acces(Ports, "gestionnaire", "signataire", *MCN))]

routes = Routeur(prefix="/v1", tags=["simulations"])

JSON, CSV, HTML = "application/json", "text/csv", "text/html"
_RENDUS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "La simulation, dans le format demandé par Accept.",
        "content": {CSV: {"schema": {"type": "string"}}, HTML: {"schema": {"type": "string"}}},
    }
}


@routes.post(
    "/simulations",
    status_code=202,
    response_model=s.EnteteOut,
    responses={202: {"headers": LOCATION}},
    operation_id="demander_simulation",
    summary="Simuler un changement de tarif, ou projeter l'exercice (FAC-11)",
)
async def demander(corps: p.SimulationIn, appel: Simule) -> Response:
    """Se calcule ensuite, organisme par organisme; rien de ce qui se facture ne change.

    Un organisme ne simule que lui, et suppose des montants ou des prix, jamais une fiche.
    """
    organisme = appel.filtre_organisme(corps.organisme)
    return await appel.ecrire(
        demander_simulation,
        corps.commande(uuid7(), organisme),
        s.EnteteOut.de,
        statut=202,
        emplacement=lambda simulation: f"/v1/simulations/{simulation.id}",
    )


@routes.get(
    "/simulations", response_model=Liste[s.EnteteOut], summary="Lister les simulations (FAC-11)"
)
async def lister_simulations(appel: Simule, page: PageDemandee) -> Response:
    """La plus récente d'abord; un organisme ne voit que celles qu'il a demandées."""
    return await appel.lister(
        vues.SIMULATIONS,
        vues.FiltreSimulations(),
        Liste[s.EnteteOut],
        page=page,
        presenter=s.EnteteOut.de_ligne,
    )


@routes.get(
    "/simulations/{simulation_id}",
    response_model=s.SimulationOut,
    responses=_RENDUS,
    summary="Suivre et lire une simulation : JSON, CSV ou page (FAC-11)",
)
async def lire_simulation(
    simulation_id: UUID,
    appel: Simule,
    accept: Annotated[str, Header(include_in_schema=False)] = JSON,
) -> Response:
    """Par mois et par tarif; le CSV dit chaque organisme, mois et tarif (Accept: text/csv)."""
    voulu = format_prefere(accept, (JSON, CSV, HTML))
    resultat = await appel.lire_brut(vues.resultat(simulation_id))
    en_tetes = {"Vary": "Accept"}
    if voulu == HTML:
        en_tetes["Content-Security-Policy"] = politique()
        return Response(rendre(resultat), headers=en_tetes, media_type=HTML)
    if voulu == JSON:
        corps = s.SimulationOut.du_resultat(resultat).model_dump_json()
        return Response(corps, headers=en_tetes, media_type=JSON)
    en_tetes["Content-Disposition"] = f'attachment; filename="simulation-{simulation_id}.csv"'
    faits = [volet.vise for volet in resultat.volets if volet.empreinte]
    cachet = f"{simulation_id} {len(faits)} {tableur.COLONNES}"
    lots = _lots(appel, simulation_id, faits)
    return diffuser(appel.requete, tableur.rendre(lots), CSV, cachet, en_tetes)


async def _lots(
    appel: Appel[Ports], simulation_id: UUID, vises: Sequence[str]
) -> AsyncIterator[Sequence[Ligne]]:
    """Les chiffres d'un organisme à la fois, chacun lu dans sa transaction."""
    for vise in vises:
        yield await appel.lire_brut(vues.chiffres_de(simulation_id, vise))


@routes.post(
    "/simulations/{simulation_id}/arret",
    response_model=s.EnteteOut,
    operation_id="arreter_simulation",
    summary="Arrêter une simulation (FAC-11)",
)
async def arreter(simulation_id: UUID, appel: Simule) -> Response:
    """Ce qui est calculé demeure et se lit; rien ne le scelle."""
    return await appel.ecrire(arreter_simulation, ArreterSimulation(simulation_id), s.EnteteOut.de)


@routes.get(
    "/simulations/{simulation_id}/organismes",
    response_model=Liste[s.VoletOut],
    summary="Lister ce qu'une simulation dit de chaque organisme (FAC-11)",
)
async def lister_organismes_simules(
    simulation_id: UUID, appel: Simule, page: PageDemandee
) -> Response:
    """Ses totaux, ses abonnements touchés, ses statu quo; mis de côté, la raison."""
    return await appel.lister(
        vues.VOLETS,
        vues.FiltreVolets(simulation_id=simulation_id),
        Liste[s.VoletOut],
        page=page,
        presenter=s.VoletOut.de,
        sous=vues.existe(simulation_id),
    )


@routes.get(
    "/simulations/{simulation_id}/chiffres",
    response_model=Liste[s.ChiffreOut],
    summary="Lister les chiffres d'une simulation (FAC-11)",
)
async def lister_chiffres_simules(
    simulation_id: UUID,
    appel: Simule,
    page: PageDemandee,
    vise: Annotated[CodeOrganisme | None, Query(description="L'organisme simulé.")] = None,
    tarif: CodeTarif | None = None,
    periode: Periode | None = None,
) -> Response:
    """Avant et après, par organisme, mois et tarif, avant taxes."""
    filtre = vues.FiltreChiffres(
        simulation_id=simulation_id, vise=vise, tarif=tarif, periode=periode
    )
    return await appel.lister(
        vues.CHIFFRES,
        filtre,
        Liste[s.ChiffreOut],
        page=page,
        presenter=s.ChiffreOut.de,
        sous=vues.existe(simulation_id),
    )


@routes.get(
    "/budgets", response_model=Liste[s.BudgetOut], summary="Lister les budgets, redits compris"
)
async def lister_budgets(
    appel: LitBudget,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    exercice: Exercice | None = None,
) -> Response:
    """Par organisme, exercice et version; la plus haute vaut."""
    filtre = vues.FiltreBudgets(organisme=organisme, exercice=exercice)
    return await appel.lister(vues.BUDGETS, filtre, Liste[s.BudgetOut], page=page)


@routes.get(
    "/budgets/{organisme}/{exercice}",
    response_model=s.BudgetOut,
    summary="Lire le budget d'un organisme",
)
async def lire_budget(organisme: CodeOrganisme, exercice: Exercice, appel: LitBudget) -> Response:
    """Jamais dit, il n'existe pas (404)."""
    return await appel.lire(vues.budget(appel.organisme(organisme), exercice), s.BudgetOut.de)


@routes.put(
    "/budgets/{organisme}/{exercice}",
    response_model=s.BudgetOut,
    operation_id="dire_budget",
    summary="Dire le budget de son organisme",
)
async def dire(
    organisme: CodeOrganisme, exercice: Exercice, corps: p.BudgetIn, appel: Gestion
) -> Response:
    """Avant taxes; `If-Match` porte la version lue, « "0" » pour le dire une première fois."""
    commande = DireBudget(
        organisme=appel.organisme(organisme),
        exercice=exercice,
        montant=Montant.de(corps.montant),
    )
    return await appel.ecrire(dire_budget, commande, s.BudgetOut.de)

"""Les taux (SLA-4)."""

from datetime import date, timedelta

from starlette.responses import Response

from contrats.base import CodeOrganisme
from noyau import Mois, jour_de_quebec
from sla.fiches.entrees.schemas import Indicateur, Periode
from sla.taux.adaptateurs import vues
from sla.taux.entrees.acces import Exercice, Lecture, lire_mois
from sla.taux.entrees.schemas import TauxOut
from socle.web import Liste, PageDemandee, Routeur

routes = Routeur(prefix="/v1", tags=["indicateurs"])


@routes.get("/taux", response_model=Liste[TauxOut], summary="Lire les taux, brut et ajusté")
async def lister_taux(
    appel: Lecture,
    page: PageDemandee,
    indicateur: Indicateur = None,
    periode: Periode = None,
    organisme: CodeOrganisme | None = None,
    exercice: Exercice = None,
) -> Response:
    """Par mois, ou d'un bloc pour un exercice; le MCN a aussi la ligne de tous les organismes.

    D'un mois ou d'un exercice demandé, chaque indicateur attendu a sa ligne, même sans mesure.
    """
    mois = lire_mois(periode, exercice)
    le = _dernier_jour(mois, exercice) or jour_de_quebec(appel.horloge())
    demande = appel.filtre_organisme(organisme)
    fiches = (await appel.consulter(lambda ports: ports.fiches.toutes())).pour(demande)
    attendus = {i.code: i for i in fiches.attendus(le) if indicateur in (None, i.code)}
    filtre = vues.FiltreTaux(
        indicateur=indicateur,
        organisme=demande,
        periode=periode,
        exercice=exercice if mois is None else mois.exercice,
        attendus=list(attendus),
    )
    return await appel.lister(
        vues.taux(filtre),
        filtre,
        Liste[TauxOut],
        page=page,
        presenter=lambda ligne: TauxOut.de(ligne, attendus.get(ligne.indicateur)),
    )


def _dernier_jour(mois: Mois | None, exercice: str | None) -> date | None:
    """Le dernier jour de la période demandée, s'il y en a une."""
    if mois is not None:
        return mois.fin - timedelta(days=1)
    return None if exercice is None else date(int(exercice[5:]), 3, 31)

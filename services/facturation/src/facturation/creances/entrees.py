"""Les créances : ce qu'on en lit, les faits qu'elles écoutent, leur revue."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.responses import Response

from contrats import courtier, demandes
from contrats.base import CodeOrganisme, Periode
from facturation.base import LECTEURS, chacun
from facturation.creances.adaptateurs import vues
from facturation.creances.cas_usage import (
    EnregistrerFait,
    RevoirOrganisme,
    enregistrer_faits,
    revoir_organisme,
)
from facturation.creances.domaine import faits as f
from facturation.creances.domaine.creances import Nature
from facturation.creances.ports import Ports
from socle.identifiants import uuid7
from socle.reception import Ecoute, Ecoutes, Recu
from socle.service import Contexte, Tache
from socle.web import Appel, Liste, PageDemandee, Sortie, acces, exemple
from socle.web.champs import Jour

Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = APIRouter(prefix="/v1", tags=["facturation"])

_SOURCE = "0199f0a0-0000-7000-8000-000000000012"
_EVENEMENT = "0199f0a0-0000-7000-8000-000000000013"


class AbonnementOut(Sortie):
    """Un abonnement en cours ou fini, par source, tarif mensuel et début."""

    model_config = exemple(
        {
            "organisme": "MTQ", "source": _SOURCE, "tarif": "POSTE-01",
            "produit": "POSTE-FIXE-2022", "quantite": 1, "debut": "2026-09-19", "fin": None,
            "evenement": _EVENEMENT,
        }
    )  # fmt: skip

    organisme: str
    source: str
    tarif: str
    produit: str | None
    quantite: int
    debut: date
    fin: date | None = Field(description="Exclue; absente tant que l'abonnement court.")
    evenement: UUID


class LigneEnAttenteOut(Sortie):
    """Un fait à facturer sans montant applicable, signalé une fois."""

    model_config = exemple(
        {
            "organisme": "MTQ", "source": _SOURCE, "tarif": "COURTIER-FRAIS",
            "nature": "courtage", "periode": "2026-09", "depuis": "2026-09-21",
            "motif": "La grille du tarif COURTIER-FRAIS ne donne aucun montant.",
            "evenements": [_EVENEMENT], "signalee_le": "2026-09-21T15:30:00Z", "levee_le": None,
        }
    )  # fmt: skip

    organisme: str
    source: str
    tarif: str
    nature: Nature
    periode: Periode = Field(description="La période d'origine.")
    depuis: date
    motif: str
    evenements: list[UUID]
    signalee_le: datetime
    levee_le: datetime | None


@routes.get(
    "/abonnements",
    response_model=Liste[AbonnementOut],
    summary="Lister les abonnements (FAC-1)",
)
async def lister_abonnements(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    le: Annotated[Jour | None, Query(description="Ceux qui courent ce jour-là.")] = None,
) -> Response:
    """Un par vie d'un actif et tarif mensuel, ou un par abonnement sans actif."""
    filtre = vues.FiltreAbonnements(organisme=appel.filtre_organisme(organisme), le=le)
    return await appel.lister(vues.ABONNEMENTS, filtre, Liste[AbonnementOut], page=page)


@routes.get(
    "/lignes-en-attente",
    response_model=Liste[LigneEnAttenteOut],
    summary="Lister ce qui attend un montant applicable",
)
async def lister_attentes(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    levees: Annotated[bool, Query(description="Celles qui ont trouvé leur montant.")] = False,
) -> Response:
    """Sans montant applicable, une ligne attend : elle se facture dès qu'un tarif le donne."""
    filtre = vues.FiltreAttentes(organisme=organisme, levees=levees)
    return await appel.lister(vues.ATTENTES, filtre, Liste[LigneEnAttenteOut], page=page)


def _fait(recu: Recu[Any]) -> EnregistrerFait:
    """Le fait à facturer que dit un événement."""
    e = recu.evenement
    fait: f.FaitRecu

    def de(source: UUID, survenu_le: datetime = recu.survenu_le) -> dict[str, Any]:
        commun = {"acte_id": recu.id, "organisme": e.organisme, "survenu_le": survenu_le}
        return {**commun, "source": str(source)}

    match e:
        case demandes.ActifRecupere() | demandes.ActifPerdu():
            nature = e.nature if isinstance(e, demandes.ActifPerdu) else "récupération"
            fait = f.FinActif(**de(e.actif_id), produit=e.produit, nature=nature)
        case demandes.TravailEffectue():
            fait = f.TempsTravaille(**de(e.article_id), tarif=e.tarif, minutes=e.minutes)
        case demandes.InterventionEffectuee():
            fait = f.Intervention(
                **de(e.incident_id),
                minutes=e.minutes,
                deplacement=e.deplacement,
                cloture=e.cloture,
            )
        case demandes.AbonnementSouscrit():
            commun = de(e.abonnement_id)
            fait = f.Souscription(**commun, tarif=e.tarif, quantite=e.quantite, debut=e.debut)
        case demandes.AbonnementResilie():
            fait = f.Resiliation(**de(e.abonnement_id), fin=e.fin)
        case courtier.ContratSigne():
            # Les frais sont dus à la dernière des deux signatures (CI-20).
            signe_le = max(e.signe_client_le, e.signe_fournisseur_le)
            fait = f.SignatureContrat(**de(e.contrat_id, signe_le), montant=e.montant)
        case _:
            fait = f.Livraison(**de(e.actif_id), produit=e.produit, quantite=e.quantite)
    return EnregistrerFait(fait, recu.enregistre_le)


def _rectification(recu: Recu[demandes.ActeRectifie]) -> EnregistrerFait:
    e = recu.evenement
    rectification = f.Rectification(
        organisme=e.organisme,
        acte_id=e.acte_id,
        rang=recu.sequence,
        survenu_le=e.survenu_le,
        evenement=recu.id,
    )
    return EnregistrerFait(rectification, recu.enregistre_le)


_FAITS = (
    *demandes.LIVRAISONS_D_ACTIF,
    demandes.TravailEffectue,
    demandes.ActifRecupere,
    demandes.ActifPerdu,
    demandes.InterventionEffectuee,
    demandes.AbonnementSouscrit,
    demandes.AbonnementResilie,
    courtier.ContratSigne,
)

ECOUTES: Ecoutes = {
    **dict.fromkeys(_FAITS, Ecoute(_fait, enregistrer_faits, Ports)),
    demandes.ActeRectifie: Ecoute(_rectification, enregistrer_faits, Ports),
}
"""Aucun ordre n'est supposé : tout se garde, le calcul joint à la lecture."""


async def revoir(contexte: Contexte) -> int:
    """Revoit les organismes dont un fait ou un tarif est arrivé."""

    async def un(a_revoir: RevoirOrganisme) -> None:
        await contexte.executer(
            "revoir_organisme",
            Ports,
            revoir_organisme,
            a_revoir,
            cle=str(uuid7()),
            organisme=a_revoir.organisme,
        )

    return await chacun(await contexte.lire(vues.organismes_a_revoir), un)


REVUE = Tache("attentes", 2.0, revoir)

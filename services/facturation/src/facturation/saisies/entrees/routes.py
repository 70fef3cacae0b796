"""Les routes des saisies et des décisions d'office."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from contrats.base import CodeOrganisme
from facturation.base import LECTEURS, MCN
from facturation.factures.domaine.ajustements import AjustementVoulu
from facturation.factures.entrees.schemas import AjustementIn, Numero, Rang
from facturation.saisies.adaptateurs import vues
from facturation.saisies.cas_usage import (
    AjustementDecide,
    AnnulerSaisie,
    ConfirmerDecision,
    Posee,
    RefuserDecision,
    RetirerDecision,
    SaisirLignes,
    annuler_saisie,
    confirmer_decision,
    decider_ajustement,
    refuser_decision,
    retirer_decision,
    saisir_lignes,
)
from facturation.saisies.domaine.decisions import EtatDecision, NatureDecision
from facturation.saisies.domaine.saisies import EtatSaisie
from facturation.saisies.entrees import schemas as s
from facturation.saisies.ports import Ports
from socle.champs import Periode
from socle.web import LOCATION, Appel, Liste, PageDemandee, Routeur, acces, uuid7

Facturiere = Annotated[Appel[Ports], Depends(acces(Ports, *MCN))]
Lecture = Annotated[Appel[Ports], Depends(acces(Ports, *LECTEURS))]

routes = Routeur(prefix="/v1", tags=["facturation"])


def _poses(modele: type[Any], *, situe: bool = True) -> dict[int | str, dict[str, Any]]:
    """Posé aussitôt, 201; en attente d'une seconde personne, 202."""
    en_tetes = {"headers": LOCATION} if situe else {}
    return {201: en_tetes, 202: {"model": modele, **en_tetes}}


_ATTENTE: Final = {EtatDecision.A_CONFIRMER, EtatSaisie.A_CONFIRMER}


def _voit_tout(appel: Appel[Ports]) -> bool:
    """La facturation voit ce qui attend; le portail et les autres, ce que voit l'organisme."""
    return bool(appel.acteur.roles.intersection(MCN))


def _statut(posee: Posee | AjustementDecide) -> int:
    etat = posee.decision.etat if isinstance(posee, Posee) else posee.etat
    return 202 if etat in _ATTENTE else 201


@routes.post(
    "/lignes-saisies",
    status_code=201,
    response_model=s.SaisieOut,
    responses=_poses(s.SaisieOut),
    operation_id="saisir_ligne",
    summary="Saisir un montant à facturer, motif à l'appui (FAC-2)",
)
async def saisir(corps: s.SaisieIn, appel: Facturiere) -> Response:
    """Au-delà d'un seuil, une seconde personne confirme (202); d'ici là, rien n'en est dû."""
    return await appel.ecrire(
        saisir_lignes,
        SaisirLignes(
            decision_id=uuid7(), nature=NatureDecision.SAISIE, lignes=[(uuid7(), corps.ligne)]
        ),
        s.SaisieOut.de,
        statut=_statut,
        emplacement=lambda posee: f"/v1/lignes-saisies/{posee.saisies[0].id}",
    )


@routes.post(
    "/lignes-saisies/lots",
    status_code=201,
    response_model=s.LotDeSaisiesOut,
    responses=_poses(s.LotDeSaisiesOut),
    operation_id="saisir_lot",
    summary="Saisir un lot de montants, en JSON ou en CSV (FAC-2)",
)
async def saisir_lot(corps: s.LotDeSaisiesIn, appel: Facturiere) -> Response:
    """Toutes les lignes se posent, ou aucune : le refus (409) dit pourquoi, ligne par ligne."""
    # D'une même milliseconde, deux identifiants sont sans ordre : la liste suit celui des lignes.
    neufs = sorted(uuid7() for _ in corps.lignes)
    return await appel.ecrire(
        saisir_lignes,
        SaisirLignes(
            decision_id=uuid7(),
            nature=NatureDecision.LOT,
            lignes=[(neuf, une.ligne) for neuf, une in zip(neufs, corps.lignes, strict=True)],
        ),
        s.LotDeSaisiesOut.de,
        statut=_statut,
        emplacement=lambda posee: f"/v1/decisions/{posee.decision.id}",
    )


@routes.get(
    "/lignes-saisies",
    response_model=Liste[s.SaisieOut],
    operation_id="lister_lignes_saisies",
    summary="Lister les montants saisis (FAC-2)",
)
async def lister_saisies(
    appel: Lecture,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    periode: Periode | None = None,
    etat: EtatSaisie | None = None,
    decision_id: UUID | None = None,
) -> Response:
    """La plus récente d'abord; un organisme voit les siennes, une fois qu'elles valent."""
    vue = vues.SAISIES if _voit_tout(appel) else vues.SAISIES_DE_L_ORGANISME
    filtre = vues.FiltreSaisies(
        organisme=organisme, periode=periode, etat=etat, decision_id=decision_id
    )
    return await appel.lister(vue, filtre, Liste[s.SaisieOut], page=page)


@routes.get(
    "/lignes-saisies/{saisie_id}",
    response_model=s.SaisieOut,
    operation_id="lire_ligne_saisie",
    summary="Lire un montant saisi, et son motif (FAC-2)",
)
async def lire_saisie(saisie_id: UUID, appel: Lecture) -> Response:
    """C'est la source que nomme la ligne de facture."""
    vue = vues.SAISIE if _voit_tout(appel) else vues.SAISIE_DE_L_ORGANISME
    return await appel.lire(vue.de(saisie_id), s.SaisieOut.model_validate)


@routes.post(
    "/lignes-saisies/{saisie_id}/annulation",
    response_model=s.SaisieOut,
    operation_id="annuler_ligne_saisie",
    summary="Annuler un montant saisi, pas encore facturé (FAC-13)",
)
async def annuler(saisie_id: UUID, corps: s.MotifIn, appel: Facturiere) -> Response:
    """Facturé, il ne s'annule plus : sa ligne s'ajuste."""
    commande = AnnulerSaisie(id=saisie_id, evenement=uuid7(), motif=corps.motif)
    return await appel.ecrire(annuler_saisie, commande, s.SaisieOut.de_saisie)


@routes.post(
    "/factures/{numero}/lignes/{rang}/ajustements",
    status_code=201,
    response_model=s.AjustementDecideOut,
    responses=_poses(s.AjustementDecideOut, situe=False),
    operation_id="ajuster_ligne",
    summary="Ajuster le dû d'une ligne émise, motif à l'appui (FAC-13)",
)
async def ajuster(numero: Numero, rang: Rang, corps: AjustementIn, appel: Facturiere) -> Response:
    """Le prochain document de l'organisme le porte; le document ajusté ne change pas.

    Au-delà d'un seuil, une seconde personne confirme (202), sous le même identifiant.
    """
    voulu = AjustementVoulu(
        id=uuid7(), numero=numero, rang=rang, montant=corps.somme, motif=corps.motif
    )
    return await appel.ecrire(
        decider_ajustement, voulu, s.AjustementDecideOut.de_decide, statut=_statut
    )


@routes.get(
    "/decisions",
    response_model=Liste[s.DecisionOut],
    operation_id="lister_decisions",
    summary="Lister les décisions d'office (FAC-13)",
)
async def lister_decisions(
    appel: Facturiere,
    page: PageDemandee,
    organisme: CodeOrganisme | None = None,
    etat: EtatDecision | None = None,
) -> Response:
    """La plus récente d'abord; un lot de plusieurs organismes n'est d'aucun."""
    filtre = vues.FiltreDecisions(organisme=organisme, etat=etat)
    return await appel.lister(vues.DECISIONS, filtre, Liste[s.DecisionOut], page=page)


@routes.get(
    "/decisions/{decision_id}",
    response_model=s.DecisionOut,
    operation_id="lire_decision",
    summary="Lire une décision d'office (FAC-13)",
)
async def lire_decision(decision_id: UUID, appel: Facturiere) -> Response:
    """Ses saisies se listent par `decision_id`."""
    return await appel.lire(vues.DECISION.de(decision_id), s.DecisionOut.model_validate)


@routes.post(
    "/decisions/{decision_id}/confirmation",
    response_model=s.DecisionOut,
    operation_id="confirmer_decision",
    summary="Confirmer la décision d'un autre (FAC-13)",
)
async def confirmer(decision_id: UUID, appel: Facturiere) -> Response:
    """Elle prend effet, si rien ne s'y oppose depuis; nul ne confirme la sienne."""
    return await appel.ecrire(
        confirmer_decision, ConfirmerDecision(decision_id), s.DecisionOut.model_validate
    )


@routes.post(
    "/decisions/{decision_id}/refus",
    response_model=s.DecisionOut,
    operation_id="refuser_decision",
    summary="Refuser la décision d'un autre, motif à l'appui (FAC-13)",
)
async def refuser(decision_id: UUID, corps: s.MotifIn, appel: Facturiere) -> Response:
    """Rien n'en sera dû; son auteur peut en proposer une autre."""
    return await appel.ecrire(
        refuser_decision, RefuserDecision(decision_id, corps.motif), s.DecisionOut.model_validate
    )


@routes.post(
    "/decisions/{decision_id}/retrait",
    response_model=s.DecisionOut,
    operation_id="retirer_decision",
    summary="Retirer sa propre décision (FAC-13)",
)
async def retirer(decision_id: UUID, appel: Facturiere) -> Response:
    """Tant qu'elle attend une seconde personne."""
    return await appel.ecrire(
        retirer_decision, RetirerDecision(decision_id), s.DecisionOut.model_validate
    )

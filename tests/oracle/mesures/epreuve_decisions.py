"""Ce qu'on a décidé d'une vie, tel que le service le tient (SLA-8)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from noyau import Acte, Acteur
from sla.exclusions.domaine.contestations import Contestation, Etat, Objet
from sla.exclusions.domaine.decisions import Decisions, par_organisme
from sla.exclusions.domaine.exclusions import Exclusion
from tests.oracle.mesures.naif import Cle, Contestee, Prononcee, Savoir

MCN: Final = Acteur("mesureuse")


def composer(
    savoir: Savoir, mesures: Mapping[Cle, UUID], le: datetime, hasard: Random
) -> Mapping[str, Decisions]:
    """Les décisions, comme la base les rend, dans un ordre quelconque.

    D'une mesure que le service n'a pas, rien ne se prononce ni ne se conteste.
    """
    exclusions = [
        _exclusion(p, UUID(int=rang), mesures[p.cle], le + rang * timedelta(minutes=1))
        for rang, p in enumerate(savoir.prononcees)
        if p.cle in mesures
    ]
    contestations = [
        _contestation(c, UUID(int=rang), mesures, le)
        for rang, c in enumerate(savoir.contestees)
        if c.cle is None or c.cle in mesures
    ]
    acceptees = [c for c in contestations if c.etat is Etat.ACCEPTEE]
    hasard.shuffle(exclusions)
    hasard.shuffle(acceptees)
    return par_organisme(exclusions, acceptees)


def _exclusion(prononcee: Prononcee, id_: UUID, mesure_id: UUID, le: datetime) -> Exclusion:
    sorte, sujet, fiche, indicateur = prononcee.cle
    posee = Exclusion(
        id=id_, organisme=prononcee.organisme, mesure_id=mesure_id, sujet=sorte,
        sujet_id=sujet, fiche=fiche, indicateur=indicateur, condition=prononcee.condition,
        libelle=prononcee.condition, motif="Verglas.", preuve="Avis", empreinte=None,
        prononcee_le=le, prononcee_par=MCN.sujet,
    )  # fmt: skip
    return posee.annuler("Erreur.", Acte(MCN, le)) if prononcee.annulee else posee


def _contestation(
    contestee: Contestee, id_: UUID, mesures: Mapping[Cle, UUID], le: datetime
) -> Contestation:
    objet = Objet.SUSPENSION if contestee.cle is None else Objet.CONDITION
    objet_id = UUID(contestee.acte) if contestee.cle is None else mesures[contestee.cle]
    ouverte = Contestation(
        id=id_, organisme=contestee.organisme, objet=objet, objet_id=objet_id,
        condition=contestee.condition, sujet="", sujet_id="", motif="Non.", fait_nouveau=None,
        preuve=None, empreinte=None, ouverte_le=le, ouverte_par="gestionnaire", decideur=None,
    )  # fmt: skip
    if contestee.sort == "retiree":
        return ouverte.retirer(None, Acte(Acteur("gestionnaire"), le))
    if contestee.sort == "ouverte":
        return ouverte
    return ouverte.trancher(Etat(contestee.sort), "Vu.", Acte(MCN, le))

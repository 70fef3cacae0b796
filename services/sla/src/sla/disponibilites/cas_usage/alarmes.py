"""Recevoir les alarmes d'Alertmanager : une alarme qui ne se lit pas n'arrête pas les autres."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from noyau import Acte, Conflit, Resultat
from sla.disponibilites.cas_usage.constats import Registre
from sla.disponibilites.domaine.alarmes import Alarme, AlarmeEcartee, Devenir, suivre
from sla.disponibilites.domaine.indisponibilites import (
    REGLE,
    Geste,
    Indisponibilite,
    IndisponibiliteConstatee,
    Source,
)
from sla.disponibilites.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmeRecue:
    """Une alarme telle qu'elle est venue : ce qu'on y lit, ou pourquoi on n'y lit rien."""

    id: UUID
    document: dict[str, Any]
    empreinte: str
    nom: str
    alarme: Alarme | None
    raison: str = ""

    @property
    def lue(self) -> Alarme:
        """Ce qu'on y lit; lève `Conflit` avec la raison si elle ne se lit pas."""
        if self.alarme is None:
            raise Conflit(self.raison, regle=REGLE)
        return self.alarme


@dataclass(frozen=True, slots=True)
class AlarmeSuivie:
    """Ce qu'il en advient."""

    empreinte: str
    sort: Devenir
    indisponibilite_id: UUID | None = None
    raison: str | None = None


async def recevoir_alarmes(
    recues: Sequence[AlarmeRecue], ports: Ports, acte: Acte
) -> Resultat[list[AlarmeSuivie]]:
    """Ouvre et ferme des indisponibilités; répétée, une alarme ne change rien (SLA-5).

    Une alarme illisible, trop ancienne ou d'un service inconnu est gardée avec sa raison.
    """
    registre = await Registre.ouvrir(ports)
    suivies: list[AlarmeSuivie] = []
    ecartees: list[AlarmeEcartee] = []
    touchees: list[Indisponibilite] = []
    faits: list[IndisponibiliteConstatee] = []
    for recue in recues:
        try:
            alarme = recue.lue
            connues = await ports.indisponibilites.de_l_empreinte(alarme.empreinte)
            sort, indisponibilite = suivre(alarme, connues, recue.id, acte)
            etats = {c.indisponibilite.id: c.indisponibilite for c in connues}
            ancienne = etats.get(indisponibilite.id)
            registre.exiger_recente(indisponibilite, Source.ALARME, acte.le, ancienne)
            registre.exiger_connus(indisponibilite)
        except Conflit as refus:
            ecartees.append(_ecarter(recue, refus.message, acte))
            suivies.append(AlarmeSuivie(recue.empreinte, Devenir.ECARTEE, raison=refus.message))
            continue
        suivies.append(AlarmeSuivie(recue.empreinte, sort, indisponibilite.id))
        if sort is not Devenir.DEJA:
            geste = Geste.CONSTAT if indisponibilite.version == 1 else Geste.CORRECTION
            motif = f"Alarme « {recue.nom} » : {sort.value}."
            faits.append(await registre.poser(indisponibilite, geste, motif, acte))
            touchees += [i for i in (ancienne, indisponibilite) if i is not None]
    await ports.alarmes.ecarter(ecartees)
    await registre.recompter(touchees, acte)
    return Resultat(suivies, *faits)


def _ecarter(recue: AlarmeRecue, raison: str, acte: Acte) -> AlarmeEcartee:
    return AlarmeEcartee(
        id=recue.id,
        empreinte=recue.empreinte,
        nom=recue.nom,
        raison=raison,
        document=recue.document,
        recue_le=acte.le,
        revue_le=acte.le,
    )

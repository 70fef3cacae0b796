"""Ce que compte le tableau du mois, rubrique par rubrique."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from facturation.bord.adaptateurs.vues import COMPTES, DE_TROP, Compte
from facturation.bord.domaine import Cas, Constat, Rubrique
from facturation.comptes.ports import Documents
from facturation.emissions.ports import Executions
from facturation.tarification.domaine.ecriture import en_dollars
from noyau import Mois, jour_de_quebec
from socle.bd.connexion import Connexion


@dataclass(frozen=True, slots=True)
class ConstatsSql:
    """Voir `ports.Constats`."""

    connexion: Connexion
    executions: Executions
    documents: Documents

    async def de(self, periode: Mois, le: date) -> Sequence[Constat]:
        vise = {"periode": str(periode), "le": le}
        constats = [await self._constat(r, compte, vise) for r, compte in COMPTES.items()]
        constats.append(await self._inachevees(periode))
        constats.append(await self._mis_de_cote(periode))
        constats.append(await self._en_retard(le))
        rangs = {rubrique: rang for rang, rubrique in enumerate(Rubrique)}
        return sorted(constats, key=lambda constat: rangs[constat.rubrique])

    async def _constat(
        self, rubrique: Rubrique, compte: Compte, vise: Mapping[str, Any]
    ) -> Constat:
        nombre = await self.connexion.valeur(compte.nombre, vise)
        lues = await self.connexion.lignes(compte.cas, vise) if nombre else []
        cas = (
            Cas(nom=x.nom, texte=x.texte, depuis=_jour(x.depuis), lien=compte.lien(x)) for x in lues
        )
        return Constat.de(rubrique, nombre, tuple(cas))

    async def _inachevees(self, periode: Mois) -> Constat:
        siennes = await self.executions.inachevees(periode, DE_TROP)
        cas = (
            Cas(
                nom=str(x.id),
                texte=x.etat.value,
                depuis=_jour(x.demandee_le),
                lien=f"/v1/executions/{x.id}",
            )
            for x in siennes
        )
        return Constat.de(Rubrique.EXECUTIONS, len(siennes), tuple(cas))

    async def _mis_de_cote(self, periode: Mois) -> Constat:
        siens = await self.executions.mis_de_cote(periode, DE_TROP)
        cas = (
            Cas(
                nom=x.organisme,
                texte=x.raison,
                depuis=_jour(x.traite_le),
                lien=f"/v1/executions/{x.execution_id}/traitements?etat=en_attente",
            )
            for x in siens
        )
        return Constat.de(Rubrique.MIS_DE_COTE, len(siens), tuple(cas))

    async def _en_retard(self, le: date) -> Constat:
        siens = await self.documents.en_retard(le)
        cas = (
            Cas(
                nom=x.ouvert.solde.numero,
                texte=f"{x.organisme} : {en_dollars(x.ouvert.exigible.decimal)}",
                depuis=x.ouvert.solde.echeance,
                lien=f"/v1/factures/{x.ouvert.solde.numero}/solde",
            )
            for x in siens
        )
        return Constat.de(Rubrique.EN_RETARD, len(siens), tuple(cas))


def _jour(dit: date | datetime | None) -> date | None:
    return jour_de_quebec(dit) if isinstance(dit, datetime) else dit

"""Ce que compte le tableau du mois, rubrique par rubrique."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from facturation.bord.adaptateurs.vues import COMPTES, DE_TROP, Compte
from facturation.bord.domaine import CAS_MONTRES, Cas, Constat, Rubrique
from facturation.emissions.ports import Executions
from noyau import Mois, jour_de_quebec
from socle.bd.connexion import Connexion


@dataclass(frozen=True, slots=True)
class ConstatsSql:
    """Voir `ports.Constats`."""

    connexion: Connexion
    executions: Executions

    async def de(self, periode: Mois) -> Sequence[Constat]:
        comptes = [await self._constat(r, compte, periode) for r, compte in COMPTES.items()]
        return [*comptes, await self._inachevees(periode), await self._mis_de_cote(periode)]

    async def _constat(self, rubrique: Rubrique, compte: Compte, periode: Mois) -> Constat:
        vise = {"periode": str(periode)}
        nombre = await self.connexion.valeur(compte.nombre, vise)
        lues = await self.connexion.lignes(compte.cas, vise) if nombre else []
        cas = tuple(Cas(nom=x.nom, texte=x.texte, lien=compte.lien(x)) for x in lues)
        return Constat.de(rubrique, nombre, _plus_ancien(x.depuis for x in lues), cas)

    async def _inachevees(self, periode: Mois) -> Constat:
        siennes = await self.executions.inachevees(periode, DE_TROP)
        cas = tuple(
            Cas(nom=str(x.id), texte=x.etat.value, lien=f"/v1/executions/{x.id}")
            for x in siennes[:CAS_MONTRES]
        )
        depuis = _plus_ancien(x.demandee_le for x in siennes)
        return Constat.de(Rubrique.EXECUTIONS, len(siennes), depuis, cas)

    async def _mis_de_cote(self, periode: Mois) -> Constat:
        siens = await self.executions.mis_de_cote(periode, DE_TROP)
        cas = tuple(
            Cas(
                nom=x.organisme,
                texte=x.raison,
                lien=f"/v1/executions/{x.execution_id}/traitements?etat=en_attente",
            )
            for x in siens[:CAS_MONTRES]
        )
        depuis = _plus_ancien(x.traite_le for x in siens)
        return Constat.de(Rubrique.MIS_DE_COTE, len(siens), depuis, cas)


def _plus_ancien(dits: Iterable[date | datetime | None]) -> date | None:
    jours = (jour_de_quebec(d) if isinstance(d, datetime) else d for d in dits)
    return min((jour for jour in jours if jour is not None), default=None)

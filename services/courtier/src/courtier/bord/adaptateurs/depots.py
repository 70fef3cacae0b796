"""Ce que compte le tableau du Courtier, rubrique par rubrique."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from courtier.bord.adaptateurs import vues
from courtier.bord.domaine.tableau import Cas, Constat, FournisseurSuivi, Rubrique
from noyau import jour_de_quebec
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne


@dataclass(frozen=True, slots=True)
class ConstatsSql:
    """Tient `ports.Constats`."""

    connexion: Connexion

    async def dossiers(self) -> Sequence[tuple[int, datetime]]:
        return [(x.etape, x.ouvert_le) for x in await self.connexion.lignes(vues.OUVERTS)]

    async def constat(self, rubrique: Rubrique, jour: date, horizon: date, cas: int) -> Constat:
        compte = vues.COMPTES[rubrique]
        vise = {"jour": jour, "horizon": horizon, "cas": cas}
        nombre = await self.connexion.valeur(compte.nombre, vise)
        lues = await self.connexion.lignes(compte.cas, vise) if nombre else []
        return Constat.de(rubrique, nombre, map(_cas, lues))

    async def fournisseurs(self, jour: date) -> Sequence[FournisseurSuivi]:
        tardifs = await self.connexion.lignes(vues.TARDIFS, {"jour": jour})
        vise = {"ids": [x.fournisseur_id for x in tardifs], "jour": jour}
        noms = {x.id: x.nom for x in await self.connexion.lignes(vues.NOMS, vise)}
        cours = await self.connexion.lignes(vues.EN_COURS, vise)
        contrats = {x.fournisseur_id: x.contrats for x in cours}
        rendues = {x.fournisseur_id: x for x in await self.connexion.lignes(vues.RENDUES, vise)}
        return [
            FournisseurSuivi(
                fournisseur_id=x.fournisseur_id,
                nom=noms[x.fournisseur_id],
                contrats=contrats.get(x.fournisseur_id, 0),
                rendues=dites.rendues if (dites := rendues.get(x.fournisseur_id)) else 0,
                insatisfaisantes=dites.insatisfaisantes if dites else 0,
                en_retard=x.en_retard,
            )
            for x in tardifs
        ]


def _cas(ligne: Ligne) -> Cas:
    le = ligne.le
    return Cas(
        organisme=ligne.organisme,
        nom=ligne.nom,
        le=jour_de_quebec(le) if isinstance(le, datetime) else le,
        montant=ligne.montant,
        contrat_id=ligne.contrat_id,
        dossier_id=ligne.dossier_id,
    )

"""Ce que compte le tableau du Courtier, et ce qui attend un organisme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter

from courtier.avenants.domaine.effets import Effet
from courtier.bord.adaptateurs import vues
from courtier.bord.domaine.listes import Attente, AvenantOuvert, ObjetAttendu
from courtier.bord.domaine.tableau import Cas, Constat, FournisseurSuivi, Rubrique
from courtier.contrats.domaine.etats import Etat
from courtier.pieces.domaine import Visa
from noyau import Montant, jour_de_quebec
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne

_EFFET, _VISA = TypeAdapter(Effet), TypeAdapter(Visa)


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


@dataclass(frozen=True, slots=True)
class AttentesSql:
    """Tient `ports.Attentes`."""

    connexion: Connexion

    async def choisis(self, organisme: str, limite: int) -> Sequence[UUID]:
        vise = {"organisme": organisme, "limite": limite}
        return await self.connexion.colonne(vues.CHOISIS, vise)

    async def avenants_a_autoriser(self, organisme: str, limite: int) -> Sequence[AvenantOuvert]:
        vise = {"organisme": organisme, "limite": limite}
        lus = await self.connexion.lignes(vues.A_AUTORISER, vise)
        return [
            AvenantOuvert(
                id=x.id,
                contrat_id=x.contrat_id,
                fournisseur=x.fournisseur,
                texte=x.texte,
                depuis=_VISA.validate_python(x.preparation).le,
                avant=(effet := _EFFET.validate_python(x.effet)).avant,
                apres=effet.apres,
            )
            for x in lus
        ]

    async def a_signer(self, organisme: str, limite: int) -> Sequence[Attente]:
        vise = {"organisme": organisme, "limite": limite}
        contrats = [
            Attente(
                objet=ObjetAttendu.CONTRAT,
                objet_id=x.id,
                contrat_id=x.id,
                fournisseur=x.fournisseur,
                depuis=x.valide_le,
                montant=Montant.de(x.montant),
                dossier_id=x.dossier_id,
                reserves=x.reserves,
                caduc=x.etat == Etat.CADUC,
            )
            for x in await self.connexion.lignes(vues.CONTRATS_A_SIGNER, vise)
        ]
        avenants = [
            Attente(
                objet=ObjetAttendu.AVENANT,
                objet_id=x.id,
                contrat_id=x.contrat_id,
                fournisseur=x.fournisseur,
                depuis=_VISA.validate_python(x.validation).le,
                montant=_EFFET.validate_python(x.effet).apres,
            )
            for x in await self.connexion.lignes(vues.AVENANTS_A_SIGNER, vise)
        ]
        return sorted([*contrats, *avenants], key=lambda a: (a.depuis, a.objet_id))


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

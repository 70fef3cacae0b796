"""Le dépôt des numéros retenus."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from facturation.factures.adaptateurs import tables as t
from facturation.factures.domaine.retenus import NumeroRetenu
from noyau import Mois
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet

_r, _f = t.numeros_retenus.c, t.factures.c
_EMIS = select(_f.numero).where(_f.numero == _r.numero).exists()
_ATTENDUS = (
    select(t.numeros_retenus).where(_r.annule_le.is_(None), ~_EMIS).order_by(_r.exercice, _r.numero)
)
_DU_MOIS = _ATTENDUS.where(
    _r.organisme == bindparam("organisme"),
    _r.periode == bindparam("periode"),
    _r.corrige.is_(None),
)
_DES_DECISIONS = _ATTENDUS.where(
    _r.organisme == bindparam("organisme"), _r.corrige == bindparam("corrige")
)
_LISTE = _ATTENDUS.limit(bindparam("limite"))
_AJOUT = insert(t.numeros_retenus).on_conflict_do_nothing()
_COMPTEUR = insert(t.compteurs)
_AVANCER = _COMPTEUR.on_conflict_do_update(
    index_elements=["nature", "exercice"],
    set_={"dernier": func.greatest(t.compteurs.c.dernier, _COMPTEUR.excluded.dernier)},
)
_ANNULER = (
    update(t.numeros_retenus)
    .where(_r.numero == bindparam("vise"), _r.annule_le.is_(None), ~_EMIS)
    .values(annule_le=bindparam("le"), motif=bindparam("pourquoi"))
)


@dataclass(frozen=True, slots=True)
class RetenusSql:
    """Voir `ports.Retenus`."""

    connexion: Connexion

    async def retenir(self, retenu: NumeroRetenu) -> None:
        await self.connexion.ecrire(_AJOUT, {**colonnes(retenu), "exercice": retenu.exercice})
        compteur = {
            "nature": retenu.nature,
            "exercice": retenu.exercice,
            "dernier": retenu.rang,
        }
        await self.connexion.ecrire(_AVANCER, compteur)

    async def du_mois(self, organisme: str, periode: Mois) -> NumeroRetenu | None:
        vises = {"organisme": organisme, "periode": periode}
        ligne = await self.connexion.ligne(_DU_MOIS, vises)
        return None if ligne is None else objet(NumeroRetenu, ligne)

    async def des_decisions(self, organisme: str, corrige: str) -> Sequence[NumeroRetenu]:
        vises = {"organisme": organisme, "corrige": corrige}
        lignes = await self.connexion.lignes(_DES_DECISIONS, vises)
        return [objet(NumeroRetenu, ligne) for ligne in lignes]

    async def attendus(self, limite: int) -> Sequence[NumeroRetenu]:
        lignes = await self.connexion.lignes(_LISTE, {"limite": limite})
        return [objet(NumeroRetenu, ligne) for ligne in lignes]

    async def annuler(self, numero: str, motif: str, le: datetime) -> bool:
        valeurs = {"vise": numero, "pourquoi": motif, "le": le}
        return await self.connexion.ecrire(_ANNULER, valeurs) == 1

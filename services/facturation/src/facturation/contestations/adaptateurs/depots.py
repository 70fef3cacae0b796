"""Les dépôts des contestations."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from facturation.contestations.adaptateurs import tables as t
from facturation.contestations.domaine.contestations import (
    FINIES,
    Contestation,
    Echange,
    Etat,
    LigneContestee,
)
from facturation.contestations.domaine.delais import Calendrier
from facturation.contestations.domaine.pieces import Piece
from facturation.contestations.domaine.validations import Validation
from noyau import jour_de_quebec
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, trouver, une

_c, _l, _e, _p, _v = (
    t.contestations.c,
    t.lignes_contestees.c,
    t.echanges.c,
    t.pieces.c,
    t.validations.c,
)
_CHARGER = select(t.contestations).where(_c.id == bindparam("id")).with_for_update()
_LIGNES = select(t.lignes_contestees).where(_l.contestation_id == bindparam("id")).order_by(_l.rang)
_FIL = select(t.echanges).where(_e.contestation_id == bindparam("id")).order_by(_e.rang)
_ETATS = (
    select(_l.rang, _c.etat)
    .join_from(t.lignes_contestees, t.contestations)
    .where(_l.numero == bindparam("numero"))
)
_AJOUTER, _AJOUTER_LIGNES = insert(t.contestations), insert(t.lignes_contestees)
_AJOUTER_AU_FIL = insert(t.echanges)
_ENREGISTRER = (
    update(t.contestations)
    .where(_c.id == bindparam("de"))
    .values(
        {
            nom: bindparam(nom, type_=_c[nom].type)
            for nom in (
                "etat",
                "note",
                "echeance",
                "rappel_le",
                "rappel_fait",
                "finie_le",
                "gelee",
                "version",
            )
        }
    )
)
_DECIDER_LIGNE = (
    update(t.lignes_contestees)
    .where(_l.contestation_id == bindparam("de"), _l.rang == bindparam("au"))
    .values(
        accorde=bindparam("accorde", type_=_l.accorde.type),
        ouverte=bindparam("ouverte", type_=_l.ouverte.type),
    )
)
_COMPTER_FIL = select(func.count()).where(_e.contestation_id == bindparam("id"))
_PIECE = select(*(c for c in _p if c is not _p.contenu)).where(
    _p.contestation_id == bindparam("id"), _p.empreinte == bindparam("empreinte")
)
_COMPTER_PIECES = select(func.count()).where(_p.contestation_id == bindparam("id"))
# Par ses contestations, dont l'index commence par l'organisme.
_PESER = (
    select(func.coalesce(func.sum(_p.taille), 0))
    .join_from(t.contestations, t.pieces)
    .where(_c.organisme == bindparam("organisme"), _p.detruite_le.is_(None))
)
_DETRUIRE = (
    update(t.pieces)
    .where(_p.contestation_id == bindparam("de"), _p.empreinte == bindparam("laquelle"))
    .values(
        contenu=None,
        **{
            nom: bindparam(nom, type_=_p[nom].type)
            for nom in ("nom", "detruite_le", "detruite_par", "detruite_motif")
        },
    )
)
_VERSER, _VALIDER = insert(t.pieces), insert(t.validations)
_VALIDATION = select(t.validations).where(_v.numero == bindparam("numero"))


@dataclass(frozen=True, slots=True)
class ContestationsSql:
    """Voir `ports.Contestations`."""

    connexion: Connexion
    calendrier: Calendrier

    async def ajouter(self, contestation: Contestation) -> None:
        valeurs = colonnes(contestation)
        for calcule in ("lignes", "fil", "delais"):
            del valeurs[calcule]
        await self.connexion.ecrire(_AJOUTER, {**valeurs, **_calculees(contestation)})
        cle = {
            "contestation_id": contestation.id,
            "organisme": contestation.organisme,
            "numero": contestation.numero,
            "ouverte": True,
        }
        lignes = [{**cle, **colonnes(ligne)} for ligne in contestation.lignes]
        await self.connexion.ecrire_lot(_AJOUTER_LIGNES, lignes)

    async def charger(self, id_: UUID) -> Contestation:
        lue = await une(self.connexion, _CHARGER, "Cette contestation n'existe pas.", id=id_)
        lignes = await self.connexion.lignes(_LIGNES, {"id": id_})
        fil = await self.connexion.lignes(_FIL, {"id": id_})
        return objet(
            Contestation,
            lue,
            lignes=tuple(objet(LigneContestee, x) for x in lignes),
            fil=tuple(objet(Echange, x) for x in fil),
            delais=self.calendrier.le(jour_de_quebec(lue.ouverte_le)),
        )

    async def enregistrer(self, contestation: Contestation) -> None:
        nouvel = {nom: getattr(contestation, nom) for nom in ("etat", "note", "version")}
        nouvel |= {"rappel_fait": contestation.rappel_fait, **_calculees(contestation)}
        await self.connexion.ecrire(_ENREGISTRER, {**nouvel, "de": contestation.id})
        await self._allonger(contestation)
        if contestation.etat in FINIES:
            for ligne in contestation.lignes:
                decidee = {"accorde": ligne.accorde, "ouverte": False}
                vise = {"de": contestation.id, "au": ligne.rang}
                await self.connexion.ecrire(_DECIDER_LIGNE, {**decidee, **vise})

    async def _allonger(self, contestation: Contestation) -> None:
        """Ajoute au fil ce qu'il n'a pas encore."""
        deja = await self.connexion.valeur(_COMPTER_FIL, {"id": contestation.id})
        cle = {"contestation_id": contestation.id, "organisme": contestation.organisme}
        neufs = [
            {**cle, "rang": rang, **colonnes(echange)}
            for rang, echange in enumerate(contestation.fil, start=1)
            if rang > deja
        ]
        await self.connexion.ecrire_lot(_AJOUTER_AU_FIL, neufs)

    async def etats(self, numero: str) -> Mapping[int, Sequence[Etat]]:
        par_rang: defaultdict[int, list[Etat]] = defaultdict(list)
        for rang, etat in await self.connexion.lignes(_ETATS, {"numero": numero}):
            par_rang[rang].append(etat)
        return par_rang


def _calculees(contestation: Contestation) -> dict[str, Any]:
    """Ce que le domaine calcule, gardé pour que les listes et la tâche le lisent."""
    rappel = contestation.rappel
    return {
        "echeance": contestation.echeance,
        "rappel_le": rappel and rappel.jour,
        "finie_le": contestation.finie_le,
        "gelee": contestation.gelee,
    }


@dataclass(frozen=True, slots=True)
class PiecesSql:
    """Voir `ports.Pieces`."""

    connexion: Connexion

    async def trouver(self, contestation_id: UUID, empreinte: str) -> Piece | None:
        lue = await trouver(self.connexion, _PIECE, id=contestation_id, empreinte=empreinte)
        return None if lue is None else objet(Piece, lue)

    async def compter(self, contestation_id: UUID) -> int:
        return int(await self.connexion.valeur(_COMPTER_PIECES, {"id": contestation_id}))

    async def peser(self, organisme: str) -> int:
        return int(await self.connexion.valeur(_PESER, {"organisme": organisme}))

    async def detruire(self, piece: Piece) -> None:
        valeurs = colonnes(piece)
        neuves = {nom: valeurs[nom] for nom in ("nom", "detruite_le", "detruite_par")}
        vise = {"de": piece.contestation_id, "laquelle": piece.empreinte}
        await self.connexion.ecrire(
            _DETRUIRE, {**neuves, "detruite_motif": piece.detruite_motif, **vise}
        )

    async def ajouter(self, piece: Piece, contenu: bytes) -> None:
        await self.connexion.ecrire(_VERSER, {**colonnes(piece), "contenu": contenu})


@dataclass(frozen=True, slots=True)
class ValidationsSql:
    """Voir `ports.Validations`."""

    connexion: Connexion

    async def de(self, numero: str) -> Validation | None:
        lue = await trouver(self.connexion, _VALIDATION, numero=numero)
        return None if lue is None else objet(Validation, lue)

    async def ajouter(self, validation: Validation) -> None:
        await self.connexion.ecrire(_VALIDER, colonnes(validation))

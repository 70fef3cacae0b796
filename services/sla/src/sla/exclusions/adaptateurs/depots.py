"""Les dépôts des exclusions et des contestations, et ce que le rejeu y lit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, bindparam, func, insert, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from sla.base import VERROU_CONTESTATIONS
from sla.exclusions.adaptateurs import conversion
from sla.exclusions.adaptateurs import tables as t
from sla.exclusions.domaine.contestations import Contestation, Etat, Objet
from sla.exclusions.domaine.decisions import Decisions, par_organisme
from sla.exclusions.domaine.exclusions import Exclusion
from sla.histoires.domaine import Sujet
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, trouver, une
from socle.bd.instructions import Ligne

_e, _a, _c, _d = t.exclusions.c, t.annulations.c, t.contestations.c, t.decisions.c
_ID = bindparam("id", type_=Uuid)
_EXCLUSION = select(t.exclusions).where(_e.id == _ID).with_for_update()
_DE_LA_MESURE = select(t.exclusions).where(_e.mesure_id == bindparam("mesure", type_=Uuid))
_ANNULEES = select(t.annulations).where(
    _a.exclusion_id == any_(bindparam("ids", type_=ARRAY(Uuid)))
)
_CONTESTATION = select(t.contestations).where(_c.id == _ID).with_for_update()
_DECISION = select(t.decisions).where(_d.contestation_id == _ID)
_TENIR = text("SELECT pg_advisory_xact_lock(:espace, hashtext(:organisme))")
_AVEC_DECISION = t.contestations.outerjoin(t.decisions, _d.contestation_id == _c.id)
_JOINTES = select(
    t.contestations, _d.etat, _d.motif.label("motif_decision"), _d.prise_le, _d.prise_par
).select_from(_AVEC_DECISION)
_DES_OBJETS = _JOINTES.where(_c.objet_id == any_(bindparam("objets", type_=ARRAY(Uuid)))).order_by(
    _c.ouverte_le.desc(), _c.id
)
_COMPTER_OUVERTES = (
    select(func.count())
    .select_from(_AVEC_DECISION)
    .where(_c.organisme == bindparam("organisme", type_=Text), _d.contestation_id.is_(None))
)
_SIENS = bindparam("sujets", type_=ARRAY(Text))
_EXCLUSIONS_DES_SUJETS = select(t.exclusions).where(_e.sujet_id == any_(_SIENS))
_ACCEPTEES_DES_SUJETS = _JOINTES.where(
    _d.etat == Etat.ACCEPTEE.value,
    _c.sujet_id == any_(_SIENS),
    # D'une exclusion contestée, c'est l'annulation qui se lit.
    or_(_c.objet == Objet.CONDITION.value, _c.objet == Objet.SUSPENSION.value),
)
_AJOUTER, _ANNULER = insert(t.exclusions), insert(t.annulations)
_CONTESTER, _FINIR = insert(t.contestations), insert(t.decisions)


@dataclass(frozen=True, slots=True)
class ExclusionsSql:
    """Voir `ports.Exclusions`."""

    connexion: Connexion

    async def ajouter(self, exclusion: Exclusion) -> None:
        await self.connexion.ecrire(_AJOUTER, conversion.ligne_d_exclusion(exclusion))

    async def charger(self, id_: UUID) -> Exclusion:
        lue = await une(self.connexion, _EXCLUSION, "Cette exclusion n'existe pas.", id=id_)
        annulee = await trouver(self.connexion, _ANNULEES, ids=[id_])
        return conversion.exclusion(lue, annulee)

    async def annuler(self, exclusion: Exclusion) -> None:
        if exclusion.annulation is not None:
            await self.connexion.ecrire(_ANNULER, colonnes(exclusion.annulation))

    async def de_la_mesure(self, mesure_id: UUID) -> Sequence[Exclusion]:
        lues = await self.connexion.lignes(_DE_LA_MESURE, {"mesure": mesure_id})
        return await _annulees(self.connexion, lues)


async def _annulees(connexion: Connexion, lues: Sequence[Ligne]) -> list[Exclusion]:
    """Ces exclusions, et ce qui annule chacune."""
    if not lues:
        return []
    annulees = await connexion.lignes(_ANNULEES, {"ids": [ligne.id for ligne in lues]})
    par_exclusion = {ligne.exclusion_id: ligne for ligne in annulees}
    return [conversion.exclusion(ligne, par_exclusion.get(ligne.id)) for ligne in lues]


@dataclass(frozen=True, slots=True)
class ContestationsSql:
    """Voir `ports.Contestations`."""

    connexion: Connexion

    async def tenir(self, organisme: str) -> None:
        valeurs = {"espace": VERROU_CONTESTATIONS, "organisme": organisme}
        await self.connexion.ecrire(_TENIR, valeurs)

    async def ajouter(self, contestation: Contestation) -> None:
        await self.connexion.ecrire(_CONTESTER, conversion.ligne_de_contestation(contestation))

    async def charger(self, id_: UUID) -> Contestation:
        absente = "Cette contestation n'existe pas."
        lue = await une(self.connexion, _CONTESTATION, absente, id=id_)
        # Lue ensuite : qui a attendu le premier décideur voit sa décision.
        return conversion.contestation(lue, await trouver(self.connexion, _DECISION, id=id_))

    async def finir(self, contestation: Contestation) -> None:
        if contestation.decision is not None:
            ligne = conversion.ligne_de_decision(contestation, contestation.decision)
            await self.connexion.ecrire(_FINIR, ligne)

    async def des_objets(self, objets: Collection[UUID]) -> Sequence[Contestation]:
        lues = await self.connexion.lignes(_DES_OBJETS, {"objets": list(objets)})
        return list(map(conversion.jointe, lues))

    async def compter_ouvertes(self, organisme: str) -> int:
        return int(await self.connexion.valeur(_COMPTER_OUVERTES, {"organisme": organisme}))


@dataclass(frozen=True, slots=True)
class DecisionsSql:
    """Voir `ports.DecisionsPrises`."""

    connexion: Connexion

    async def des_sujets(self, sujets: Collection[Sujet]) -> Mapping[str, Decisions]:
        siens = {"sujets": [sujet.id for sujet in sujets]}
        exclusions = await self.connexion.lignes(_EXCLUSIONS_DES_SUJETS, siens)
        acceptees = await self.connexion.lignes(_ACCEPTEES_DES_SUJETS, siens)
        return par_organisme(
            await _annulees(self.connexion, exclusions),
            map(conversion.jointe, acceptees),
        )

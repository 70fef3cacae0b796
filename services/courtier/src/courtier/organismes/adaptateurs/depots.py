"""Les copies des organismes et de leurs mandats sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import and_, bindparam, func, or_, select

from courtier.organismes.adaptateurs import tables as t
from courtier.organismes.domaine import (
    FaitDeMandat,
    Inactivite,
    Mandat,
    Organisme,
    Registre,
    Retrait,
    Substitution,
)
from noyau import Introuvable
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, trouver
from socle.bd.copies import Copie

_SUBSTITUTIONS = select(t.substitutions).where(
    t.substitutions.c.organisme == bindparam("organisme"),
    t.substitutions.c.sujet == bindparam("sujet"),
)
_DERNIERE_FIN = func.coalesce(t.retraits.c.fin, t.mandats.c.fin).label("fin")
_MANDATS = (
    select(*(_DERNIERE_FIN if c.name == "fin" else c for c in t.mandats.c))
    .outerjoin(
        t.retraits,
        and_(
            t.retraits.c.organisme == t.mandats.c.organisme,
            t.retraits.c.mandat_id == t.mandats.c.id,
        ),
    )
    .where(
        t.mandats.c.organisme == bindparam("organisme"),
        or_(
            t.mandats.c.sujet == bindparam("sujet"),
            t.mandats.c.id.in_(_SUBSTITUTIONS.with_only_columns(t.substitutions.c.mandat_id)),
        ),
    )
    .order_by(t.mandats.c.debut, t.mandats.c.id)
)
"""Les mandats d'une personne et ceux au nom desquels elle signe, avec leur dernière fin dite."""

_COPIES = {
    Mandat: Copie(t.mandats, rang="sequence"),
    Retrait: Copie(t.retraits, rang="sequence"),
    Substitution: Copie(t.substitutions, rang="sequence"),
}
_COPIE = Copie(t.organismes, rang="sequence")
_UN = select(t.organismes).where(t.organismes.c.organisme == bindparam("code"))
_INACTIVITES = TypeAdapter(tuple[Inactivite, ...])


@dataclass(frozen=True, slots=True)
class OrganismesSql:
    """Tient `ports.Organismes`."""

    connexion: Connexion

    async def lire(self, code: str) -> Organisme:
        ligne = await trouver(self.connexion, _UN, code=code)
        if ligne is None:
            raise Introuvable(f"L'organisme « {code} » n'est pas inscrit.", regle="DEM-8")
        return objet(
            Organisme,
            ligne,
            code=ligne.organisme,
            inactivites=_INACTIVITES.validate_python(ligne.inactivites),
        )

    async def synchroniser(self, organismes: Sequence[Organisme]) -> None:
        lignes = [
            {
                "organisme": o.code,
                "nom": o.nom,
                "neq": o.neq,
                "assujetti_rcti": o.assujetti_rcti,
                "inactivites": o.inactivites,
                "sequence": o.sequence,
            }
            for o in organismes
        ]
        await _COPIE.synchroniser(self.connexion, lignes)


@dataclass(frozen=True, slots=True)
class MandatsSql:
    """Tient `ports.Mandats`."""

    connexion: Connexion

    async def registre(self, organisme: str, sujet: str) -> Registre:
        qui = {"organisme": organisme, "sujet": sujet}
        mandats = await self.connexion.lignes(_MANDATS, qui)
        substitutions = await self.connexion.lignes(_SUBSTITUTIONS, qui)
        return Registre(
            tuple(objet(Mandat, ligne) for ligne in mandats),
            tuple(objet(Substitution, ligne) for ligne in substitutions),
        )

    async def synchroniser(self, faits: Sequence[FaitDeMandat]) -> None:
        for classe, copie in _COPIES.items():
            lignes = [colonnes(fait) for fait in faits if isinstance(fait, classe)]
            await copie.synchroniser(self.connexion, lignes)

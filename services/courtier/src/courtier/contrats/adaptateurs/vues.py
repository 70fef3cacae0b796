"""Les lectures : une requête par écran; un organisme n'y trouve que les siens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, literal_column, select, tuple_

from contrats.base import CodeOrganisme
from courtier.contrats.adaptateurs.conversion import contrat_de
from courtier.contrats.adaptateurs.tables import contrats
from courtier.contrats.domaine.etats import Etat
from socle.bd.connexion import Connexion
from socle.bd.vues import Vue, VueListe, VueObjet
from socle.champs import Jour

__all__ = ["CONTRAT", "CONTRATS", "FiltreContrats", "FiltreDatees", "a_echoir", "contrat_de"]

LOT = 200
"""Contrats échus lus au plus à la fois."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreContrats:
    """Les contrats d'un organisme, d'un fournisseur, dans un état, finis avant un jour."""

    organisme: CodeOrganisme | None = None
    fournisseur_id: UUID | None = None
    etat: Etat | None = None
    finit_avant: Jour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDatees:
    """Les mêmes, l'état lu un jour : un contrat conclu y est en cours, échu ou résilié."""

    organisme: CodeOrganisme | None = None
    fournisseur_id: UUID | None = None
    etat: Etat | None = None
    court_le: date | None = None
    fini_le: date | None = None
    finit_avant: Jour | None = None
    resilie: bool | None = None

    @classmethod
    def du(cls, filtre: FiltreContrats, jour: date) -> "FiltreDatees":
        """Le filtre tel qu'il se lit ce jour-là."""
        finie = filtre.etat in {Etat.ECHU, Etat.RESILIE}
        return cls(
            organisme=filtre.organisme,
            fournisseur_id=filtre.fournisseur_id,
            etat=Etat.SIGNE if finie else filtre.etat,
            court_le=jour if filtre.etat is Etat.SIGNE else None,
            fini_le=jour if finie else None,
            finit_avant=filtre.finit_avant,
            resilie=filtre.etat is Etat.RESILIE if finie else None,
        )


CONTRAT = VueObjet(select(contrats), contrats.c.id, "Contrat introuvable.")
CONTRATS = VueListe(
    requete=select(contrats),
    filtre=FiltreDatees,
    cles=(contrats.c.id,),
    conditions={
        "court_le": contrats.c.fin > bindparam("court_le"),
        "fini_le": contrats.c.fin <= bindparam("fini_le"),
        "finit_avant": contrats.c.fin < bindparam("finit_avant"),
    },
)

_c = contrats.c
_A_ECHOIR = (
    select(_c.organisme, _c.id, _c.fin)
    .where(
        # En clair, comme l'index partiel les dit.
        _c.etat == literal_column(f"'{Etat.SIGNE}'"),
        ~_c.resilie,
        _c.echeance_annoncee.is_distinct_from(_c.fin),
        _c.fin <= bindparam("jour", type_=Date()),
        tuple_(_c.fin, _c.id)
        > tuple_(bindparam("apres_fin", type_=Date()), bindparam("apres_id", type_=Uuid())),
    )
    .order_by(_c.fin, _c.id)
    .limit(LOT)
)


@dataclass(frozen=True, slots=True)
class Echu:
    """Un contrat dont la fin est venue, et n'est pas annoncée."""

    organisme: str
    contrat_id: UUID
    fin: date


def a_echoir(jour: date, apres: Echu | None = None) -> Vue[Sequence[Echu]]:
    """Un lot de ceux dont la fin est venue ce jour-là, la plus ancienne d'abord, après celui-là."""

    async def vue(connexion: Connexion) -> Sequence[Echu]:
        depuis = {
            "apres_fin": apres.fin if apres else date.min,
            "apres_id": apres.contrat_id if apres else UUID(int=0),
        }
        lignes = await connexion.lignes(_A_ECHOIR, {"jour": jour, **depuis})
        return [Echu(ligne.organisme, ligne.id, ligne.fin) for ligne in lignes]

    return vue

"""Les lectures : une requête par écran; un organisme n'y trouve que les siens."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, literal_column, select

from contrats.base import CodeOrganisme
from courtier.base import JOUR, venues
from courtier.contrats.adaptateurs.conversion import contrat_de
from courtier.contrats.adaptateurs.tables import contrats
from courtier.contrats.domaine.etats import Etat
from socle.bd.vues import VueListe, VueObjet
from socle.champs import Jour

__all__ = ["CONTRAT", "CONTRATS", "FiltreContrats", "FiltreDatees", "contrat_de"]


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
A_ECHOIR = venues(
    contrats,
    _c.fin,
    # En clair, comme l'index partiel les dit.
    _c.etat == literal_column(f"'{Etat.SIGNE}'"),
    ~_c.resilie,
    _c.echeance_annoncee.is_distinct_from(_c.fin),
    _c.fin <= JOUR,
)
"""Ceux dont la fin est venue, et n'est pas annoncée."""

"""Les lectures des fournisseurs et de leurs ententes-cadres : une requête par écran."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, FromClause, Select, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from courtier.catalogue.adaptateurs import conversion
from courtier.catalogue.adaptateurs import tables as t
from courtier.catalogue.domaine import ActeEntente, EntenteCadre, EtatEntente, NatureDocument
from socle.bd.chronologie import en_vigueur
from socle.bd.instructions import Ligne
from socle.bd.vues import SansFiltre, VueListe, VueObjet

FOURNISSEUR = VueObjet(select(t.fournisseurs), t.fournisseurs.c.id, "Fournisseur introuvable.")
FOURNISSEURS = VueListe(
    requete=select(t.fournisseurs), filtre=SansFiltre, cles=(t.fournisseurs.c.id,)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDocuments:
    """`le` : ceux qui valent ce jour-là."""

    fournisseur_id: UUID
    nature: NatureDocument | None = None
    le: date | None = None


_AUTRES = t.documents.alias()
_VERSION_DU_JOUR = en_vigueur(
    _AUTRES,
    bindparam("le"),
    _AUTRES.c.fournisseur_id == t.documents.c.fournisseur_id,
    _AUTRES.c.nature == t.documents.c.nature,
    debut="en_vigueur_le",
).with_only_columns(_AUTRES.c.version)
DOCUMENTS = VueListe(
    requete=select(t.documents),
    filtre=FiltreDocuments,
    cles=(t.documents.c.nature, t.documents.c.version),
    conditions={"le": t.documents.c.version == _VERSION_DU_JOUR.scalar_subquery()},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltrePreuves:
    """Les preuves d'un fournisseur."""

    fournisseur_id: UUID


PREUVES = VueListe(requete=select(t.preuves), filtre=FiltrePreuves, cles=(t.preuves.c.id,))
"""La base n'en montre aucune à un organisme (CI-11)."""


# Ententes-cadres


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreEntentes:
    """`le` : le jour dont on demande l'état."""

    le: date
    fournisseur_id: UUID | None = None
    etat: EtatEntente | None = None


def _avec_actes(ententes: FromClause) -> Select[Any]:
    """Ces ententes-cadres, et leurs actes dans l'ordre où ils furent consignés."""
    a = t.ententes_actes.c
    dits: Mapping[str, ColumnElement[Any]] = {
        nom: a[nom] for nom in ("acte", "le", "motif", "par", "pose_le")
    }
    paires = [partie for nom, colonne in dits.items() for partie in (nom, colonne)]
    objets = aggregate_order_by(func.jsonb_build_object(*paires), a.rang)
    actes = (
        select(func.coalesce(func.jsonb_agg(objets, type_=JSONB), func.jsonb_build_array()))
        .where(a.entente_id == ententes.c.id)
        .correlate(ententes)
        .scalar_subquery()
    )
    return select(ententes, actes.label("actes"))


def _etat() -> ColumnElement[str]:
    """L'état d'une entente-cadre au jour `le` : ce que dit `EntenteCadre.etat`, en SQL."""
    le = bindparam("le", type_=Date())
    e, actes = t.ententes.c, t.ententes_actes
    siens, est_fin = actes.c.entente_id == e.id, actes.c.acte == ActeEntente.FIN.value
    fin_dite = (
        select(actes.c.le).where(siens, est_fin).order_by(actes.c.rang.desc()).limit(1)
    ).scalar_subquery()
    dernier = (
        en_vigueur(actes, le, siens, ~est_fin, debut="le", numero="rang")
        .with_only_columns(actes.c.acte)
        .scalar_subquery()
    )
    return case(
        (le >= func.coalesce(fin_dite, e.fin), EtatEntente.TERMINEE.value),
        (le < e.debut, EtatEntente.A_VENIR.value),
        (dernier == ActeEntente.SUSPENSION.value, EtatEntente.SUSPENDUE.value),
        else_=EtatEntente.EN_VIGUEUR.value,
    )


ENTENTE = VueObjet(_avec_actes(t.ententes), t.ententes.c.id, "Entente-cadre introuvable.")
ENTENTES = VueListe(
    requete=select(t.ententes),
    filtre=FiltreEntentes,
    cles=(t.ententes.c.id,),
    conditions={"etat": _etat() == bindparam("etat")},
    parametres=frozenset({"le"}),
    completer=_avec_actes,
)


def entente_lue(ligne: Ligne) -> EntenteCadre:
    """L'entente-cadre d'une ligne, avec ses actes."""
    return conversion.entente_de(ligne)

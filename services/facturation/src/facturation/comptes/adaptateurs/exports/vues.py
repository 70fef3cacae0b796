"""Les documents d'une période et leurs lignes, telles que la comptabilité les reprend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Date, Select, Text, bindparam, func, select

from facturation.comptes.domaine.a_facturer import LigneConnue
from facturation.factures.adaptateurs.tables import factures, lignes
from noyau import Mois
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue

LOT: Final = 1_000
"""Les lignes d'un document qu'on lit à la fois."""
_f, _l = factures.c, lignes.c
_DOCUMENTS = (
    select(
        _f.organisme, _f.numero, _f.nature, _f.periode, _f.emise_le, _f.nombre_lignes,
        _f.total_avant_taxes, _f.tps, _f.tvq, _f.total, _f.empreinte,
    )
    .where(func.coalesce(bindparam("organisme", type_=Text()), _f.organisme) == _f.organisme)
    .order_by(_f.numero)
)  # fmt: skip
_DE_LA_PERIODE = _DOCUMENTS.where(_f.periode == bindparam("periode"))
_EMIS = _DOCUMENTS.where(
    _f.emise_le >= bindparam("debut", type_=Date()), _f.emise_le < bindparam("fin", type_=Date())
)
_LIGNES = (
    select(
        _l.rang, _l.nature, _l.source, _l.tarif, _l.debut, _l.montant,
        _l.tps.label("taux_tps"), _l.tvq.label("taux_tvq"),
        *(
            _l.donnees[nom].astext.label(nom)
            for nom in ("libelle", "produit", "demande", "site", "imputation")
        ),
    )
    .join_from(lignes, factures)
    .where(_f.numero == bindparam("numero"))
    .where(_l.rang > bindparam("apres"), _l.rang <= bindparam("apres") + LOT)
    .order_by(_l.rang)
)  # fmt: skip
_EMISES_DEPUIS: Select[Any] = (
    select(_l.tarif, _l.debut, func.sum(_l.montant).label("montant"), func.count().label("nombre"))
    .join_from(lignes, factures)
    .where(_l.organisme == bindparam("organisme"), _f.emise_le >= bindparam("jour", type_=Date()))
    .group_by(_l.tarif, _l.debut)
)


@dataclass(frozen=True, slots=True)
class Choix:
    """Les documents d'une période, ou ceux qui furent émis dans un mois; d'un organisme."""

    mois: Mois
    par_emission: bool
    organisme: str | None


def documents(choix: Choix) -> Vue[Sequence[Ligne]]:
    """Ces documents, sans leurs lignes, par numéro."""
    vises: dict[str, Any] = {"organisme": choix.organisme, "periode": str(choix.mois)}
    requete = _DE_LA_PERIODE
    if choix.par_emission:
        requete = _EMIS
        vises |= {"debut": choix.mois.debut, "fin": choix.mois.fin}

    async def vue(connexion: Connexion) -> Sequence[Ligne]:
        return await connexion.lignes(requete, vises)

    return vue


def lot_de_lignes(numero: str, apres: int) -> Vue[Sequence[Ligne]]:
    """Les lignes d'un document, au plus `LOT`, de celle qui suit ce rang."""

    async def vue(connexion: Connexion) -> Sequence[Ligne]:
        return await connexion.lignes(_LIGNES, {"numero": numero, "apres": apres})

    return vue


async def emises_depuis(connexion: Connexion, organisme: str, jour: date) -> Sequence[LigneConnue]:
    """Les lignes des documents émis ce jour-là ou plus tard, par tarif et premier jour."""
    lues = await connexion.lignes(_EMISES_DEPUIS, {"organisme": organisme, "jour": jour})
    return [LigneConnue(x.tarif, Mois.de(x.debut), x.montant, x.nombre) for x in lues]

"""Ce que les écrans lisent des factures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, any_, bindparam, select

from facturation.creances.adaptateurs.tables import faits
from facturation.factures.adaptateurs import tables as t
from facturation.factures.domaine.factures import NatureDocument
from socle.bd.connexion import Connexion
from socle.bd.conversion import trouver
from socle.bd.instructions import Ligne
from socle.bd.vues import PageLue, Vue, VueListe, VueObjet
from socle.conservation import Famille
from socle.exploitation.traces import LIENS_AU_PLUS
from socle.reglages import Reglages

_f, _l, _a = t.factures.c, t.lignes.c, t.ajustements.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreFactures:
    """Celles d'un organisme; d'une période; d'une nature; les notes qui corrigent un document."""

    organisme: str | None = None
    periode: str | None = None
    nature: NatureDocument | None = None
    corrige: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreLignes:
    """Celles d'une facture."""

    numero: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAjustements:
    """Ceux d'un document."""

    numero: str | None = None


FACTURE = VueObjet(
    select(_f.organisme, _f.periode, _f.piece, _f.nombre_lignes, _f.entete, _f.empreinte),
    _f.numero,
    "Cette facture n'existe pas.",
)
FACTURES = VueListe(
    requete=select(
        _f.numero, _f.nature, _f.corrige, _f.organisme, _f.periode, _f.emise_le, _f.nombre_lignes,
        _f.total_avant_taxes, _f.tps, _f.tvq, _f.total, _f.empreinte,
    ),
    filtre=FiltreFactures,
    cles=(_f.numero,),
)  # fmt: skip
LIGNES = VueListe(
    requete=select(_l.rang, _l.donnees, _f.numero).join_from(t.lignes, t.factures),
    filtre=FiltreLignes,
    cles=(_l.rang,),
)
AJUSTEMENTS = VueListe(
    requete=select(_a.id, _a.numero, _a.rang, _a.montant, _a.motif, _a.decide_le),
    filtre=FiltreAjustements,
    cles=(_a.decide_le, _a.id),
)
LOT: Final = 1_000
"""Les lignes d'un document qu'on lit à la fois."""
_CORPS = (
    select(_l.donnees)
    .where(_l.organisme == bindparam("organisme"), _l.periode == bindparam("periode"))
    .where(_l.piece == bindparam("piece"))
    .where(_l.rang > bindparam("apres"), _l.rang <= bindparam("apres") + LOT)
    .order_by(_l.rang)
)


_PRECEDENT = (
    select(_f.organisme, _f.periode, _f.piece, _f.nombre_lignes, _f.entete)
    .where(_f.organisme == bindparam("organisme"), _f.periode < bindparam("periode"))
    .where(_f.piece == 0)
    .order_by(_f.periode.desc())
    .limit(1)
)


def precedent(organisme: str, periode: str) -> Vue[Ligne | None]:
    """Le dernier document du mois de l'organisme avant cette période; rien avant le premier."""

    async def vue(connexion: Connexion) -> Ligne | None:
        return await trouver(connexion, _PRECEDENT, organisme=organisme, periode=periode)

    return vue


def page_de_lignes(facture: Ligne, limite: int, curseur: str | None) -> Vue[PageLue]:
    """Une page des lignes d'une facture lue; la vue lève `CurseurIllisible`."""
    filtre = FiltreLignes(numero=facture.entete["numero"])

    async def vue(connexion: Connexion) -> PageLue:
        return await LIGNES.lire(connexion, filtre, limite, curseur, facture.organisme)

    return vue


def lot_de_lignes(facture: Ligne, apres: int) -> Vue[list[Mapping[str, Any]]]:
    """Les lignes d'une facture lue, au plus `LOT`, de celle qui suit ce rang."""
    vises = {nom: getattr(facture, nom) for nom in ("organisme", "periode", "piece")}

    async def vue(connexion: Connexion) -> list[Mapping[str, Any]]:
        return await connexion.colonne(_CORPS, {**vises, "apres": apres})

    return vue


TRACES_DES_FAITS = (
    select(faits.c.trace)
    .distinct()
    .join(t.lignes, and_(faits.c.organisme == _l.organisme, faits.c.acte_id == any_(_l.actes)))
    .where(*(_l[nom] == bindparam(nom) for nom in ("organisme", "periode", "piece")))
    .where(faits.c.trace.is_not(None))
    .limit(LIENS_AU_PLUS)
)
"""Celles des faits que compte un document : la tâche qui l'émet n'a pas de parent."""


def conservation(_: Reglages) -> Sequence[Famille]:
    """Les documents émis : des faits comptables, dont rien ne part (FAC-6, FAC-7).

    Le numéro ne laisse pas de trou, les soldes et les régularisations s'en calculent, et
    l'empreinte scelle le document entier, son destinataire compris.
    """
    documents = Famille(
        nom="factures",
        libelle="les factures et les notes de crédit émises : des faits comptables",
        duree="sans terme",
        table=t.factures.name,
        porte_par="personne",
    )
    return (documents,)

"""Ce que les écrans et la tâche lisent des contestations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Select, Text, and_, bindparam, cast, select
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE

from facturation.contestations.adaptateurs import tables as t
from facturation.contestations.domaine.contestations import Etat
from facturation.factures.adaptateurs.tables import factures
from noyau import Detruit, Introuvable, jour_de_quebec
from socle.bd.connexion import Connexion
from socle.bd.conversion import trouver
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet
from socle.conservation import Famille, en_mots, passee
from socle.reglages import Reglages

_c, _p, _v, _f = t.contestations.c, t.pieces.c, t.validations.c, factures.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreContestations:
    """Celles d'un organisme, d'un document, d'un état; en retard à un jour; ouvertes avant."""

    organisme: str | None = None
    numero: str | None = None
    etat: Etat | None = None
    en_retard: date | None = None
    ouverte_avant: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreEchues:
    """Celles d'un organisme; `avant` et `gardees` : voir `socle.conservation.nees_avant`."""

    avant: datetime
    gardees: str
    organisme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltrePieces:
    """Celles d'une contestation."""

    contestation_id: UUID | None = None


CONTESTATIONS = VueListe(
    requete=select(
        _c.id, _c.organisme, _c.numero, _c.etat, _c.motif, _c.tardive, _c.ouverte_le, _c.echeance,
        _c.note,
    ),
    filtre=FiltreContestations,
    cles=(_c.ouverte_le, _c.id),
    conditions={
        "en_retard": _c.echeance < bindparam("en_retard", type_=Date()),
        "ouverte_avant": _c.ouverte_le < bindparam("ouverte_avant", type_=DateTime(timezone=True)),
    },
)  # fmt: skip
CONTESTATION = VueObjet(select(t.contestations), _c.id, "Cette contestation n'existe pas.")
_LIGNES, _FIL = (
    select(table).where(table.c.contestation_id == bindparam("id")).order_by(table.c.rang)
    for table in (t.lignes_contestees, t.echanges)
)
VALIDATION = VueObjet(
    select(_f.organisme, _f.numero, _v.validee_le, _v.validee_par).join_from(
        factures,
        t.validations,
        (_v.organisme == _f.organisme) & (_v.numero == _f.numero),
        isouter=True,
    ),
    _f.numero,
    "Cette facture n'existe pas.",
)
"""Un document, et sa validation s'il est validé."""
PIECES = VueListe(
    requete=select(
        _p.organisme, _p.contestation_id, _p.empreinte, _p.nom, _p.genre, _p.taille, _p.versee_le,
        _p.versee_par, _p.detruite_le, _p.detruite_par, _p.detruite_motif,
    ),
    filtre=FiltrePieces,
    cles=(_p.versee_le, _p.empreinte),
)  # fmt: skip
PIECES_ECHUES = VueListe(
    requete=select(
        _p.organisme, _p.contestation_id, _c.numero, _c.etat, _c.finie_le, _c.gelee,
        _p.empreinte, _p.nom, _p.genre, _p.taille, _p.versee_le, _p.versee_par,
    ).join_from(t.pieces, t.contestations).where(_p.detruite_le.is_(None)),
    filtre=FiltreEchues,
    cles=(_p.versee_le, _p.contestation_id, _p.empreinte),
    conditions={
        # Versée avant que la contestation finisse : l'index de la pièce borne ce qu'on lit.
        "avant": and_(*(c < bindparam("avant", type_=DateTime(timezone=True))
                        for c in (_p.versee_le, _c.finie_le))),
        "gardees": ~_c.finie_le.op("<@", is_comparison=True)(
            cast(bindparam("gardees", type_=Text()), TSTZMULTIRANGE)
        ),
    },
)  # fmt: skip
"""Ce qui ne se garde plus, la plus vieille d'abord."""
_PIECE = select(t.pieces).where(
    _p.contestation_id == bindparam("contestation"), _p.empreinte == bindparam("empreinte")
)
_A_RAPPELER: Select[tuple[UUID]] = (
    select(_c.id).where(_c.rappel_le <= bindparam("jour", type_=Date())).order_by(_c.rappel_le)
)


def contestation(id_: UUID) -> Vue[Mapping[str, Any]]:
    """Une contestation, ses lignes et son fil; la vue lève `Introuvable`."""

    async def vue(connexion: Connexion) -> Mapping[str, Any]:
        lue = await CONTESTATION.de(id_)(connexion)
        lignes = await connexion.lignes(_LIGNES, {"id": id_})
        fil = await connexion.lignes(_FIL, {"id": id_})
        return {**lue._asdict(), "lignes": lignes, "fil": fil}

    return vue


def piece(contestation_id: UUID, empreinte: str) -> Vue[Ligne]:
    """Une pièce et son contenu; la vue lève `Introuvable`, ou `Detruit`."""

    async def vue(connexion: Connexion) -> Ligne:
        lue = await trouver(connexion, _PIECE, contestation=contestation_id, empreinte=empreinte)
        if lue is None:
            raise Introuvable("Cette pièce n'existe pas.")
        if lue.detruite_le is not None:
            jour = jour_de_quebec(lue.detruite_le)
            raise Detruit(
                f"Cette pièce fut détruite le {jour}; la liste des pièces dit par qui et pourquoi.",
                regle="FAC-8",
            )
        return lue

    return vue


def a_rappeler(jour: date) -> Vue[Sequence[UUID]]:
    """Les contestations dont un rappel est dû ce jour-là, le plus ancien d'abord."""

    async def vue(connexion: Connexion) -> Sequence[UUID]:
        return await connexion.colonne(_A_RAPPELER, {"jour": jour})

    return vue


def conservation(reglages: Reglages) -> Sequence[Famille]:
    """Les pièces des contestations : une personne les détruit et l'atteste (FAC-8)."""
    garde = reglages.conservation.durees.documents

    def echue(le: datetime) -> str:
        finie = passee("finie_le", garde, le)
        finies = f"SELECT id FROM {t.contestations.name} WHERE NOT gelee AND {finie}"  # noqa: S608 -- nos tables
        return f"detruite_le IS NULL AND contestation_id IN ({finies})"

    pieces = Famille(
        nom="documents",
        libelle="les pièces d'une contestation finie; leur empreinte et l'attestation restent",
        duree=en_mots(garde),
        table=t.pieces.name,
        echue=echue,
        porte_par="la facturation, qui l'atteste",
    )
    return (pieces,)

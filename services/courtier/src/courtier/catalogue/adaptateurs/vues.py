"""Les lectures des offres : une requête par écran. Un organisme ne voit que le publié."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Select,
    Text,
    bindparam,
    case,
    func,
    select,
    true,
)

from courtier.catalogue.adaptateurs import tables as t
from courtier.catalogue.adaptateurs.conversion import offre_de, prix_de
from courtier.catalogue.domaine import EtatOffre, Offre, Prix, Zone
from noyau import debut_du_jour
from socle.bd.chronologie import en_vigueur
from socle.bd.instructions import Ligne
from socle.bd.recherche import tous_les_mots
from socle.bd.vues import Vue, VueListe, VueObjet


def _decrites(version: FromClause) -> Select[Any]:
    """Les offres, telles que les décrit une version à joindre."""
    colonnes = (c for c in version.c if c.name != "offre_id")
    return select(t.offres.c.id, t.offres.c.fournisseur_id, *colonnes).select_from(t.offres)


_JOUR = bindparam("le", type_=Date())


def _et_prix(offres: FromClause) -> Select[Any]:
    """Ces offres et le prix qui vaut le jour `le`, nul s'il n'y en a pas."""
    prix = en_vigueur(
        t.offres_prix, _JOUR, t.offres_prix.c.offre_id == offres.c.id, debut="en_vigueur_le"
    ).lateral("prix_du_jour")
    return select(offres, *(prix.c[nom].label(f"prix_{nom}") for nom in _DU_PRIX)).outerjoin(
        prix, true()
    )


_DE_L_OFFRE = t.offres_versions.c.offre_id == t.offres.c.id
_DU_PRIX = tuple(c.name for c in t.offres_prix.c if c.name != "offre_id")
_VERSION_DU_JOUR = en_vigueur(
    t.offres_versions, bindparam("instant"), _DE_L_OFFRE, debut="depuis"
).lateral("version_du_jour")

_VERSIONS = _decrites(t.offres_versions).join(t.offres_versions, _DE_L_OFFRE)
PRESENTES = _VERSIONS.where(t.offres_versions.c.version == t.offres.c.version)
"""Chaque offre dans sa version présente."""
_DATEES = _decrites(_VERSION_DU_JOUR).join(_VERSION_DU_JOUR, true()).subquery("datees")
_OFFRE = VueObjet(_et_prix(_DATEES), _DATEES.c.id, "Offre introuvable.")
_PUBLIEE = VueObjet(_et_prix(_DATEES).where(_DATEES.c.publiee), _DATEES.c.id, "Offre introuvable.")


def dernier_instant(le: date) -> datetime:
    """Le dernier instant (UTC) d'un jour de Québec."""
    return debut_du_jour(le + timedelta(days=1)) - timedelta(microseconds=1)


def offre(identifiant: UUID, *, le: date, publiee: bool | None = None) -> Vue[Ligne]:
    """La version et le prix qui valent ce jour-là, à son dernier instant (CI-12).

    `publiee` : une offre qui ne l'est pas est introuvable (CI-11).
    """
    vue = _PUBLIEE if publiee else _OFFRE
    return vue.de(identifiant, le=le, instant=dernier_instant(le))


def prix_du_jour(ligne: Ligne) -> Prix | None:
    """Le prix joint à l'offre d'une ligne; aucun s'il n'en vaut pas ce jour-là."""
    jointes = {nom: getattr(ligne, f"prix_{nom}") for nom in _DU_PRIX}
    return prix_de(jointes) if jointes["version"] else None


def offre_lue(ligne: Ligne) -> Offre:
    """L'offre d'une ligne, dans la version qu'elle décrit."""
    return offre_de(ligne)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreOffres:
    """`le` : le jour du prix et de l'état; `mots` : les motifs de `socle.bd.recherche`."""

    le: date
    publiee: bool | None = None
    categorie: str | None = None
    fournisseur_id: UUID | None = None
    qualification: EtatOffre | None = None
    zone: Zone | None = None
    prix_maximum: Decimal | None = None
    mots: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDatees(FiltreOffres):
    """`instant` : celui des versions."""

    instant: datetime


def _criteres(offres: FromClause, version: Any) -> dict[str, ColumnElement[bool]]:  # noqa: ANN401
    """Les conditions du tableau synthèse, sur une version de chaque offre (CI-11)."""
    etat = case((version.retrait_le <= _JOUR, EtatOffre.RETIREE.value), else_=version.qualification)
    mensuel = en_vigueur(
        t.offres_prix, _JOUR, t.offres_prix.c.offre_id == offres.c.id, debut="en_vigueur_le"
    ).with_only_columns(t.offres_prix.c.prix_mensuel)
    lieu = func.jsonb_build_object("zone", bindparam("zone", type_=Text()))
    return {
        "qualification": etat == bindparam("qualification", type_=Text()),
        "zone": version.lieux_hebergement.contains(func.jsonb_build_array(lieu)),
        "prix_maximum": mensuel.scalar_subquery() <= bindparam("prix_maximum", type_=Numeric()),
        "mots": tous_les_mots(version.recherche),
    }


OFFRES = VueListe(
    requete=PRESENTES,
    filtre=FiltreOffres,
    cles=(t.offres.c.id,),
    conditions=_criteres(t.offres, t.offres_versions.c),
    parametres=frozenset({"le"}),
    completer=_et_prix,
)
OFFRES_DATEES = VueListe(
    requete=select(_DATEES),
    filtre=FiltreDatees,
    cles=(_DATEES.c.id,),
    conditions=_criteres(_DATEES, _DATEES.c),
    parametres=frozenset({"le", "instant"}),
    completer=_et_prix,
)
"""Chaque offre dans la version qui valait à un instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreVersions:
    """Les versions d'une offre; `publiee` : celles que voit un organisme."""

    id: UUID
    publiee: bool | None = None


VERSIONS = VueListe(requete=_VERSIONS, filtre=FiltreVersions, cles=(t.offres_versions.c.version,))


def prix_lu(ligne: Ligne) -> Prix:
    """La version de prix d'une ligne de `PRIX`."""
    return prix_de(ligne._asdict())


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltrePrix:
    """Les prix d'une offre; `le` : celui qui vaut ce jour-là."""

    offre_id: UUID
    le: date | None = None


_AUTRES = t.offres_prix.alias()
_RANG_DU_JOUR = en_vigueur(
    _AUTRES,
    bindparam("le"),
    _AUTRES.c.offre_id == t.offres_prix.c.offre_id,
    debut="en_vigueur_le",
).with_only_columns(_AUTRES.c.version)
PRIX = VueListe(
    requete=select(t.offres_prix),
    filtre=FiltrePrix,
    cles=(t.offres_prix.c.version,),
    conditions={"le": t.offres_prix.c.version == _RANG_DU_JOUR.scalar_subquery()},
)

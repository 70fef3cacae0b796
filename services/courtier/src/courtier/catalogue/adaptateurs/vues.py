"""Les lectures : une requête par écran. Du Catalogue, un organisme ne voit que le publié."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, FromClause, Select, bindparam, select, true

from courtier.catalogue.adaptateurs import tables as t
from courtier.catalogue.adaptateurs.conversion import prix_de
from courtier.catalogue.domaine import EntenteCadre, Prix, Qualification
from noyau import debut_du_jour
from socle.bd.chronologie import a_commence, en_vigueur
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.bd.vues import SansFiltre, Vue, VueListe, VueObjet
from socle.web.champs import Jour

FOURNISSEUR = VueObjet(select(t.fournisseurs), t.fournisseurs.c.id, "Fournisseur introuvable.")
FOURNISSEURS = VueListe(
    requete=select(t.fournisseurs), filtre=SansFiltre, cles=(t.fournisseurs.c.id,)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreEntentes:
    """`le` : celles en vigueur ce jour-là."""

    fournisseur_id: UUID | None = None
    le: Jour | None = None


ENTENTE = VueObjet(select(t.ententes), t.ententes.c.id, "Entente-cadre introuvable.")
ENTENTES = VueListe(
    requete=select(t.ententes),
    filtre=FiltreEntentes,
    cles=(t.ententes.c.id,),
    conditions={"le": a_commence(t.ententes.c.debut, bindparam("le"), t.ententes.c.fin)},
)


def entente_de(ligne: Ligne) -> EntenteCadre:
    """L'entente-cadre d'une ligne."""
    return objet(EntenteCadre, ligne)


# Offres


def _decrites(version: FromClause) -> Select[Any]:
    """Les offres, telles que les décrit une version à joindre."""
    colonnes = (c for c in version.c if c.name != "offre_id")
    return select(t.offres.c.id, t.offres.c.fournisseur_id, *colonnes).select_from(t.offres)


def _et_prix(offres: FromClause) -> Select[Any]:
    """Ces offres et le prix qui vaut le jour `le`, nul s'il n'y en a pas."""
    prix = en_vigueur(
        t.offres_prix,
        bindparam("le", type_=Date()),
        t.offres_prix.c.offre_id == offres.c.id,
        debut="en_vigueur_le",
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


def offre(identifiant: UUID, *, le: date, publiee: bool | None = None) -> Vue[Ligne]:
    """La version et le prix qui valent ce jour-là, à son dernier instant (CI-12).

    `publiee` : une offre qui ne l'est pas est introuvable (CI-11).
    """
    fin_du_jour = debut_du_jour(le + timedelta(days=1)) - timedelta(microseconds=1)
    return (_PUBLIEE if publiee else _OFFRE).de(identifiant, le=le, instant=fin_du_jour)


def prix_du_jour(ligne: Ligne) -> Prix | None:
    """Le prix joint à l'offre d'une ligne; aucun s'il n'en vaut pas ce jour-là."""
    jointes = {nom: getattr(ligne, f"prix_{nom}") for nom in _DU_PRIX}
    return prix_de(jointes) if jointes["version"] else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreOffres:
    """`le` : le jour du prix."""

    le: date
    publiee: bool | None = None
    categorie: str | None = None
    fournisseur_id: UUID | None = None
    qualification: Qualification | None = None


OFFRES = VueListe(
    requete=PRESENTES,
    filtre=FiltreOffres,
    cles=(t.offres.c.id,),
    parametres=frozenset({"le"}),
    completer=_et_prix,
)


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

"""Les lectures des fiches par date : une requête par écran."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, bindparam, select, true

from catalogue.base import version_du_jour, versions_de
from catalogue.fiches.adaptateurs.tables import fiche_versions, fiches, tarif_de
from catalogue.fiches.domaine.contenu import ContenuFiche
from socle.bd.connexion import Connexion
from socle.bd.conversion import une
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreJour:
    """La date de la lecture."""

    le: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreVersions:
    """La fiche dont on lit l'histoire."""

    code: str


def _sans_contenu(version: FromClause) -> tuple[ColumnElement[Any], ...]:
    c = version.c
    titre = c.contenu["titre"].astext.label("titre")
    return (c.code, titre, c.version, c.debut, c.fin, c.publie_le, c.remplace_par, c.retiree_le)


_VERSIONS = versions_de(fiche_versions)
_DU_JOUR = version_du_jour(fiche_versions, fiches.c.code)
_EN_VIGUEUR = fiches.join(_DU_JOUR, true())
_TARIF = tarif_de(_DU_JOUR.c.contenu)
_CODE_TARIF = _TARIF["code"].astext.label("code")
_BORNES = (_DU_JOUR.c.version, _DU_JOUR.c.debut, _DU_JOUR.c.fin)
_FICHE = (
    select(
        fiches.c.code,
        *_BORNES,
        *(_DU_JOUR.c.contenu[partie.name].label(partie.name) for partie in fields(ContenuFiche)),
    )
    .select_from(_EN_VIGUEUR)
    .where(fiches.c.code == bindparam("code"))
)

EXISTANTE = VueObjet(select(fiches), fiches.c.code, "Cette fiche n'existe pas.")
FICHES = VueListe(
    requete=select(*_sans_contenu(_DU_JOUR)).select_from(_EN_VIGUEUR),
    filtre=FiltreJour,
    cles=(_DU_JOUR.c.code,),
    parametres=frozenset({"le"}),
)
"""La version de chaque fiche qui vaut ce jour-là, sans son contenu."""
VERSIONS = VueListe(
    requete=select(*_sans_contenu(_VERSIONS)), filtre=FiltreVersions, cles=(_VERSIONS.c.version,)
)
"""L'histoire d'une fiche, versions remplacées et retirées comprises."""
TARIFS = VueListe(
    requete=select(
        _CODE_TARIF, fiches.c.code.label("fiche"), *_BORNES, _TARIF.label("tarif")
    ).select_from(_EN_VIGUEUR),
    filtre=FiltreJour,
    cles=(_CODE_TARIF,),
    parametres=frozenset({"le"}),
)
"""Les tarifs de toutes les fiches qui valent ce jour-là, chacun avec sa fiche et sa version."""


def fiche_au(code: str, le: date) -> Vue[Ligne]:
    """La version entière d'une fiche qui vaut ce jour-là; lève `Introuvable`."""
    absente = f"Aucune version de la fiche {code} ne vaut le {le}."

    async def vue(connexion: Connexion) -> Ligne:
        return await une(connexion, _FICHE, absente, code=code, le=le)

    return vue


async def codes(connexion: Connexion) -> frozenset[str]:
    """Les codes de toutes les fiches."""
    return frozenset(await connexion.colonne(select(fiches.c.code)))

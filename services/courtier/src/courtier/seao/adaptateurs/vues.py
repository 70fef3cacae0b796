"""Les lectures : une publication et ses étapes, les données ouvertes page par page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from contrats.base import CodeOrganisme
from courtier.catalogue.adaptateurs.tables import ententes, fournisseurs
from courtier.organismes.adaptateurs.tables import organismes
from courtier.seao.adaptateurs import tables as t
from courtier.seao.adaptateurs.conversion import contrat_de, etape_de, publication_de
from courtier.seao.domaine import ocds
from courtier.seao.domaine.publication import Etape, Partie, Publication
from noyau import Introuvable
from socle.bd.connexion import Connexion
from socle.bd.conversion import trouver
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet
from socle.champs import Instant

_P, _E = t.publications.c, t.etapes.c
# Un NEQ ne change pas : appris après la conclusion, il manquait seulement.
_NEQ_ORGANISME = func.coalesce(_P.organisme_neq, organismes.c.neq).label("organisme_neq")
_NEQ_FOURNISSEUR = func.coalesce(_P.fournisseur_neq, fournisseurs.c.neq).label("fournisseur_neq")
_REMPLACEES = {"organisme_neq": _NEQ_ORGANISME, "fournisseur_neq": _NEQ_FOURNISSEUR}


def _parties(requete: Select[Any]) -> Select[Any]:
    return requete.outerjoin(organismes, organismes.c.organisme == _P.organisme).outerjoin(
        fournisseurs, fournisseurs.c.id == _P.fournisseur_id
    )


_COLONNES = [_REMPLACEES.get(c.name, c) for c in t.publications.c]
UNE = _parties(select(*_COLONNES).select_from(t.publications)).where(_P.id == bindparam("id"))
SES_ETAPES = select(t.etapes).where(_E.contrat_id == bindparam("id")).order_by(_E.rang)
ABSENTE = "Ce contrat n'est pas conclu, ou n'existe pas."


def publication(contrat_id: UUID) -> Vue[Publication]:
    """La publication d'un contrat et ses étapes; elle lève `Introuvable`."""

    async def vue(connexion: Connexion) -> Publication:
        ligne = await trouver(connexion, UNE, id=contrat_id)
        if ligne is None:
            raise Introuvable(ABSENTE, regle="CI-18")
        return publication_de(ligne, await connexion.lignes(SES_ETAPES, {"id": contrat_id}))

    return vue


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltrePublications:
    """`en_retard_le` : celles dont une date est passée ce jour-là."""

    organisme: CodeOrganisme | None = None
    requise: bool | None = None
    en_retard_le: date | None = None


PUBLICATIONS = VueListe(
    requete=select(t.publications),
    filtre=FiltrePublications,
    cles=(_P.id,),
    conditions={"en_retard_le": _P.due_le < bindparam("en_retard_le")},
)


# Données ouvertes


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreEtapes:
    """Les étapes consignées sur `[du, au)`."""

    organisme: CodeOrganisme | None = None
    du: Instant | None = None
    au: Instant | None = None


_OUVERTES = or_(_P.requise, _P.numero.is_not(None))
"""On n'ouvre que ce que le SEAO publie, ou publiera."""
_DU_CONTRAT = [
    _REMPLACEES.get(c.name, c)
    for c in t.publications.c
    if c.name not in {"organisme", "id", "version", "montant", "due_le", "echeances"}
]
ETAPES = VueListe(
    requete=_parties(
        select(*t.etapes.c, _P.montant.label("montant_conclu"), *_DU_CONTRAT)
        .select_from(t.etapes)
        .join(t.publications, (_P.organisme == _E.organisme) & (_P.id == _E.contrat_id))
    ).where(_OUVERTES),
    filtre=FiltreEtapes,
    cles=(_E.consignee_le, _E.id),
    conditions={
        "du": _E.consignee_le >= bindparam("du"),
        "au": _E.consignee_le < bindparam("au"),
    },
)


def etape_publiee(ligne: Ligne) -> tuple[ocds.Contrat, Etape]:
    """Le contrat et l'étape d'une ligne de `ETAPES`."""
    return contrat_de(ligne), etape_de(ligne)


_SOMMES: tuple[ColumnElement[Any], ...] = (
    func.count(),
    func.sum(_P.version),
    func.sum(organismes.c.sequence),
    func.sum(fournisseurs.c.version),
)
_VUES = (
    select(*_SOMMES)
    .select_from(t.etapes)
    .join(t.publications, (_P.organisme == _E.organisme) & (_P.id == _E.contrat_id))
)
_CACHET = _parties(_VUES).where(
    _OUVERTES, _E.consignee_le >= bindparam("du"), _E.consignee_le < bindparam("au")
)


def cachet(du: datetime, au: datetime) -> Vue[str]:
    """Ce qui change dès que change une des étapes consignées sur `[du, au)`, ou ses parties."""

    async def vue(connexion: Connexion) -> str:
        ligne = await connexion.ligne(_CACHET, {"du": du, "au": au})
        return " ".join(map(str, ligne or ()))

    return vue


_OUVERTE = UNE.where(_OUVERTES)
_PAR_NUMERO = select(_P.id).where(_P.numero == bindparam("numero"))


def ouverte(identifiant: UUID | None, numero: str | None) -> Vue[Publication | None]:
    """La publication ouverte de ce contrat, ou de ce numéro; rien s'il n'y en a pas."""

    async def vue(connexion: Connexion) -> Publication | None:
        cle = identifiant
        if numero is not None:
            cle = await connexion.valeur(_PAR_NUMERO, {"numero": numero})
        if cle is None or (ligne := await trouver(connexion, _OUVERTE, id=cle)) is None:
            return None
        return publication_de(ligne, await connexion.lignes(SES_ETAPES, {"id": cle}))

    return vue


FOURNISSEUR = VueObjet(select(fournisseurs), fournisseurs.c.id, "Fournisseur introuvable.")


def partie_de(ligne: Ligne) -> Partie:
    """Ce qui se publie d'un fournisseur."""
    return Partie(code=str(ligne.id), nom=ligne.nom, neq=ligne.neq)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreEntentes:
    """Les ententes-cadres commencées ce jour-là."""

    jour: date


_ENTENTES = select(
    ententes.c.id,
    ententes.c.numero,
    ententes.c.debut,
    ententes.c.fin,
    ententes.c.fournisseur_id,
    fournisseurs.c.nom,
    fournisseurs.c.neq,
).join(fournisseurs, fournisseurs.c.id == ententes.c.fournisseur_id)
ENTENTES = VueListe(
    requete=_ENTENTES,
    filtre=FiltreEntentes,
    cles=(ententes.c.id,),
    conditions={"jour": ententes.c.debut <= bindparam("jour")},
)
ENTENTE = VueObjet(_ENTENTES, ententes.c.id, "Aucune donnée ouverte ne porte cet identifiant.")


def entente_de(ligne: Ligne) -> ocds.Entente:
    """L'entente-cadre d'une ligne de `ENTENTES`."""
    return ocds.Entente(
        id=ligne.id,
        numero=ligne.numero,
        fournisseur=Partie(code=str(ligne.fournisseur_id), nom=ligne.nom, neq=ligne.neq),
        debut=ligne.debut,
        fin=ligne.fin,
    )

"""Les dépôts des créances."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from facturation.base import INSTANT
from facturation.creances.adaptateurs import tables as t
from facturation.creances.domaine.abonnements import Abonnement
from facturation.creances.domaine.creances import Attente
from facturation.creances.domaine.faits import (
    Appris,
    FaitRecu,
    Rectification,
    Source,
    sources,
)
from facturation.tarification.domaine.tarifs import (
    ElementCatalogue,
    EtatProduit,
    VersionFiche,
    VersionRetiree,
)
from socle.bd.conversion import colonnes, objet
from socle.bd.copies import Copie

_f, _r = t.faits.c, t.rectifications.c
_a, _l = t.abonnements.c, t.lignes_en_attente.c


def _parmi(*colonnes: ColumnElement[Any]) -> ColumnElement[bool]:
    """La ligne est de celles que nomment des tableaux, un par colonne (voir `_tableaux`)."""
    tableaux = (bindparam(f"{c.key}s", type_=ARRAY(c.type)) for c in colonnes)
    return tuple_(*colonnes).in_(select(*map(func.unnest, tableaux)))


def _tableaux(cles: Collection[tuple[Any, ...]], *noms: str) -> dict[str, list[Any]]:
    """Un tableau par colonne plutôt qu'un paramètre par clé : un organisme en a des milliers."""
    return {f"{nom}s": [cle[rang] for cle in cles] for rang, nom in enumerate(noms)}


def _demander(revues: Insert) -> Insert:
    """La demande la plus récente vaut."""
    recente = func.greatest(t.revues.c.demandee_le, revues.excluded.demandee_le)
    return revues.on_conflict_do_update(index_elements=["organisme"], set_={"demandee_le": recente})


_FAITS = Copie(t.faits)
_AVEC_FAIT = select(_f.organisme).distinct()
_DE_L_ORGANISME = select(_f.donnees).where(_f.organisme == bindparam("organisme"))
_nommes = t.faits.alias("nommes")
_touchees = select(_nommes.c.organisme, _nommes.c.source).where(
    _parmi(_nommes.c.organisme, _nommes.c.acte_id)
)
_DES_MEMES_SOURCES = select(_f.donnees).where(tuple_(_f.organisme, _f.source).in_(_touchees))

_RECTIFICATIONS = Copie(t.rectifications)
_RECTIFIES_DE = select(t.rectifications).where(_r.organisme == bindparam("organisme"))
_RECTIFIES_PARMI = select(t.rectifications).where(_parmi(_r.organisme, _r.acte_id))

_ABONNEMENTS = Copie(t.abonnements)
_CONNUS = select(t.abonnements).where(_parmi(_a.organisme, _a.source))
_RETIRER = delete(t.abonnements).where(_parmi(_a.organisme, _a.source, _a.tarif, _a.debut))

_CLE = (_l.source, _l.tarif, _l.nature, _l.cle)
_SIGNALEES = select(*_CLE).where(_l.organisme == bindparam("organisme"))
_LEVER = (
    update(t.lignes_en_attente)
    .where(_l.organisme == bindparam("de"), _l.levee_le.is_(None))
    .where(~_parmi(*_CLE))
    .values(levee_le=bindparam("le"))
)
_AJOUT = insert(t.lignes_en_attente)
_SIGNALER = _AJOUT.on_conflict_do_update(
    index_elements=t.lignes_en_attente.primary_key.columns,
    set_={nom: _AJOUT.excluded[nom] for nom in ("depuis", "motif", "evenements", "levee_le")},
)

_DEMANDER = _demander(insert(t.revues))
_COMMENCER = delete(t.revues).where(t.revues.c.organisme == bindparam("organisme"))
_produits = bindparam("produits", type_=ARRAY(Text))
_touches = union(
    select(_l.organisme).where(_l.levee_le.is_(None)),
    select(_f.organisme).where(or_(_produits.is_(None), _f.produit == any_(_produits))),
).subquery()
_DEMANDER_PAR_CATALOGUE = _demander(
    insert(t.revues).from_select(
        ["organisme", "demandee_le"],
        select(_touches.c.organisme, bindparam("le", type_=INSTANT)).order_by(_touches.c.organisme),
    )
)


@dataclass(frozen=True, slots=True)
class FaitsSql:
    """Voir `ports.Faits`."""

    connexion: AsyncConnection

    async def ajouter(self, appris: Sequence[Appris]) -> None:
        rectifications = [colonnes(un) for un in appris if isinstance(un, Rectification)]
        faits = [_ligne_de_fait(un) for un in appris if not isinstance(un, Rectification)]
        await _FAITS.synchroniser(self.connexion, faits)
        await _RECTIFICATIONS.synchroniser(self.connexion, rectifications)

    async def organismes(self) -> Sequence[str]:
        return (await self.connexion.execute(_AVEC_FAIT)).scalars().all()

    async def de_l_organisme(self, organisme: str) -> Sequence[Source]:
        vise = {"organisme": organisme}
        faits = (await self.connexion.execute(_DE_L_ORGANISME, vise)).scalars().all()
        rectifies = await self.connexion.execute(_RECTIFIES_DE, vise)
        return sources([*faits, *(objet(Rectification, ligne) for ligne in rectifies)])

    async def des_actes(self, actes: Collection[tuple[str, UUID]]) -> Sequence[Source]:
        nommes = _tableaux(actes, "organisme", "acte_id")
        faits = (await self.connexion.execute(_DES_MEMES_SOURCES, nommes)).scalars().all()
        siens = _tableaux([(f.organisme, f.acte_id) for f in faits], "organisme", "acte_id")
        rectifies = await self.connexion.execute(_RECTIFIES_PARMI, siens)
        return sources([*faits, *(objet(Rectification, ligne) for ligne in rectifies)])


@dataclass(frozen=True, slots=True)
class AbonnementsSql:
    """Voir `ports.Abonnements`; n'écrit que ce qui change."""

    connexion: AsyncConnection

    async def remplacer(
        self, sources: Collection[tuple[str, str]], abonnements: Sequence[Abonnement]
    ) -> None:
        vises = _tableaux(sources, "organisme", "source")
        lus = await self.connexion.execute(_CONNUS, vises)
        connus, voulus = {objet(Abonnement, ligne) for ligne in lus}, set(abonnements)
        if perimes := [(a.organisme, a.source, a.tarif, a.debut) for a in connus - voulus]:
            retires = _tableaux(perimes, "organisme", "source", "tarif", "debut")
            await self.connexion.execute(_RETIRER, retires)
        await _ABONNEMENTS.synchroniser(self.connexion, [colonnes(a) for a in voulus - connus])


@dataclass(frozen=True, slots=True)
class AttentesSql:
    """Voir `ports.Attentes`, et `tarification.ports.Repercussion`."""

    connexion: AsyncConnection

    async def demander_revue(self, organismes: Mapping[str, datetime]) -> None:
        lignes = [{"organisme": o, "demandee_le": le} for o, le in sorted(organismes.items())]
        await self.connexion.execute(_DEMANDER, lignes)

    async def catalogue_change(self, elements: Sequence[ElementCatalogue], le: datetime) -> None:
        """Un montant peut mettre fin à une attente; un produit ou une fiche, changer ce qui est dû.

        Demande la revue des organismes que cela touche.
        """
        produits = [e.code for e in elements if isinstance(e, EtatProduit)]
        une_fiche = any(isinstance(e, VersionFiche | VersionRetiree) for e in elements)
        valeurs = {"le": le, "produits": None if une_fiche else produits}
        await self.connexion.execute(_DEMANDER_PAR_CATALOGUE, valeurs)

    async def commencer_revue(self, organisme: str) -> None:
        await self.connexion.execute(_COMMENCER, {"organisme": organisme})

    async def remplacer(
        self, organisme: str, attentes: Sequence[Attente], le: datetime
    ) -> Sequence[Attente]:
        deja = await self.connexion.execute(_SIGNALEES, {"organisme": organisme})
        signalees, voulues = {tuple(cle) for cle in deja}, {_cle(a): a for a in attentes}
        restent = _tableaux(voulues, *(c.key for c in _CLE))
        await self.connexion.execute(_LEVER, {"de": organisme, "le": le, **restent})
        if attentes:
            lignes = [_ligne_d_attente(organisme, attente, le) for attente in attentes]
            await self.connexion.execute(_SIGNALER, lignes)
        return [attente for cle, attente in voulues.items() if cle not in signalees]


def _ligne_de_fait(fait: FaitRecu) -> dict[str, Any]:
    return {
        "organisme": fait.organisme,
        "acte_id": fait.acte_id,
        "source": fait.source,
        "type": fait.type,
        "produit": fait.produit,
        "donnees": fait,
    }


def _cle(attente: Attente) -> tuple[str, str, str, str]:
    identite = attente.identite
    return (identite.source, identite.tarif, identite.nature, identite.cle)


def _ligne_d_attente(organisme: str, attente: Attente, le: datetime) -> dict[str, Any]:
    source, tarif, nature, cle = _cle(attente)
    return {
        "organisme": organisme,
        "source": source,
        "tarif": tarif,
        "nature": nature,
        "cle": cle,
        "depuis": attente.identite.debut,
        "motif": attente.motif,
        "evenements": list(attente.evenements),
        "signalee_le": le,
        "levee_le": None,
    }

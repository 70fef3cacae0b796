"""Les dépôts des créances."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Text,
    any_,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from facturation.base import INSTANT, connu
from facturation.creances.adaptateurs import tables as t
from facturation.creances.adaptateurs.ecartements import ecartements
from facturation.creances.adaptateurs.signatures import libres
from facturation.creances.domaine.abonnements import Abonnement
from facturation.creances.domaine.creances import Attente
from facturation.creances.domaine.etendue import Etendue, Visees
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
    FinStatuQuo,
    Portee,
    StatuQuo,
    VersionFiche,
    VersionRetiree,
    portee,
)
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, trouver
from socle.bd.copies import Copie
from socle.exploitation.traces import trace_a_garder

_f, _r = t.faits.c, t.rectifications.c
_a, _l = t.abonnements.c, t.lignes_en_attente.c


def _parmi(*colonnes: ColumnElement[Any]) -> ColumnElement[bool]:
    """La ligne est de celles que nomment des tableaux, un par colonne (voir `_tableaux`)."""
    tableaux = (bindparam(f"{c.key}s", type_=ARRAY(c.type)) for c in colonnes)
    return tuple_(*colonnes).in_(select(*map(func.unnest, tableaux)))


def _tableaux(cles: Collection[tuple[Any, ...]], *noms: str) -> dict[str, list[Any]]:
    """Un tableau par colonne plutôt qu'un paramètre par clé : un organisme en a des milliers."""
    return {f"{nom}s": [cle[rang] for cle in cles] for rang, nom in enumerate(noms)}


def _ou_tous(colonne: ColumnElement[Any], nom: str) -> ColumnElement[bool]:
    """La colonne vaut ce paramètre; absent, tout convient."""
    valeur = bindparam(nom, type_=Text)
    return or_(valeur.is_(None), colonne == valeur)


def _demander(revues: Insert) -> Insert:
    """La demande la plus récente vaut; ce qui arrive ramène à un organisme mis de côté."""
    recente = func.greatest(t.revues.c.demandee_le, revues.excluded.demandee_le)
    return revues.on_conflict_do_update(
        index_elements=["organisme"], set_={"demandee_le": recente, "mise_de_cote": None}
    )


LOT: Final = 500
"""Les sources qu'on relit à la fois : assez pour que la requête compte peu."""

_FAITS = Copie(t.faits)
_NOMS = select(_f.source).where(_f.organisme == bindparam("organisme")).distinct()
_nommes = t.faits.alias("nommes")
_touchees = select(_nommes.c.organisme, _nommes.c.source).where(
    _parmi(_nommes.c.organisme, _nommes.c.acte_id)
)
_DES_MEMES_SOURCES = select(_f.donnees).where(tuple_(_f.organisme, _f.source).in_(_touchees))

_CONNUES = (
    select(_f.source)
    .where(
        _f.organisme == bindparam("organisme"),
        _f.source == any_(bindparam("noms", type_=ARRAY(Text))),
    )
    .distinct()
)
_DES_SOURCES = select(_f.donnees).where(
    _f.organisme == bindparam("organisme"),
    _f.source == any_(bindparam("sources", type_=ARRAY(Text))),
    connu(_f.appris),
)

_RECTIFICATIONS = Copie(t.rectifications)
_RECTIFIES_PARMI = select(t.rectifications).where(
    _parmi(_r.organisme, _r.acte_id), connu(_r.appris)
)

_t, _e = t.touchees.c, t.arretes.c
_AVEC_FAIT = select(_e.organisme)
"""Un fait reçu touche sa source, et ouvre l'arrêté de son organisme."""
_TOUCHER = insert(t.touchees)
_A_SUIVRE = func.unnest(bindparam("a_suivre", type_=ARRAY(Text)))
_SUIVRE = insert(t.touchees).from_select(
    ["organisme", "source", "appris"], select(bindparam("de", type_=Text), _A_SUIVRE, null())
)
"""Rien ne s'y apprend : c'est connu à tout horizon (FAC-7)."""
_OUVRIR = insert(t.arretes).on_conflict_do_nothing()
_VERROUILLER = select(_e.organisme).order_by(_e.organisme).with_for_update()
_SIENNES = _t.organisme == bindparam("organisme")
_TOUCHEES = select(_t.source).where(_SIENNES, connu(_t.appris))
_TOUCHEES_DEPUIS = select(_t.source).where(_SIENNES, ~connu(_t.appris)).distinct()
_PRENDRE = delete(t.touchees).where(_SIENNES, connu(_t.appris)).returning(_t.source)
_ARRETE = select(_e.avant).where(_e.organisme == bindparam("organisme"))
_VERROUILLER_LE_SIEN = _ARRETE.with_for_update()
_ARRETER = (
    update(t.arretes)
    .where(_e.organisme == bindparam("de"))
    .values(avant=func.greatest(_e.avant, bindparam("jusqu_a", type_=Date)))
)
_OUVERTES = (
    select(_a.source)
    .where(_a.organisme == bindparam("organisme"))
    .where(or_(_a.fin.is_(None), _a.fin > bindparam("apres", type_=Date)))
    .distinct()
)
_TOUCHER_PAR_CATALOGUE = insert(t.touchees).from_select(
    ["organisme", "source"],
    select(_f.organisme, _f.source)
    .join(t.arretes, _e.organisme == _f.organisme)
    .where(bindparam("depuis", type_=Date) < _e.avant)
    .where(_ou_tous(_f.produit, "du_produit"), _ou_tous(_f.organisme, "de_l_organisme"))
    .distinct(),
)

_ABONNEMENTS = Copie(t.abonnements)
_CONNUS = select(t.abonnements).where(_parmi(_a.organisme, _a.source))
_RETIRER = delete(t.abonnements).where(_parmi(_a.organisme, _a.source, _a.tarif, _a.debut))

_CLE = (_l.source, _l.tarif, _l.nature, _l.cle)
_SIGNALEES = select(*_CLE).where(_l.organisme == bindparam("organisme"), _parmi(*_CLE))
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

_DE_FICHE = VersionFiche | VersionRetiree | StatuQuo | FinStatuQuo
_DEMANDER = _demander(insert(t.revues))
_DEMANDEE = select(t.revues).where(t.revues.c.organisme == bindparam("organisme"))
_COMMENCER = delete(t.revues).where(t.revues.c.organisme == bindparam("organisme"))
_MANQUER = (
    update(t.revues)
    .where(t.revues.c.organisme == bindparam("de"), t.revues.c.demandee_le == bindparam("alors"))
    .values(essais=bindparam("essais"), mise_de_cote=bindparam("mise_de_cote"))
)
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

    connexion: Connexion

    async def ajouter(self, appris: Sequence[Appris]) -> None:
        rectifications = [colonnes(un) for un in appris if isinstance(un, Rectification)]
        faits = [_ligne_de_fait(un) for un in appris if not isinstance(un, Rectification)]
        await _FAITS.synchroniser(self.connexion, faits)
        await _RECTIFICATIONS.synchroniser(self.connexion, rectifications)

    async def organismes(self) -> Sequence[str]:
        return await self.connexion.colonne(_AVEC_FAIT)

    async def noms(self, organisme: str) -> Sequence[str]:
        return await self.connexion.colonne(_NOMS, {"organisme": organisme})

    async def connues(self, organisme: str, noms: Collection[str]) -> Collection[str]:
        vises = {"organisme": organisme, "noms": list(noms)}
        return set(await self.connexion.colonne(_CONNUES, vises))

    async def des_sources(self, organisme: str, noms: Collection[str]) -> Sequence[Source]:
        """Les sources ainsi nommées, par nom."""
        nommees = {"organisme": organisme, "sources": list(noms)}
        return await self._rectifier(await self.connexion.colonne(_DES_SOURCES, nommees))

    async def des_actes(self, actes: Collection[tuple[str, UUID]]) -> Sequence[Source]:
        nommes = _tableaux(actes, "organisme", "acte_id")
        faits = await self.connexion.colonne(_DES_MEMES_SOURCES, nommes)
        return await self._rectifier(faits)

    async def _rectifier(self, faits: Sequence[FaitRecu]) -> Sequence[Source]:
        siens = _tableaux([(f.organisme, f.acte_id) for f in faits], "organisme", "acte_id")
        rectifies = await self.connexion.lignes(_RECTIFIES_PARMI, siens)
        rectifications = (objet(Rectification, ligne) for ligne in rectifies)
        return sources(
            [*faits, *rectifications],
            libres=await libres(self.connexion, faits),
            ecartements=await ecartements(self.connexion, faits),
        )


@dataclass(frozen=True, slots=True)
class TouchesSql:
    """Voir `ports.Touches`, et `tarification.ports.Repercussion`."""

    connexion: Connexion

    async def toucher(self, sources: Collection[tuple[str, str]]) -> None:
        touchees = [{"organisme": o, "source": s} for o, s in sorted(sources)]
        if touchees:
            await self.connexion.ecrire_lot(_TOUCHER, touchees)
            organismes = sorted({organisme for organisme, _ in sources})
            await self.connexion.ecrire_lot(_OUVRIR, [{"organisme": o} for o in organismes])

    async def catalogue_change(self, elements: Sequence[ElementCatalogue], _le: datetime) -> None:
        """Touche ce dont un jour déjà calculé change (FAC-14); le reste se lira de toute façon.

        Verrouille les arrêtés : une émission en cours finit avant, ou lit ce que voici.
        """
        await self.connexion.ecrire(_VERROUILLER)
        for p in map(portee, elements):
            await self._toucher_par_catalogue(p, p.organisme)

    async def retoucher(self, organisme: str, elements: Sequence[ElementCatalogue]) -> None:
        for p in map(portee, elements):
            if p.organisme in (None, organisme):
                await self._toucher_par_catalogue(p, organisme)

    async def _toucher_par_catalogue(self, p: Portee, organisme: str | None) -> None:
        vise = {"depuis": p.depuis, "du_produit": p.produit, "de_l_organisme": organisme}
        await self.connexion.ecrire(_TOUCHER_PAR_CATALOGUE, vise)

    async def etendue(self, organisme: str) -> Visees:
        touchees = await self.connexion.colonne(_TOUCHEES, {"organisme": organisme})
        return await self._viser(organisme, set(touchees))

    async def verrouiller(self, organisme: str) -> date | None:
        vise = {"organisme": organisme}
        await self.connexion.ecrire(_OUVRIR, vise)
        avant: date | None = await self.connexion.valeur(_VERROUILLER_LE_SIEN, vise)
        return avant

    async def prendre(self, organisme: str) -> Visees:
        vise = {"organisme": organisme}
        await self.verrouiller(organisme)
        touchees = await self.connexion.colonne(_PRENDRE, vise)
        return await self._viser(organisme, set(touchees))

    async def relire(self, organisme: str, visees: Visees) -> AsyncIterator[Etendue]:
        faits = FaitsSql(self.connexion)
        for lot in visees.par_lots(LOT):
            lues = {s.nom: s for s in await faits.des_sources(organisme, lot.noms)}
            touchees, ouvertes = (
                tuple(lues[nom] for nom in noms if nom in lues)
                for noms in (lot.touchees, lot.ouvertes)
            )
            yield Etendue(touchees, ouvertes, lot.arrete)

    async def arreter(self, organisme: str, avant: date, a_suivre: Collection[str]) -> None:
        await self.connexion.ecrire(_ARRETER, {"de": organisme, "jusqu_a": avant})
        await self.connexion.ecrire(_SUIVRE, {"de": organisme, "a_suivre": sorted(a_suivre)})

    async def _viser(self, organisme: str, touchees: set[str]) -> Visees:
        arrete = await self.connexion.valeur(_ARRETE, {"organisme": organisme}) or date.min
        vise = {"organisme": organisme, "apres": arrete}
        # À un horizon passé, ce qui n'est plus ouvert pouvait l'être : ce qu'on en a appris l'a
        # touchée depuis.
        depuis = await self.connexion.colonne(_TOUCHEES_DEPUIS, {"organisme": organisme})
        ouvertes = {*await self.connexion.colonne(_OUVERTES, vise), *depuis} - touchees
        return Visees(tuple(sorted(touchees)), tuple(sorted(ouvertes)), arrete)


@dataclass(frozen=True, slots=True)
class AbonnementsSql:
    """Voir `ports.Abonnements`; n'écrit que ce qui change."""

    connexion: Connexion

    async def remplacer(
        self, sources: Collection[tuple[str, str]], abonnements: Sequence[Abonnement]
    ) -> None:
        vises = _tableaux(sources, "organisme", "source")
        lus = await self.connexion.lignes(_CONNUS, vises)
        connus, voulus = {objet(Abonnement, ligne) for ligne in lus}, set(abonnements)
        if perimes := [(a.organisme, a.source, a.tarif, a.debut) for a in connus - voulus]:
            retires = _tableaux(perimes, "organisme", "source", "tarif", "debut")
            await self.connexion.ecrire(_RETIRER, retires)
        await _ABONNEMENTS.synchroniser(self.connexion, [colonnes(a) for a in voulus - connus])


@dataclass(frozen=True, slots=True)
class AttentesSql:
    """Voir `ports.Attentes`, et `tarification.ports.Repercussion`."""

    connexion: Connexion

    async def demander_revue(self, organismes: Mapping[str, datetime]) -> None:
        lignes = [{"organisme": o, "demandee_le": le} for o, le in sorted(organismes.items())]
        await self.connexion.ecrire_lot(_DEMANDER, lignes)

    async def catalogue_change(self, elements: Sequence[ElementCatalogue], le: datetime) -> None:
        """Un montant peut mettre fin à une attente; un produit ou une fiche, changer ce qui est dû.

        Demande la revue des organismes que cela touche.
        """
        produits = [e.code for e in elements if isinstance(e, EtatProduit)]
        une_fiche = any(isinstance(e, _DE_FICHE) for e in elements)
        valeurs = {"le": le, "produits": None if une_fiche else produits}
        await self.connexion.ecrire(_DEMANDER_PAR_CATALOGUE, valeurs)

    async def revue_demandee(self, organisme: str) -> bool:
        return await trouver(self.connexion, _DEMANDEE, organisme=organisme) is not None

    async def commencer_revue(self, organisme: str) -> None:
        await self.connexion.ecrire(_COMMENCER, {"organisme": organisme})

    async def manquer_revue(
        self, organisme: str, demandee_le: datetime, essais: int, raison: str | None
    ) -> None:
        valeurs = {"de": organisme, "alors": demandee_le, "essais": essais, "mise_de_cote": raison}
        await self.connexion.ecrire(_MANQUER, valeurs)

    async def remplacer(
        self, organisme: str, attentes: Sequence[Attente], le: datetime
    ) -> Sequence[Attente]:
        voulues = {_cle(a): a for a in attentes}
        restent = _tableaux(voulues, *(c.key for c in _CLE))
        deja = await self.connexion.lignes(_SIGNALEES, {"organisme": organisme, **restent})
        signalees = {tuple(cle) for cle in deja}
        await self.connexion.ecrire(_LEVER, {"de": organisme, "le": le, **restent})
        if attentes:
            lignes = [_ligne_d_attente(organisme, attente, le) for attente in attentes]
            await self.connexion.ecrire_lot(_SIGNALER, lignes)
        return [attente for cle, attente in voulues.items() if cle not in signalees]


def _ligne_de_fait(fait: FaitRecu) -> dict[str, Any]:
    return {
        "organisme": fait.organisme,
        "acte_id": fait.acte_id,
        "source": fait.source,
        "type": fait.type,
        "produit": fait.produit,
        "donnees": fait,
        "trace": trace_a_garder(),
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

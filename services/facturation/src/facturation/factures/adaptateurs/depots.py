"""Les dépôts des factures."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Numeric,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.types import TypeEngine

from facturation.base import TAUX, connu
from facturation.clients.domaine import Client
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.etendue import Visees
from facturation.creances.domaine.faits import produits_livres
from facturation.creances.ports import Demandes, Imputations, Touches
from facturation.factures.adaptateurs import tables as t
from facturation.factures.adaptateurs.vues import TRACES_DES_FAITS
from facturation.factures.domaine.ajustements import Ajustement, Facturee, LigneAjustee
from facturation.factures.domaine.credits import Groupe
from facturation.factures.domaine.documents import Scelle
from facturation.factures.domaine.factures import Document, NatureDocument, Situation
from facturation.factures.domaine.factures import Ligne as LigneEmise
from facturation.factures.domaine.taxes import Bareme, Taxes
from facturation.factures.ports import Ajustements, Factures
from facturation.tarification.ports import Tarifications
from noyau import Introuvable, Mois, Montant
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une
from socle.bd.instructions import Ligne
from socle.exploitation.traces import relier, suivie

_PROCHAIN = (
    insert_pg(t.compteurs)
    .on_conflict_do_update(
        index_elements=["nature", "exercice"], set_={"dernier": t.compteurs.c.dernier + 1}
    )
    .returning(t.compteurs.c.dernier)
)
_f, _l, _a = t.factures.c, t.lignes.c, t.ajustements.c
_SOURCES = bindparam("sources", type_=ARRAY(Text))
_NUMEROS = select(_f.periode, _f.numero).where(
    _f.organisme == bindparam("organisme"), _f.piece == 0
)
_PIECE = select(func.max(_f.piece) + 1).where(
    _f.organisme == bindparam("organisme"), _f.periode == bindparam("periode")
)
_IDENTITE = (_l.source, _l.tarif, _l.nature, _l.debut, _l.cle)
_SOMMES = tuple(
    cast(func.sum(cast(c, Numeric)) * 100, BigInteger).label(nom)
    for c, nom in ((_l.montant, "facture"), (_l.ajustement, "ajuste"))
)
"""En cents : soixante mois de dix mille actifs en font des centaines de milliers."""
_DEJA_FACTURE: Select[Any] = (
    select(*_IDENTITE, _l.tps, _l.tvq, *_SOMMES)
    .join_from(t.lignes, t.factures)
    .where(_l.organisme == bindparam("organisme"), _l.source == any_(_SOURCES))
    .where(connu(_f.appris))
    .group_by(*_IDENTITE, _l.tps, _l.tvq)
)
_PAR_TARIF = (
    select(_l.periode, _l.tarif, func.sum(cast(_l.montant, Numeric)).label("montant"))
    .where(_l.organisme == bindparam("organisme"))
    .where(_l.periode.between(bindparam("depuis"), bindparam("jusqua")))
    .group_by(_l.periode, _l.tarif)
)
# Sans la clé : une note de crédit peut naître pendant ce temps, qui nomme ce document.
_RETENIR = (
    select(_f.organisme, _f.emise_le)
    .where(_f.numero == bindparam("numero"))
    .with_for_update(key_share=True)
)
_EMISES = select(
    _l.organisme, _f.numero, _l.rang, *_IDENTITE, _l.actes, _l.montant, _l.tps, _l.tvq, _l.donnees
).join_from(t.lignes, t.factures)
_LIGNES = _EMISES.where(
    _f.numero == bindparam("numero"),
    _l.rang == any_(bindparam("rangs", type_=ARRAY(Integer))),
)
_CLES: Final[Mapping[str, TypeEngine[Any]]] = {
    "source": Text(),
    "tarif": Text(),
    "nature": Text(),
    "debut": Date(),
    "cle": Text(),
}
_cles = (
    func.unnest(*(bindparam(nom, type_=ARRAY(genre)) for nom, genre in _CLES.items()))
    .table_valued(*(column(nom, genre) for nom, genre in _CLES.items()))
    .render_derived()
)
_PREMIERES = (
    _EMISES.join(_cles, and_(*(_l[nom] == _cles.c[nom] for nom in _CLES)))
    .where(_l.organisme == bindparam("organisme"), connu(_f.appris))
    .ext(distinct_on(*_IDENTITE))
    .order_by(*_IDENTITE, _l.periode, _l.piece)
)
_GROUPES = (
    select(
        _l.tps,
        _l.tvq,
        *(
            cast(func.coalesce(func.sum(cast(_l.montant, Numeric)).filter(c), 0) * 100, BigInteger)
            for c in (_f.corrige.is_(None), _f.corrige.is_not(None))
        ),
    )
    .join_from(t.lignes, t.factures)
    .where((_f.numero == bindparam("numero")) | (_f.corrige == bindparam("numero")))
    .group_by(_l.tps, _l.tvq)
)
"""Ce que frappe chaque taux, en cents : du document, et de ses notes."""
LOT: Final = 1_000
"""Les lignes qu'on écrit à la fois."""
_COLONNES: Final[Mapping[str, TypeEngine[Any]]] = {
    "rang": Integer(),
    "source": Text(),
    "tarif": Text(),
    "nature": Text(),
    "debut": Date(),
    "cle": Text(),
    "montant": Numeric(14, 2),
    "tps": TAUX,
    "tvq": TAUX,
    "ajustement": Numeric(14, 2),
    "actes": Text(),
    "donnees": Text(),
}
_lot = (
    func.unnest(*(bindparam(nom, type_=ARRAY(genre)) for nom, genre in _COLONNES.items()))
    .table_valued(*(column(nom, genre) for nom, genre in _COLONNES.items()))
    .render_derived()
)
# Un tableau de tableaux inégaux ne se déplie pas : les actes, comme le JSON, passent en texte.
_LUES = {"actes": cast(_lot.c.actes, ARRAY(Uuid)), "donnees": cast(_lot.c.donnees, JSONB)}
_AJOUTER = insert(t.factures)
_AJOUTER_LIGNES = insert(t.lignes).from_select(
    ["organisme", "periode", "piece", *_COLONNES],
    select(
        bindparam("organisme", type_=Text),
        bindparam("periode", type_=Text),
        bindparam("piece", type_=Integer),
        *(_LUES.get(nom, _lot.c[nom]) for nom in _COLONNES),
    ),
)
_AJUSTER = insert(t.ajustements)
_AJUSTEMENTS = (
    select(t.ajustements, cast(_l.donnees["fin"].astext, Date).label("fin"))
    .join(t.factures, _f.numero == _a.numero)
    .join(t.lignes)
    .where(_l.rang == _a.rang)
    .where(_a.organisme == bindparam("organisme"), _a.source == any_(_SOURCES))
    .where(connu(_a.appris))
    .order_by(_a.decide_le, _a.id)
)


@dataclass(frozen=True, slots=True)
class FacturesSql:
    """Voir `ports.Factures`."""

    connexion: Connexion

    async def prochain_rang(self, nature: NatureDocument, exercice: str) -> int:
        premier = {"nature": nature, "exercice": exercice, "dernier": 1}
        rang: int = await self.connexion.valeur(_PROCHAIN, premier)
        return rang

    async def ajouter(self, document: Document, scelle: Scelle) -> None:
        await self.connexion.ecrire(_AJOUTER, _entete(document, scelle))
        projet = document.projet
        vise = {
            "organisme": projet.client.organisme,
            "periode": str(projet.periode),
            "piece": projet.piece,
        }
        for debut in range(0, len(scelle.lignes), LOT):
            lot = slice(debut, debut + LOT)
            tableaux = _tableaux(debut + 1, projet.lignes[lot], scelle.lignes[lot])
            await self.connexion.ecrire(_AJOUTER_LIGNES, {**vise, **tableaux})
        if suivie():
            relier(await self.connexion.colonne(TRACES_DES_FAITS, vise))

    async def numeros(self, organisme: str) -> Mapping[Mois, str]:
        emises = await self.connexion.lignes(_NUMEROS, {"organisme": organisme})
        return {Mois.lire(periode): numero for periode, numero in emises}

    async def prochaine_piece(self, organisme: str, periode: Mois) -> int:
        vises = {"organisme": organisme, "periode": str(periode)}
        return await self.connexion.valeur(_PIECE, vises) or 1

    async def deja_facture(
        self, organisme: str, sources: Collection[str]
    ) -> Mapping[Identite, Facturee]:
        vises = {"organisme": organisme, "sources": list(sources)}
        facturees = await self.connexion.lignes(_DEJA_FACTURE, vises)
        return {
            Identite(x.source, x.tarif, x.nature, x.debut, x.cle): _facturee(x) for x in facturees
        }

    async def sommes(
        self, organisme: str, depuis: Mois, jusqua: Mois
    ) -> Mapping[tuple[Mois, str], Montant]:
        vises = {"organisme": organisme, "depuis": str(depuis), "jusqua": str(jusqua)}
        sommes = await self.connexion.lignes(_PAR_TARIF, vises)
        return {(Mois.lire(x.periode), x.tarif): Montant.de(x.montant) for x in sommes}

    async def retenir(self, numero: str) -> tuple[str, date]:
        absent = "Cette facture n'existe pas."
        document = await une(self.connexion, _RETENIR, absent, numero=numero)
        return document.organisme, document.emise_le

    async def lignes(self, numero: str, rangs: Sequence[int]) -> Sequence[LigneAjustee]:
        lues = await self.connexion.lignes(_LIGNES, {"numero": numero, "rangs": list(rangs)})
        par_rang = {x.rang: x for x in lues}
        if manquants := [rang for rang in rangs if rang not in par_rang]:
            raise Introuvable(f"La ligne {manquants[0]} de {numero} n'existe pas.")
        return [_ajustee(par_rang[rang]) for rang in rangs]

    async def premieres(
        self, organisme: str, identites: Sequence[Identite]
    ) -> Mapping[Identite, LigneAjustee]:
        premieres: dict[Identite, LigneAjustee] = {}
        for debut in range(0, len(identites), LOT):
            lot = identites[debut : debut + LOT]
            cles = {nom: [getattr(i, nom) for i in lot] for nom in _CLES}
            lues = await self.connexion.lignes(_PREMIERES, {"organisme": organisme, **cles})
            premieres |= {ligne.identite: ligne for ligne in map(_ajustee, lues)}
        return premieres

    async def groupes(self, numero: str) -> Mapping[Taxes, Groupe]:
        lus = await self.connexion.lignes(_GROUPES, {"numero": numero})
        return {_taxes(x[0], x[1]): Groupe(Montant(x[2]), -Montant(x[3])) for x in lus}


@dataclass(frozen=True, slots=True)
class AjustementsSql:
    """Voir `ports.Ajustements`."""

    connexion: Connexion

    async def ajouter(self, ajustement: Ajustement) -> None:
        valeurs = colonnes(ajustement)
        valeurs |= colonnes(valeurs.pop("identite"))
        del valeurs["fin"]  # Sa ligne le dit.
        await self.connexion.ecrire(_AJUSTER, valeurs)

    async def des_sources(self, organisme: str, sources: Collection[str]) -> tuple[Ajustement, ...]:
        vises = {"organisme": organisme, "sources": list(sources)}
        lues = await self.connexion.lignes(_AJUSTEMENTS, vises)
        return tuple(objet(Ajustement, x, identite=objet(Identite, x)) for x in lues)


@dataclass(frozen=True, slots=True)
class SituationsSql:
    """Voir `ports.Situations`."""

    bareme: Bareme
    factures: Factures
    ajustements: Ajustements
    demandes: Demandes
    imputations: Imputations
    touches: Touches
    tarifications: Tarifications

    async def de(self, client: Client, visees: Visees) -> AsyncIterator[Situation]:
        organisme = client.organisme
        emises = await self.factures.numeros(organisme)
        async for etendue in self.touches.relire(organisme, visees):
            touchees = [source.nom for source in etendue.touchees]
            demandes = {source.demande for source in etendue.sources if source.demande}
            imputables = {*(source.nom for source in etendue.sources), *map(str, demandes)}
            yield Situation(
                client=client,
                etendue=etendue,
                tarification=await self.tarifications.charger(produits_livres(etendue.sources)),
                bareme=self.bareme,
                deja_facture=await self.factures.deja_facture(organisme, touchees),
                ajustements=await self.ajustements.des_sources(organisme, touchees),
                emises=emises,
                numeros=await self.demandes.numeros(organisme, demandes),
                imputations=await self.imputations.des_sources(organisme, imputables),
            )


def _ajustee(ligne: Ligne) -> LigneAjustee:
    identite, taxes = objet(Identite, ligne), _taxes(ligne.tps, ligne.tvq)
    return objet(LigneAjustee, ligne, identite=identite, taxes=taxes)


def _facturee(ligne: Ligne) -> Facturee:
    taxes = _taxes(ligne.tps, ligne.tvq)
    return Facturee(montant=Montant(ligne.facture), taxes=taxes, ajustement=Montant(ligne.ajuste))


@cache
def _taxes(tps: Decimal, tvq: Decimal) -> Taxes:
    """Quelques taux, pour toutes les lignes."""
    return Taxes(tps, tvq)


def _entete(document: Document, scelle: Scelle) -> dict[str, Any]:
    """Un document sans ses lignes; il se refait d'elles, à l'identique."""
    projet = document.projet
    return {
        "organisme": projet.client.organisme,
        "periode": str(projet.periode),
        "piece": projet.piece,
        "corrige": projet.corrige,
        "nature": projet.nature,
        "numero": document.numero,
        "emise_le": document.emis_le,
        "nombre_lignes": len(projet.lignes),
        "total_avant_taxes": projet.totaux.avant_taxes,
        "tps": projet.totaux.tps,
        "tvq": projet.totaux.tvq,
        "total": projet.totaux.total,
        "entete": scelle.entete,
        "empreinte": scelle.empreinte,
    }


def _tableaux(
    premier: int, lignes: Sequence[LigneEmise], donnees: Sequence[str]
) -> dict[str, list[Any]]:
    """Un tableau par colonne, de lignes dont la première a ce rang."""
    return {
        "rang": list(range(premier, premier + len(lignes))),
        "source": [ligne.identite.source for ligne in lignes],
        "tarif": [ligne.identite.tarif for ligne in lignes],
        "nature": [ligne.identite.nature for ligne in lignes],
        "debut": [ligne.identite.debut for ligne in lignes],
        "cle": [ligne.identite.cle for ligne in lignes],
        "montant": [ligne.montant.decimal for ligne in lignes],
        "tps": [ligne.taxes.tps for ligne in lignes],
        "tvq": [ligne.taxes.tvq for ligne in lignes],
        "ajustement": [ligne.ajustement.decimal for ligne in lignes],
        "actes": [_actes(ligne) for ligne in lignes],
        "donnees": list(donnees),
    }


def _actes(ligne: LigneEmise) -> str:
    """Le tableau des actes qui la rendaient due, tel que la base l'écrit."""
    actes = ligne.creance.evenements if ligne.creance else ()
    return f"{{{','.join(map(str, actes))}}}"

"""Ce que les écrans et les règles lisent des comptes."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import (
    Date,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    select,
    true,
)

from facturation.base import INSTANT, MONTANT
from facturation.clients.adaptateurs.tables import clients
from facturation.comptes.adaptateurs import tables as t
from facturation.comptes.adaptateurs.litiges.vues import contestes
from facturation.comptes.domaine.etats import (
    Annee,
    Credit,
    DocumentOuvert,
    EtatDeCompte,
    Horizon,
    Mouvement,
    Retard,
    SorteMouvement,
    derouler,
    etablir,
    ouvrir,
)
from facturation.comptes.domaine.soldes import Solde, crediter
from facturation.factures.adaptateurs.tables import factures
from facturation.factures.domaine.factures import NatureDocument
from noyau import ZERO, Introuvable, debut_du_jour
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne, parmi
from socle.bd.vues import PageLue, Vue, VueCalculee, VueListe, VueObjet

_r, _q, _s, _f, _c = t.reglements.c, t.acquittements.c, t.soldes.c, factures.c, clients.c
_LE = bindparam("le", type_=Date())
_SU = bindparam("su", type_=INSTANT)
"""L'instant dont ce qui est consigné ne se savait pas encore."""
_contraires = t.reglements.alias("contraires")
NUL = literal(ZERO, MONTANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreReglements:
    """Ceux d'un organisme; d'un document; datés de `du` à `au`, compris."""

    organisme: str | None = None
    document: str | None = None
    du: date | None = None
    au: date | None = None


def _completer(page: FromClause) -> Select[Any]:
    """Ce qu'un règlement acquitte, et la contre-écriture qui le défait."""
    acquitte = (
        select(func.coalesce(func.sum(_q.montant), NUL))
        .where(_q.reglement_id == page.c.id)
        .scalar_subquery()
    )
    par = select(_contraires.c.id).where(
        _contraires.c.organisme == page.c.organisme, _contraires.c.annule == page.c.id
    )
    return select(page, acquitte.label("acquitte"), par.scalar_subquery().label("annule_par"))


REGLEMENTS = VueListe(
    requete=select(
        _r.id, _r.organisme, _r.le, _r.reference, _r.montant, _r.annule, _r.motif, _r.inscrit_le
    ),
    filtre=FiltreReglements,
    cles=(_r.le, _r.id),
    decroissant=True,
    conditions={
        "document": exists(
            select(_q.rang).where(
                _q.organisme == _r.organisme,
                _q.numero == bindparam("document", type_=Text()),
                _q.reglement_id == _r.id,
            )
        ),
        "du": _r.le >= bindparam("du", type_=Date()),
        "au": _r.le <= bindparam("au", type_=Date()),
    },
    completer=_completer,
)

_ACQUITTES = (
    select(_q.numero, func.sum(_q.montant).label("acquitte"))
    .where(parmi(_q.organisme, "organismes"), _q.le <= _LE, _q.inscrit_le < _SU)
    .group_by(_q.numero)
    .subquery("acquittes")
)
_ECHEANCE = cast(_f.entete["echeance"].astext, Date).label("echeance")
_SOLDES = (
    select(
        _f.organisme, _f.numero, _f.nature, _f.periode, _f.emise_le, _ECHEANCE, _f.total,
        _f.corrige, _ACQUITTES.c.acquitte,
    )
    .join_from(factures, _ACQUITTES, _ACQUITTES.c.numero == _f.numero, isouter=True)
    .where(parmi(_f.organisme, "organismes"), _f.emise_le <= _LE)
)  # fmt: skip
_REGLES = (
    select(_r.organisme, func.sum(_r.montant).label("regle"))
    .where(parmi(_r.organisme, "organismes"), _r.le <= _LE, _r.inscrit_le < _SU)
    .group_by(_r.organisme)
)


def _bornes(horizon: Horizon) -> dict[str, Any]:
    return {"le": horizon.le, "su": debut_du_jour(horizon.su_le + timedelta(days=1))}


async def soldes(
    connexion: Connexion, organismes: Collection[str], horizon: Horizon
) -> Mapping[str, Sequence[Solde]]:
    """Ce qu'il reste de chaque document émis, à cet horizon, par organisme."""
    vises = {"organismes": list(organismes), **_bornes(horizon)}
    lues = await connexion.lignes(_SOLDES, vises)
    par_organisme: defaultdict[str, list[Solde]] = defaultdict(list)
    for x in lues:
        par_organisme[x.organisme].append(_solde(x))
    return {organisme: crediter(siens) for organisme, siens in par_organisme.items()}


def _solde(ligne: Ligne) -> Solde:
    return Solde(
        numero=ligne.numero,
        nature=ligne.nature,
        periode=ligne.periode,
        emise_le=ligne.emise_le,
        echeance=ligne.echeance,
        total=ligne.total,
        corrige=ligne.corrige,
        acquitte=ligne.acquitte or ZERO,
    )


async def _etats(
    connexion: Connexion, organismes: Sequence[str], horizon: Horizon
) -> Sequence[EtatDeCompte]:
    vises = {"organismes": list(organismes), **_bornes(horizon)}
    siens = await soldes(connexion, organismes, horizon)
    regles = {x.organisme: x.regle for x in await connexion.lignes(_REGLES, vises)}
    ouverts = [s.numero for tous in siens.values() for s in tous if s.reste > ZERO]
    # Un litige se lit de ses gestes, jamais datés d'avant : à la fin d'un jour, il ne change plus.
    en_cause = await contestes(connexion, ouverts, horizon.le)
    return [
        etablir(o, horizon, siens.get(o, ()), regles.get(o, ZERO), en_cause) for o in organismes
    ]


CLIENT = VueObjet(select(_c.organisme, _c.nom), _c.organisme, "Cet organisme n'existe pas.")


def etat_de_compte(organisme: str, horizon: Horizon) -> Vue[EtatDeCompte]:
    """L'état de compte d'un organisme à cet horizon; la vue lève `Introuvable`."""

    async def vue(connexion: Connexion) -> EtatDeCompte:
        await CLIENT.de(organisme)(connexion)
        (etat,) = await _etats(connexion, [organisme], horizon)
        return etat

    return vue


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreClients:
    """Celui d'un organisme."""

    organisme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreEtats:
    """À un horizon; celui d'un organisme."""

    horizon: Horizon
    organisme: str | None = None


_CLIENTS = VueListe(requete=select(_c.organisme), filtre=FiltreClients, cles=(_c.organisme,))


class EtatsDeCompte:
    """Les états de compte, par organisme; ceux d'une page se calculent ensemble."""

    async def lire(
        self,
        connexion: Connexion,
        filtre: FiltreEtats,
        limite: int,
        curseur: str | None = None,
        organisme: str | None = None,
    ) -> PageLue:
        """Une page au plus de `limite` états; lève `CurseurIllisible`."""
        clients_vises = FiltreClients(organisme=filtre.organisme)
        page = await _CLIENTS.lire(connexion, clients_vises, limite, curseur, organisme)
        vises = [ligne.organisme for ligne in page.lignes]
        return PageLue(await _etats(connexion, vises, filtre.horizon), page.suivant)


ETATS = EtatsDeCompte()

_DU_DOCUMENT = VueObjet(select(_f.organisme, _f.numero), _f.numero, "Cette facture n'existe pas.")


def solde(numero: str, horizon: Horizon) -> Vue[DocumentOuvert]:
    """Ce qu'il reste d'un document à cet horizon; la vue lève `Introuvable`."""

    async def vue(connexion: Connexion) -> DocumentOuvert:
        organisme = (await _DU_DOCUMENT.de(numero)(connexion)).organisme
        siens = (await soldes(connexion, [organisme], horizon)).get(organisme, ())
        for sien in siens:
            if sien.numero == numero:
                return ouvrir(sien, await contestes(connexion, [numero], horizon.le))
        raise Introuvable(f"Cette facture n'existe pas encore le {horizon.le}.")

    return vue


# Une contre-écriture et un crédit appliqué comptent du jour où on les passe : `_LE` y suffit.
_CREDITS = (
    select(_r.id, _r.reference, _r.le, _r.montant, func.sum(_q.montant).label("acquitte"))
    .join_from(
        t.reglements, t.acquittements, and_(_q.reglement_id == _r.id, _q.le <= _LE), isouter=True
    )
    .where(_r.organisme == bindparam("organisme"), _r.le <= _LE, _r.inscrit_le < _SU)
    .where(_r.annule.is_(None))
    .where(
        ~exists(
            select(_contraires.c.id).where(
                _contraires.c.organisme == _r.organisme,
                _contraires.c.annule == _r.id,
                _contraires.c.le <= _LE,
            )
        )
    )
    .group_by(_r.id)
    .order_by(_r.le, _r.id)
)


def credits_de(organisme: str, horizon: Horizon) -> Vue[Sequence[Credit]]:
    """Les règlements de l'organisme dont une part ne paie encore rien, à cet horizon."""

    async def vue(connexion: Connexion) -> Sequence[Credit]:
        vises = {"organisme": organisme, **_bornes(horizon)}
        lus = [
            Credit(
                reglement_id=x.id,
                reference=x.reference,
                le=x.le,
                montant=x.montant - (x.acquitte or ZERO),
            )
            for x in await connexion.lignes(_CREDITS, vises)
        ]
        return [credit for credit in lus if credit.montant]

    return vue


_DOCUMENTS_DU_COMPTE = select(_f.numero, _f.nature, _f.emise_le, _f.total).where(
    _f.organisme == bindparam("organisme"), _f.emise_le <= _LE
)
_REGLEMENTS_DU_COMPTE = select(
    _r.id, _r.le, _r.reference, _r.montant, _r.annule, _r.inscrit_le
).where(_r.organisme == bindparam("organisme"), _r.inscrit_le < _SU)
_SORTES: Final = {
    NatureDocument.FACTURE: SorteMouvement.FACTURE,
    NatureDocument.NOTE_DE_CREDIT: SorteMouvement.NOTE_DE_CREDIT,
}


def annee(organisme: str, exercice: str, su_le: date) -> Vue[Annee]:
    """L'état de compte d'un exercice, su ce jour-là; la vue lève `Introuvable` ou `Conflit`."""

    async def vue(connexion: Connexion) -> Annee:
        await CLIENT.de(organisme)(connexion)
        tous = await _mouvements(connexion, organisme, Horizon(le=su_le, su_le=su_le))
        return Annee.de(organisme, exercice, su_le, tous)

    return vue


async def _mouvements(
    connexion: Connexion, organisme: str, horizon: Horizon
) -> Sequence[Mouvement]:
    vise = {"organisme": organisme, **_bornes(horizon)}
    documents = [
        Mouvement(le=x.emise_le, sorte=_SORTES[x.nature], numero=x.numero, montant=x.total)
        for x in await connexion.lignes(_DOCUMENTS_DU_COMPTE, vise)
    ]
    regles = [
        Mouvement(
            le=x.le,
            sorte=SorteMouvement.CONTRE_ECRITURE if x.annule else SorteMouvement.REGLEMENT,
            numero=x.reference,
            reglement_id=x.id,
            inscrit_le=x.inscrit_le,
            montant=-x.montant,
        )
        for x in await connexion.lignes(_REGLEMENTS_DU_COMPTE, vise)
    ]
    return derouler([*documents, *regles])


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreMouvements:
    """Ceux d'un organisme et d'un exercice, sus ce jour-là."""

    organisme: str
    exercice: str
    su_le: date


async def _ouverts_de(connexion: Connexion, filtre: FiltreEtats) -> Sequence[DocumentOuvert]:
    etat = await etat_de_compte(str(filtre.organisme), filtre.horizon)(connexion)
    return etat.ouverts


async def _mouvements_de(connexion: Connexion, filtre: FiltreMouvements) -> Sequence[Mouvement]:
    return (await annee(filtre.organisme, filtre.exercice, filtre.su_le)(connexion)).mouvements


OUVERTS, MOUVEMENTS = VueCalculee(_ouverts_de), VueCalculee(_mouvements_de)

_notes = factures.alias("notes")
_credites, _payes = (
    select(func.coalesce(func.sum(_notes.c.total), NUL).label("credite"),
        func.max(_notes.c.emise_le).label("credite_le"))
    .where(_notes.c.corrige == _s.numero)
    .lateral("credites"),
    select(func.coalesce(func.sum(_q.montant), NUL).label("acquitte"))
    .where(_q.organisme == _s.organisme, _q.numero == _s.numero)
    .lateral("payes"),
)  # fmt: skip
_ECHUS = (
    select(
        _s.organisme, _s.numero, _f.nature, _f.periode, _f.emise_le, _s.echeance, _f.total,
        _f.corrige, *_credites.c, *_payes.c,
    )
    .join_from(t.soldes, factures, _f.numero == _s.numero)
    .join(_credites, true())
    .join(_payes, true())
    .where(_s.reste > NUL, _s.echeance < _LE)
    .order_by(_s.echeance, _s.numero)
)  # fmt: skip
"""De ce qui reste à payer, l'échu : le reste de chacun se recompte, sans lire le passé."""
_ECHUS_DE = _ECHUS.where(_s.organisme == bindparam("organisme", type_=Text()))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreRetards:
    """Ceux de ce jour, qui est aujourd'hui; ceux d'un organisme."""

    le: date
    organisme: str | None = None


async def en_retard(connexion: Connexion, filtre: FiltreRetards) -> Sequence[Retard]:
    """Les documents en retard, le contesté à part; la plus ancienne échéance d'abord (FAC-17)."""
    vises: dict[str, Any] = {"le": filtre.le}
    if filtre.organisme is not None:
        vises["organisme"] = filtre.organisme
    lus = await connexion.lignes(_ECHUS_DE if filtre.organisme else _ECHUS, vises)
    en_cause = await contestes(connexion, [x.numero for x in lus], filtre.le)
    ouverts = (Retard(x.organisme, ouvrir(objet(Solde, x), en_cause)) for x in lus)
    return [retard for retard in ouverts if retard.ouvert.en_retard(filtre.le)]


RETARDS = VueCalculee(en_retard)

"""Les disponibilités sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    Date,
    Text,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as ajouter

from noyau import Mois
from sla.base import INSTANT, VERROU_INDISPONIBILITES, VERROU_SIGNALEMENTS, remplacer
from sla.disponibilites.adaptateurs import conversion
from sla.disponibilites.adaptateurs import tables as t
from sla.disponibilites.domaine.alarmes import AlarmeEcartee, Connue
from sla.disponibilites.domaine.indisponibilites import ActePose, Geste, Indisponibilite, Nature
from sla.disponibilites.domaine.intervalles import Ensemble
from sla.disponibilites.domaine.minutes import Minutes, dernier_jour
from sla.disponibilites.domaine.services import Clientele
from sla.disponibilites.domaine.signalements import (
    EN_ATTENTE_MAX,
    EtatSignalement,
    Signalement,
)
from sla.disponibilites.ports import Inactivites, Inscription
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, une
from socle.bd.copies import Copie

_i, _m = t.indisponibilites.c, t.mois_comptes.c

_INSCRIPTIONS, _INACTIVITES = Copie(t.inscriptions), Copie(t.inactivites, rang="sequence")
_CLIENTELES = (
    select(t.inscriptions, t.inactivites.c.inactivites)
    .outerjoin(t.inactivites, t.inactivites.c.organisme == t.inscriptions.c.organisme)
    .order_by(t.inscriptions.c.organisme)
)


@dataclass(frozen=True, slots=True)
class ClientelesSql:
    """Voir `ports.Clienteles`."""

    connexion: Connexion

    async def inscrire(self, inscriptions: Sequence[Inscription]) -> None:
        lignes = list(map(conversion.ligne_d_inscription, inscriptions))
        await _INSCRIPTIONS.synchroniser(self.connexion, lignes)

    async def synchroniser(self, inactivites: Sequence[Inactivites]) -> None:
        lignes = list(map(conversion.ligne_d_inactivites, inactivites))
        await _INACTIVITES.synchroniser(self.connexion, lignes)

    async def toutes(self) -> Sequence[Clientele]:
        return list(map(conversion.clientele, await self.connexion.lignes(_CLIENTELES)))


_RESERVER = text("SELECT pg_advisory_xact_lock(:espace, 0)")
_INSCRIRE_ACTE = insert(t.actes_indisponibilites)
_ETAT = ajouter(t.indisponibilites)
_GARDER_ETAT = _ETAT.on_conflict_do_update(
    constraint=t.indisponibilites.primary_key,
    set_={c.name: _ETAT.excluded[c.name] for c in t.indisponibilites.columns if not c.primary_key},
)
_UNE = select(t.indisponibilites).where(_i.id == bindparam("cle"))
_PAREILLE = select(_i.id).where(
    _i.service == bindparam("service", type_=Text),
    _i.debut == bindparam("debut", type_=INSTANT),
    _i.fin.is_not_distinct_from(bindparam("fin", type_=INSTANT)),
    _i.nature == bindparam("nature", type_=Text),
    _i.organismes == bindparam("organismes", type_=ARRAY(Text)),
    _i.sites == bindparam("sites", type_=ARRAY(Text)),
    _i.id != bindparam("id", type_=_i.id.type),
    not_(_i.annulee),
)
_a = t.actes_indisponibilites.c
_ACTES = (
    select(
        t.actes_indisponibilites,
        _a.rang.label("version"),
        (_a.geste == Geste.ANNULATION.value).label("annulee"),
        _i.source,
        _i.empreinte,
    )
    .join_from(t.actes_indisponibilites, t.indisponibilites, _i.id == _a.id)
    .where(_a.id == bindparam("cle", type_=_a.id.type))
    .order_by(_a.rang)
)
_DEJA_DITE = (
    select(_a.id)
    .where(
        _a.service == bindparam("service", type_=Text),
        _a.debut == bindparam("debut", type_=INSTANT),
        _a.fin.is_not_distinct_from(bindparam("fin", type_=INSTANT)),
        _a.nature == bindparam("nature", type_=Text),
        _a.organismes == bindparam("organismes", type_=ARRAY(Text)),
        _a.sites == bindparam("sites", type_=ARRAY(Text)),
    )
    .limit(1)
)
_SES_ACTES = t.actes_indisponibilites.alias("ses_actes").c
_DE_L_EMPREINTE = (
    select(
        t.indisponibilites,
        _a.debut.label("dit_debut"),
        _a.le.label("constatee_le"),
        select(func.min(_SES_ACTES.debut))
        .where(_SES_ACTES.id == _i.id)
        .scalar_subquery()
        .label("plus_tot"),
    )
    .join_from(t.indisponibilites, t.actes_indisponibilites, (_a.id == _i.id) & (_a.rang == 1))
    .where(_i.empreinte == bindparam("empreinte", type_=Text))
    .order_by(_i.debut, _i.id)
)
_ENTRE = (
    select(t.indisponibilites)
    .where(
        _i.debut < bindparam("jusqua", type_=INSTANT),
        or_(_i.fin.is_(None), _i.fin > bindparam("depuis", type_=INSTANT)),
        not_(_i.annulee),
    )
    .order_by(_i.debut, _i.id)
)
_PREMIERE = (
    select(t.indisponibilites)
    .where(
        _i.service == bindparam("service", type_=Text),
        _i.debut < bindparam("jusqua", type_=INSTANT),
        or_(_i.fin.is_(None), _i.fin > bindparam("depuis", type_=INSTANT)),
        or_(*(_i.nature == nature.value for nature in Nature if nature.compte)),
        not_(_i.annulee),
    )
    .order_by(_i.debut, _i.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class IndisponibilitesSql:
    """Voir `ports.Indisponibilites`."""

    connexion: Connexion

    async def reserver(self) -> None:
        await self.connexion.ecrire(_RESERVER, {"espace": VERROU_INDISPONIBILITES})

    async def charger(self, identifiant: UUID) -> Indisponibilite:
        absente = "Cette indisponibilité n'existe pas."
        return conversion.indisponibilite(await une(self.connexion, _UNE, absente, cle=identifiant))

    async def actes(self, identifiant: UUID) -> Sequence[ActePose]:
        lus = await self.connexion.lignes(_ACTES, {"cle": identifiant})
        return list(map(conversion.acte, lus))

    async def poser(self, acte: ActePose) -> None:
        await self.connexion.ecrire(_INSCRIRE_ACTE, conversion.ligne_d_acte(acte))
        etat = conversion.ligne_d_indisponibilite(acte.indisponibilite)
        await self.connexion.ecrire(_GARDER_ETAT, etat)

    async def pareille(self, voulue: Indisponibilite) -> UUID | None:
        dite = conversion.ligne_d_indisponibilite(voulue)
        noms = ("id", "service", "debut", "fin", "nature", "organismes", "sites")
        identifiant: UUID | None = await self.connexion.valeur(
            _PAREILLE, {nom: dite[nom] for nom in noms}
        )
        return identifiant

    async def deja_dite(self, voulue: Indisponibilite) -> UUID | None:
        dite = conversion.ligne_d_indisponibilite(voulue)
        noms = ("service", "debut", "fin", "nature", "organismes", "sites")
        identifiant: UUID | None = await self.connexion.valeur(
            _DEJA_DITE, {nom: dite[nom] for nom in noms}
        )
        return identifiant

    async def de_l_empreinte(self, empreinte: str) -> Sequence[Connue]:
        lues = await self.connexion.lignes(_DE_L_EMPREINTE, {"empreinte": empreinte})
        return list(map(conversion.connue, lues))

    async def entre(self, debut: datetime, fin: datetime) -> Sequence[Indisponibilite]:
        lues = await self.connexion.lignes(_ENTRE, {"depuis": debut, "jusqua": fin})
        return list(map(conversion.indisponibilite, lues))

    async def premieres(self, service: str, temps: Ensemble) -> Sequence[Indisponibilite]:
        trouvees: list[Indisponibilite] = []
        for plage in temps:
            dite = {"service": service, "depuis": plage.debut, "jusqua": plage.fin}
            lues = await self.connexion.lignes(_PREMIERE, dite)
            trouvees += map(conversion.indisponibilite, lues)
        return trouvees


_ATTENDUS = (
    func.unnest(bindparam("periodes", type_=ARRAY(Text)), bindparam("jours", type_=ARRAY(Date)))
    .table_valued(column("periode", Text), column("jour", Date), name="attendus")
    .render_derived()
)
_OUVRIR = (
    ajouter(t.mois_comptes)
    .from_select(["periode", "a_compter"], select(_ATTENDUS.c.periode, literal(True)))
    .on_conflict_do_nothing()
)
_AVANCER = (
    update(t.mois_comptes)
    .where(_m.periode == _ATTENDUS.c.periode, _m.jusqua < _ATTENDUS.c.jour, not_(_m.a_compter))
    .values(a_compter=True)
)
_MARQUER = (
    update(t.mois_comptes)
    .where(
        _m.periode >= bindparam("debut", type_=Text),
        _m.periode <= func.coalesce(bindparam("fin", type_=Text), _m.periode),
    )
    .values(a_compter=True)
)
_MARQUES = (
    select(_m.periode).where(_m.a_compter).order_by(_m.periode.desc()).limit(bindparam("limite"))
)
_COMPTE = (
    update(t.mois_comptes)
    .where(_m.periode == bindparam("cle", type_=Text))
    .values(a_compter=False, jusqua=bindparam("jour", type_=Date))
)
_MINUTES = remplacer(t.minutes, ajouter(t.minutes))
_RESTENT = (
    func.unnest(bindparam("codes", type_=ARRAY(Text)), bindparam("organismes", type_=ARRAY(Text)))
    .table_valued(column("indicateur", Text), column("organisme", Text), name="restent")
    .render_derived()
)
_RETIRER = delete(t.minutes).where(
    t.minutes.c.periode == bindparam("periode", type_=Text),
    not_(
        exists(select(_RESTENT).where(
            t.minutes.c.indicateur == _RESTENT.c.indicateur,
            t.minutes.c.organisme == _RESTENT.c.organisme,
        ))
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MinutesSql:
    """Voir `ports.MinutesConnues`."""

    connexion: Connexion

    async def ouvrir(self, mois: Sequence[Mois], hier: date) -> None:
        demain = hier + timedelta(days=1)
        attendus = {
            "periodes": [str(m) for m in mois],
            "jours": [dernier_jour(m, demain) for m in mois],
        }
        await self.connexion.ecrire(_OUVRIR, attendus)
        await self.connexion.ecrire(_AVANCER, attendus)

    async def marquer(self, debut: Mois, fin: Mois | None) -> None:
        bornes = {"debut": str(debut), "fin": None if fin is None else str(fin)}
        await self.connexion.ecrire(_MARQUER, bornes)

    async def marques(self, limite: int) -> Sequence[Mois]:
        return [
            Mois.lire(periode)
            for periode in await self.connexion.colonne(_MARQUES, {"limite": limite})
        ]

    async def enregistrer(self, mois: Mois, jusqua: date, minutes: Sequence[Minutes]) -> None:
        restent = {
            "codes": [m.indicateur for m in minutes],
            "organismes": [m.organisme for m in minutes],
        }
        await self.connexion.ecrire(_RETIRER, {"periode": str(mois), **restent})
        await self.connexion.ecrire_lot(_MINUTES, list(map(conversion.ligne_de_minutes, minutes)))
        await self.connexion.ecrire(_COMPTE, {"cle": str(mois), "jour": jusqua})


_TENIR_SIENS = text("SELECT pg_advisory_xact_lock(:espace, hashtext(:organisme))")
_EN_ATTENTE = (
    select(t.signalements)
    .where(
        t.signalements.c.organisme == bindparam("organisme", type_=Text),
        t.signalements.c.etat == EtatSignalement.SIGNALEE.value,
    )
    .limit(EN_ATTENTE_MAX)
)
_SIGNALER = insert(t.signalements)
_UN_SIGNALEMENT = (
    select(t.signalements).where(t.signalements.c.id == bindparam("cle")).with_for_update()
)
_TRANCHER = (
    update(t.signalements)
    .where(t.signalements.c.id == bindparam("cle"))
    .values({nom: bindparam(f"n_{nom}", type_=t.signalements.c[nom].type) for nom in
             ("etat", "tranche_par", "tranche_le", "motif", "indisponibilite_id", "version")})
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignalementsSql:
    """Voir `ports.Signalements`."""

    connexion: Connexion

    async def ajouter(self, signalement: Signalement) -> None:
        await self.connexion.ecrire(_SIGNALER, conversion.ligne_de_signalement(signalement))

    async def charger(self, identifiant: UUID) -> Signalement:
        absent = "Ce signalement n'existe pas."
        return conversion.signalement(
            await une(self.connexion, _UN_SIGNALEMENT, absent, cle=identifiant)
        )

    async def en_attente(self, organisme: str) -> Sequence[Signalement]:
        siens = {"espace": VERROU_SIGNALEMENTS, "organisme": organisme}
        await self.connexion.ecrire(_TENIR_SIENS, siens)
        lus = await self.connexion.lignes(_EN_ATTENTE, {"organisme": organisme})
        return list(map(conversion.signalement, lus))

    async def enregistrer(self, signalement: Signalement) -> None:
        dit = conversion.ligne_de_signalement(signalement)
        noms = ("etat", "tranche_par", "tranche_le", "motif", "indisponibilite_id", "version")
        neuf = {f"n_{nom}": dit[nom] for nom in noms}
        await self.connexion.ecrire(_TRANCHER, {"cle": signalement.id, **neuf})


_ECARTER = ajouter(t.alarmes_ecartees)
_ECARTER = _ECARTER.on_conflict_do_update(
    index_elements=["empreinte", "raison"],
    set_={
        "fois": t.alarmes_ecartees.c.fois + 1,
        "revue_le": _ECARTER.excluded.revue_le,
        "document": _ECARTER.excluded.document,
    },
)


@dataclass(frozen=True, slots=True)
class AlarmesSql:
    """Voir `ports.Alarmes`."""

    connexion: Connexion

    async def ecarter(self, alarmes: Sequence[AlarmeEcartee]) -> None:
        for alarme in alarmes:
            await self.connexion.ecrire(_ECARTER, colonnes(alarme))

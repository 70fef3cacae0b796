"""Les fermetures et les corrections sur PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, column, delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert

from noyau import Mois, jour_de_quebec, sujet_de
from sla.base import VERROU_COMPTES
from sla.disponibilites.domaine.minutes import Minutes
from sla.taux.adaptateurs import conversion
from sla.taux.adaptateurs.intrants import vues as intrants
from sla.taux.adaptateurs.tables import (
    a_corriger,
    corrections,
    fermetures,
    fiches_fermees,
    jalons_vus,
    taux_fermes,
)
from sla.taux.adaptateurs.vues import MARQUEES, ORGANISMES, FiltreTaux, taux
from sla.taux.domaine.attendus import Attendu
from sla.taux.domaine.citees import FichesLues, Regimes
from sla.taux.domaine.corrections import Constat, Correction, Derniers, Jugement, Mesuree, Publie
from sla.taux.domaine.fermetures import Etat, Fermeture, TauxPublie
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne, ajout_par_document
from socle.reception.jalons import jalon_atteint

_RESERVER = text("SELECT pg_advisory_xact_lock(:espace, 0)")
_FERMETURE = select(fermetures).where(fermetures.c.periode == bindparam("periode", type_=Text))
_DERNIERE = select(func.max(fermetures.c.periode))
_AJOUTER = insert(fermetures)
_PUBLIER = insert(taux_fermes)
_CITER = ajout_par_document(fiches_fermees)
_VUS = select(jalons_vus)
_VOIR = insert(jalons_vus)
_VOIR = _VOIR.on_conflict_do_update(
    constraint=jalons_vus.primary_key,
    set_={"jusqua": func.greatest(jalons_vus.c.jusqua, _VOIR.excluded.jusqua)},
)
_CORRIGER = ajout_par_document(corrections)
_REVUES = (
    func.unnest(bindparam("ids", type_=ARRAY(Uuid)), bindparam("organismes", type_=ARRAY(Text)))
    .table_valued(column("mesure_id", Uuid), column("organisme", Text), name="revues")
    .render_derived()
)
_OUBLIER = delete(a_corriger).where(
    tuple_(a_corriger.c.mesure_id, a_corriger.c.organisme).in_(select(*_REVUES.c))
)
_VIDE = sha256(b"").hexdigest()
_TOUS = 1_000_000
"""Plus que les taux d'une période n'ont jamais de lignes."""


class FermeturesSql:
    """Une ligne par période fermée; ses taux, leurs comptes et leurs mesures."""

    def __init__(self, connexion: Connexion) -> None:
        self._connexion = connexion

    async def reserver(self) -> None:
        await self._connexion.ecrire(_RESERVER, {"espace": VERROU_COMPTES})

    async def charger(self, periode: Mois) -> Fermeture | None:
        ligne = await self._connexion.ligne(_FERMETURE, {"periode": str(periode)})
        return None if ligne is None else conversion.fermeture(ligne)

    async def etat(self, producteurs: Sequence[str]) -> Etat:
        jalons = {nom: await jalon_atteint(self._connexion, [sujet_de(nom)]) for nom in producteurs}
        vus = {ligne.producteur: ligne.jusqua for ligne in await self._connexion.lignes(_VUS)}
        ouverte: str | None = await self._connexion.valeur(intrants.OUVERTES)
        return Etat(
            jalons=jalons,
            vus=vus,
            ouverte_avant=Mois.lire(ouverte) if ouverte else None,
            a_rejouer=await self._connexion.valeur(intrants.A_REJOUER),
            a_compter={*map(Mois.lire, await self._connexion.colonne(intrants.INCOMPLETS))},
        )

    async def figer(
        self, fermeture: Fermeture, attendus: Collection[Attendu], calendriers: tuple[str, ...]
    ) -> Fermeture:
        du_mois, exercice = {"periode": str(fermeture.periode)}, fermeture.periode.exercice
        await self._connexion.ecrire(intrants.FIGER_MESURES, du_mois)
        await self._connexion.ecrire(intrants.FIGER_DISPONIBILITES, du_mois)
        await self._connexion.ecrire(intrants.FIGER_COMPTES, du_mois)
        await self._connexion.ecrire(intrants.FIGER_MINUTES, du_mois)
        a_l_instant = {
            **du_mois,
            "exercice": exercice,
            "aujourdhui": jour_de_quebec(fermeture.fermee_le),
        }
        await self._connexion.ecrire(intrants.FIGER_EN_COURS, a_l_instant)
        unites = {a.indicateur.code: a.unite for a in attendus}
        vides = {"codes": [*sorted(unites)], "unites": [unites[code] for code in sorted(unites)]}
        await self._connexion.ecrire(
            intrants.FIGER_ATTENDUS, {**du_mois, "exercice": exercice, **vides}
        )
        empreintes = await self._empreintes(du_mois)
        figee = replace(fermeture, calendriers=calendriers, empreinte=_ensemble(empreintes))
        await self._connexion.ecrire(_AJOUTER, conversion.ligne_de_fermeture(figee))
        indicateurs = {a.indicateur.code: a.indicateur for a in attendus}
        lignes = [
            conversion.ligne_de_taux(figee, cle, empreinte, indicateurs.get(cle[0]))
            for cle, empreinte in sorted(empreintes.items())
        ]
        await self._connexion.ecrire_lot(_PUBLIER, lignes)
        return figee

    async def regimes(self, periode: Mois) -> Regimes:
        regimes: dict[str, set[tuple[str, int]]]
        regimes = {organisme: set() for organisme in await self._connexion.colonne(ORGANISMES)}
        figes = await self._connexion.lignes(intrants.REGIMES, {"periode": str(periode)})
        for ligne in figes:
            regimes.setdefault(ligne.organisme, set()).add((ligne.fiche, ligne.version))
        return regimes

    async def citer(self, periode: Mois, lues: Mapping[str, FichesLues]) -> None:
        lignes = [
            {"periode": str(periode), "organisme": organisme, **conversion.fiches_lues(siennes)}
            for organisme, siennes in sorted(lues.items())
        ]
        await self._connexion.ecrire(_CITER, {"lignes": lignes})

    async def _empreintes(self, du_mois: Mapping[str, str]) -> dict[tuple[str, str], str]:
        """L'empreinte de chaque taux, par indicateur et organisme; de rien, la vide."""
        concernes = await self._connexion.lignes(intrants.CONCERNES, du_mois)
        vides = {(ligne.indicateur, ligne.organisme): _VIDE for ligne in concernes}
        lues = await self._connexion.lignes(intrants.EMPREINTES, du_mois)
        return vides | {(ligne.indicateur, ligne.organisme): ligne.empreinte for ligne in lues}

    async def publies(self, fermeture: Fermeture) -> Sequence[TauxPublie]:
        filtre = FiltreTaux(
            periode=str(fermeture.periode),
            exercice=fermeture.periode.exercice,
            aujourdhui=jour_de_quebec(fermeture.fermee_le),
            ce_mois="",
            cet_exercice="",
        )
        page = await taux(filtre).lire(self._connexion, filtre, _TOUS)
        return [conversion.taux_publie(ligne, fermeture) for ligne in page.lignes]

    async def candidates(self) -> Sequence[Mois]:
        periodes = [*map(Mois.lire, await self._connexion.colonne(intrants.OUVERTES))]
        derniere: str | None = await self._connexion.valeur(_DERNIERE)
        suivantes = [Mois.lire(derniere).suivant] if derniere else []
        return sorted({*periodes, *suivantes})

    async def retenir(self, jalons: Mapping[str, datetime | None]) -> None:
        recus = [{"producteur": n, "jusqua": j} for n, j in sorted(jalons.items()) if j]
        await self._connexion.ecrire_lot(_VOIR, recus)


class CorrectionsSql:
    """Une ligne par mesure, période et rang; et les mesures qu'il reste à revoir."""

    def __init__(self, connexion: Connexion) -> None:
        self._connexion = connexion

    async def marquees(self, limite: int) -> Sequence[tuple[UUID, str]]:
        lignes = await self._connexion.lignes(MARQUEES, {"limite": limite})
        return [(ligne.mesure_id, ligne.organisme) for ligne in lignes]

    async def constats(
        self, marquees: Sequence[tuple[UUID, str]]
    ) -> Sequence[tuple[Constat, Sequence[Publie]]]:
        publies = await self.publies(marquees)
        lues = await self._connexion.lignes(intrants.CONSTATS, _cles(marquees))
        return [(conversion.constat(ligne), publies.get(_cle(ligne), ())) for ligne in lues]

    async def publies(
        self, marquees: Sequence[tuple[UUID, str]]
    ) -> Mapping[tuple[UUID, str], Sequence[Publie]]:
        publies: defaultdict[tuple[UUID, str], list[Publie]] = defaultdict(list)
        for ligne in await self._connexion.lignes(intrants.PUBLIES, _cles(marquees)):
            publies[_cle(ligne)].append(conversion.publie(ligne))
        return publies

    async def derniers(self, mesurees: Sequence[Mesuree]) -> Mapping[tuple[UUID, str], Derniers]:
        noms = ("mesure_id", "organisme", "sujet", "sujet_id")
        dites = {nom: [getattr(m, nom) for m in mesurees] for nom in noms}
        lues = await self._connexion.lignes(intrants.DERNIERS, dites)
        return {
            _cle(ligne): Derniers(appris_le=ligne.appris_le, decidee_le=ligne.decidee_le)
            for ligne in lues
        }

    async def juger(
        self, mesures: Sequence[Mapping[str, object]]
    ) -> Mapping[tuple[UUID, str], Jugement]:
        lues = await self._connexion.lignes(intrants.SUPPOSEES, {"lignes": list(mesures)})
        return {(ligne.id, ligne.organisme): ligne.jugement for ligne in lues}

    async def juger_durees(self, minutes: Sequence[Minutes]) -> Sequence[tuple[Mesuree, Jugement]]:
        dites = [conversion.minutes_a_juger(m, intrants.DITES) for m in minutes]
        lues = await self._connexion.lignes(intrants.RECOMPTEES, {"lignes": dites})
        return [(conversion.mesuree_de_minutes(ligne), ligne.jugement) for ligne in lues]

    async def disponibilites(self, limite: int) -> Sequence[tuple[Constat, Sequence[Publie]]]:
        lignes = await self._connexion.lignes(intrants.DISPONIBILITES, {"limite": limite})
        return [
            (conversion.constat_de_minutes(ligne), [conversion.publie(ligne)]) for ligne in lignes
        ]

    async def ajouter(self, nouvelles: Sequence[Correction]) -> None:
        lignes = list(map(conversion.ligne_de_correction, nouvelles))
        await self._connexion.ecrire(_CORRIGER, {"lignes": lignes})

    async def oublier(self, marquees: Sequence[tuple[UUID, str]]) -> None:
        await self._connexion.ecrire(_OUBLIER, _cles(marquees))


def _cles(marquees: Sequence[tuple[UUID, str]]) -> dict[str, list[object]]:
    return {"ids": [m for m, _ in marquees], "organismes": [o for _, o in marquees]}


def _cle(ligne: Ligne) -> tuple[UUID, str]:
    return ligne.mesure_id, ligne.organisme


def _ensemble(empreintes: Mapping[tuple[str, str], str]) -> str:
    """L'empreinte d'un mois : celle de chaque indicateur, tous organismes ensemble."""
    ensemble = (f"{i} {e}" for (i, organisme), e in sorted(empreintes.items()) if not organisme)
    return sha256("\n".join(ensemble).encode()).hexdigest()

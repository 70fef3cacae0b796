"""Les demandes et leur histoire sur PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from demandes.clients.domaine.registre import Signature
from demandes.demande.adaptateurs.tables import (
    demandes,
    gestes_poses,
    numeros,
    rectifications,
)
from demandes.demande.domaine.demande import (
    EN_COURS,
    Article,
    Demande,
    FaitsDeMesure,
    TempsTravaille,
)
from demandes.demande.domaine.gestes import PLI, GestePose
from demandes.demande.domaine.histoire import Avancee, Dossier
from demandes.ropn.domaine import Livraison
from noyau import Histoire, Rectification, VersionPerimee
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une
from socle.bd.instructions import Ligne, parmi
from socle.bd.transaction import tentative
from socle.exploitation.traces import relier, trace_a_garder

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_LIRE = select(demandes).where(demandes.c.id == bindparam("id"))
_CHARGER = _LIRE.with_for_update()
_GESTES = select(gestes_poses).where(gestes_poses.c.demande_id == bindparam("id"))
_NUMERO = select(numeros.next_value())
_EN_COURS = select(func.count()).select_from(
    select(demandes.c.id)
    .where(demandes.c.organisme == bindparam("organisme"), parmi(demandes.c.etat, EN_COURS))
    .limit(bindparam("au_plus"))
    .subquery()
)
_AJOUTER = insert(demandes)
_POSER = insert(gestes_poses)
_DE = (
    select(rectifications)
    .where(rectifications.c.agregat_id == bindparam("id"))
    .order_by(rectifications.c.rang)
)
_DES = (
    select(rectifications)
    .where(rectifications.c.agregat_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(rectifications.c.rang)
)
_RECTIFIER = insert(rectifications)


@dataclass(frozen=True, slots=True)
class RectificationsSql:
    """Tient `ports.Rectifications` et `ports.RectificationsLues`."""

    connexion: Connexion

    async def de(self, agregat_id: UUID) -> Sequence[Rectification]:
        lignes = await self.connexion.lignes(_DE, {"id": agregat_id})
        return [objet(Rectification, ligne) for ligne in lignes]

    async def des(self, agregats: Collection[UUID]) -> Mapping[UUID, Sequence[Rectification]]:
        trouvees: dict[UUID, list[Rectification]] = defaultdict(list)
        for ligne in await self.connexion.lignes(_DES, {"ids": list(agregats)}):
            trouvees[ligne.agregat_id].append(objet(Rectification, ligne))
        return trouvees

    async def ajouter(
        self, organisme: str, agregat_id: UUID, ajouts: Sequence[Rectification]
    ) -> None:
        cle = {"organisme": organisme, "agregat_id": agregat_id}
        if ajouts:
            await self.connexion.ecrire_lot(_RECTIFIER, [cle | colonnes(ajout) for ajout in ajouts])


@dataclass(frozen=True, slots=True)
class DemandesSql:
    """Tient `ports.Demandes`."""

    connexion: Connexion

    async def lire(self, demande_id: UUID) -> Dossier:
        return await self._dossier(_LIRE, demande_id)

    async def charger(self, demande_id: UUID) -> Dossier:
        return await self._dossier(_CHARGER, demande_id)

    async def _dossier(self, requete: Select[Any], demande_id: UUID) -> Dossier:
        ligne = await une(self.connexion, requete, "Demande introuvable.", id=demande_id)
        gestes = await self.connexion.lignes(_GESTES, {"id": demande_id})
        rectifies = await RectificationsSql(self.connexion).de(demande_id)
        valeurs = ligne._asdict()
        completions = valeurs.pop("completions")
        relier([valeurs.pop("trace")])
        demande = _demande(valeurs)
        return Dossier(
            histoire=Histoire(
                pli=PLI,
                depart=demande.brouillon(),
                actes=tuple(map(_geste, gestes)),
                rectifications=tuple(rectifies),
            ),
            completions={
                UUID(acte_id): le and datetime.fromisoformat(le)
                for acte_id, le in completions.items()
            },
            version=demande.version,
        )

    async def nouveau_numero(self, annee: int) -> str:
        rang = await self.connexion.valeur(_NUMERO)
        return f"D-{annee}-{rang:06d}"

    async def en_cours(self, organisme: str, au_plus: int) -> int:
        valeurs = {"organisme": organisme, "au_plus": au_plus}
        return int(await self.connexion.valeur(_EN_COURS, valeurs))

    async def ajouter(self, demande: Demande, gestes: Sequence[GestePose] = ()) -> None:
        await self.connexion.ecrire(
            _AJOUTER, {**colonnes(demande), "completions": {}, "trace": trace_a_garder()}
        )
        await self._poser(demande, gestes)

    async def enregistrer(self, avancee: Avancee) -> None:
        demande = avancee.demande
        champs = {**colonnes(demande), "completions": _en_json(avancee.dossier)}
        ajouts = len(avancee.inscrits) + len(avancee.rectifications)
        ecrites = await self.connexion.ecrire(
            update(demandes)
            .where(
                demandes.c.id == champs.pop("id"), demandes.c.version == demande.version - ajouts
            )
            .values(**champs)
        )
        if not ecrites:
            raise VersionPerimee("La demande a changé depuis sa lecture.")
        await self._poser(demande, avancee.inscrits)

    def tentative(self) -> AbstractAsyncContextManager[None]:
        return tentative(self.connexion)

    async def _poser(self, demande: Demande, gestes: Sequence[GestePose]) -> None:
        if gestes:
            await self.connexion.ecrire_lot(_POSER, [_ligne(demande, pose) for pose in gestes])


def _en_json(dossier: Dossier) -> dict[str, str | None]:
    heures = dossier.completions.items()
    return {str(acte_id): le.isoformat() if le else None for acte_id, le in heures}


def _demande(valeurs: dict[str, Any]) -> Demande:
    """Une demande, ses articles et ses faits de mesure."""
    valeurs["articles"] = tuple(_article(article) for article in valeurs["articles"])
    valeurs["faits"] = FaitsDeMesure(**valeurs["faits"])
    return Demande(**valeurs)


def _ligne(demande: Demande, pose: GestePose) -> dict[str, Any]:
    champs = colonnes(pose)
    signature = champs.pop("signature")
    return {
        **champs,
        "demande_id": demande.id,
        "organisme": demande.organisme,
        "articles": list(pose.articles),
        "signataire_id": signature and signature.signataire_id,
        "au_nom_de_id": signature and signature.au_nom_de_id,
    }


def _geste(ligne: Ligne) -> GestePose:
    valeurs = ligne._asdict()
    for cle in ("demande_id", "organisme"):
        del valeurs[cle]
    signataire_id, au_nom_de_id = valeurs.pop("signataire_id"), valeurs.pop("au_nom_de_id")
    travail, faits = valeurs.pop("travail"), valeurs.pop("faits")
    return GestePose(
        **{**valeurs, "articles": tuple(valeurs["articles"])},
        signature=signataire_id
        and Signature(signataire_id=signataire_id, au_nom_de_id=au_nom_de_id),
        travail=travail and TempsTravaille(**travail),
        faits=faits and FaitsDeMesure(**faits),
    )


def _article(valeurs: dict[str, Any]) -> Article:
    return Article(
        **{
            **valeurs,
            "id": UUID(valeurs["id"]),
            "livraison": Livraison(valeurs["livraison"]),
            "livre_le": valeurs["livre_le"] and datetime.fromisoformat(valeurs["livre_le"]),
            "actif_id": valeurs["actif_id"] and UUID(valeurs["actif_id"]),
            "travaux": tuple(TempsTravaille(**travail) for travail in valeurs["travaux"]),
        }
    )

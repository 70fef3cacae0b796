"""Ce que l'aire attend de la base, du Catalogue, des organismes et des pièces."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from courtier.acces.ports import Droits
from courtier.catalogue.domaine import EntenteCadre
from courtier.catalogue.ports import Catalogue
from courtier.dossiers.domaine.actes import Contenu
from courtier.dossiers.domaine.besoins import Besoins
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import Circonstances, DossierVu, avancer
from courtier.dossiers.domaine.faits import faits_de
from courtier.dossiers.domaine.planchers import Plancher, chiffrer_planchers
from courtier.dossiers.domaine.reserves import conversions_a_eprouver
from courtier.dossiers.domaine.scenarios import Calcul, Scenario, recalculer
from courtier.dossiers.domaine.vehicules import Decret596, Obligation596
from courtier.frais.ports import Grilles
from courtier.organismes.ports import Organismes
from courtier.pieces.domaine import GenrePiece, Piece
from courtier.pieces.ports import Pieces
from noyau import Acte, Resultat, jour_de_quebec


class Dossiers(Protocol):
    """Les dossiers d'acquisition. `charger` verrouille jusqu'à la fin de l'acte; `lire`, non."""

    async def charger(self, identifiant: UUID) -> Dossier: ...
    async def lire(self, identifiant: UUID) -> Dossier: ...
    async def ajouter(self, dossier: Dossier) -> None: ...
    async def enregistrer(self, dossier: Dossier) -> None:
        """Ajoute le dernier acte du dossier; lève `VersionPerimee` si un autre l'a précédé."""
        ...


class Prepares(Protocol):
    """Les contrats préparés des dossiers; une aire plus haute les tient, `main` la branche."""

    async def defaire(self, contrat_id: UUID, acte: Acte, *, clos: bool) -> None:
        """Son dossier, clos ou changé, ne le tient plus : il ne se signe plus (CI-16)."""
        ...


class Decrets(Protocol):
    """Qui le décret 596-2020 oblige; on y ajoute, rien n'en récrit."""

    async def lire(self, organisme: str) -> Decret596: ...
    async def ajouter(self, dite: Obligation596) -> None: ...


@dataclass(frozen=True, slots=True)
class Acquisitions:
    """Les dossiers, et de quoi les voir au jour d'un acte."""

    dossiers: Dossiers
    catalogue: Catalogue
    organismes: Organismes

    async def circonstances(self, dossier: Dossier, le: datetime) -> Circonstances:
        """Ce dont le dossier dépend à cet instant."""
        organisme = await self.organismes.lire(dossier.organisme)
        choisi = dossier.choisi
        lues = await self.catalogue.offres(choisi.offres_ids) if choisi else {}
        return Circonstances(
            jour=jour_de_quebec(le),
            assujetti_rcti=organisme.assujetti_rcti,
            offres={offre_id: lue.offre for offre_id, lue in lues.items()},
            fiches=await self.catalogue.fiches([choisi.fournisseur_id]) if choisi else {},
        )

    async def calculs(
        self, scenarios: Sequence[Scenario], besoins: Besoins, le: datetime
    ) -> tuple[Calcul, ...]:
        """Ces scénarios, aux prix publiés qui valent à cet instant (CI-14)."""
        catalogue = await self.catalogue.offres({o for s in scenarios for o in s.offres_ids})
        ententes = await self._ententes({s.entente_id for s in scenarios})
        return recalculer(scenarios, besoins, ententes=ententes, catalogue=catalogue, le=le)

    async def planchers(self, dossier: Dossier, le: datetime) -> tuple[Plancher, ...]:
        """La base seule de chaque offre que le dossier a jugée conforme (CI-15)."""
        if dossier.besoins is None:
            return ()
        conversions = conversions_a_eprouver(dossier)
        catalogue = await self.catalogue.offres(conversions)
        ententes = await self._ententes(
            {lue.offre.caracteristiques.entente_id for lue in catalogue.values()}
        )
        return chiffrer_planchers(
            conversions, dossier.besoins, ententes=ententes, catalogue=catalogue, le=le
        )

    async def _ententes(self, identifiants: Iterable[UUID]) -> Mapping[UUID, EntenteCadre]:
        return {i: await self.catalogue.entente(i) for i in identifiants}


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceDite:
    """Une pièce que porte un geste : son identité, son genre, ce que dit le document."""

    piece_id: UUID
    genre: GenrePiece
    titre: str
    empreinte: str
    datee_le: date


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des dossiers d'acquisition."""

    acquisitions: Acquisitions
    decrets: Decrets
    pieces: Pieces
    ordre_du_jour: Mapping[str, str]
    """Les points de la rencontre de démarrage : code, libellé (CI-16)."""
    droits: Droits
    grilles: Grilles
    """De quoi estimer les frais du Courtier, à part du prix."""
    prepares: Prepares

    async def charger(self, dossier_id: UUID, acte: Acte) -> Dossier:
        """Verrouillé, tel que l'appelant l'a lu; lève `Conflit` (DEM-14) d'un inactif."""
        dossier = acte.sur(await self.acquisitions.dossiers.charger(dossier_id))
        (await self.acquisitions.organismes.lire(dossier.organisme)).exiger_actif(acte.le)
        return dossier

    async def exiger_un_compte(self, acte: Acte) -> None:
        """Qui tire d'un dossier les prix du jour lit le Catalogue; lève `Interdit` (CI-11)."""
        acteur = acte.acteur
        if acteur.organisme is not None:
            droit = await self.droits.droit(acteur.organisme, acteur.sujet)
            droit.exiger(jour_de_quebec(acte.le))

    async def regarder(self, dossier: Dossier, le: datetime) -> DossierVu:
        """Le dossier et ce dont il dépend à cet instant."""
        return DossierVu(dossier, await self.acquisitions.circonstances(dossier, le))

    async def avancer(self, dossier: Dossier, contenu: Contenu, acte: Acte) -> Resultat[DossierVu]:
        """Pose le geste, si ses préalables sont tenus, et le garde; lève ce que lève `avancer`."""
        circonstances = await self.acquisitions.circonstances(dossier, acte.le)
        avance = avancer(dossier, contenu, circonstances, acte)
        await self.acquisitions.dossiers.enregistrer(avance)
        clos, tenu = avance.issue is not None, dossier.contrat_id
        if tenu is not None and (clos or avance.contrat_id != tenu):
            await self.prepares.defaire(tenu, acte, clos=clos)
        vu = await self.regarder(avance, acte.le)
        return Resultat(vu, *faits_de(dossier, contenu, acte))

    async def ajouter_pieces(
        self, dossier: Dossier, pieces: Sequence[PieceDite], acte: Acte
    ) -> Sequence[Piece]:
        """Garde ces pièces du dossier; lève `Conflit` (CI-23) d'un document daté de l'avenir."""
        deposees = [
            Piece.deposer(
                dite.piece_id,
                dossier.organisme,
                dite.genre,
                titre=dite.titre,
                empreinte=dite.empreinte,
                datee_le=dite.datee_le,
                dossier_id=dossier.id,
                acte=acte,
            )
            for dite in pieces
        ]
        for piece in deposees:
            await self.pieces.ajouter(piece)
        return deposees

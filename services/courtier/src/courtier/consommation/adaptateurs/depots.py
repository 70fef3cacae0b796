"""La consommation sur PostgreSQL."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import (
    Integer,
    Table,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as inserer

from courtier.consommation.adaptateurs import tables as t
from courtier.consommation.adaptateurs.conversion import (
    bilan_de,
    commande_de,
    facture_de,
    ligne_de_bilan,
    ligne_de_commande,
    ligne_de_facture,
    parallele_de,
)
from courtier.consommation.adaptateurs.vues import CATEGORIES, PARALLELES
from courtier.consommation.domaine.bilan import Bilan
from courtier.consommation.domaine.commandes import Commande, FactureFournisseur, cle_de
from courtier.consommation.domaine.prevision import Engagement
from courtier.consommation.domaine.recoupements import Parallele
from courtier.contrats.domaine.contrat import Contrat
from noyau import ZERO, Conflit, Montant
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet, trouver, une
from socle.bd.instructions import Requete, parmi
from socle.bd.pannes import est_unicite

_b = t.bilans.c
_BILAN = select(t.bilans).where(
    _b.organisme == bindparam("organisme"), _b.contrat_id == bindparam("contrat_id")
)
_NEUF = inserer(t.bilans)
_TENIR = _NEUF.on_conflict_do_update(
    index_elements=[_b.organisme, _b.contrat_id],
    set_={c.name: _NEUF.excluded[c.name] for c in _b if c.name not in {"organisme", "contrat_id"}},
)
_bon, _cle = t.commandes.c.bon == bindparam("bon"), t.commandes.c.cle == bindparam("cle")
_DU_BON = (
    select(t.commandes)
    .where(
        t.commandes.c.contrat_id == bindparam("contrat_id"),
        or_(_bon, _cle),
        t.commandes.c.annulee_le.is_(None),
    )
    # Le même au caractère près l'emporte : deux d'avant ont pu ne différer que par la casse.
    .order_by(_bon.desc())
    .limit(1)
)
_f = t.factures.c
_ATTENDENT = (
    _f.contrat_id == bindparam("du_contrat"),
    _f.commande_id.is_(None),
    _f.annulee_le.is_(None),
)
_EN_ATTENTE = (
    select(_f.bon_cle, func.sum(_f.montant).label("montant"))
    .where(*_ATTENDENT, parmi(_f.bon_cle, "bons"))
    .group_by(_f.bon_cle)
)
_RATTACHER = (
    update(t.factures)
    .where(*_ATTENDENT, _f.bon_cle == bindparam("du_bon"))
    .values(commande_id=bindparam("apres"))
)
_numero, _cle_du_numero = _f.numero == bindparam("numero"), _f.cle == bindparam("cle")
_DU_NUMERO = (
    select(t.factures)
    .where(
        _f.contrat_id == bindparam("contrat_id"),
        or_(_numero, _cle_du_numero),
        _f.annulee_le.is_(None),
    )
    .order_by(_numero.desc())
    .limit(1)
)
_NOTES = select(func.coalesce(func.sum(_f.montant), 0)).where(
    _f.organisme == bindparam("chez"), _f.reduit == bindparam("celle"), _f.annulee_le.is_(None)
)
_SOUS_BON_INCONNU = select(func.coalesce(func.sum(_f.montant), 0)).where(
    *_ATTENDENT, _f.bon_cle.is_not(None)
)
_REPORTER = (
    update(t.factures)
    .where(
        t.factures.c.organisme == bindparam("de_l_organisme"),
        t.factures.c.commande_id == bindparam("avant"),
    )
    .values(commande_id=bindparam("apres"))
)


def _une_de(table: Table) -> Requete:
    return select(table).where(
        table.c.id == bindparam("id"), table.c.contrat_id == bindparam("contrat_id")
    )


def _changer(table: Table, *noms: str) -> Requete:
    return (
        update(table)
        .where(table.c.organisme == bindparam("chez"), table.c.id == bindparam("celle"))
        .values({nom: bindparam(nom, type_=table.c[nom].type) for nom in noms})
    )


def _sommes_de(table: Table) -> Requete:
    return (
        select(table.c.datee_le, func.sum(table.c.montant).label("montant"))
        .where(table.c.contrat_id == bindparam("contrat_id"), table.c.annulee_le.is_(None))
        .group_by(table.c.datee_le)
    )


_lignes = (
    func.jsonb_to_recordset(t.commandes.c.lignes)
    .table_valued(
        column("offre_id", Uuid),
        column("composante", Text),
        column("mois", Integer),
        column("montant", JSONB),
        name="lignes_commandees",
    )
    .render_derived(with_types=True)
)
_QUOI = (t.commandes.c.datee_le, *(_lignes.c[nom] for nom in ("offre_id", "composante", "mois")))
_ENGAGEMENTS = (
    select(*_QUOI, func.sum(_lignes.c.montant["cents"].as_integer()).label("cents"))
    .select_from(t.commandes.join(_lignes, true()))
    .where(t.commandes.c.contrat_id == bindparam("contrat_id"), t.commandes.c.annulee_le.is_(None))
    .group_by(*_QUOI)
)
_ANNULATION = ("annulee_par", "annulee_le", "annulee_motif")
_UNE_COMMANDE, _UNE_FACTURE = _une_de(t.commandes), _une_de(t.factures)
_CHANGER_COMMANDE = _changer(t.commandes, "facture", *_ANNULATION)
_CHANGER_FACTURE = _changer(t.factures, *_ANNULATION)
_COMMANDE, _FACTURE = insert(t.commandes), insert(t.factures)
_COMMANDES_PAR_JOUR, _FACTURES_PAR_JOUR = _sommes_de(t.commandes), _sommes_de(t.factures)


@dataclass(frozen=True, slots=True)
class ConsommationsSql:
    """Tient `ports.Consommations`, et les engagements que lisent les avenants."""

    connexion: Connexion

    async def bilan(self, contrat: Contrat) -> Bilan:
        ligne = await trouver(
            self.connexion, _BILAN, organisme=contrat.organisme, contrat_id=contrat.id
        )
        if ligne is None:
            return Bilan(contrat_id=contrat.id, organisme=contrat.organisme)
        return bilan_de(ligne)

    async def engage(self, organisme: str, contrat_id: UUID) -> Montant:
        ligne = await trouver(self.connexion, _BILAN, organisme=organisme, contrat_id=contrat_id)
        return ZERO if ligne is None else bilan_de(ligne).consomme

    async def facture_au_total(self, organisme: str, contrat_id: UUID) -> Montant:
        ligne = await trouver(self.connexion, _BILAN, organisme=organisme, contrat_id=contrat_id)
        return ZERO if ligne is None else bilan_de(ligne).facture

    async def tenir(self, bilan: Bilan) -> None:
        await self.connexion.ecrire(_TENIR, ligne_de_bilan(bilan))

    async def commande(self, contrat_id: UUID, identifiant: UUID) -> Commande:
        absente = "Commande introuvable."
        return commande_de(
            await une(self.connexion, _UNE_COMMANDE, absente, id=identifiant, contrat_id=contrat_id)
        )

    async def commande_du_bon(self, contrat_id: UUID, bon: str) -> Commande | None:
        ligne = await trouver(
            self.connexion, _DU_BON, contrat_id=contrat_id, bon=bon, cle=cle_de(bon)
        )
        return None if ligne is None else commande_de(ligne)

    async def en_attente(self, contrat_id: UUID, bons: Collection[str]) -> Mapping[str, Montant]:
        lues = await self.connexion.lignes(
            _EN_ATTENTE, {"du_contrat": contrat_id, "bons": [cle_de(bon) for bon in bons]}
        )
        return {ligne.bon_cle: Montant.de(ligne.montant) for ligne in lues}

    async def rattacher(self, commande: Commande) -> None:
        await self.connexion.ecrire(
            _RATTACHER,
            {
                "du_contrat": commande.contrat_id,
                "du_bon": cle_de(commande.bon),
                "apres": commande.id,
            },
        )

    async def sous_bon_inconnu(self, contrat: Contrat) -> Montant:
        return Montant.de(
            await self.connexion.valeur(_SOUS_BON_INCONNU, {"du_contrat": contrat.id})
        )

    async def ajouter_commande(self, commande: Commande) -> None:
        with _unique("Une commande du contrat porte déjà ce numéro de bon."):
            await self.connexion.ecrire(_COMMANDE, ligne_de_commande(commande))

    async def enregistrer_commande(self, commande: Commande) -> None:
        await self._changer(_CHANGER_COMMANDE, ligne_de_commande(commande), "facture", *_ANNULATION)

    async def reporter_factures(self, de: Commande, vers: Commande) -> None:
        await self.connexion.ecrire(
            _REPORTER, {"de_l_organisme": de.organisme, "avant": de.id, "apres": vers.id}
        )

    async def facture(self, contrat_id: UUID, identifiant: UUID) -> FactureFournisseur:
        absente = "Facture introuvable."
        return facture_de(
            await une(self.connexion, _UNE_FACTURE, absente, id=identifiant, contrat_id=contrat_id)
        )

    async def facture_du_numero(self, contrat_id: UUID, numero: str) -> FactureFournisseur:
        ligne = await trouver(
            self.connexion, _DU_NUMERO, contrat_id=contrat_id, numero=numero, cle=cle_de(numero)
        )
        if ligne is None:
            raise Conflit("Aucune facture du contrat ne porte ce numéro.", regle="CI-19")
        return facture_de(ligne)

    async def notes_de(self, facture: FactureFournisseur) -> Montant:
        qui = {"chez": facture.organisme, "celle": facture.id}
        return Montant.de(await self.connexion.valeur(_NOTES, qui))

    async def ajouter_facture(self, facture: FactureFournisseur) -> None:
        with _unique("Une facture du contrat porte déjà ce numéro."):
            await self.connexion.ecrire(_FACTURE, ligne_de_facture(facture))

    async def enregistrer_facture(self, facture: FactureFournisseur) -> None:
        await self._changer(_CHANGER_FACTURE, ligne_de_facture(facture), *_ANNULATION)

    async def sommes(
        self, contrat: Contrat
    ) -> tuple[Mapping[date, Montant], Mapping[date, Montant]]:
        commandes, factures = [
            {
                ligne.datee_le: Montant.de(ligne.montant)
                for ligne in await self.connexion.lignes(requete, {"contrat_id": contrat.id})
            }
            for requete in (_COMMANDES_PAR_JOUR, _FACTURES_PAR_JOUR)
        ]
        return commandes, factures

    async def engagements(self, contrat: Contrat) -> Sequence[Engagement]:
        lues = await self.connexion.lignes(_ENGAGEMENTS, {"contrat_id": contrat.id})
        return [objet(Engagement, ligne, montant=Montant(int(ligne.cents))) for ligne in lues]

    async def paralleles(self, contrat: Contrat) -> Sequence[Parallele]:
        lues = await self.connexion.lignes(
            PARALLELES,
            {
                "organisme": contrat.organisme,
                "contrat_id": contrat.id,
                "debut": contrat.termes.debut,
                "fin": contrat.fin,
            },
        )
        return [parallele_de(ligne) for ligne in lues]

    async def categories(self, offres: Collection[UUID]) -> Mapping[UUID, str]:
        lues = await self.connexion.lignes(CATEGORIES, {"ids": list(offres)})
        return {ligne.id: ligne.categorie for ligne in lues}

    async def _changer(self, requete: Requete, ligne: Mapping[str, object], *noms: str) -> None:
        valeurs = {nom: ligne[nom] for nom in noms}
        await self.connexion.ecrire(
            requete, {**valeurs, "chez": ligne["organisme"], "celle": ligne["id"]}
        )


@contextmanager
def _unique(message: str) -> Iterator[None]:
    """Lève `Conflit` (CI-19) quand la base refuse un double."""
    try:
        yield
    except Exception as erreur:
        if est_unicite(erreur):
            raise Conflit(message, regle="CI-19") from erreur
        raise

"""Ce que les écrans et les travaux lisent : une question, une requête."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Select, Text, Uuid, column, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contrats import sujet_de
from facturation.adaptateurs import tables as t
from facturation.adaptateurs.dossiers import lire_dossier, organismes_connus
from facturation.adaptateurs.lignes import execution_de
from facturation.cas_usage.emettre_facture import EmettreFacture
from facturation.cas_usage.revoir_attentes import RevoirAttentes
from facturation.domaine.executions import EtatSort, Execution
from facturation.domaine.factures import Projet
from socle.bus.jalons import jalon_atteint
from socle.noyau import Conflit, Introuvable, Mois

FACTURES_CLES = (t.factures.c.numero,)
LIGNES_CLES = (t.lignes.c.rang,)
ATTENTES_CLES = (
    t.lignes_en_attente.c.organisme,
    t.lignes_en_attente.c.source,
    t.lignes_en_attente.c.tarif,
    t.lignes_en_attente.c.nature,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apercu:
    """Ce que l'émission ferait d'un organisme : un projet, une facture déjà émise, une raison."""

    organisme: str
    projet: Projet | None = None
    numero: str | None = None
    raison: str | None = None


async def organismes(connexion: AsyncConnection, organisme: str | None) -> Sequence[str]:
    """Les organismes visés; lève `Introuvable` si celui qui est nommé n'est pas connu."""
    connus = await organismes_connus(connexion)
    if organisme is None:
        return connus
    if organisme not in connus:
        raise Introuvable("Cet organisme n'existe pas.")
    return [organisme]


async def apercu(connexion: AsyncConnection, periode: Mois, organisme: str) -> Apercu:
    """Le même calcul que l'émission, sans rien écrire (FAC-7)."""
    try:
        dossier = await lire_dossier(connexion, organisme)
        numero = dossier.emises.get(periode)
        if numero is not None:
            return Apercu(organisme=organisme, numero=numero)
        return Apercu(organisme=organisme, projet=dossier.projeter(periode))
    except Conflit as refus:
        return Apercu(organisme=organisme, raison=refus.message)


async def execution(connexion: AsyncConnection, identifiant: UUID) -> Execution:
    """Une exécution et le sort de ses organismes; lève `Introuvable`."""
    lignes = await connexion.execute(select(t.executions).where(t.executions.c.id == identifiant))
    ligne = lignes.one_or_none()
    if ligne is None:
        raise Introuvable("Cette exécution n'existe pas.")
    sorts = await connexion.execute(
        select(t.sorts).where(t.sorts.c.execution_id == identifiant).order_by(t.sorts.c.organisme)
    )
    return execution_de(ligne, sorts)


async def parts_a_faire(connexion: AsyncConnection) -> Sequence[EmettreFacture]:
    """Ce que les exécutions attendent encore, la plus ancienne d'abord."""
    requete = (
        select(t.sorts.c.execution_id, t.sorts.c.organisme, t.executions.c.periode)
        .join_from(t.sorts, t.executions)
        .where(t.sorts.c.etat == EtatSort.A_FAIRE.value)
        .order_by(t.executions.c.demandee_le, t.sorts.c.execution_id, t.sorts.c.organisme)
    )
    return [
        EmettreFacture(execution_id=identifiant, organisme=organisme, periode=Mois.lire(periode))
        for identifiant, organisme, periode in await connexion.execute(requete)
    ]


async def organismes_a_revoir(connexion: AsyncConnection) -> Sequence[RevoirAttentes]:
    """Les organismes dont les attentes sont à revoir, une fois le catalogue d'alors tout reçu.

    Un fait plus récent que le catalogue connu n'attend peut-être que son tarif, déjà publié.
    """
    jalon = await jalon_atteint(connexion, [sujet_de("catalogue")])
    if jalon is None:
        return []
    requete = (
        select(t.revues.c.organisme)
        .join(t.clients, t.clients.c.organisme == t.revues.c.organisme)
        .where(t.revues.c.demandee_le <= jalon)
        .order_by(t.revues.c.organisme)
    )
    return [RevoirAttentes(o) for o in (await connexion.execute(requete)).scalars()]


def factures(*, organisme: str | None, periode: str | None) -> Select[Any]:
    """Les factures émises, sans leurs lignes."""
    f = t.factures.c
    requete = select(
        f.numero, f.organisme, f.periode, f.emise_le, f.nombre_lignes, f.total_avant_taxes,
        f.tps, f.tvq, f.total, f.empreinte,
    )  # fmt: skip
    if organisme is not None:
        requete = requete.where(f.organisme == organisme)
    if periode is not None:
        requete = requete.where(f.periode == periode)
    return requete


async def facture(connexion: AsyncConnection, numero: str) -> dict[str, Any]:
    """Le document d'une facture, avec son empreinte; lève `Introuvable`."""
    f, lignes = t.factures.c, t.lignes.c
    trouvees = await connexion.execute(
        select(f.organisme, f.periode, f.entete, f.empreinte).where(f.numero == numero)
    )
    trouvee = trouvees.one_or_none()
    if trouvee is None:
        raise Introuvable("Cette facture n'existe pas.")
    corps = await connexion.execute(
        select(lignes.donnees)
        .where(lignes.organisme == trouvee.organisme, lignes.periode == trouvee.periode)
        .order_by(lignes.rang)
    )
    return {
        **trouvee.entete,
        "lignes": list(corps.scalars()),
        "empreinte": trouvee.empreinte,
    }


async def exiger_facture(connexion: AsyncConnection, numero: str) -> None:
    """Lève `Introuvable` si la facture n'est pas visible."""
    trouvee = await connexion.scalar(
        select(t.factures.c.numero).where(t.factures.c.numero == numero)
    )
    if trouvee is None:
        raise Introuvable("Cette facture n'existe pas.")


def lignes(numero: str) -> Select[Any]:
    """Les lignes d'une facture."""
    return (
        select(t.lignes.c.rang, t.lignes.c.donnees)
        .join_from(t.lignes, t.factures)
        .where(t.factures.c.numero == numero)
    )


def lignes_en_attente(*, organisme: str | None, levees: bool) -> Select[Any]:
    """Ce qui attend un montant, ou ce qui a fini par en trouver un."""
    a = t.lignes_en_attente.c
    requete = select(t.lignes_en_attente).where(
        a.levee_le.is_not(None) if levees else a.levee_le.is_(None)
    )
    return requete if organisme is None else requete.where(a.organisme == organisme)


_ABONNEMENTS = """
SELECT DISTINCT ON (f.organisme, f.source, tarif.code)
       f.organisme, f.source, tarif.code AS tarif, f.produit, f.effet AS debut, fin.effet AS fin,
       (f.donnees ->> 'quantite')::int AS quantite, f.evenement
FROM faits AS f
CROSS JOIN LATERAL (
  SELECT unnest(p.tarifs) AS code FROM (
    SELECT tarifs FROM produits WHERE produits.code = f.produit
    ORDER BY depuis <= f.survenu_le DESC,
             CASE WHEN depuis <= f.survenu_le THEN depuis END DESC, depuis
    LIMIT 1
  ) AS p
  UNION ALL SELECT f.donnees ->> 'tarif' WHERE f.genre = 'souscription'
) AS tarif
LEFT JOIN LATERAL (
  SELECT min(x.effet) AS effet FROM faits AS x
  WHERE x.organisme = f.organisme AND x.source = f.source
    AND x.genre IN ('fin_actif', 'resiliation')
) AS fin ON true
WHERE f.genre IN ('livraison', 'souscription')
  AND EXISTS (
    SELECT FROM fiches, jsonb_array_elements(fiches.tarifs) AS t
    WHERE t ->> 'code' = tarif.code AND t ->> 'unite' = 'mois'
  )
ORDER BY f.organisme, f.source, tarif.code, f.survenu_le
"""
_a = (
    text(_ABONNEMENTS)
    .columns(
        column("organisme", Text),
        column("source", Text),
        column("tarif", Text),
        column("produit", Text),
        column("debut", Date),
        column("fin", Date),
        column("quantite", Integer),
        column("evenement", Uuid),
    )
    .subquery("abonnements")
)
ABONNEMENTS_CLES = (_a.c.organisme, _a.c.source, _a.c.tarif)


def abonnements(*, organisme: str | None, le: date | None) -> Select[Any]:
    """Les abonnements, un par source et tarif mensuel; `le` : ceux qui courent ce jour-là."""
    requete = select(_a)
    if organisme is not None:
        requete = requete.where(_a.c.organisme == organisme)
    if le is not None:
        requete = requete.where(_a.c.debut <= le, (_a.c.fin > le) | _a.c.fin.is_(None))
    return requete

"""Deux références pour l'émission : un facturier à l'ORM, ligne à ligne, et le SQL seul.

Le premier est celui qu'on écrit d'abord avec SQLAlchemy : il lit les abonnements de l'organisme,
un objet chacun, compte le mois, ajoute un objet par ligne et l'écrit aussitôt. Attentif, il relit
de chaque abonnement ses faits et ce qui en est déjà facturé, sans quoi il facturerait deux fois;
sinon, il ne fait qu'écrire, ligne à ligne ou tout d'un coup. Il ne sait ni corriger, ni expliquer,
ne scelle rien, ne publie rien.
Le second recopie un mois en une instruction : nulle émission ne peut aller plus vite.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Literal, TypeAlias

import asyncpg
from sqlalchemy import Connection, MetaData, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import registry

from noyau import Mois

Maniere: TypeAlias = Literal["attentif", "ligne à ligne", "en lot"]
"""Comment l'ORM écrit ses lignes."""
CENT: Final = Decimal("0.01")
TABLES: Final = ("abonnements", "faits", "fiches", "factures", "lignes")
_FACTURE: Final = """
INSERT INTO factures
SELECT organisme, $3, nature, organisme || $3, emise_le, nombre_lignes, total_avant_taxes, tps, tvq,
       total, entete, empreinte
FROM factures WHERE organisme = $1 AND periode = $2
"""
_LIGNES: Final = """
INSERT INTO lignes
SELECT organisme, $3, rang, source, tarif, nature, $4::date, cle, montant, tps, tvq, ajustement,
       actes, donnees || jsonb_build_object('periode', $3::text, 'debut', $4::date, 'fin', $5::date)
FROM lignes WHERE organisme = $1 AND periode = $2
"""


async def recopier(pilote: asyncpg.Connection, organisme: str, modele: Mois, voulu: Mois) -> None:
    """Les lignes d'un mois deviennent celles d'un autre, à leurs dates."""
    async with pilote.transaction():
        await pilote.execute(_FACTURE, organisme, str(modele), str(voulu))
        await pilote.execute(_LIGNES, organisme, str(modele), str(voulu), voulu.debut, voulu.fin)


@dataclass(frozen=True, slots=True)
class FacturierOrm:
    """Les cinq tables, un objet par ligne, sans rien de la facturation."""

    moteur: AsyncEngine
    classes: dict[str, type[Any]]

    @classmethod
    @asynccontextmanager
    async def ouvrir(cls, dsn: str) -> AsyncIterator["FacturierOrm"]:
        """Lit la forme des tables dans la base, comme le ferait un automate."""
        moteur = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://"))
        try:
            async with moteur.connect() as connexion:
                classes = await connexion.run_sync(_classes)
            yield cls(moteur, classes)
        finally:
            await moteur.dispose()

    async def facturer(self, organisme: str, periode: Mois, maniere: Maniere) -> Decimal:
        """Écrit la facture du mois; rend son total."""
        abonnement_, fiche_, facture_, ligne_ = (
            self.classes[nom] for nom in ("abonnements", "fiches", "factures", "lignes")
        )
        async with AsyncSession(self.moteur) as session, session.begin():
            fiche = (await session.scalars(select(fiche_))).one()
            prix = {t["code"]: Decimal(t["montant"]) for t in fiche.tarifs}
            siens = select(abonnement_).where(abonnement_.organisme == organisme)
            abonnements = (await session.scalars(siens)).all()
            montants = [_du(a, periode, prix[a.tarif]) for a in abonnements]
            total = sum(montants, Decimal(0))
            session.add(facture_(**_entete(organisme, periode, len(abonnements), total)))
            await session.flush()
            for rang, (a, montant) in enumerate(zip(abonnements, montants, strict=True), 1):
                if maniere == "attentif" and await self._deja(session, a, periode):
                    raise AssertionError(f"{a.source} est déjà facturé pour {periode}.")
                session.add(ligne_(**_ligne(a, periode, rang, montant, prix[a.tarif])))
                if maniere != "en lot":
                    await session.flush()
        return total

    async def _deja(self, session: AsyncSession, abonnement: Any, periode: Mois) -> bool:  # noqa: ANN401 -- un objet lu
        """Vrai si le mois est déjà facturé, ou si les faits ne le disent pas dû."""
        fait_, ligne_ = self.classes["faits"], self.classes["lignes"]
        siens = [
            (c.organisme == abonnement.organisme) & (c.source == abonnement.source)
            for c in (fait_, ligne_)
        ]
        faits = (await session.scalars(select(fait_).where(siens[0]))).all()
        facturee = select(ligne_.rang).where(siens[1], ligne_.debut == periode.debut)
        return not faits or await session.scalar(facturee) is not None


def _classes(connexion: Connection) -> dict[str, type[Any]]:
    metadonnees, registre = MetaData(), registry()
    metadonnees.reflect(connexion, only=TABLES)
    classes = {nom: type(nom, (), {}) for nom in TABLES}
    for nom, classe in classes.items():
        registre.map_imperatively(classe, metadonnees.tables[nom])
    return classes


def _du(abonnement: Any, periode: Mois, prix: Decimal) -> Decimal:  # noqa: ANN401 -- un objet lu
    """Le prorata des jours du mois, arrondi au cent."""
    fin = min(abonnement.fin or date.max, periode.fin)
    jours = Decimal((fin - max(abonnement.debut, periode.debut)).days)
    du: Decimal = prix * abonnement.quantite * jours / periode.jours
    return du.quantize(CENT, ROUND_HALF_UP)


def _entete(organisme: str, periode: Mois, nombre: int, total: Decimal) -> dict[str, Any]:
    return {
        "organisme": organisme,
        "periode": str(periode),
        "nature": "facture",
        "numero": f"{organisme}{periode}",
        "emise_le": periode.fin,
        "nombre_lignes": nombre,
        "total_avant_taxes": total,
        "tps": Decimal(0),
        "tvq": Decimal(0),
        "total": total,
        "entete": {"organisme": organisme, "periode": str(periode), "total": str(total)},
        "empreinte": "",
    }


def _ligne(
    a: Any,  # noqa: ANN401 -- un objet lu
    periode: Mois,
    rang: int,
    montant: Decimal,
    prix: Decimal,
) -> dict[str, Any]:
    return {
        "organisme": a.organisme,
        "periode": str(periode),
        "rang": rang,
        "source": a.source,
        "tarif": a.tarif,
        "nature": "abonnement",
        "debut": periode.debut,
        "cle": "",
        "montant": montant,
        "tps": Decimal(0),
        "tvq": Decimal(0),
        "ajustement": Decimal(0),
        "actes": [a.evenement],
        "donnees": {
            "source": a.source,
            "produit": a.produit,
            "tarif": a.tarif,
            "prix": str(prix),
            "quantite": str(a.quantite),
            "montant": str(montant),
            "calcul": f"{prix} $ × {a.quantite} × un mois = {montant} $",
        },
    }

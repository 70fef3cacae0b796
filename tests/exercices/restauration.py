"""L'exercice : une erreur, un retour à l'instant d'avant, et la numérotation sans trou ni double.

Puis la perte du site : ce que l'archive n'avait pas, et ce que le bus en dit.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from contrats import catalogue, demandes
from outils.essais.bus import lire_le_bus
from socle.bus.kafka import ReglagesBus
from socle.horloge import horloge_systeme
from tests.exercices.defauts import exiger
from tests.exercices.lieu import ARCHIVAGE_S, Lieu
from tests.exercices.mise_a_niveau import exiger_sans_trou
from tests.exercices.resultats import Mesure

CODES = ("MTQ", "RAMQ", "SAAQ", "MCE", "MSSS", "MEQ")
POSTES = 40
"""Postes livrés à chacun."""
SUJET = "sbg.facturation.v1"
PRODUCTEURS = ("sbg.catalogue.v1", "sbg.courtier.v1", "sbg.demandes.v1")
DEPART = datetime(2026, 9, 1, 12, tzinfo=UTC)
OCTOBRE = datetime(2026, 10, 1, 14, tzinfo=UTC)
RPO_S, RTO_S = 300.0, 3_600.0
EN_PRODUCTION_S = 60
"""`archive_timeout` de docs/exploitation/sauvegarde.md."""
_DOCUMENTS = "SELECT organisme, numero, empreinte FROM factures ORDER BY numero"
_BOITE_VIDE = "SELECT count(*) FROM socle_outbox"


def faits() -> list[Any]:
    """Un catalogue d'un tarif, des organismes, leurs postes."""
    quantite = catalogue.Quantite(forme="mois")
    tarif = catalogue.Tarif.model_validate(
        {
            "code": "POSTE-01",
            "libelle": "Poste",
            "montant": Decimal("147.00"),
            "du": {"livraison": True},
            "quantite": quantite,
        }
    )
    fiche = catalogue.FichePubliee(
        code="POSTES", titre="Postes", version=1, debut=date(2026, 4, 1), tarifs=(tarif,),
        indicateurs=(),
    )  # fmt: skip
    produit = catalogue.ProduitInscrit(
        code="BUREAU-STD", libelle="Poste", categorie="Essai", sorte="materiel", statut="actif",
        noyau=False, normalise=True, tarifs=("POSTE-01",),
    )  # fmt: skip
    livres = [_livre(code) for code in CODES for _ in range(POSTES)]
    return [fiche, produit, *map(_organisme, CODES), *livres]


def _organisme(code: str) -> demandes.OrganismeInscrit:
    return demandes.OrganismeInscrit(
        organisme=code,
        nom=f"Ministère {code}",
        adresse="1, rue de l'Essai, Québec",
        destinataire=demandes.Destinataire(nom="Camille Tremblay", courriel="c@exemple.qc.ca"),
        assujetti_rcti=True,
        profils_taxes=(demandes.ProfilTaxes(debut=date(2026, 4, 1), taxable=True),),
    )


def _livre(code: str) -> demandes.PosteLivre:
    return demandes.PosteLivre(
        organisme=code, demande_id=uuid4(), article_id=uuid4(), actif_id=uuid4(),
        produit="BUREAU-STD", quantite=1,
    )  # fmt: skip


async def jouer(lieu: Lieu) -> list[Mesure]:
    """Joue l'exercice; lève `ExerciceManque` si une justesse manque."""
    mesures: list[Mesure] = []
    await _mettre_en_marche(lieu)
    _emettre(lieu, "MTQ")
    sauvegarde = lieu.dossier / "sauvegarde"
    debut = time.monotonic()
    lieu.sbg("sauvegarder", str(sauvegarde))
    mesures.append(Mesure("sauvegarde : copie physique, vérifiée", time.monotonic() - debut, "s"))
    _emettre(lieu, "RAMQ")
    await lieu.attendre(_BOITE_VIDE, 0, "boîte d'envoi")
    avant, instant = await _documents(lieu), horloge_systeme()
    await asyncio.sleep(1.5)
    for code in CODES[2:]:
        _emettre(lieu, code)
    await lieu.attendre(_BOITE_VIDE, 0, "boîte d'envoi")
    publies = await _documents(lieu)
    mesures += await _revenir(lieu, sauvegarde, instant, avant)
    mesures += await _reemettre(lieu, publies)
    mesures += await _refaire(lieu)
    await _relire_le_bus(lieu.bus, publies)
    mesures += await _perdre_le_site(lieu, sauvegarde)
    return mesures


async def _mettre_en_marche(lieu: Lieu) -> None:
    await lieu.monter(DEPART)
    lieu.commander("migrer")
    await lieu.producteurs.publier(faits(), DEPART)
    lieu.demarrer("consommateur")
    voulus = len(CODES) * POSTES
    await lieu.attendre("SELECT count(*) FROM faits", voulus, "faits reçus")
    lieu.horloge.avancer(OCTOBRE)
    await lieu.producteurs.jalonner(OCTOBRE, PRODUCTEURS)
    lieu.demarrer("relais")
    await lieu.attendre_pret("relais")
    await lieu.attendre(
        f"SELECT count(DISTINCT sujet) FROM socle_jalons WHERE jusqua >= '{OCTOBRE.isoformat()}'",
        len(PRODUCTEURS),
        "jalons reçus",
    )


def _emettre(lieu: Lieu, code: str, sortie: int = 0) -> None:
    lieu.commander("emettre", "2026-09", "--organisme", code, code=sortie)


async def _documents(lieu: Lieu) -> Mapping[str, tuple[str, str]]:
    return {d["organisme"]: (d["numero"], d["empreinte"]) for d in await lieu.lire(_DOCUMENTS)}


async def _revenir(
    lieu: Lieu, sauvegarde: Path, instant: datetime, avant: Mapping[str, tuple[str, str]]
) -> list[Mesure]:
    """L'erreur, puis le retour à l'instant d'avant; le chronomètre part de l'erreur connue."""
    await lieu.lire("TRUNCATE clients CASCADE")
    await lieu.archiver()
    debut = time.monotonic()
    for role in ("relais", "consommateur"):
        lieu.arreter(role)
    lieu.serveur.arreter()
    await lieu.restaurer("ramenee", sauvegarde, instant)
    ramenes = await _documents(lieu)
    exiger(ramenes == avant, f"la base n'est pas celle de l'instant : {ramenes}, {avant}")
    lecture_seule = await lieu.valeur("SHOW default_transaction_read_only")
    exiger(lecture_seule == "on", "la base restaurée s'écrit avant d'être réalignée")
    lieu.demarrer("relais")
    await lieu.attendre_pret("relais", "realigner")
    lieu.arreter("relais")
    exiger("realigner" in lieu.sbg("docteur", "--service", "facturation", code=1), "docteur muet")
    dit = lieu.commander("realigner", "--depuis", instant.isoformat(), "--oui")
    perdus = len(CODES) - len(avant)
    exiger(dit.count("facture.émise") == perdus, f"orphelins mal dits :\n{dit}")
    lieu.sbg("entretien", "fermer")
    for role in ("consommateur", "relais"):
        lieu.demarrer(role)
    for role in ("consommateur", "relais"):
        await lieu.attendre_pret(role)
    duree = time.monotonic() - debut
    return [
        Mesure("retour à un instant : de l'erreur au service rendu (RTO)", duree, "s", RTO_S),
        Mesure("documents publiés après l'instant, retrouvés du bus", perdus, "documents"),
    ]


async def _reemettre(lieu: Lieu, publies: Mapping[str, tuple[str, str]]) -> list[Mesure]:
    """Le mois se réémet, dans un autre ordre : mêmes numéros, mêmes empreintes."""
    exiger("Numéros retenus : 4" in lieu.commander("numeros", "lister", code=1), "retenus")
    for code in reversed(CODES[2:]):
        _emettre(lieu, code)
    documents = await _documents(lieu)
    exiger(documents == publies, f"un numéro a changé de document : {documents}, {publies}")
    numeros = sorted(numero for numero, _ in documents.values())
    rangs = [int(numero.rpartition("-")[2]) for numero in numeros]
    exiger(rangs == list(range(1, len(CODES) + 1)), f"la suite a un trou : {numeros}")
    for commande in (("numeros", "lister"), ("verifier-audit",), ("verifier-factures",)):
        lieu.commander(*commande)
    lieu.sbg("docteur", "--service", "facturation")
    return [Mesure("numéros en double, en trou ou changés de document", 0, "", 0)]


async def _refaire(lieu: Lieu) -> list[Mesure]:
    """Refait les modèles de lecture du bus, et retrouve les mêmes."""
    lieu.arreter("consommateur")
    requete = "SELECT count(*) AS faits, count(DISTINCT organisme) AS organismes FROM faits"
    avant = await lieu.lire(requete)
    debut = time.monotonic()
    lieu.commander("reconstruire", "--oui")
    duree = time.monotonic() - debut
    exiger(await lieu.lire(requete) == avant, "les modèles de lecture refaits diffèrent")
    lus = avant[0]["faits"]
    return [
        Mesure("reconstruction des modèles de lecture de facturation", duree, "s", RTO_S),
        Mesure("  dont par millier de faits", 1_000 * duree / lus, "s"),
    ]


async def _relire_le_bus(bus: ReglagesBus, publies: Mapping[str, tuple[str, str]]) -> None:
    """Chaque document n'y est qu'une fois, et chaque clé compte ses faits sans trou."""
    messages = await lire_le_bus(bus, SUJET)
    documents = [m.cle for m in messages if m.type == "facture.émise"]
    attendus = sorted(numero for numero, _ in publies.values())
    exiger(sorted(documents) == attendus, f"documents du bus : {sorted(documents)}")
    exiger_sans_trou(messages)


async def _perdre_le_site(lieu: Lieu, sauvegarde: Path) -> list[Mesure]:
    """La base disparaît d'un coup : il en reste la sauvegarde et l'archive."""
    await lieu.lire("CREATE TABLE battements (le timestamptz PRIMARY KEY)")
    dernier = datetime.min.replace(tzinfo=UTC)
    fin = time.monotonic() + 3 * ARCHIVAGE_S
    while time.monotonic() < fin:
        battre = "INSERT INTO battements VALUES (clock_timestamp()) RETURNING le"
        dernier = await lieu.valeur(battre)
        await asyncio.sleep(0.05)
    debut = time.monotonic()
    lieu.arreter("relais")
    lieu.serveur.arreter("immediat")
    await lieu.restaurer("retrouvee", sauvegarde, None)
    retrouve = await lieu.valeur("SELECT max(le) FROM battements")
    exiger(retrouve is not None, "rien de l'archive n'est revenu")
    lieu.commander("realigner", "--depuis", retrouve.isoformat(), "--oui")
    lieu.sbg("entretien", "fermer")
    for role in ("consommateur", "relais"):
        lieu.demarrer(role)
        await lieu.attendre_pret(role)
    duree = time.monotonic() - debut
    perte = (dernier - retrouve).total_seconds()
    en_production = (
        perte - ARCHIVAGE_S + EN_PRODUCTION_S if perte > ARCHIVAGE_S else EN_PRODUCTION_S
    )
    return [
        Mesure(f"perte du site : ce qui manque, archivage de {ARCHIVAGE_S} s", perte, "s"),
        Mesure(
            f"  soit au plus, archivage de {EN_PRODUCTION_S} s (RPO)", en_production, "s", RPO_S
        ),
        Mesure("perte du site : de la perte au service rendu (RTO)", duree, "s", RTO_S),
    ]

"""La scène des essais d'intégration : un catalogue publié, un client, et des faits à recevoir."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import TypeAdapter

from contrats import catalogue, courtier, demandes
from facturation.tarification.domaine.tarifs import Tarif
from noyau import Tranche, debut_du_jour
from outils.essais.banc import Banc
from services.facturation.tests.builders import PRODUITS, TARIFS, a

SUJETS = ("sbg.catalogue.v1", "sbg.courtier.v1", "sbg.demandes.v1")
OCTOBRE = debut_du_jour(date(2026, 10, 1))
_TARIF = TypeAdapter(Tarif)
EMISSION = datetime(2026, 10, 1, 14, tzinfo=UTC)


def jour(j: int, mois: int = 9) -> date:
    return date(2026, mois, j)


def publier(tarif: Tarif) -> catalogue.Tarif:
    """Le tarif, tel que le catalogue le publie : mêmes noms."""
    return catalogue.Tarif.model_validate(_TARIF.dump_python(tarif))


def fiche(
    version: int = 1,
    debut: date = date(2026, 4, 1),
    grille: tuple[Tranche, ...] = (),
    **prix: str,
) -> catalogue.FichePubliee:
    """La fiche de l'essai; `POSTE_01="150"` change un montant."""
    montants = {nom.replace("_", "-"): Decimal(montant) for nom, montant in prix.items()}
    tarifs = tuple(
        publier(
            replace(
                t,
                montant=montants.get(t.code, t.montant),
                quantite=replace(t.quantite, grille=grille if t.code == "COURTIER-FRAIS" else ()),
            )
        )
        for t in TARIFS
    )
    return catalogue.FichePubliee(
        code="POSTES", titre="Postes", version=version, debut=debut, tarifs=tarifs, indicateurs=()
    )


def produits() -> list[catalogue.ProduitInscrit]:
    return [
        catalogue.ProduitInscrit(
            code=code, libelle=f"Produit {code}", categorie="Essai", sorte="materiel",
            statut="actif", noyau=not tarifs, normalise=True, tarifs=tarifs,
        )
        for code, tarifs in PRODUITS.items()
    ]  # fmt: skip


def prix(produit: str, montant: str) -> catalogue.TarifPublie:
    return catalogue.TarifPublie(
        produit=produit, version=1, debut=date(2026, 4, 1), prix=Decimal(montant)
    )


def organisme(code: str = "MTQ", *, taxable: bool = False) -> demandes.OrganismeInscrit:
    return demandes.OrganismeInscrit(
        organisme=code,
        nom=f"Ministère {code}",
        adresse="1, rue de l'Essai, Québec",
        destinataire=demandes.Destinataire(nom="Camille Tremblay", courriel="c@exemple.qc.ca"),
        assujetti_rcti=True,
        profils_taxes=(demandes.ProfilTaxes(debut=date(2026, 4, 1), taxable=taxable),),
    )


def livraison(
    actif: UUID, produit: str = "BUREAU-STD", code: str = "MTQ", quantite: int = 1
) -> demandes.PosteLivre:
    return demandes.PosteLivre(
        organisme=code, demande_id=uuid4(), article_id=uuid4(), actif_id=actif, produit=produit,
        quantite=quantite,
    )  # fmt: skip


def recuperation(
    actif: UUID, le: date, produit: str = "BUREAU-STD", code: str = "MTQ"
) -> demandes.ActifRecupere:
    return demandes.ActifRecupere(organisme=code, actif_id=actif, produit=produit, fait_le=le)


def perte(
    actif: UUID, le: date, produit: str = "BUREAU-STD", code: str = "MTQ"
) -> demandes.ActifPerdu:
    return demandes.ActifPerdu(
        organisme=code, actif_id=actif, produit=produit, fait_le=le, nature="vol"
    )


def travail(
    article: UUID, minutes: int, tarif: str = "AMENAGEMENT-BUR", code: str = "MTQ"
) -> demandes.TravailEffectue:
    return demandes.TravailEffectue(
        organisme=code, demande_id=uuid4(), article_id=article, tarif=tarif, minutes=minutes
    )


def rectification(
    agregat: UUID, acte: UUID, juste: datetime | None, code: str = "MTQ"
) -> demandes.ActeRectifie:
    return demandes.ActeRectifie(
        organisme=code, agregat_id=agregat, acte_id=acte, acte="poste.livré", survenu_le=juste,
        cause="rectification",
    )  # fmt: skip


def soutien_etendu(abonnement: UUID, debut: date) -> demandes.AbonnementSouscrit:
    return demandes.AbonnementSouscrit(
        organisme="MTQ", abonnement_id=abonnement, service="soutien_etendu", debut=debut
    )


def contrat(le: date, montant: str = "240000", code: str = "MTQ") -> courtier.ContratSigne:
    return courtier.ContratSigne(
        contrat_id=uuid4(), organisme=code, fournisseur_id=uuid4(), debut=jour(1, 10),
        duree_mois=24, montant=Decimal(montant), signe_client_le=a(le, 10),
        signe_fournisseur_le=a(le, 15),
        elements=(),
    )  # fmt: skip


async def planter(banc: Banc, *codes: str) -> None:
    """Publie le catalogue et inscrit les organismes."""
    banc.horloge.aller("2026-09-01T08:00-04:00")
    await banc.recevoir(
        fiche(), *produits(), prix("LOGICIEL-X", "89.99"), prix("VIRTUEL-M", "62.50"),
        *map(organisme, codes),
    )  # fmt: skip


async def fermer_septembre(banc: Banc) -> None:
    """Va au 1er octobre, tous les jalons passés."""
    banc.horloge.instant = EMISSION
    await banc.recevoir_jalons(EMISSION, *SUJETS)


async def executer(banc: Banc, periode: str = "2026-09", **corps: Any) -> dict[str, Any]:
    """Demande une exécution, la fait faire, et la relit."""
    return await _faire(banc, await _demander(banc, periode=periode, **corps))


async def executer_en_sautant(banc: Banc, periode: str) -> dict[str, Any]:
    """De même, en disant sauter les mois que le refus nomme (FAC-6)."""
    demandee = await _demander(banc, periode=periode)
    if demandee.status_code == 409:
        a_sauter = demandee.json()["details"]["a_sauter"]
        demandee = await _demander(banc, periode=periode, sauter=a_sauter)
    return await _faire(banc, demandee)


async def _demander(banc: Banc, **corps: Any) -> httpx.Response:
    return await banc.client("facturation").post("/v1/executions", json=corps)


async def _faire(banc: Banc, demandee: httpx.Response) -> dict[str, Any]:
    assert demandee.status_code == 202, demandee.text
    await banc.tache("emissions")
    lue = await banc.client("facturation").get(demandee.headers["Location"])
    resultat: dict[str, Any] = lue.json()
    return resultat


async def apercu(b: Banc, code: str = "MTQ", periode: str = "2026-09") -> dict[str, Any]:
    """L'aperçu d'un organisme, tel que le lit la facturation."""
    corps = {"periode": periode, "organisme": code, "apercu": True}
    reponse = await b.client("facturation").post("/v1/executions", json=corps)
    (vu,) = reponse.json()["organismes"]
    resultat: dict[str, Any] = vu
    return resultat


async def approuver(b: Banc, *vus: dict[str, Any], periode: str = "2026-09") -> list[Any]:
    """Approuve ces aperçus; rend le sort de chacun."""
    apercus = [{"organisme": v["organisme"], "empreinte": v["empreinte"]} for v in vus]
    corps = {"periode": periode, "apercus": apercus}
    reponse = await b.client("facturation").post("/v1/approbations", json=corps)
    assert reponse.status_code == 200, reponse.text
    sorts: list[Any] = reponse.json()["sorts"]
    return sorts


async def facture(banc: Banc, numero: str = "2026-2027-000001") -> dict[str, Any]:
    lue = await banc.client("facturation").get(f"/v1/factures/{numero}")
    assert lue.status_code == 200, lue.text
    document: dict[str, Any] = lue.json()
    return document


def creee(
    livree: demandes.PosteLivre, numero: str, *, requise: bool = True
) -> demandes.DemandeCreee:
    """La demande d'où vient une livraison; on n'en lit que le numéro, et si elle se signe."""
    return demandes.DemandeCreee(
        organisme=livree.organisme, demande_id=livree.demande_id, numero=numero,
        sorte="poste_physique", approbation_requise=requise, acquisition_multiple=False,
        configuration_normalisee=True, logiciel_payant=False, livraisons_attendues=(),
    )  # fmt: skip

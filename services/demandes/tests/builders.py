"""De quoi écrire un essai des demandes en une ligne."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from demandes.clients.domaine.registre import Signature
from demandes.demande.domaine.composition import Besoin, articles_de, constater
from demandes.demande.domaine.demande import Demande, Geste, Sorte
from demandes.demande.domaine.histoire import Dossier
from demandes.demande.domaine.intentions import Intention
from demandes.ropn.domaine import Produit
from noyau import Acte, Acteur

MATIN = datetime(2026, 9, 1, 13, 0, tzinfo=UTC)
ESPACE = UUID("00000000-0000-4000-8000-000000000000")
CSC = Acteur("agent", roles=frozenset({"agent-csc"}))


def produit(code: str = "PORTABLE-14", **champs: object) -> Produit:
    base: dict[str, object] = {
        "code": code,
        "libelle": code,
        "sorte": "materiel",
        "statut": "actif",
        "noyau": False,
        "normalise": True,
        "gamme": "ordinaire",
        "reserve_hauts_dirigeants": False,
        "tarifs": ("POSTE-01",),
    }
    return Produit(**{**base, **champs})  # type: ignore[arg-type]


PRODUITS = {
    p.code: p
    for p in (
        produit(),
        produit("HAUTE", gamme="haute_performance"),
        produit("CABINET", reserve_hauts_dirigeants=True),
        produit("ANCIEN", statut="plus_offert"),
        produit("VIRTUEL", sorte="poste_virtuel", tarifs=("POSTE-VIRTUEL",), prix=Decimal(40)),
        produit("SUR-MESURE", sorte="poste_virtuel", normalise=False),
        produit("MON-24", sorte="moniteur", tarifs=("MONITEUR-02",)),
        produit("NAVIGATEUR", sorte="logiciel", noyau=True, tarifs=()),
        produit("GRATUIT", sorte="logiciel", tarifs=(), prix=Decimal(0)),
        produit("DESSIN", sorte="logiciel", tarifs=("PRODUIT",), prix=Decimal(120)),
        produit("TELEPHONE", sorte="appareil_mobile", tarifs=("MOBILE",)),
    )
}


def a(heures: float = 0) -> datetime:
    """Tant d'heures après le matin de l'essai."""
    return MATIN + timedelta(hours=heures)


def acte(heures: float = 0, acteur: Acteur = CSC) -> Acte:
    return Acte(acteur, a(heures))


def demande(
    sorte: Sorte = Sorte.POSTE_PHYSIQUE, *codes: str, organisme: str = "MTQ", nom: str = "d"
) -> Demande:
    """Un brouillon."""
    identifiant = uuid5(ESPACE, nom)
    voulus = codes or (("PORTABLE-14",) if sorte is Sorte.POSTE_PHYSIQUE else ())
    articles = articles_de(identifiant, sorte, [Besoin(produit=c) for c in voulus], PRODUITS)
    return Demande(
        id=identifiant,
        numero="D-2026-000001",
        organisme=organisme,
        sorte=sorte,
        demandeur="demandeur",
        articles=articles,
        faits=constater(sorte, articles, PRODUITS),
        cree_le=MATIN,
    )


def histoire(
    brouillon: Demande, quand: Acte, *, jusqua: Geste = Geste.PRENDRE_EN_CHARGE
) -> Dossier:
    """La demande soumise, approuvée s'il le faut, prise en charge, tout au même instant."""
    dossier = Dossier.neuf(brouillon)
    for geste in (Geste.SOUMETTRE, Geste.APPROUVER, Geste.PRENDRE_EN_CHARGE):
        if geste is Geste.APPROUVER and not brouillon.faits.approbation_requise:
            continue
        signature = Signature(signataire_id=ESPACE) if geste is Geste.APPROUVER else None
        faits = brouillon.faits if geste is Geste.SOUMETTRE else None
        voulu = Intention(demande_id=brouillon.id, geste=geste)
        gestes = voulu.gestes(brouillon, quand, signature=signature, faits=faits)
        dossier = dossier.inscrire(gestes, (), quand).dossier
        if geste is jusqua:
            break
    return dossier


def jour(texte: str) -> date:
    return date.fromisoformat(texte)

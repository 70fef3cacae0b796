"""Des produits demandés aux articles et aux faits de mesure (DEM-2, DEM-3, CAT-1, CAT-3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from demandes.demande.domaine.demande import Article, FaitsDeMesure, Sorte
from demandes.ropn.domaine import Produit, gamme_de
from noyau import Conflit

UNITES_MAX = 200
"""Le plus grand nombre d'unités d'une demande, par hypothèse; au-delà, ce sont des lots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Besoin:
    """Un produit du ROPN voulu en une quantité, pour un utilisateur et un site facultatifs."""

    produit: str
    quantite: int = 1
    utilisateur_id: str | None = None
    site: str | None = None
    haut_dirigeant: bool = False


def articles_de(
    demande_id: UUID,
    sorte: Sorte,
    besoins: Sequence[Besoin],
    produits: Mapping[str, Produit],
    *,
    utilisateur_id: str | None = None,
    site: str | None = None,
) -> tuple[Article, ...]:
    """Un article par unité : chacune se livre à part et devient un actif (DEM-7).

    Un aménagement est un article sans produit. Lève `Conflit` si un produit n'est pas offert
    (CAT-1), si la composition ne va pas avec la sorte (DEM-1), ou s'il y a trop d'unités.
    """
    if sorte.livre is not None and not besoins:
        return (
            Article(
                id=uuid5(demande_id, "article-0"),
                livraison=sorte.livre,
                utilisateur_id=utilisateur_id,
                site=site,
            ),
        )
    if sum(besoin.quantite for besoin in besoins) > UNITES_MAX:
        raise Conflit(f"Une demande porte au plus {UNITES_MAX} unités.", regle="DEM-1")
    unites = (besoin for besoin in besoins for _ in range(besoin.quantite))
    return tuple(
        Article(
            id=uuid5(demande_id, f"article-{rang}"),
            livraison=_produit(besoin.produit, produits).livraison,
            produit=besoin.produit,
            utilisateur_id=besoin.utilisateur_id or utilisateur_id,
            site=besoin.site or site,
            haut_dirigeant=besoin.haut_dirigeant,
        )
        for rang, besoin in enumerate(unites)
    )


def exiger_site(sorte: Sorte, site: str | None) -> None:
    """Lève `Conflit` (TEL-1) si un lien ne dit pas où il arrive."""
    if sorte is Sorte.LIEN_PHYSIQUE and site is None:
        raise Conflit("Un lien physique se demande pour un site.", regle="TEL-1")


def constater(
    sorte: Sorte, articles: Iterable[Article], produits: Mapping[str, Produit]
) -> FaitsDeMesure:
    """Les faits de mesure d'une demande, calculés de ses produits à une date (DEM-2).

    Lève `Conflit` si un produit n'est plus offert (CAT-1), attend son prix (CAT-2), est réservé aux
    hauts dirigeants (CAT-3), ou ne va pas avec la sorte de la demande (DEM-1).
    """
    voulus: list[Produit] = []
    for article in articles:
        if article.produit is not None:
            produit = _produit(article.produit, produits)
            _exiger_permis(produit, article)
            voulus.append(produit)
    _exiger_composition(sorte, voulus)
    postes = [p for p in voulus if p.est_poste]
    return FaitsDeMesure(
        approbation_requise=sorte.tarifee or any(p.tarifs for p in voulus),
        acquisition_multiple=len(postes or voulus) > 1,
        configuration_normalisee=all(p.normalise for p in voulus),
        logiciel_payant=any(p.est_logiciel_payant for p in voulus),
        gamme=gamme_de(p.gamme for p in postes),
    )


def _produit(code: str, produits: Mapping[str, Produit]) -> Produit:
    produit = produits.get(code)
    if produit is None:
        raise Conflit(f"Le produit « {code} » n'est pas au ROPN.", regle="CAT-1")
    return produit


def _exiger_permis(produit: Produit, article: Article) -> None:
    if produit.statut != "actif":
        raise Conflit(
            f"Le produit « {produit.code} » n'est plus offert à l'acquisition.",
            regle="CAT-1",
            details={"statut": produit.statut},
        )
    if produit.attend_son_prix:
        raise Conflit(
            f"Le produit « {produit.code} » n'a pas de prix ce jour : il ne se demande pas encore.",
            regle="CAT-2",
        )
    if produit.reserve_hauts_dirigeants and not article.haut_dirigeant:
        raise Conflit(
            f"Le produit « {produit.code} » est réservé aux hauts dirigeants.", regle="CAT-3"
        )


def _exiger_composition(sorte: Sorte, produits: Sequence[Produit]) -> None:
    exigee, admises = sorte.exige, sorte.admises
    trouvees = {p.sorte for p in produits}
    if exigee is None:
        if trouvees:
            raise Conflit(f"Une demande « {sorte} » ne porte aucun produit.", regle="DEM-1")
    elif exigee not in trouvees:
        raise Conflit(
            f"Une demande « {sorte} » doit porter un produit de sorte « {exigee} ».", regle="DEM-1"
        )
    elif etrangeres := trouvees - admises - {exigee}:
        liste = ", ".join(sorted(etrangeres))
        raise Conflit(
            f"Une demande « {sorte} » ne porte pas de produit de sorte {liste}.", regle="DEM-1"
        )

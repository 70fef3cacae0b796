"""Les exemples du catalogue, joués sur ce qu'il publie à la mise en route."""

from tests.exemples.joueur import Joueur


async def jouer(j: Joueur) -> None:
    j.banc.horloge.aller("2026-09-01T09:00-04:00")
    await j.banc.tache("chargement")
    pilote = j.banc.client("catalogue", sujet="pilote-1")
    versions = await j.jouer(pilote, "lister_calendriers")
    await j.jouer(pilote, "lire_calendrier", version=versions["elements"][0]["version"])
    await j.jouer(pilote, "publier_calendrier")
    await j.jouer(pilote, "publier_calendrier")
    await _fiches(j)
    await _produits(j)


async def _fiches(j: Joueur) -> None:
    pilote = j.banc.client("catalogue", sujet="pilote-1")
    await j.jouer(pilote, "lister_fiches")
    await j.jouer(pilote, "lire_fiche", code="POSTES")
    await j.jouer(pilote, "lister_versions_fiche", code="POSTES")
    await j.jouer(pilote, "lister_tarifs")
    await j.jouer(pilote, "publier_version_fiche", code="PROJECTEURS", requete={"essai": "true"})
    publiee = await j.jouer(pilote, "publier_version_fiche", code="PROJECTEURS")
    await j.jouer(pilote, "retirer_version_fiche", code="PROJECTEURS", version=publiee["version"])


async def _produits(j: Joueur) -> None:
    pilote = j.banc.client("catalogue", sujet="pilote-1")
    await j.jouer(pilote, "lister_produits", requete={"sorte": "moniteur"})
    code = (await j.jouer(pilote, "inscrire_produit"))["code"]
    await j.jouer(pilote, "modifier_produit", code=code)
    await j.jouer(pilote, "publier_prix_produit", code=code)
    await j.jouer(pilote, "lister_prix_produit", code=code)
    await j.jouer(pilote, "lire_produit", code=code)
    await j.jouer(pilote, "retirer_produit", code=code)

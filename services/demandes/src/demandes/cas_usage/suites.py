"""Ce qui suit tout passage d'une demande : actifs, abonnement, actes garés enfin permis."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from demandes.cas_usage.ports import Depots
from demandes.domaine.actif import Actif
from demandes.domaine.demande import Demande, Geste, Passage, Sorte
from demandes.domaine.itsm import PREMATURES, ActeItsm, Sort, appliquer
from demandes.domaine.soutien import AbonnementSoutien, Souscription
from socle.noyau import Acte, Fait, Issue, Refus


async def actif_a_livrer(depots: Depots, demande: Demande, article_id: UUID) -> UUID | None:
    """L'identifiant de l'actif que livre un article; aucun pour un aménagement.

    Livré de nouveau après une réouverture, l'article garde son actif tant qu'il est en service.
    """
    if demande.article(article_id).produit is None:
        return None
    return await depots.actifs.en_service(article_id) or uuid5(
        article_id, f"actif-{demande.version}"
    )


async def conclure(
    depots: Depots, acte: Acte, demande: Demande, *passages: Passage
) -> Issue[Demande]:
    """Enregistre des passages et leurs suites, puis réessaie les actes garés de la demande."""
    faits = await _consigner(depots, demande, passages)
    gares = sorted(await depots.actes_itsm.gares(demande.id), key=lambda gare: gare.ordre)
    position = 0
    while position < len(gares):
        suite = await _reessayer(depots, acte, demande, gares[position])
        if suite is None:
            position += 1
            continue
        demande, nouveaux = suite
        faits += nouveaux
        del gares[position]
        position = 0
    return Issue(demande, *faits)


async def poser(
    depots: Depots, acte: Acte, demande: Demande, acte_itsm: ActeItsm
) -> tuple[Demande, tuple[Passage, ...]]:
    """Pose un acte de l'ITSM; aucun passage s'il dit ce que la demande sait déjà."""
    if acte_itsm.deja_dit(demande):
        return demande, ()
    actif_id = None
    if acte_itsm.article_id is not None:
        actif_id = await actif_a_livrer(depots, demande, acte_itsm.article_id)
    return appliquer(acte_itsm, demande, actif_id, acte)


async def _reessayer(
    depots: Depots, acte: Acte, demande: Demande, gare: ActeItsm
) -> tuple[Demande, list[Fait]] | None:
    """Ce que devient un acte garé; rien s'il attend encore. Son refus reste le sien."""
    try:
        suite, passages = await poser(depots, acte, demande, gare)
        faits = await _consigner(depots, suite, passages)
    except Refus as refus:
        if isinstance(refus, PREMATURES) and not demande.est_finale_pour(gare.survenu_le):
            return None
        await depots.actes_itsm.enregistrer(gare.devenu(Sort.REFUSE, refus.message))
        return demande, []
    await depots.actes_itsm.enregistrer(gare.devenu(Sort.APPLIQUE))
    return suite, faits


async def _consigner(depots: Depots, demande: Demande, passages: Sequence[Passage]) -> list[Fait]:
    """Écrit des passages et ce qui en naît; lève avant d'avoir rien écrit."""
    if not passages:
        return []
    souscription = await _souscription(depots, passages[-1])
    await depots.demandes.enregistrer(demande, passages)
    for passage in passages:
        if passage.geste is Geste.LIVRER and passage.article and passage.article.actif_id:
            await depots.actifs.ajouter(Actif.livre(passage))
    if souscription is None:
        return [*passages]
    await depots.soutien.ajouter(souscription.abonnement)
    return [*passages, souscription]


async def _souscription(depots: Depots, passage: Passage) -> Souscription | None:
    """L'abonnement qu'ouvre une demande de soutien complétée, une seule fois par demande."""
    demande = passage.demande
    if passage.geste is not Geste.COMPLETER or demande.sorte is not Sorte.SOUTIEN_ETENDU:
        return None
    await depots.organismes.charger(demande.organisme)
    existants = await depots.soutien.abonnements(demande.organisme)
    if any(abonnement.demande_id == demande.id for abonnement in existants):
        return None
    return AbonnementSoutien.souscrire(demande, passage.survenu_le, existants)

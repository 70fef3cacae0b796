"""Les dépôts en mémoire et sur PostgreSQL passent les mêmes épreuves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from demandes.adaptateurs.depots import ouvrir_depots
from demandes.cas_usage.ports import Depots
from demandes.domaine.actif import Actif, EtatActif
from demandes.domaine.demande import Etat, Geste, Sorte, Travail
from demandes.domaine.itsm import ActeItsm, Sort
from outils.essais.banc import Banc
from services.demandes.tests.builders import ESPACE, a, acte, demande
from services.demandes.tests.faux import faux_depots
from services.demandes.tests.parcours import Parcours
from socle.noyau import Introuvable, VersionPerimee

pytestmark = pytest.mark.integration


@pytest.fixture(params=["memoire", "postgresql"])
async def depots(
    request: pytest.FixtureRequest, banc: Callable[..., Awaitable[Banc]]
) -> AsyncIterator[Depots]:
    if request.param == "memoire":
        yield faux_depots()
        return
    parcours = await Parcours.monter(await banc("demandes"))
    async with parcours.banc.interne() as connexion:
        yield ouvrir_depots(connexion)


async def test_une_demande_revient_telle_qu_elle_est_partie(depots: Depots) -> None:
    with pytest.raises(Introuvable):
        await depots.demandes.charger(ESPACE)
    brouillon = demande(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "DESSIN")
    await depots.demandes.ajouter(brouillon)
    assert await depots.demandes.charger(brouillon.id) == brouillon
    soumise, passage = brouillon.soumettre(brouillon.faits, acte(1))
    await depots.demandes.enregistrer(soumise, [passage])
    assert await depots.demandes.charger(brouillon.id) == soumise
    with pytest.raises(VersionPerimee):
        await depots.demandes.enregistrer(soumise, [passage])


async def test_un_actif_livre_de_nouveau_reste_le_meme(depots: Depots) -> None:
    prise = replace(demande(), etat=Etat.PRISE_EN_CHARGE, soumise_le=a(0))
    await depots.demandes.ajouter(prise)
    _, (livraison, _) = prise.livrer(prise.articles[0].id, ESPACE, acte(1))
    actif = Actif.livre(livraison)
    await depots.actifs.ajouter(actif)
    await depots.actifs.ajouter(replace(actif, produit="AUTRE"))
    assert await depots.actifs.charger(ESPACE) == actif
    assert await depots.actifs.en_service(actif.article_id) == ESPACE
    recupere, _ = actif.recuperer(None, acte(2))
    await depots.actifs.enregistrer(recupere)
    assert (await depots.actifs.charger(ESPACE)).etat is EtatActif.RECUPERE
    assert await depots.actifs.en_service(actif.article_id) is None


async def test_un_acte_gare_se_retrouve_jusqu_a_ce_qu_il_s_applique(depots: Depots) -> None:
    await depots.demandes.ajouter(demande())
    recu = ActeItsm(
        id="itsm-1",
        demande_id=demande().id,
        geste=Geste.NOTER_HEURES,
        survenu_le=a(0),
        travaux=(Travail(tarif="AMENAGEMENT-BUR", minutes=5),),
        organisme="MTQ",
        recu_le=a(1),
    )
    assert await depots.actes_itsm.trouver("itsm-1") is None
    await depots.actes_itsm.ajouter(recu)
    assert await depots.actes_itsm.gares(demande().id) == [recu]
    assert await depots.actes_itsm.signaler(a(1), a(6)) == []
    assert await depots.actes_itsm.signaler(a(2), a(6)) == [recu]
    assert await depots.actes_itsm.signaler(a(2), a(6)) == []
    applique = recu.devenu(Sort.APPLIQUE)
    await depots.actes_itsm.enregistrer(applique)
    assert await depots.actes_itsm.gares(demande().id) == []
    assert await depots.actes_itsm.trouver("itsm-1") == applique

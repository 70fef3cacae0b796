"""Les dépôts des demandes sur PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from demandes.demande.adaptateurs.depots import DemandesSql
from demandes.demande.domaine.demande import Etat, Geste, Sorte, TempsTravaille
from demandes.itsm.adaptateurs.depots import ActesSql
from demandes.itsm.domaine import ActeItsm, EtatActe
from demandes.parc.adaptateurs.depots import ActifsSql
from demandes.parc.domaine import Actif, EtatActif
from noyau import Introuvable, VersionPerimee
from services.demandes.tests.builders import ESPACE, a, acte, demande
from services.demandes.tests.parcours import Parcours

pytestmark = pytest.mark.integration


@dataclass
class Depots:
    """Les dépôts éprouvés, sur une même connexion."""

    demandes: DemandesSql
    actifs: ActifsSql
    actes: ActesSql

    @classmethod
    def sur(cls, connexion: AsyncConnection) -> "Depots":
        return cls(DemandesSql(connexion), ActifsSql(connexion), ActesSql(connexion))


@pytest.fixture
async def depots(parcours: Parcours) -> AsyncIterator[Depots]:
    async with parcours.banc.interne() as connexion:
        yield Depots.sur(connexion)


async def test_une_demande_revient_telle_qu_elle_est_partie(depots: Depots) -> None:
    with pytest.raises(Introuvable):
        await depots.demandes.charger(ESPACE)
    brouillon = demande(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "DESSIN")
    await depots.demandes.ajouter(brouillon)
    assert await depots.demandes.charger(brouillon.id) == brouillon
    soumise, poses = brouillon.soumettre(brouillon.faits, acte(1))
    await depots.demandes.enregistrer(soumise, poses)
    assert await depots.demandes.charger(brouillon.id) == soumise
    with pytest.raises(VersionPerimee):
        await depots.demandes.enregistrer(soumise, poses)


async def test_un_actif_livre_de_nouveau_reste_le_meme(depots: Depots) -> None:
    prise = replace(demande(), etat=Etat.PRISE_EN_CHARGE, soumise_le=a(0))
    await depots.demandes.ajouter(prise)
    _, (livraison, completion) = prise.livrer(prise.articles[0].id, ESPACE, acte(1))
    assert Actif.livre(completion) is None
    actif = Actif.livre(livraison)
    assert actif is not None
    await depots.actifs.ajouter(actif)
    await depots.actifs.ajouter(replace(actif, produit="AUTRE"))
    assert await depots.actifs.charger(ESPACE) == actif
    assert await depots.actifs.en_service(actif.article_id) == ESPACE
    recupere, _ = actif.recuperer(None, acte(2))
    await depots.actifs.enregistrer(recupere)
    assert (await depots.actifs.charger(ESPACE)).etat is EtatActif.RECUPERE
    assert await depots.actifs.en_service(actif.article_id) is None


async def test_un_acte_differe_se_retrouve_jusqu_a_ce_qu_il_s_applique(depots: Depots) -> None:
    await depots.demandes.ajouter(demande())
    recu = ActeItsm(
        id="itsm-1",
        demande_id=demande().id,
        geste=Geste.INSCRIRE_HEURES,
        survenu_le=a(0),
        travaux=(TempsTravaille(tarif="AMENAGEMENT-BUR", minutes=5),),
        organisme="MTQ",
        recu_le=a(1),
    )
    assert await depots.actes.trouver("itsm-1") is None
    await depots.actes.ajouter(recu)
    assert await depots.actes.differes(demande().id) == [recu]
    assert await depots.actes.signaler(a(1), a(6)) == []
    assert await depots.actes.signaler(a(2), a(6)) == [recu]
    assert await depots.actes.signaler(a(2), a(6)) == []
    applique = recu.devenu(EtatActe.APPLIQUE)
    await depots.actes.enregistrer(applique)
    assert await depots.actes.differes(demande().id) == []
    assert await depots.actes.trouver("itsm-1") == applique

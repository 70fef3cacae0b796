"""Les dépôts des demandes sur PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from demandes.demande.adaptateurs.depots import DemandesSql, RectificationsSql
from demandes.demande.domaine.demande import Geste, Sorte, TempsTravaille
from demandes.demande.domaine.histoire import Dossier
from demandes.demande.domaine.intentions import Intention
from demandes.itsm.adaptateurs.depots import ActesSql
from demandes.itsm.domaine import ActeItsm, EtatActe
from demandes.parc.adaptateurs.depots import ActifsSql
from demandes.parc.domaine.actif import Actif, EtatActif, Mouvement, MouvementPose
from noyau import Introuvable, VersionPerimee
from services.demandes.tests.builders import ESPACE, a, acte, demande, histoire
from services.demandes.tests.parcours import Parcours
from socle.bd.connexion import Connexion

pytestmark = pytest.mark.integration


@dataclass
class Depots:
    """Les dépôts éprouvés, sur une même connexion."""

    demandes: DemandesSql
    actifs: ActifsSql
    actes: ActesSql
    rectifications: RectificationsSql

    @classmethod
    def sur(cls, connexion: Connexion) -> "Depots":
        return cls(
            DemandesSql(connexion),
            ActifsSql(connexion),
            ActesSql(connexion),
            RectificationsSql(connexion),
        )


@pytest.fixture
async def depots(parcours: Parcours) -> AsyncIterator[Depots]:
    async with parcours.banc.interne() as connexion:
        yield Depots.sur(connexion)


async def test_une_demande_revient_telle_qu_elle_est_partie(depots: Depots) -> None:
    with pytest.raises(Introuvable):
        await depots.demandes.charger(ESPACE)
    brouillon = demande(Sorte.POSTE_PHYSIQUE, "PORTABLE-14", "DESSIN")
    await depots.demandes.ajouter(brouillon)
    assert await depots.demandes.charger(brouillon.id) == Dossier.neuf(brouillon)
    soumission = Intention(demande_id=brouillon.id, geste=Geste.SOUMETTRE)
    gestes = soumission.gestes(brouillon, acte(1), faits=brouillon.faits)
    avancee = Dossier.neuf(brouillon).inscrire(gestes, (), acte(1))
    await depots.demandes.enregistrer(avancee)
    assert await depots.demandes.charger(brouillon.id) == avancee.dossier
    with pytest.raises(VersionPerimee):
        await depots.demandes.enregistrer(avancee)


async def test_l_histoire_revient_entiere_rectifications_comprises(depots: Depots) -> None:
    brouillon = demande(Sorte.AMENAGEMENT_UTILISATEUR)
    await depots.demandes.ajouter(brouillon)
    dossier = histoire(brouillon, acte(1))
    travail = TempsTravaille(tarif="AMENAGEMENT-BUR", minutes=5, reference="TE-1")
    for geste, heure in ((Geste.COMPLETER, 3), (Geste.ROUVRIR, 4)):
        voulu = Intention(
            demande_id=brouillon.id, geste=geste, motif="m", survenu_le=a(heure), travaux=(travail,)
        )
        voulu = replace(voulu, travaux=()) if geste is Geste.ROUVRIR else voulu
        dossier = dossier.inscrire(voulu.gestes(brouillon, acte(5)), (), acte(5)).dossier
    (_, reouverture) = dossier.histoire.actes[-2:]
    rectifiee = dossier.rectifier({reouverture.acte_id: None}, "erreur", (), acte(6))
    await depots.demandes.enregistrer(replace(rectifiee, inscrits=dossier.histoire.actes))
    await depots.rectifications.ajouter("MTQ", brouillon.id, rectifiee.rectifications)
    lu = await depots.demandes.charger(brouillon.id)
    assert lu.demande == rectifiee.demande
    assert set(lu.histoire.actes) == set(rectifiee.dossier.histoire.actes)
    assert lu.histoire.rectifications == rectifiee.dossier.histoire.rectifications
    assert lu.completions == rectifiee.dossier.completions


async def test_un_actif_garde_son_histoire(depots: Depots) -> None:
    brouillon = demande()
    await depots.demandes.ajouter(brouillon)
    actif = Actif.de(brouillon, brouillon.articles[0])
    assert actif is not None
    livraison = MouvementPose(
        acte_id=ESPACE,
        mouvement=Mouvement.LIVRAISON,
        survenu_le=a(1),
        enregistre_le=a(2),
        acteur="itsm",
    )
    assert await depots.actifs.trouver(actif.id) is None
    await depots.actifs.ecrire(actif, [livraison])
    await depots.actifs.ecrire(replace(actif, etat=EtatActif.EN_SERVICE, version=2), [])
    lu = await depots.actifs.trouver(actif.id)
    assert lu is not None
    assert (lu.etat, lu.version) == (EtatActif.EN_SERVICE, 2)
    assert await depots.actifs.mouvements(actif.id) == [livraison]


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

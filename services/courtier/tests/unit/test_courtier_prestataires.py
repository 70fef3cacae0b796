"""Les prestataires qualifiés et les commentaires au Courtier (CI-11, CI-21)."""

from datetime import date
from functools import partial
from uuid import UUID

import pytest

from courtier.commentaires.domaine import (
    PERMIS,
    ActeCommentaire,
    Commentaire,
    EtatCommentaire,
    NatureCommentaire,
    Objet,
)
from courtier.prestataires.domaine import FichePrestataire, Prestataire, Volet
from noyau import Conflit, TransitionImpossible
from services.courtier.tests.builders import LE_2_SEPTEMBRE, acte

AUJOURDHUI = date(2026, 9, 2)


def prestataire(debut: date = date(2026, 4, 1), fin: date | None = None) -> Prestataire:
    fiche = FichePrestataire(
        nom="Nimbus",
        neq=None,
        volets=(Volet.MIGRATION,),
        personne_ressource=None,
        debut=debut,
        fin=fin,
    )
    return Prestataire(id=UUID(int=1), version=1, fiche=fiche)


def test_ci_11_un_prestataire_est_qualifie_de_son_debut_a_sa_fin() -> None:
    borne = prestataire(fin=date(2026, 10, 1))
    jours = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 9, 30), date(2026, 10, 1))
    assert [borne.qualifie(jour) for jour in jours] == [False, True, True, False]
    assert prestataire().qualifie(date(2060, 1, 1))


def test_ci_11_retire_il_ne_l_est_plus_du_jour_dit() -> None:
    retire = prestataire().retirer(date(2026, 10, 1), "Cessation", acte())
    assert (retire.fiche.fin, retire.motif_retrait) == (date(2026, 10, 1), "Cessation")
    for le in (date(2026, 9, 1), date(2026, 4, 1)):
        with pytest.raises(Conflit):
            prestataire().retirer(le, "Hier", acte())
    with pytest.raises(TransitionImpossible):
        prestataire(fin=AUJOURDHUI).retirer(date(2026, 10, 1), "Tard", acte())
    with pytest.raises(Conflit, match="n'est pas de la qualification"):
        prestataire(fin=date(2026, 10, 1)).retirer(date(2026, 11, 1), "Tard", acte())


@pytest.mark.parametrize(
    "changements",
    [
        {"debut": date(2026, 5, 1)},
        {"fin": date(2026, 9, 1)},
        {"debut": date(2026, 10, 1)},
        {"volets": (Volet.MIGRATION, Volet.MIGRATION)},
        {"fin": date(2026, 4, 1)},
    ],
)
def test_ci_11_une_qualification_ne_change_pas_au_passe(changements: dict[str, object]) -> None:
    with pytest.raises(Conflit) as refus:
        prestataire().modifier(changements, acte())
    assert refus.value.regle == "CI-11"


def test_ci_11_ce_qui_ne_change_rien_ne_fait_pas_de_version() -> None:
    assert prestataire().modifier({"nom": "Nimbus"}, acte()).version == 1
    assert prestataire().modifier({"fin": date(2026, 12, 1)}, acte()).version == 2


# Commentaires


def commentaire(
    nature: NatureCommentaire = NatureCommentaire.DOCUMENT,
    objet: Objet = Objet.AUTRE,
    objet_id: UUID | None = None,
) -> Commentaire:
    return Commentaire(
        id=UUID(int=2),
        version=1,
        organisme="MTQ",
        nature=nature,
        objet=objet,
        objet_id=objet_id,
        texte="Le gabarit oublie l'annexe.",
        par="alice",
        recu_le=LE_2_SEPTEMBRE,
    )


def test_ci_21_un_commentaire_est_recu_traite_repondu_clos() -> None:
    recu = commentaire()
    traite = recu.traiter(acte())
    repondu = traite.repondre("Corrigé.", acte())
    encore = repondu.repondre("Publié.", acte())
    clos = encore.clore(acte())
    assert [c.etat for c in (recu, traite, repondu, encore, clos)] == [
        EtatCommentaire.RECU,
        EtatCommentaire.EN_TRAITEMENT,
        EtatCommentaire.REPONDU,
        EtatCommentaire.REPONDU,
        EtatCommentaire.CLOS,
    ]
    assert [r.texte for r in clos.reponses] == ["Corrigé.", "Publié."]


def test_ci_21_ce_qu_un_etat_ne_permet_pas_est_refuse() -> None:
    repondu = commentaire().repondre("Corrigé.", acte())
    etats = (commentaire(), commentaire().traiter(acte()), repondu, repondu.clore(acte()))
    for dans in etats:
        actes = {
            ActeCommentaire.TRAITEMENT: partial(dans.traiter, acte()),
            ActeCommentaire.REPONSE: partial(dans.repondre, "Oui.", acte()),
            ActeCommentaire.CLOTURE: partial(dans.clore, acte()),
        }
        for nom, poser in actes.items():
            if nom in PERMIS[dans.etat]:
                assert poser().version == dans.version + 1
            else:
                with pytest.raises(TransitionImpossible):
                    poser()


@pytest.mark.parametrize(
    ("nature", "objet", "objet_id"),
    [
        (NatureCommentaire.PLAINTE_OFFRE, Objet.FOURNISSEUR, UUID(int=3)),
        (NatureCommentaire.PLAINTE_FOURNISSEUR, Objet.AUTRE, None),
        (NatureCommentaire.DOCUMENT, Objet.OFFRE, None),
        (NatureCommentaire.DOCUMENT, Objet.AUTRE, UUID(int=3)),
    ],
)
def test_ci_21_une_plainte_nomme_ce_dont_elle_se_plaint(
    nature: NatureCommentaire, objet: Objet, objet_id: UUID | None
) -> None:
    with pytest.raises(Conflit) as refus:
        commentaire(nature, objet, objet_id)
    assert refus.value.regle == "CI-21"

"""Les pièces et les obligations, sur une vraie base (CI-16, CI-23)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from courtier.main import branchements
from courtier.obligations.adaptateurs.depots import ObligationsSql
from courtier.pieces.domaine import GenrePiece, Piece
from noyau import Conflit
from services.courtier.tests.acquisitions import empreinte_du_budget
from services.courtier.tests.builders import LE_2_SEPTEMBRE, acte
from services.courtier.tests.contrat_signe import AVENANT, Conclu, conclure
from services.courtier.tests.marche import Corps, Marche
from services.courtier.tests.redescente import refaire
from services.courtier.tests.unit.test_courtier_obligations import COPIE

pytestmark = pytest.mark.integration

BUDGET = "budget"
"""L'autorisation budgétaire du dossier."""
DOSSIER, CONTRAT = UUID(int=50), UUID(int=60)


def piece(
    identifiant: int,
    organisme: str = "MTQ",
    *,
    le: date = date(2026, 9, 1),
    dossier_id: UUID | None = DOSSIER,
    contrat_id: UUID | None = CONTRAT,
) -> Piece:
    return Piece.deposer(
        UUID(int=identifiant),
        organisme,
        GenrePiece.CHOIX,
        titre="Analyse comparative",
        empreinte="d" * 64,
        datee_le=le,
        dossier_id=dossier_id,
        contrat_id=contrat_id,
        acte=acte(),
    )


def test_une_piece_n_est_ni_a_venir_ni_sans_objet_ci_23() -> None:
    with pytest.raises(Conflit, match="à venir"):
        piece(1, le=date(2026, 9, 3))
    with pytest.raises(Conflit, match="d'un dossier ou d'un contrat"):
        piece(1, dossier_id=None, contrat_id=None)


async def test_les_pieces_se_lisent_du_dossier_et_du_contrat_de_l_organisme(marche: Marche) -> None:
    async with marche.banc.interne() as connexion:
        pieces = branchements.pieces(connexion)
        for deposee in (piece(1), piece(2), piece(3, "SQ")):
            await pieces.ajouter(deposee)
        assert list(await pieces.du_dossier("MTQ", DOSSIER)) == [piece(1), piece(2)]
        assert list(await pieces.du_contrat("SQ", CONTRAT)) == [piece(3, "SQ")]


async def test_un_document_ne_prouve_qu_une_chose_d_un_objet_ci_23(marche: Marche) -> None:
    async with marche.banc.interne() as connexion:
        pieces = branchements.pieces(connexion)
        await pieces.ajouter(piece(1))
        await pieces.ajouter(piece(2))
        ailleurs = piece(3, dossier_id=UUID(int=51), contrat_id=None)
        memes = (piece(3), piece(3, dossier_id=None), piece(3, contrat_id=None), ailleurs)
        for autre in (replace(meme, genre=GenrePiece.EFVP) for meme in memes):
            with pytest.raises(Conflit) as refus:
                await pieces.ajouter(autre)
            assert (refus.value.regle, refus.value.details) == ("CI-23", {"genres": ["choix"]})
        with pytest.raises(Conflit, match="d'un autre dossier"):
            await pieces.ajouter(ailleurs)
        with pytest.raises(Conflit, match="d'un autre dossier"):
            await pieces.ajouter(replace(piece(3), avenant_id=UUID(int=70)))
        await pieces.ajouter(replace(ailleurs, organisme="SQ"))
        efvp = replace(piece(4), genre=GenrePiece.EFVP, empreinte="8" * 64)
        await pieces.ajouter(efvp)
        await pieces.ajouter(replace(efvp, id=UUID(int=5), dossier_id=UUID(int=51)))


def _dit(empreinte: str, conclu: Conclu) -> str:
    return empreinte_du_budget(conclu.corps["dossier_id"]) if empreinte == BUDGET else empreinte


@pytest.mark.parametrize(
    ("chemin", "corps"),
    [
        ("contrats/{contrat}/pieces", {"genre": "choix", "empreinte": "a" * 64}),
        ("contrats/{contrat}/pieces", {"genre": "choix", "empreinte": "c" * 64}),
        ("dossiers/{dossier}/pieces", {"genre": "facture", "empreinte": "a" * 64}),
        ("contrats/{contrat}/resiliation", {"empreinte": "a" * 64}),
        ("contrats/{contrat}/avenants", {"avenant": "a" * 64}),
        ("contrats/{contrat}/avenants", {"avenant": BUDGET}),
    ],
)
async def test_ci_23_le_document_d_un_contrat_ne_prouve_rien_d_autre(
    marche: Marche, chemin: str, corps: Corps
) -> None:
    """Ni celui de son budget un avenant; le document d'un contrat se dépose sous son genre."""
    conclu = await conclure(marche)
    depot = {"titre": "Copie.", "datee_le": "2026-09-08", **corps}
    objets = {"contrat": conclu.corps["id"], "dossier": conclu.corps["dossier_id"]}
    vers = f"/v1/{chemin.format(**objets)}"
    if chemin.endswith("resiliation"):
        depot = {"effet": "2027-04-01", "lettre": depot, "motif": "M."}
    if chemin.endswith("avenants"):
        refus = await conclu.preparer(avenant=_dit(corps["avenant"], conclu))
    else:
        refus = await marche.gestionnaire.post(vers, json=depot)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-23"), refus.text
    if chemin.endswith("pieces"):
        assert "« contrat_signe »" in refus.json()["detail"]
        signe = {**depot, "genre": "contrat_signe"}
        assert (await marche.gestionnaire.post(vers, json=signe)).status_code == 201
        encore = await marche.gestionnaire.post(vers, json=signe)
        assert (encore.status_code, encore.json()["regle"]) == (409, "CI-23")


async def test_ci_23_le_document_d_un_avenant_n_en_conclut_pas_un_autre(marche: Marche) -> None:
    """Abandonné sans être signé, il ne prouve rien; préparé de nouveau, il est du même avenant."""
    conclu = await conclure(marche)
    premier = f"{conclu.chemin}/avenants/{(await conclu.preparer()).json()['id']}"
    redit = await marche.courtier.post(f"{premier}/preparation", json=conclu.avenant())
    assert redit.status_code == 200, redit.text
    await marche.gestionnaire.post(f"{premier}/abandon", json={"motif": "Une erreur."})
    await conclu.conclure()
    refus = await conclu.preparer()
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-23"), refus.text
    signe = f"{conclu.chemin}/avenants/{(await conclu.preparer(avenant='5e' * 32)).json()['id']}"
    await marche.gestionnaire.post(f"{signe}/validation")
    corps = {"partie": "client", "avenant": "5e" * 32}
    assert (await marche.signataire.post(f"{signe}/signature", json=corps)).status_code == 200
    abandon = await marche.gestionnaire.post(f"{signe}/abandon", json={"motif": "Renoncé."})
    assert abandon.status_code == 200, abandon.text
    refus = await conclu.preparer(avenant="5e" * 32)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-23"), "signé du client"
    second = f"{conclu.chemin}/avenants/{(await conclu.preparer(avenant='4d' * 32)).json()['id']}"
    refus = await marche.courtier.post(f"{second}/preparation", json=conclu.avenant())
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-23"), refus.text


@pytest.mark.parametrize("empreinte", [BUDGET, AVENANT, "a" * 64])
async def test_ci_23_le_budget_d_un_avenant_est_un_document_neuf(
    marche: Marche, empreinte: str
) -> None:
    """Ni l'autorisation budgétaire du dossier, ni l'avenant lui-même, ni le contrat."""
    conclu = await conclure(marche)
    chemin = f"{conclu.chemin}/avenants/{(await conclu.preparer()).json()['id']}/budget"
    prise = _dit(empreinte, conclu)
    budget = {"montant": "60000.00", "date": marche.jour, "empreinte": prise}
    refus = await marche.gestionnaire.post(chemin, json=budget)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-23"), refus.text
    budget["empreinte"] = "6" * 64
    assert (await marche.gestionnaire.post(chemin, json=budget)).status_code == 200
    await refaire(marche.banc, "empreintes", lambda _: None)
    redit = await marche.gestionnaire.post(chemin, json=budget)
    assert redit.status_code == 200, "du même avenant, que la migration retrouve"


async def test_une_seule_obligation_court_par_nature_et_par_objet(marche: Marche) -> None:
    async with marche.banc.interne() as connexion:
        obligations = ObligationsSql(connexion)
        await obligations.ouvrir(COPIE)
        await obligations.ouvrir(replace(COPIE, id=UUID(int=9)))
        assert list(await obligations.courantes("MTQ", COPIE.objet_id)) == [COPIE]
        await obligations.enregistrer(COPIE.remplir(LE_2_SEPTEMBRE))
        assert list(await obligations.courantes("MTQ", COPIE.objet_id)) == []
        seconde = replace(COPIE, id=UUID(int=9), rappels=(date(2026, 9, 9),))
        await obligations.ouvrir(seconde)
        assert list(await obligations.courantes("MTQ", COPIE.objet_id)) == [seconde]

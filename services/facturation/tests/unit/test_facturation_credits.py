"""FAC-13 : de note en note, ce qu'une décision rend somme exactement à ce qu'elle corrige."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.creances.domaine.creances import Identite, Nature
from facturation.factures.domaine.ajustements import Ajustement, Facturee, LigneAjustee
from facturation.factures.domaine.credits import (
    Credit,
    Groupe,
    creditable,
    decider,
    note_de_credit,
)
from facturation.factures.domaine.factures import NatureDocument
from facturation.factures.domaine.taxes import EXONERE, Taxes, Totaux
from noyau import ZERO, Acte, Acteur, Conflit, Mois, Montant
from services.facturation.tests.builders import client

_ESPACE = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0002")
NUMERO = "2026-2027-000001"
EN_VIGUEUR = Taxes(Decimal("0.05"), Decimal("0.09975"))
ACTE = Acte(Acteur("agent"), datetime(2026, 10, 5, 14, tzinfo=UTC))


def ligne(rang: int, montant: str, taxes: Taxes = EN_VIGUEUR, jour: int = 1) -> LigneAjustee:
    return LigneAjustee(
        organisme="MTQ",
        numero=NUMERO,
        rang=rang,
        identite=Identite(f"p{rang}", "POSTE-01", Nature.ABONNEMENT, date(2026, 9, jour)),
        actes=(),
        montant=Montant.de(montant),
        taxes=taxes,
        donnees={"libelle": "Poste", "evenements": []},
    )


def facturees(*lignes: LigneAjustee) -> dict[Identite, Facturee]:
    return {x.identite: Facturee(montant=x.montant, taxes=x.taxes) for x in lignes}


def credit(rang: int, montant: str | None) -> Credit:
    return Credit(
        id=uuid5(_ESPACE, f"{rang} {montant}"),
        rang=rang,
        montant=None if montant is None else Montant.de(montant),
    )


_CENTS = st.integers(1, 50_000)
_TAUX = st.sampled_from((EN_VIGUEUR, EXONERE, Taxes(Decimal("0.06"), Decimal("0.085"))))


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[LigneAjustee], list[Montant]]:
    """Des lignes positives, et d'autres, négatives, que le document porte à côté."""
    taxees = draw(st.lists(st.tuples(_CENTS, _TAUX), min_size=1, max_size=5))
    lignes = [ligne(n, str(Montant(c)), taxes) for n, (c, taxes) in enumerate(taxees, 1)]
    return lignes, [Montant(-c) for c in draw(st.lists(_CENTS, max_size=3))]


@given(documents(), st.data())
def test_fac_13_tout_rendu_les_notes_somment_au_document(
    document: tuple[list[LigneAjustee], list[Montant]], data: st.DataObject
) -> None:
    """Même si le groupe vaut moins que ses lignes, ou rien, parce que d'autres le diminuent."""
    lignes, negatives = document
    sommes = [(x.taxes, x.montant) for x in lignes] + [(EN_VIGUEUR, m) for m in negatives]
    groupes = {p.taxes: Groupe(p.base) for p in Totaux.de(sommes).parts}
    apres_tout = Totaux.de([(EN_VIGUEUR, m) for m in negatives])
    decisions: list[Ajustement] = []
    rendu = [ZERO, ZERO, ZERO]
    for tour in range(4):
        demandes = []
        for x in lignes:
            reste = creditable(x, facturees(*lignes), decisions)
            part = None if tour == 3 else Montant(data.draw(st.integers(0, reste.cents)))
            if part is None or part:
                demandes.append(
                    (Credit(id=uuid5(_ESPACE, f"{tour}"), rang=x.rang, montant=part), x)
                )
        creditees = decider(demandes, facturees(*lignes), decisions, "motif", ACTE)
        if not creditees:
            continue
        note = note_de_credit(client(), Mois(2026, 10), tour + 1, creditees, groupes)
        assert note.nature is NatureDocument.NOTE_DE_CREDIT
        assert note.totaux.avant_taxes == sum((x.montant for x in note.lignes), ZERO)
        assert note.totaux.tps <= ZERO
        assert note.totaux.tvq <= ZERO
        decisions += [a for x in creditees for a in x.part.ajustements]
        for p in note.totaux.parts:
            rendus = groupes[p.taxes].rendu - p.base
            groupes[p.taxes] = replace(groupes[p.taxes], rendu=rendus)
            rendu = [rendu[0] - p.base, rendu[1] - p.tps, rendu[2] - p.tvq]
    total = Totaux.de(sommes)
    assert rendu == [
        total.avant_taxes - apres_tout.avant_taxes,
        total.tps - apres_tout.tps,
        total.tvq - apres_tout.tvq,
    ]
    assert all(creditable(x, facturees(*lignes), decisions) == ZERO for x in lignes)


def test_fac_13_la_taxe_rendue_est_celle_du_document_moins_celle_de_ce_qui_reste() -> None:
    """Trois lignes de 0,10 $ : 5 % de 0,30 font 0,02 (0,015), rendus 0,01 puis 0,00 puis 0,01."""
    lignes = [ligne(n, "0.10", Taxes(Decimal("0.05"))) for n in (1, 2, 3)]
    groupe = Groupe(Montant.de("0.30"))
    tps = []
    for x in lignes:
        creditees = decider([(credit(x.rang, None), x)], facturees(*lignes), [], "motif", ACTE)
        note = note_de_credit(client(), Mois(2026, 10), 1, creditees, {x.taxes: groupe})
        tps.append(str(note.totaux.tps))
        groupe = replace(groupe, rendu=groupe.rendu + Montant.de("0.10"))
    # 0,015 → 0,02; il reste 0,010 → 0,01; puis 0,005 → 0,01; puis rien.
    assert tps == ["-0.01", "0.00", "-0.01"]


def test_fac_13_on_ne_rend_ni_plus_que_la_ligne_ni_plus_que_son_du() -> None:
    """La ligne vaut 147; une régularisation en a déjà repris 93,10 : il en reste 53,90."""
    une = ligne(1, "147.00")
    regularisee = {une.identite: Facturee(montant=Montant.de("53.90"), taxes=une.taxes)}
    assert creditable(une, regularisee, []) == Montant.de("53.90")
    # Deux documents portent le même dû : une ligne n'en rend que sa part.
    deux = {une.identite: Facturee(montant=Montant.de("200.00"), taxes=une.taxes)}
    assert creditable(une, deux, []) == Montant.de("147.00")
    with pytest.raises(Conflit, match=r"53,90.*53,91") as refus:
        decider([(credit(1, "53.91"), une)], regularisee, [], "motif", ACTE)
    assert refus.value.regle == "FAC-13"


def test_fac_13_deux_lignes_d_un_meme_mois_se_bornent_ensemble() -> None:
    """Le tarif a changé le 16 : 73,50 puis 75,00; 100 $ du mois sont déjà repris."""
    livraison = (uuid5(_ESPACE, "livraison"),)
    avant = replace(ligne(1, "73.50"), actes=livraison)
    apres = replace(ligne(2, "75.00", jour=16), actes=livraison)
    apres = replace(apres, identite=replace(apres.identite, source="p1"))
    facture = {
        avant.identite: Facturee(montant=ZERO, taxes=avant.taxes),
        apres.identite: Facturee(montant=Montant.de("48.50"), taxes=apres.taxes),
    }
    demandes = [(credit(1, None), avant), (credit(2, None), apres)]
    creditees = decider(demandes, facture, [], "motif", ACTE)
    assert [str(x.montant) for x in creditees] == ["-48.50"]

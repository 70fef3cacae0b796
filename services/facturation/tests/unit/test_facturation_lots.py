"""Un organisme se calcule et s'écrit par lots : le document est celui d'un seul calcul."""

import hashlib
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pypdf
from hypothesis import given, settings
from hypothesis import strategies as st

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.etendue import Etendue, Visees
from facturation.creances.domaine.faits import Appris, sources
from facturation.factures.adaptateurs.rendus import pdf
from facturation.factures.adaptateurs.rendus.lecture import LignesLues
from facturation.factures.domaine import documents
from facturation.factures.domaine.ajustements import Ajustement
from facturation.factures.domaine.factures import Document, Situation, reunir
from facturation.tarification.domaine.tarifs import VersionFiche, VersionPrix
from noyau import Mois, Montant
from services.facturation.tests.builders import EMETTEUR, SEPTEMBRE, Faits, client, situation
from services.facturation.tests.histoires import des_actifs, des_versions, tarifs_de
from services.facturation.tests.papier import document, postes, texte

FINALE = Mois(2027, 1)
NOMS = st.lists(st.uuids().map(str), unique=True, max_size=30)


@given(touchees=NOMS, ouvertes=NOMS, taille=st.integers(1, 12))
def test_fac_14_les_lots_se_partagent_les_sources(
    touchees: list[str], ouvertes: list[str], taille: int
) -> None:
    visees = Visees(tuple(touchees), tuple(ouvertes), date(2026, 9, 1))
    lots = list(visees.par_lots(taille))
    assert lots
    assert all(len(lot.noms) <= taille and lot.arrete == visees.arrete for lot in lots)
    assert [nom for lot in lots for nom in lot.touchees] == touchees
    assert [nom for lot in lots for nom in lot.ouvertes] == ouvertes


@given(faits=des_actifs(), versions=des_versions(), taille=st.integers(1, 4), data=st.data())
@settings(max_examples=100)
def test_fac_7_fac_14_par_lots_ou_d_un_coup_le_projet_est_le_meme(
    faits: list[Appris],
    versions: list[VersionFiche | VersionPrix],
    taille: int,
    data: st.DataObject,
) -> None:
    """Du déjà facturé en tient compte, et des décisions, source par source."""
    tarifs = tarifs_de(versions)
    facturees = list(calculer(sources(faits), tarifs, SEPTEMBRE).creances)
    deja = {c.identite: c.montant for c in facturees if data.draw(st.booleans())}
    ajustements = tuple(
        Ajustement(
            id=UUID(int=rang), organisme="MTQ", numero="2026-2027-000001", rang=rang,
            identite=c.identite, actes=c.evenements, montant=Montant(-1), motif="Essai.",
            decide_le=datetime(2026, 10, 1, tzinfo=UTC), decide_par="essai",
        )
        for rang, c in enumerate(facturees, start=1)
        if c.montant and c.identite in deja
    )  # fmt: skip
    entiere = situation(faits, tarifs, deja=deja, ajustements=ajustements)
    par_lots = reunir([lot.projeter(FINALE) for lot in _lots(entiere, taille)])
    assert par_lots == entiere.projeter(FINALE)


def _lots(entiere: Situation, taille: int) -> list[Situation]:
    """La même situation, `taille` sources à la fois, chacune avec ce qu'on en sait."""
    par_nom = {source.nom: source for source in entiere.etendue.sources}
    lots = []
    for lot in Visees(tuple(par_nom)).par_lots(taille):
        siennes = set(lot.noms)
        lots.append(
            replace(
                entiere,
                etendue=Etendue(tuple(par_nom[nom] for nom in lot.touchees)),
                deja_facture={
                    i: f for i, f in entiere.deja_facture.items() if i.source in siennes
                },
                ajustements=tuple(
                    a for a in entiere.ajustements if a.identite.source in siennes
                ),
            )
        )  # fmt: skip
    return lots


def _emis(nom: str) -> Document:
    f = Faits()
    s = situation([f.livraison(nom, date(2026, 9, 1 + jour)) for jour in range(3)])
    projet = replace(s, client=replace(client(), nom=nom, adresse=nom)).projeter(SEPTEMBRE)
    emis, _ = projet.emettre(7, datetime(2026, 10, 1, 14, tzinfo=UTC), EMETTEUR)
    return emis


@given(nom=st.sampled_from(['"lignes":[]', '\\"lignes\\":[]', "é\u2028", "\x7f\x1f", "", '"']))
def test_fac_9_le_sceau_est_celui_du_json_canonique_entier(nom: str) -> None:
    """Quoi que dise un nom : un document scellé ligne à ligne a l'empreinte publiée."""
    emis = _emis(nom)
    corps = documents.de_document(emis)
    canonique = json.dumps(corps, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    scelle = documents.sceller(emis)
    attendue = hashlib.sha256(canonique.encode()).hexdigest()
    assert scelle.empreinte == documents.empreinte(corps) == attendue
    assert {**scelle.entete, "lignes": [*map(json.loads, scelle.lignes)]} == corps


def test_fac_10_le_papier_d_un_long_document_le_totalise_et_dit_ou_lire_ses_lignes() -> None:
    court = document(postes(40))
    lu = LignesLues()
    for debut in range(0, 40, 7):
        lu.ajouter(court["lignes"][debut : debut + 7])
    total = sum(Decimal(ligne["montant"]) for ligne in court["lignes"])
    assert lu.nombre == 40
    long = pdf.rendre({**court, "lignes": []}, lu)
    dit = texte_de(long)
    assert "Ce document compte 40 lignes" in dit
    assert "Objet et calcul" not in dit
    entier = texte(court)
    assert "Ce document compte" not in entier
    assert f"{total:.2f}".replace(".", ",") in dit.replace("\xa0", "").replace(" ", "")


def texte_de(octets: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(octets)).pages)

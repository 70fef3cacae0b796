"""Le fichier client seul : profils de taxes datés, destinataire de la facture (FAC-15, DEM-14)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demandes.clients.domaine.organismes import PROFILS_MAX, Organisme, ProfilTaxes
from demandes.clients.domaine.registre import (
    MANDATS_MAX,
    Famille,
    Personne,
    Registre,
    Signataire,
    Substitution,
)
from noyau import Acte, Acteur, Conflit, Interdit
from services.demandes.tests.builders import ESPACE, acte, jour

MTQ = Organisme(code="MTQ", nom="MTQ")
VIDE = Registre(())
AUJOURDHUI = jour("2026-09-01")
ACHATS = Personne(nom="Achats", courriel="achats@mtq.example")


def mandat(rang: int, debut: str, fin: str | None = None, **champs: object) -> Signataire:
    base: dict[str, object] = {
        "id": uuid5(ESPACE, f"m{rang}"),
        "organisme": "MTQ",
        "nom": f"S{rang}",
        "sujet": f"s{rang}",
        "courriel": f"s{rang}@mtq.example",
        "debut": jour(debut),
        "fin": jour(fin) if fin else None,
    }
    return Signataire(**{**base, **champs})  # type: ignore[arg-type]


def substitution(sujet: str, debut: str, fin: str) -> Substitution:
    return Substitution(
        id=uuid4(),
        organisme="MTQ",
        remplace_id=mandat(0, "2026-01-01").id,
        nom=sujet,
        sujet=sujet,
        debut=jour(debut),
        fin=jour(fin),
    )


def dit(*profils: tuple[bool, date]) -> Organisme:
    organisme = MTQ
    for taxable, debut in profils:
        organisme = organisme.taxe(taxable, debut, acte())
    return organisme


def test_fac_15_un_profil_vaut_de_son_jour_jusqu_au_suivant() -> None:
    organisme = dit((True, jour("2026-10-01")), (False, jour("2027-01-01")))
    jours = "2026-09-30", "2026-10-01", "2026-12-31", "2027-01-01"
    assert [organisme.taxable_le(jour(j)) for j in jours] == [False, True, True, False]
    assert not MTQ.taxable_le(AUJOURDHUI), "avant le premier profil, exonéré"


def test_fac_15_d_une_meme_date_le_dernier_dit_vaut_et_rien_ne_s_efface() -> None:
    debut = jour("2026-10-01")
    organisme = dit((True, debut), (False, debut), (False, debut))
    assert organisme.profils_en_vigueur == (ProfilTaxes(debut=debut, taxable=False),)
    assert [p.taxable for p in organisme.profils_taxes] == [True, False], "redit, rien de plus"


def test_fac_15_un_profil_ne_commence_pas_dans_un_mois_fini() -> None:
    milieu = acte(24 * 19)
    assert MTQ.taxe(True, jour("2026-09-01"), milieu).taxable_le(jour("2026-09-01"))
    with pytest.raises(Conflit) as refus:
        MTQ.taxe(True, jour("2026-08-31"), milieu)
    assert refus.value.regle == "FAC-15"


def test_fac_15_les_profils_d_un_organisme_sont_bornes() -> None:
    jours = [AUJOURDHUI + timedelta(days=n) for n in range(PROFILS_MAX + 1)]
    plein = dit(*((True, debut) for debut in jours[:-1]))
    with pytest.raises(Conflit):
        plein.taxe(True, jours[-1], acte())


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=8), st.integers(-1, 8))
def test_fac_15_le_profil_d_un_jour_egale_celui_de_l_oracle(
    paroles: Sequence[tuple[bool, int]], decalage: int
) -> None:
    """L'oracle rejoue chaque parole jour par jour : elle vaut jusqu'au début suivant."""
    organisme = dit(*((vrai, AUJOURDHUI + timedelta(days=n)) for vrai, n in paroles))
    vivants = {debut: vrai for vrai, debut in paroles}
    commences = [debut for debut in vivants if debut <= decalage]
    attendu = vivants[max(commences)] if commences else False
    assert organisme.taxable_le(AUJOURDHUI + timedelta(days=decalage)) is attendu
    assert [p.debut for p in organisme.profils_en_vigueur] == sorted(
        AUJOURDHUI + timedelta(days=n) for n in vivants
    )


def test_dem_8_un_organisme_ne_date_pas_son_profil() -> None:
    sien = Acte(Acteur("g", "MTQ", frozenset({"gestionnaire"})), acte().le)
    with pytest.raises(Interdit):
        MTQ.modifier({"taxable": True, "taxable_depuis": jour("2026-10-01")}, VIDE, sien)


def test_dem_14_un_organisme_interdit_d_approuver_pour_soi_et_ne_le_repermet_pas() -> None:
    """Sinon, qui gère le fichier client lèverait la règle le temps de signer pour lui-même."""
    sien = Acte(Acteur("g", "MTQ", frozenset({"gestionnaire", "signataire"})), acte().le)
    ferme, _ = MTQ.modifier({"approbation_par_autrui": True}, VIDE, sien)
    assert ferme.approbation_par_autrui
    with pytest.raises(Interdit) as refus:
        ferme.modifier({"approbation_par_autrui": False}, VIDE, sien)
    assert refus.value.regle == "DEM-14"
    rouvert, _ = ferme.modifier({"approbation_par_autrui": False}, VIDE, acte())
    assert not rouvert.approbation_par_autrui


@pytest.mark.parametrize(
    ("qui", "debut", "fin"),
    [
        ("s0", "2026-09-01", "2026-09-05"),
        ("s9", "2026-08-01", "2026-09-01"),
        ("s9", "2026-10-01", "2026-10-05"),
        ("s8", "2026-09-03", "2026-09-04"),
    ],
    ids=["lui-même", "passée", "après le mandat", "déjà"],
)
def test_dem_3_une_substitution_sans_effet_est_refusee(qui: str, debut: str, fin: str) -> None:
    deja = substitution("s8", "2026-09-01", "2026-09-10")
    registre = Registre((mandat(0, "2026-01-01", "2026-10-01"),), (deja,))
    with pytest.raises(Conflit) as refus:
        registre.exiger_utile(substitution(qui, debut, fin), AUJOURDHUI)
    assert refus.value.regle == "DEM-3"
    registre.exiger_utile(substitution("s9", "2026-09-01", "2026-09-10"), AUJOURDHUI)
    registre.exiger_utile(substitution("s8", "2026-09-10", "2026-09-12"), AUJOURDHUI)


def test_fac_15_la_facture_va_a_l_interlocuteur_sinon_au_plus_ancien_mandat_ouvert() -> None:
    fini, doyen = mandat(0, "2026-01-01", "2026-09-01"), mandat(1, "2026-04-01")
    retire, jeune = mandat(2, "2026-03-01", "2026-03-01"), mandat(3, "2026-05-01")
    a_venir = mandat(4, "2026-09-02")
    registre = Registre((jeune, a_venir, retire, fini, doyen))
    attendu = Personne(nom="S1", courriel="s1@mtq.example")
    assert registre.destinataire(jour("2026-08-31")) == Personne(
        nom="S0", courriel="s0@mtq.example"
    )
    assert registre.destinataire(AUJOURDHUI) == attendu, "le mandat fini ne compte plus ce jour-là"
    assert MTQ.suivi(registre, acte()).destinataire == attendu
    avec = Organisme(code="MTQ", nom="MTQ", interlocuteur=ACHATS)
    assert avec.suivi(registre, acte()).destinataire == ACHATS
    assert MTQ.suivi(Registre((retire, a_venir)), acte()).destinataire is None


def test_fac_15_le_doyen_sans_adresse_recoit_la_facture_avant_un_plus_jeune() -> None:
    muet, jeune = mandat(2, "2026-03-01", courriel=None), mandat(3, "2026-05-01")
    assert Registre((jeune, muet)).destinataire(AUJOURDHUI) == Personne(nom="S2")


@given(st.permutations(range(4)))
def test_fac_15_l_ordre_du_registre_ne_change_pas_le_destinataire(ordre: list[int]) -> None:
    """Deux mandats du même jour : le premier inscrit, quel que soit l'ordre de lecture."""
    mandats = [mandat(n, "2026-04-01") for n in range(4)]
    premier = min(mandats, key=lambda m: m.id)
    lu = Registre(tuple(mandats[n] for n in ordre)).destinataire(AUJOURDHUI)
    assert lu is not None
    assert lu.nom == premier.nom


@pytest.mark.parametrize(
    ("familles", "permis"),
    [
        ((Famille.DEMANDES_DE_SERVICE,), False),
        ((Famille.CONTRAT_SPECIFIQUE,), True),
        ((Famille.CONTRAT_SPECIFIQUE, Famille.DEMANDES_DE_SERVICE), False),
    ],
)
def test_dem_14_un_seul_mandat_ouvert_par_personne_et_famille(
    familles: tuple[Famille, ...], permis: bool
) -> None:
    registre = Registre((mandat(0, "2026-04-01", sujet="ana"),))
    second = mandat(1, "2026-06-01", sujet="ana", familles=familles)
    if permis:
        registre.exiger_seul(second)
        return
    with pytest.raises(Conflit) as refus:
        registre.exiger_seul(second)
    assert refus.value.regle == "DEM-14"


@pytest.mark.parametrize("vise", [0, 1])
def test_dem_14_finir_un_mandat_finit_le_droit_de_signer(vise: int) -> None:
    """Deux mandats d'avant la règle se doublent : finir l'un ne laisse pas signer par l'autre."""
    ana = [mandat(0, "2026-04-01", sujet="ana"), mandat(1, "2026-06-01", sujet="ana")]
    ailleurs = mandat(2, "2026-04-01", sujet="ana", familles=(Famille.EXPERTISE_CONSEIL,))
    autre = mandat(3, "2026-04-01", sujet="bob")
    registre = Registre((*ana, ailleurs, autre))
    finis = registre.finir(ana[vise].id, jour("2026-10-01"), acte())
    assert [f.id for f in finis] == [ana[vise].id, ana[1 - vise].id]
    for fini in finis:
        registre = registre.avec(fini)
    service = Famille.DEMANDES_DE_SERVICE
    registre.signature(Acteur("ana", "MTQ"), service, jour("2026-09-30"))
    with pytest.raises(Interdit):
        registre.signature(Acteur("ana", "MTQ"), service, jour("2026-10-01"))
    assert registre.signataire(ailleurs.id).fin is None, "d'une autre famille, il demeure"
    assert registre.signataire(autre.id).fin is None


def test_dem_14_prolonger_un_mandat_n_en_chevauche_pas_un_autre() -> None:
    un = mandat(0, "2026-04-01", "2026-11-01", sujet="ana")
    suivant = mandat(1, "2026-11-01", sujet="ana")
    registre = Registre((un, suivant))
    with pytest.raises(Conflit) as refus:
        registre.finir(un.id, jour("2026-12-01"), acte())
    assert refus.value.regle == "DEM-14"
    assert [f.id for f in registre.finir(un.id, jour("2026-10-01"), acte())] == [un.id]


def test_dem_8_le_registre_d_un_organisme_est_borne() -> None:
    presque = Registre(tuple(mandat(n, "2026-04-01") for n in range(MANDATS_MAX - 1)))
    presque.exiger_place()
    with pytest.raises(Conflit) as refus:
        presque.avec(mandat(MANDATS_MAX, "2026-04-01")).exiger_place()
    assert refus.value.regle == "DEM-8"


def test_dem_8_un_changement_qui_n_en_est_pas_un_ne_change_rien() -> None:
    """Ni version ni fait, même si le destinataire d'aujourd'hui reste à dire."""
    registre = Registre((mandat(0, "2026-04-01"),))
    for rien in ({}, {"nom": MTQ.nom}, {"actif": True}, {"adresse": MTQ.adresse}):
        assert MTQ.modifier(rien, registre, acte()) == (MTQ, None)
    change, fait = MTQ.modifier({"nom": "Autre"}, registre, acte())
    assert (change.version, fait is None) == (MTQ.version + 1, False)


@pytest.mark.parametrize(
    ("debut", "fin", "retenue"),
    [
        ("2026-09-01", "2026-09-01", "2026-09-01"),
        ("2026-10-01", "2026-09-01", "2026-10-01"),
        ("2026-10-01", "2026-10-01", "2026-10-01"),
        ("2026-10-01", "2026-10-02", "2026-10-02"),
        ("2026-04-01", "2026-09-01", "2026-09-01"),
    ],
)
def test_dem_3_un_mandat_retire_avant_de_valoir_n_autorise_aucun_jour(
    debut: str, fin: str, retenue: str
) -> None:
    fini = mandat(0, debut).finir(jour(fin), acte())
    assert fini.fin == jour(retenue)
    jours = [jour(debut) + timedelta(days=n) for n in range(-3, 40)]
    vide = jour(retenue) == jour(debut)
    assert any(map(fini.autorise, jours)) is not vide
    assert fini.chevauche(mandat(1, debut)) is not vide, "le bon s'inscrit à sa place"
    assert mandat(1, "2026-01-01").chevauche(fini) is not vide


def test_dem_3_un_mandat_ne_s_inscrit_pas_vide_ni_a_rebours() -> None:
    with pytest.raises(Conflit) as refus:
        mandat(0, "2026-09-02", "2026-09-02").exiger_recevable()
    assert refus.value.regle == "DEM-3"
    with pytest.raises(Conflit):
        mandat(0, "2026-09-02", "2026-09-01")


def test_dem_8_un_plafond_sans_contrat_specifique_est_refuse() -> None:
    plafond = Decimal(100)
    mandat(0, "2026-09-01", familles=tuple(Famille), plafond=plafond).exiger_recevable()
    for familles in ((Famille.DEMANDES_DE_SERVICE,), (Famille.EXPERTISE_CONSEIL,)):
        with pytest.raises(Conflit, match="Un plafond ne borne que") as refus:
            mandat(0, "2026-09-01", familles=familles, plafond=plafond).exiger_recevable()
        assert refus.value.regle == "DEM-8"

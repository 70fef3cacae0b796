"""Le registre des signataires à la date de l'acte (DEM-3), contre une définition directe."""

from datetime import date, timedelta
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demandes.clients.domaine.registre import Famille, Registre, Signataire, Signature, Substitution
from noyau import ANNUAIRE, Acteur, Conflit, Interdit
from services.demandes.tests.builders import ESPACE, acte, jour

JOUR = jour("2026-09-15")
GENS = ("ana", "bea", "cyr")
FAMILLE = Famille.DEMANDES_DE_SERVICE
familles = st.lists(st.sampled_from(Famille), min_size=1, max_size=3, unique=True)
durees = st.tuples(st.integers(-5, 5), st.integers(1, 8))


def mandat(
    rang: int, sujet: str, decalage: int, duree: int | None, *familles: Famille
) -> Signataire:
    debut = JOUR + timedelta(days=decalage)
    return Signataire(
        id=uuid5(ESPACE, f"s{rang}"),
        organisme="MTQ",
        nom=sujet,
        sujet=sujet,
        familles=familles or (FAMILLE,),
        debut=debut,
        fin=None if duree is None else debut + timedelta(days=duree),
    )


def substitution(rang: int, sujet: str, remplace: int, decalage: int, duree: int) -> Substitution:
    debut = JOUR + timedelta(days=decalage)
    return Substitution(
        id=uuid5(ESPACE, f"x{rang}"),
        organisme="MTQ",
        remplace_id=uuid5(ESPACE, f"s{remplace}"),
        nom=sujet,
        sujet=sujet,
        debut=debut,
        fin=debut + timedelta(days=duree),
    )


def courent(debut: date, fin: date | None) -> bool:
    return JOUR in {debut + timedelta(days=n) for n in range(60)} and (fin is None or fin > JOUR)


@given(
    st.lists(st.tuples(st.sampled_from(GENS), durees, familles), max_size=3),
    st.lists(st.tuples(st.sampled_from(GENS), st.integers(0, 2), durees), max_size=3),
    st.sampled_from(GENS),
)
def test_dem_3_signe_qui_a_un_mandat_ou_remplace_qui_en_a_un(
    mandats: list[tuple[str, tuple[int, int], list[Famille]]],
    remplacements: list[tuple[str, int, tuple[int, int]]],
    sujet: str,
) -> None:
    registre = Registre(
        tuple(mandat(n, qui, *duree, *dites) for n, (qui, duree, dites) in enumerate(mandats)),
        tuple(substitution(n, *s[:2], *s[2]) for n, s in enumerate(remplacements)),
    )
    en_poste = {
        s.id for s in registre.signataires if FAMILLE in s.familles and courent(s.debut, s.fin)
    }
    propres = {s.id for s in registre.signataires if s.sujet == sujet and s.id in en_poste}
    empruntes = {
        (s.id, s.remplace_id)
        for s in registre.substitutions
        if s.sujet == sujet and courent(s.debut, s.fin) and s.remplace_id in en_poste
    }
    if not (propres or empruntes):
        with pytest.raises(Interdit) as refus:
            registre.signature(Acteur(sujet, "MTQ"), FAMILLE, JOUR)
        assert refus.value.regle == "DEM-3"
        return
    signature = registre.signature(Acteur(sujet, "MTQ"), FAMILLE, JOUR)
    if propres:
        assert signature.signataire_id in propres
        assert signature.au_nom_de_id is None
    else:
        assert (signature.signataire_id, signature.au_nom_de_id) in empruntes


@pytest.mark.parametrize("role", sorted(ANNUAIRE.machines))
def test_dem_3_une_machine_ne_signe_jamais(role: str) -> None:
    registre = Registre((mandat(0, "ana", 0, None),))
    humain = Acteur("ana", "MTQ", frozenset({"signataire"}))
    assert registre.signature(humain, FAMILLE, JOUR) == Signature(signataire_id=uuid5(ESPACE, "s0"))
    with pytest.raises(Interdit):
        registre.signature(Acteur("ana", "MTQ", frozenset({"signataire", role})), FAMILLE, JOUR)


def test_dem_3_un_mandat_finit_aujourd_hui_au_plus_tot_et_une_seule_fois() -> None:
    ouvert = mandat(0, "ana", -30, None)
    with pytest.raises(Conflit):
        ouvert.finir(jour("2026-08-31"), acte())
    fini = ouvert.finir(jour("2026-09-01"), acte())
    assert not fini.autorise(jour("2026-09-01"))
    with pytest.raises(Conflit):
        fini.finir(jour("2026-10-01"), acte())
    with pytest.raises(Conflit):
        mandat(0, "ana", 0, 0).exiger_recevable()


def test_dem_3_une_substitution_vaut_du_debut_a_la_veille_de_la_fin() -> None:
    remplacement = substitution(0, "bea", 0, -2, 2)
    jours = [JOUR - timedelta(days=n) for n in (3, 2, 1, 0)]
    assert [remplacement.autorise(jour) for jour in jours] == [False, True, True, False]

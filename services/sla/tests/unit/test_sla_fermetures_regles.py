"""Fermer et corriger (SLA-7), sans base de données."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noyau import Conflit, Mois, debut_du_jour
from services.sla.tests.builders import fiche, fiches, indicateur
from sla.taux.adaptateurs.reference import lire_publications
from sla.taux.domaine.attendus import Etendue
from sla.taux.domaine.corrections import COMPTE, Constat, Jugement, Mesuree, Publie, corriger
from sla.taux.domaine.fermetures import Etat, Jalons, a_fermer, exiger_entiere, fermer, manquants

AOUT, SEPTEMBRE, OCTOBRE = Mois(2026, 8), Mois(2026, 9), Mois(2026, 10)
FIN = debut_du_jour(date(2026, 10, 1))
RECUS: Jalons = {"catalogue": FIN, "demandes": FIN + timedelta(hours=1)}
MESUREE = Mesuree(
    mesure_id=UUID(int=1),
    organisme="MTQ",
    indicateur="PT-1",
    sujet="demande",
    sujet_id="d",
    numero=None,
)
TENU: Jugement = {
    "verdict": "conforme",
    "exclue": False,
    "signalee": False,
    "conditions": [],
    "cible": "0.95",
    "delai": 10,
    "j0": "2026-09-01",
    "fin": "2026-09-08T13:00:00.000000Z",
    "jours": 4,
    "fiche": "POSTES",
    "fiche_version": 1,
    "calendrier": "2026-1",
}
MANQUE: Jugement = {**TENU, "verdict": "manquee", "jours": 11}


def etat(
    jalons: Jalons = RECUS,
    *,
    vus: Jalons | None = None,
    ouverte_avant: Mois | None = SEPTEMBRE,
    a_rejouer: bool = False,
) -> Etat:
    return Etat(jalons=jalons, vus=vus or {}, ouverte_avant=ouverte_avant, a_rejouer=a_rejouer)


class TestFermer:
    """Ce qui retient une fermeture, et ce dont un motif dispense."""

    def test_sla_7_recue_de_tous_elle_se_ferme_sans_garder_de_motif(self) -> None:
        fermee = fermer(SEPTEMBRE, etat(), motif="Inutile", par="ana", le=FIN)
        assert (fermee.motif, fermee.manquants, fermee.fermee_le) == (None, (), FIN)

    @pytest.mark.parametrize(
        ("le", "tel", "dit"),
        [
            (FIN - timedelta(seconds=1), etat(), "n'est pas finie"),
            (FIN, etat(a_rejouer=True), "rejoués"),
            (FIN, etat(ouverte_avant=AOUT), "2026-08"),
            (FIN, etat({}, vus={"demandes": FIN}), "copies"),
            (FIN, etat({"demandes": FIN - timedelta(1)}, vus={"demandes": FIN}), "copies"),
        ],
    )
    def test_sla_7_un_motif_n_en_dispense_pas(self, le: datetime, tel: Etat, dit: str) -> None:
        with pytest.raises(Conflit, match=dit) as refus:
            fermer(SEPTEMBRE, tel, motif="Pressé", par="ana", le=le)
        assert refus.value.regle == "SLA-7"

    @pytest.mark.parametrize("jalon", [None, FIN - timedelta(microseconds=1)])
    def test_sla_7_un_producteur_muet_exige_un_motif_qui_reste(
        self, jalon: datetime | None
    ) -> None:
        tel = etat({**RECUS, "courtier": jalon})
        with pytest.raises(Conflit, match="courtier"):
            fermer(SEPTEMBRE, tel, motif=None, par="ana", le=FIN)
        fermee = fermer(SEPTEMBRE, tel, motif="Arrêté", par="ana", le=FIN)
        assert (fermee.motif, fermee.manquants) == ("Arrêté", ("courtier",))

    def test_sla_7_un_jalon_de_minuit_pile_suffit(self) -> None:
        assert manquants(SEPTEMBRE, {"demandes": FIN}) == ()
        assert manquants(OCTOBRE, {"demandes": FIN}) == ("demandes",)

    def test_sla_7_des_copies_qui_se_refont_se_voient_a_leurs_jalons(self) -> None:
        exiger_entiere(RECUS, RECUS)
        exiger_entiere(RECUS, {"courtier": None})
        with pytest.raises(Conflit, match="copies"):
            exiger_entiere({**RECUS, "demandes": FIN}, RECUS)

    def test_sla_7_la_tache_attend_puis_ferme_dans_l_ordre(self) -> None:
        attente = lire_publications().le(date(2026, 10, 1)).attente
        echeance = FIN + attente
        assert a_fermer([OCTOBRE, SEPTEMBRE, AOUT], echeance, attente) == [AOUT, SEPTEMBRE]
        assert a_fermer([SEPTEMBRE], echeance - timedelta(seconds=1), attente) == []


def constat(
    jugement: Jugement | None, periode: Mois | None = SEPTEMBRE, appris_le: datetime = FIN
) -> Constat:
    return Constat(mesuree=MESUREE, periode=periode, jugement=jugement, appris_le=appris_le)


def publie(jugement: Jugement | None, periode: Mois = SEPTEMBRE, rang: int = 0) -> Publie:
    return Publie(periode=periode, jugement=jugement, dit_le=FIN + timedelta(days=1), rang=rang)


class TestCorriger:
    """Ce qui change d'un mois fermé, et pourquoi."""

    def test_sla_7_des_jours_comptes_autrement_sous_le_meme_verdict_ne_corrigent_rien(self) -> None:
        assert list(corriger(constat({**TENU, "jours": 9}), [publie(TENU)], FIN)) == []

    def test_sla_7_passee_a_un_autre_mois_elle_quitte_le_sien_et_entre_dans_l_autre(self) -> None:
        tard = {**MANQUE, "fin": "2026-10-02T13:00:00.000000Z"}
        faites = corriger(constat(tard, OCTOBRE), [publie(TENU), publie(None, OCTOBRE)], FIN)
        assert [(str(c.periode), c.avant, c.apres) for c in faites] == [
            ("2026-09", TENU, None),
            ("2026-10", None, tard),
        ]

    @given(
        st.lists(
            st.tuples(st.sampled_from((None, SEPTEMBRE, OCTOBRE)), st.sampled_from((TENU, MANQUE))),
            min_size=1,
            max_size=8,
        )
    )
    def test_sla_7_le_publie_et_ses_corrections_font_ce_qu_on_sait(
        self, vies: list[tuple[Mois | None, Jugement]]
    ) -> None:
        """Quoi que devienne une mesure, ses corrections mènent chaque mois à ce qu'on en sait."""
        depart = {SEPTEMBRE: TENU, OCTOBRE: None}
        dits: dict[Mois, Publie] = {m: publie(j, m) for m, j in depart.items()}
        recues, su = Counter[Mois](), constat(None, None)
        for periode, jugement in vies:
            su = constat(jugement if periode else None, periode)
            for c in corriger(su, list(dits.values()), FIN):
                recues[c.periode] += 1
                assert c.rang == recues[c.periode]
                assert c.avant == dits[c.periode].jugement
                dits[c.periode] = publie(c.apres, c.periode, c.rang)
        derniere, jugement = vies[-1]
        for mois, dit in dits.items():
            attendu = jugement if mois == derniere else None
            assert _compte(dit.jugement) == _compte(attendu)
        su = constat(jugement if derniere else None, derniere)
        assert list(corriger(su, list(dits.values()), FIN)) == []


def _compte(jugement: Jugement | None) -> Mapping[str, object] | None:
    return jugement and {nom: jugement.get(nom) for nom in COMPTE}


class TestAttendus:
    """SLA-4 : ce qui a sa ligne, même vide."""

    def test_sla_4_un_indicateur_fini_le_15_est_attendu_de_son_mois(self) -> None:
        connues = fiches(
            fiche(indicateur("PT-1"), indicateur("PT-3")),
            fiche(indicateur("PT-1"), version=2, debut=date(2026, 9, 15)),
        )
        etendue = Etendue(SEPTEMBRE, OCTOBRE)
        assert [(a.periode, a.indicateur.code) for a in etendue.par_mois(connues)] == [
            ("2026-09", "PT-1"),
            ("2026-09", "PT-3"),
            ("2026-10", "PT-1"),
        ]
        assert [a.indicateur.code for a in etendue.par_exercice(connues)] == ["PT-1", "PT-3"]

    def test_sla_4_l_exercice_ne_deborde_pas_de_l_etendue(self) -> None:
        connues = fiches(fiche(indicateur(), debut=date(2026, 12, 1)))
        etendue = Etendue(Mois(2026, 2), OCTOBRE)
        assert list(etendue.par_exercice(connues)) == []
        longue = Etendue(Mois(2026, 2), Mois(2026, 12))
        assert [(a.exercice, a.periode) for a in longue.par_exercice(connues)] == [
            ("2026-2027", "")
        ]


@pytest.mark.parametrize(
    ("mesurees", "dit"),
    [(0, None), (1, "1 mesure, moins de 10"), (9, "9 mesures, moins de 10"), (10, None)],
)
def test_sla_4_sous_le_seuil_un_taux_avertit(mesurees: int, dit: str | None) -> None:
    avis = lire_publications().le(date(2026, 9, 30)).avertissement(mesurees)
    assert (avis is None) if dit is None else (avis is not None and dit in avis)

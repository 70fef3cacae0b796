"""SLA-5 : un début ni à venir, ni trop ancien; ce qu'on redit se reconnaît."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noyau import AVANCE_TOLEREE, Acte, Acteur, Conflit, debut_du_jour
from sla.disponibilites.adaptateurs.reference import lire_reculs
from sla.disponibilites.domaine.alarmes import Alarme, Connue, Devenir, suivre
from sla.disponibilites.domaine.indisponibilites import (
    Constat,
    Indisponibilite,
    Source,
    constater,
    meme_debut,
)
from sla.disponibilites.domaine.reculs import Recul, Reculs
from sla.disponibilites.domaine.signalements import EN_ATTENTE_MAX, EtatSignalement, Signalement

LE = datetime(2026, 9, 30, 16, 0, 7, 500, tzinfo=UTC)
ACTE = Acte(Acteur("mesureur"), LE)
MINUTE = timedelta(minutes=1)
RECUL = Recul(alarme=62, constat=400)


def constat(debut: datetime, fin: datetime | None = None) -> Constat:
    return Constat(service="messagerie", debut=debut, fin=fin)


def alarme(debut: datetime, fin: datetime | None = None) -> Alarme:
    return Alarme(empreinte="7a", nom="ServiceMuet", constat=constat(debut, fin))


def suite(
    dite: Alarme, *connues: Connue, le: datetime = LE
) -> tuple[Devenir, Indisponibilite, Connue]:
    sort, i = suivre(dite, connues, UUID(int=len(connues) + 1), Acte(Acteur("sonde"), le))
    return sort, i, Connue(indisponibilite=i, debut=i.debut, constatee_le=le, plus_tot=i.debut)


def signalement(debut: datetime, rang: int = 1, **autres: object) -> Signalement:
    dits = {"fin": None, "sites": (), "description": "Muette.", "signale_le": LE, **autres}
    base = {"organisme": "MTQ", "service": "messagerie", "signale_par": "lui"}
    return Signalement(id=UUID(int=rang), debut=debut, **base, **dits)  # type: ignore[arg-type]


@given(avance=st.timedeltas(timedelta(-1), AVANCE_TOLEREE))
def test_sla_5_aucun_debut_ne_se_garde_a_venir(avance: timedelta) -> None:
    regle = constat(LE + avance).regle(LE)
    assert regle.debut <= LE
    assert regle.debut == min((LE + avance).replace(microsecond=0), LE.replace(microsecond=0))


def test_sla_5_un_debut_a_venir_se_ramene_et_sa_fin_demeure() -> None:
    regle = constat(LE + MINUTE, LE + 3 * MINUTE).regle(LE)
    assert regle.debut == LE.replace(microsecond=0)
    assert regle.fin == (LE + 3 * MINUTE).replace(microsecond=0)


def test_sla_5_le_refus_d_un_temps_a_venir_se_lit_a_l_heure_de_quebec() -> None:
    with pytest.raises(Conflit, match="Le 30 septembre 2026, 12 h 06 min 07 s, est à venir"):
        constat(LE + 6 * MINUTE).regle(LE)


@pytest.mark.parametrize("avance", [-MINUTE, timedelta(0), MINUTE, 5 * MINUTE])
def test_sla_5_une_alarme_en_avance_redite_reste_la_meme(avance: timedelta) -> None:
    dite = alarme(LE + avance)
    sort, ouverte, connue = suite(dite)
    assert sort is Devenir.OUVERTE
    assert suite(dite, connue, le=LE + 10 * MINUTE)[:2] == (Devenir.DEJA, ouverte)
    annulee = replace(connue, indisponibilite=ouverte.annuler())
    assert suite(dite, annulee, le=LE + 10 * MINUTE)[0] is Devenir.DEJA
    # Une personne l'a fermée avant même le début que dit l'horloge en avance.
    voulu = replace(constat(ouverte.debut), fin=ouverte.debut + timedelta(seconds=1))
    fermee = replace(connue, indisponibilite=ouverte.corriger(voulu, ACTE))
    assert suite(dite, fermee, le=LE + 10 * MINUTE)[0] is Devenir.DEJA


def test_sla_5_corrigee_par_une_personne_puis_redite_elle_reste_fermee() -> None:
    debut = LE - 60 * MINUTE
    _, ouverte, connue = suite(alarme(debut))
    voulu = constat(debut + 10 * MINUTE, debut + 20 * MINUTE)
    fermee = replace(connue, indisponibilite=ouverte.corriger(voulu, ACTE))
    assert suite(alarme(debut), fermee)[0] is Devenir.DEJA
    assert suite(alarme(debut + 30 * MINUTE), fermee)[0] is Devenir.OUVERTE


@pytest.mark.parametrize("deplace", [-10 * MINUTE, 10 * MINUTE])
def test_sla_5_un_debut_deplace_par_une_personne_survit_a_l_alarme_redite(
    deplace: timedelta,
) -> None:
    debut = LE - 60 * MINUTE
    _, ouverte, connue = suite(alarme(debut))
    juste = ouverte.corriger(constat(debut + deplace), ACTE)
    corrigee = replace(connue, indisponibilite=juste, plus_tot=min(ouverte.debut, juste.debut))
    assert suite(alarme(debut), corrigee)[:2] == (Devenir.DEJA, juste)
    sort, fermee, _ = suite(alarme(debut, LE - 5 * MINUTE), corrigee)
    assert (sort, fermee.debut) == (Devenir.FERMEE, juste.debut)
    # Ce que nul n'avait dit encore s'apprend toujours.
    sort, apprise, _ = suite(alarme(debut - 20 * MINUTE), corrigee)
    assert (sort, apprise.debut) == (Devenir.OUVERTE, ouverte.debut - 20 * MINUTE)


def test_sla_5_une_alarme_plus_tardive_en_ouvre_une_autre() -> None:
    _, ouverte, connue = suite(alarme(LE - 60 * MINUTE))
    annulee = replace(connue, indisponibilite=ouverte.annuler())
    assert suite(alarme(LE - 58 * MINUTE), annulee)[0] is Devenir.OUVERTE


def test_sla_5_un_debut_ramene_ne_se_confond_pas_avec_un_plus_tardif() -> None:
    ramene = LE.replace(microsecond=0)
    assert meme_debut(ramene + 5 * MINUTE, ramene, LE)
    assert not meme_debut(ramene + 6 * MINUTE, ramene, LE)
    assert not meme_debut(ramene, ramene - MINUTE, LE)
    assert not meme_debut(ramene + MINUTE, ramene - MINUTE, LE)


def test_sla_5_un_signalement_redit_nomme_le_premier() -> None:
    premier = signalement(LE + MINUTE).regle(LE)
    with pytest.raises(Conflit, match=str(premier.id)):
        signalement(LE + MINUTE, 2, signale_le=LE + 2 * MINUTE).exiger_neuf([premier])
    autres = [
        {"sites": ("Siège",)}, {"fin": LE + 2 * MINUTE}, {"service": "stockage"},
    ]  # fmt: skip
    for autre in autres:
        replace(signalement(LE + MINUTE, 2), **autre).exiger_neuf([premier])  # type: ignore[arg-type]
    signalement(LE - MINUTE, 2).exiger_neuf([premier])


def test_sla_5_trop_de_signalements_attendent() -> None:
    ceux = [signalement(LE - n * MINUTE, n) for n in range(1, EN_ATTENTE_MAX + 1)]
    signalement(LE, 99).exiger_neuf(ceux[1:])
    with pytest.raises(Conflit, match="attendent déjà"):
        signalement(LE, 99).exiger_neuf(ceux)
    assert {s.etat for s in ceux} == {EtatSignalement.SIGNALEE}


@pytest.mark.parametrize(
    ("source", "jours"),
    [(Source.ALARME, 62), (Source.SAISIE, 400), (Source.LOT, 400), (Source.SIGNALEMENT, 400)],
)
def test_sla_5_un_debut_trop_ancien_se_refuse(source: Source, jours: int) -> None:
    """Le premier jour permis compte en entier, à Québec."""
    minuit = debut_du_jour(date(2026, 9, 30) - timedelta(days=jours))
    RECUL.exiger(minuit, source, LE)
    with pytest.raises(Conflit, match=f"23 h 59 min 59 s, .* dans les {jours} jours") as refus:
        RECUL.exiger(minuit - timedelta(seconds=1), source, LE)
    assert refus.value.regle == "SLA-5"


def test_sla_5_une_correction_ne_se_refuse_que_si_elle_recule_le_debut() -> None:
    vieux = datetime(2006, 9, 14, 12, tzinfo=UTC)
    for debut in (vieux, vieux + MINUTE, LE):
        RECUL.exiger(debut, Source.SAISIE, LE, vieux)
    with pytest.raises(Conflit, match="14 septembre 2006"):
        RECUL.exiger(vieux, Source.SAISIE, LE, vieux + MINUTE)


def test_sla_5_les_reculs_livres_valent_et_se_datent() -> None:
    assert lire_reculs().le(date(2026, 9, 30)) == RECUL
    dates = Reculs.de({date(2026, 1, 1): RECUL, date(2027, 1, 1): Recul(alarme=1, constat=2)})
    assert dates.le(date(2026, 12, 31)) == RECUL
    assert dates.le(date(2027, 1, 1)).constat == 2
    with pytest.raises(Conflit, match="31 décembre 2025"):
        dates.le(date(2025, 12, 31))
    with pytest.raises(ValueError, match="au moins un jour"):
        Recul(alarme=0, constat=400)


def test_sla_5_un_constat_ordinaire_ne_change_pas() -> None:
    une = constater(UUID(int=1), constat(LE - 60 * MINUTE), Source.SAISIE, ACTE)
    assert une.debut == (LE - 60 * MINUTE).replace(microsecond=0)

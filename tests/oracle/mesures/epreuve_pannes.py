"""La disponibilité d'un mois, par le service et par le ruban du juge naïf (SLA-5)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Final
from uuid import UUID

from noyau import Acte, Acteur
from noyau import Mois as MoisCivil
from sla.disponibilites.domaine.indisponibilites import (
    Constat,
    Indisponibilite,
    Nature,
    Portee,
    Source,
    constater,
)
from sla.disponibilites.domaine.minutes import Donnees, Minutes, compter
from sla.disponibilites.domaine.services import Clientele, Service
from tests.oracle.mesures import pannes, ruban
from tests.oracle.mesures.epreuve import Desaccord, composer_calendrier, composer_fiches

ACTE: Final = Acte(Acteur("mesureur"), datetime(2041, 1, 1, tzinfo=UTC))


@dataclass
class Bilan:
    """Ce qu'un mois a éprouvé."""

    lignes: int = 0
    interrompues: int = 0
    ajustees: int = 0
    a_la_seconde: int = 0
    annulees: int = 0
    corrigees: int = 0
    nes_ou_retires: int = 0
    absents: int = 0
    sans_service: int = 0


def eprouver(graine: int) -> Bilan:
    """Un mois de quelques organismes; lève `Desaccord`."""
    monde, hasard = pannes.tirer(graine), Random(graine)
    voulues = ruban.compter(monde.mois)
    trouvees = {(m.indicateur, m.organisme): _durees(m) for m in _compter(monde, hasard)}
    if voulues != trouvees:
        cles = [c for c in {*voulues, *trouvees} if voulues.get(c) != trouvees.get(c)]
        dits = [f"{c} : {trouvees.get(c)}, et le ruban : {voulues.get(c)}" for c in sorted(cles)]
        raise Desaccord(f"Mois {graine}. {'; '.join(dits)}")
    durees = list(voulues.values())
    return Bilan(
        lignes=len(durees),
        interrompues=sum(d.panne > 0 for d in durees),
        ajustees=sum(0 < d.panne_ajuste < d.panne for d in durees),
        a_la_seconde=monde.mois.grain == 1,
        annulees=sum(c.annulee for c in monde.constats),
        corrigees=sum(len(c.dits) > 1 for c in monde.constats),
        nes_ou_retires=sum(s.debut.year > 2015 for s in monde.mois.services),
        absents=sum(bool(c.absences) for c in monde.mois.clients),
        sans_service=sum(d.service == 0 for d in durees),
    )


def _compter(monde: pannes.Monde, hasard: Random) -> list[Minutes]:
    mois, savoir = monde.mois, monde.mois.savoir
    toutes = [_poser(rang, constat) for rang, constat in enumerate(monde.constats, 1)]
    indisponibilites = [i for i in toutes if not i.annulee]
    hasard.shuffle(indisponibilites)
    services = [Service(code=s.code, libelle="", debut=s.debut, fin=s.fin) for s in mois.services]
    donnees = Donnees(
        composer_fiches(savoir, hasard),
        composer_calendrier(monde.decrets),
        services,
        indisponibilites,
    )
    clients = [Clientele(c.code, c.depuis, c.absences) for c in mois.clients]
    return compter(MoisCivil.de(mois.premier), mois.dernier, clients, donnees)


def _poser(rang: int, constat: pannes.Constat) -> Indisponibilite:
    """Constatée, corrigée, annulée : par ses actes."""
    dits = [_constat(coupure, sites=constat.sites) for coupure in constat.dits]
    une = constater(UUID(int=rang), dits[0], Source.SAISIE, ACTE)
    for dit in dits[1:]:
        une = une.corriger(dit, ACTE)
    return une.annuler() if constat.annulee else une


def _constat(coupure: ruban.Coupure, *, sites: bool) -> Constat:
    portee = Portee.SITES if sites else Portee.ORGANISMES if coupure.atteint else Portee.TOUS
    return Constat(
        service=coupure.service,
        nature=Nature(coupure.nature),
        portee=portee,
        organismes=coupure.atteint,
        sites=("Siège",) if sites else (),
        debut=coupure.debut,
        fin=coupure.fin,
    )


def _durees(m: Minutes) -> ruban.Durees:
    cible = None if m.cible is None else float(m.cible)
    comptes = (m.service, m.panne, m.service_ajuste, m.panne_ajuste)
    return ruban.Durees(*comptes, m.fiche, m.fiche_version, cible)

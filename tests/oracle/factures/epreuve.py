"""Mois après mois, le service et le facturier naïf font le document du même organisme."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from facturation.clients.domaine import Client, ProfilTaxes
from facturation.creances.domaine.creances import Identite, Nature
from facturation.creances.domaine.etendue import Etendue
from facturation.creances.domaine.faits import sources
from facturation.factures.adaptateurs.reference import lire_bareme
from facturation.factures.domaine import documents
from facturation.factures.domaine.ajustements import Ajustement, Facturee
from facturation.factures.domaine.factures import Ligne, Projet, Situation, reunir
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import VersionFiche, VersionPrix
from noyau import ZERO, Mois, Montant
from services.facturation.tests import builders
from tests.oracle.factures import naif
from tests.oracle.factures.monde import CODES, DERNIER, PREMIER, acte, tirer

BAREME = lire_bareme()
CLIENTS = {code: builders.client(code) for code in CODES}
FICHE = builders.fiche()
PRIX = (builders.prix("LOGICIEL-X", "89.99"), builders.prix("VIRTUEL-M", "62.50"))
GENRES = {Nature.ABONNEMENT: "mois", Nature.ACTE: "acte", Nature.PERTE: "perte"}


class Desaccord(AssertionError):
    """Le service et le facturier naïf ne disent pas la même chose."""


@dataclass
class Bilan:
    """Ce qu'une histoire a éprouvé."""

    documents: int = 0
    lignes: int = 0
    corrections: int = 0
    credits: int = 0
    taxees: int = 0
    cessions: int = 0
    rectifications: int = 0


@dataclass
class Livre:
    """Ce qui est facturé à un organisme, tenu comme la base le tiendrait."""

    code: str
    deja: dict[Identite, Facturee] = field(default_factory=dict)
    emises: dict[Mois, str] = field(default_factory=dict)
    ajustements: list[Ajustement] = field(default_factory=list)
    autre: naif.Facturier = field(default_factory=naif.Facturier)
    credits: list[naif.Credit] = field(default_factory=list)
    portees: dict[Identite, Ligne] = field(default_factory=dict)
    """La dernière ligne, qui ne soit pas nulle, de chaque créance facturée."""

    def creditable(self, identite: Identite) -> Montant:
        """Ce qu'une décision peut encore retrancher d'une ligne."""
        facturee = self.deja[identite]
        decide = sum((a.montant for a in self.ajustements if a.identite == identite), ZERO)
        return min(facturee.montant, facturee.montant - facturee.ajustement + decide)

    def situation(self, connu: Sequence[Any], t: Tarification) -> Situation:
        siens = [x for x in connu if acte(x) and x.organisme == self.code]
        return Situation(
            client=_client(self.code, connu),
            etendue=Etendue(tuple(sources(siens))),
            tarification=t,
            bareme=BAREME,
            deja_facture=dict(self.deja),
            ajustements=tuple(self.ajustements),
            emises=dict(self.emises),
            numeros={},
        )

    def emettre(self, projet: Projet) -> None:
        self.emises[projet.periode] = "2026-2027-000001"
        for ligne in projet.lignes:
            avant = self.deja.get(ligne.identite, Facturee(montant=ZERO, taxes=ligne.taxes))
            self.deja[ligne.identite] = replace(
                avant,
                montant=avant.montant + ligne.montant,
                ajustement=avant.ajustement + ligne.ajustement,
            )
            if ligne.montant:
                self.portees[ligne.identite] = ligne


def eprouver(graine: int) -> Bilan:
    """Une histoire, de la première période à la dernière; lève `Desaccord`."""
    monde, bilan = tirer(graine), Bilan()
    livres = [Livre(code) for code in CODES]
    connu: list[Any] = []
    periode = PREMIER
    while periode <= DERNIER:
        connu += [quoi for mois, quoi in monde.appris if mois == periode]
        t = _tarification(connu)
        for livre in livres:
            _facturer(livre, connu, t, periode, monde.hasard, bilan)
            if periode < DERNIER and monde.hasard.random() < 0.3:
                _crediter(livre, monde.hasard, bilan)
        periode = periode.suivant
    _conserver(connu, livres)
    bilan.cessions, bilan.rectifications = monde.cedes, monde.rectifies
    return bilan


def _facturer(
    livre: Livre,
    connu: Sequence[Any],
    t: Tarification,
    periode: Mois,
    hasard: Random,
    bilan: Bilan,
) -> None:
    """L'aperçu, l'émission d'un autre ordre d'arrivée, par lots; puis le facturier naïf."""
    apercu = livre.situation(connu, t).projeter(periode)
    melange = [*connu, *hasard.choices(connu, k=2)] if connu else []
    hasard.shuffle(melange)
    entiere = livre.situation(melange, t if hasard.random() < 0.8 else _tarification(melange))
    par_lots = hasard.random() < 0.3
    projet = _reunir(entiere, periode) if par_lots else entiere.projeter(periode)
    if documents.de_projet(apercu) != documents.de_projet(projet):
        raise Desaccord(f"{livre.code}, {periode} : l'aperçu n'est pas l'émission.")
    lignes = livre.autre.document(_savoir(livre, connu), periode.fin)
    _comparer(livre, projet, lignes)
    if projet.lignes:
        livre.emettre(projet)
        livre.autre.emettre(lignes)
        bilan.documents += 1
        bilan.lignes += len(lignes)
        bilan.corrections += sum(ligne.cle[3] < periode.debut for ligne in lignes)
        bilan.taxees += sum(ligne.taxee for ligne in lignes)


def _reunir(entiere: Situation, periode: Mois) -> Projet:
    """Chaque source seule, avec ce qui la regarde."""
    projets = [
        replace(
            entiere,
            etendue=Etendue((source,)),
            deja_facture={i: f for i, f in entiere.deja_facture.items() if i.source == source.nom},
            ajustements=tuple(a for a in entiere.ajustements if a.identite.source == source.nom),
        ).projeter(periode)
        for source in entiere.etendue.sources
    ]
    return reunir(projets) if projets else entiere.projeter(periode)


def _comparer(livre: Livre, projet: Projet, lignes: Sequence[naif.Ligne]) -> None:
    dites = Counter(_dite(ligne) for ligne in projet.lignes)
    voulues = Counter((x.cle, x.cents, x.taxee) for x in lignes)
    if dites != voulues:
        raise Desaccord(
            f"{livre.code}, {projet.periode} : {sorted(dites - voulues)} au lieu de"
            f" {sorted(voulues - dites)}"
        )
    totaux = projet.totaux
    dits = (totaux.avant_taxes.cents, totaux.tps.cents, totaux.tvq.cents)
    if dits != naif.totaux(lignes):
        raise Desaccord(f"{livre.code}, {projet.periode} : {dits} et {naif.totaux(lignes)}")
    imprime = documents.de_projet(projet)
    if sum(Montant.de(x["montant"]).cents for x in imprime["lignes"]) != dits[0]:
        raise Desaccord("Les lignes imprimées ne font pas le total.")


def _dite(ligne: Ligne) -> tuple[naif.Cle, int, bool]:
    return _cle(ligne.identite), ligne.montant.cents, bool(ligne.taxes)


def _cle(i: Identite) -> naif.Cle:
    return i.source, i.tarif, GENRES[i.nature], i.debut, i.cle


def _crediter(livre: Livre, hasard: Random, bilan: Bilan) -> None:
    """Une décision sur une ligne facturée : une part, ou tout ce qu'il en reste."""
    creditables = sorted(
        (identite, reste)
        for identite, ligne in livre.portees.items()
        if ligne.creance and (reste := livre.creditable(identite)) > ZERO
    )
    if not creditables:
        return
    identite, reste = hasard.choice(creditables)
    cents = hasard.choice((reste.cents, hasard.randint(1, reste.cents)))
    creance = livre.portees[identite].creance
    assert creance is not None
    decision = Ajustement(
        id=UUID(int=hasard.getrandbits(128)),
        organisme=livre.code,
        numero="2026-2027-000001",
        rang=1,
        identite=identite,
        actes=creance.evenements,
        fin=creance.fin,
        montant=-Montant.de(Decimal(cents) / 100),
        motif="Décision d'essai.",
        decide_le=datetime(2026, 10, 1, tzinfo=UTC),
        decide_par="facturation-1",
    )
    livre.ajustements.append(decision)
    cle = _cle(identite)
    du = livre.autre.portes[cle]
    livre.credits.append(naif.Credit(cle, cents, du.fin, du.actes))
    bilan.credits += 1


def _savoir(livre: Livre, connu: Sequence[Any]) -> naif.Savoir:
    return naif.Savoir(
        organisme=livre.code,
        faits=[x for x in connu if acte(x) and x.organisme == livre.code],
        fiches=[FICHE, *(x for x in connu if isinstance(x, VersionFiche))],
        prix=[*PRIX, *(x for x in connu if isinstance(x, VersionPrix))],
        statu_quos=[x for x in connu if _est_un_statu_quo(x)],
        produits=builders.produits(),
        profils=[(jour, taxable) for code, jour, taxable in _profils(connu) if code == livre.code],
        credits=livre.credits,
    )


def _client(code: str, connu: Sequence[Any]) -> Client:
    profils = sorted(
        (ProfilTaxes(jour, taxable) for c, jour, taxable in _profils(connu) if c == code),
        key=lambda profil: profil.debut,
    )
    return replace(CLIENTS[code], profils=tuple(dict.fromkeys(profils)))


def _tarification(connu: Sequence[Any]) -> Tarification:
    return Tarification(
        fiches=(FICHE, *(x for x in connu if isinstance(x, VersionFiche))),
        prix_ropn=(*PRIX, *(x for x in connu if isinstance(x, VersionPrix))),
        produits=builders.produits(),
        statu_quos=tuple(x for x in connu if _est_un_statu_quo(x)),
    )


def _est_un_statu_quo(quoi: object) -> bool:
    return isinstance(quoi, tuple) and len(quoi) == 2


def _profils(connu: Sequence[Any]) -> list[tuple[str, Any, bool]]:
    return [x for x in connu if isinstance(x, tuple) and len(x) == 3]


def _conserver(connu: Sequence[Any], livres: Sequence[Livre]) -> None:
    """À la fin, le facturé de chaque créance est ce qu'on en doit; rejouer n'y ajoute rien."""
    for livre in livres:
        savoir = _savoir(livre, connu)
        if reste := livre.autre.document(savoir, DERNIER.fin):
            raise Desaccord(f"{livre.code} : il resterait {reste}.")
        facture = {_cle(i): f.montant.cents for i, f in livre.deja.items() if f.montant}
        if facture != {cle: cents for cle, cents in livre.autre.facture.items() if cents}:
            raise Desaccord(f"{livre.code} : le facturé diffère.")

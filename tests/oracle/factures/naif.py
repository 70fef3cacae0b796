"""Un second facturier, écrit autrement : jour par jour, en fractions, un arrondi par ligne.

Il ne partage avec le premier que les faits et les versions reçus, jamais une fonction. Il refait
tout le document d'un mois : ce qui est dû, moins ce que les décisions en retranchent, moins ce
qu'il a lui-même facturé, avec les taxes de la première fois.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from facturation.creances.domaine.faits import Appris, FaitRecu, Rectification
from facturation.tarification.domaine.tarifs import (
    EtatProduit,
    StatuQuo,
    Tarif,
    VersionFiche,
    VersionPrix,
)

QUEBEC = ZoneInfo("America/Toronto")
TPS, TVQ = Fraction(5, 100), Fraction(9975, 100_000)

Cle = tuple[str, str, str, date, str]
"""Source, tarif, genre (mois, acte, perte), premier jour, ce qui distingue."""


@dataclass(frozen=True)
class Du:
    """Une somme due (cents), les jours qu'elle paie s'il y en a, les actes qui la rendent due."""

    cle: Cle
    cents: int
    fin: date | None
    actes: frozenset[str]


@dataclass(frozen=True)
class Credit:
    """Ce qu'une décision retranche d'une ligne (cents, positif)."""

    cle: Cle
    cents: int
    fin: date | None
    actes: frozenset[str]


@dataclass
class Savoir:
    """Ce qu'un facturier a reçu, jusqu'à un mois."""

    organisme: str
    faits: list[Appris]
    fiches: list[VersionFiche]
    prix: list[VersionPrix]
    statu_quos: list[tuple[StatuQuo, date | None]]
    produits: Sequence[EtatProduit]
    profils: list[tuple[date, bool]]
    credits: list[Credit] = field(default_factory=list)


def jour_de(instant: datetime) -> date:
    return instant.astimezone(QUEBEC).date()


def au_cent(dollars: Fraction) -> int:
    """La demie s'éloigne de zéro."""
    entier, reste = divmod(abs(dollars) * 100, 1)
    cents = int(entier) + (reste >= Fraction(1, 2))
    return cents if dollars >= 0 else -cents


class Tarifs:
    """Ce que disent les versions, lues jour par jour."""

    def __init__(self, savoir: Savoir) -> None:
        self.savoir = savoir
        self._du_jour: dict[date, dict[str, Tarif]] = {}
        self._prix: dict[tuple[str, str, date], Fraction | None] = {}

    def tarif(self, code: str, jour: date) -> Tarif | None:
        if jour not in self._du_jour:
            version = self._gardee(jour) or self._publiee(jour)
            self._du_jour[jour] = {t.code: t for t in version.tarifs} if version else {}
        return self._du_jour[jour].get(code)

    def _publiee(self, jour: date) -> VersionFiche | None:
        valent = [v for v in self.savoir.fiches if v.debut <= jour]
        return max(valent, key=lambda v: (v.debut, v.version), default=None)

    def _gardee(self, jour: date) -> VersionFiche | None:
        """Celle que garde l'organisme ce jour-là : la dernière commencée, sa version aussi."""
        siennes = [
            (max(s.debut, v.debut), s.version)
            for s, fin in self.savoir.statu_quos
            for v in self.savoir.fiches
            if s.organisme == self.savoir.organisme
            and v.version == s.version
            and max(s.debut, v.debut) <= jour
            and (fin is None or jour < fin)
        ]
        if not siennes:
            return None
        _, numero = max(siennes)
        return next(v for v in self.savoir.fiches if v.version == numero)

    def prix(self, code: str, produit: str, jour: date) -> Fraction | None:
        cle = (code, produit, jour)
        if cle not in self._prix:
            self._prix[cle] = self._lire_prix(code, produit, jour)
        return self._prix[cle]

    def _lire_prix(self, code: str, produit: str, jour: date) -> Fraction | None:
        tarif = self.tarif(code, jour)
        if tarif is None:
            return None
        if tarif.source != "ropn":
            return None if tarif.montant is None else Fraction(tarif.montant)
        valent = [v for v in self.savoir.prix if v.produit == produit and v.debut <= jour]
        dernier = max(valent, key=lambda v: (v.debut, v.version), default=None)
        return Fraction(dernier.prix) if dernier else None

    def du_produit(self, produit: str, *, au_mois: bool) -> list[str]:
        codes = next(p.tarifs for p in self.savoir.produits if p.code == produit)
        formes = {t.code: t.quantite.forme for t in self.savoir.fiches[0].tarifs}
        return [c for c in codes if (formes[c] == "mois") is au_mois]


def justes(appris: Iterable[Appris]) -> dict[str, list[tuple[datetime, FaitRecu]]]:
    """De chaque source, ses actes à leur heure juste, dans l'ordre; un acte nul n'y est pas."""
    connus = list(appris)
    rangs: dict[tuple[str, str], tuple[int, datetime | None]] = {}
    for un in connus:
        if isinstance(un, Rectification):
            cle = (un.organisme, str(un.acte_id))
            if cle not in rangs or rangs[cle][0] < un.rang:
                rangs[cle] = (un.rang, un.survenu_le)
    sources: dict[str, dict[str, tuple[datetime, FaitRecu]]] = defaultdict(dict)
    for un in connus:
        if isinstance(un, Rectification):
            continue
        _, le = rangs.get((un.organisme, str(un.acte_id)), (0, un.survenu_le))
        if le is not None:
            sources[un.source][str(un.acte_id)] = (le, un)
    return {source: sorted(actes.values(), key=_rang) for source, actes in sources.items()}


def _rang(acte: tuple[datetime, FaitRecu]) -> tuple[datetime, bool, str]:
    """À la même seconde, ce qui finit vient après."""
    return acte[0], acte[1].role == "finit", str(acte[1].acte_id)


def dus(savoir: Savoir, avant: date) -> dict[Cle, Du]:
    """Tout ce qui est dû des jours d'avant celui-là."""
    tarifs = Tarifs(savoir)
    tous: list[Du] = []
    for source, actes in justes(savoir.faits).items():
        tous += _vies(source, [a for a in actes if a[1].type.startswith("actif.")], tarifs, avant)
        tous += _travaux(source, [a for a in actes if a[1].type == "travail.effectué"], tarifs)
        incident = [a for a in actes if a[1].type == "intervention.effectuée"]
        tous += _incident(source, incident, tarifs)
    return {du.cle: du for du in tous if du.cle[3] < avant}


Actes = list[tuple[datetime, FaitRecu]]


def _vies(source: str, actes: Actes, tarifs: Tarifs, avant: date) -> Iterator[Du]:
    """Chaque jour appartient à la vie en cours le soir; l'achat et la perte, à leur acte."""
    debut: tuple[date, FaitRecu] | None = None
    for rang, (le, acte) in enumerate(actes):
        jour = jour_de(le)
        if acte.role == "commence" and debut is None:
            debut = (jour, acte)
            if not acte.reprend:
                yield from _achats(source, jour, acte, tarifs)
        elif acte.role == "finit" and debut is not None:
            yield from _mois(source, *debut, jour, acte, tarifs, avant)
            if acte.perd:
                yield from _perte(source, jour, acte, debut[1], tarifs)
            debut = None
        assert rang < 100
    if debut is not None:
        yield from _mois(source, *debut, avant, None, tarifs, avant)


def _achats(source: str, jour: date, acte: FaitRecu, tarifs: Tarifs) -> Iterator[Du]:
    produit, combien = str(acte.faits["produit"]), _entier(acte, "quantite")
    for code in tarifs.du_produit(produit, au_mois=False):
        tarif, prix = tarifs.tarif(code, jour), tarifs.prix(code, produit, jour)
        if tarif and prix is not None:
            somme = prix * combien * (1 + Fraction(tarif.majoration))
            cle = (source, code, "acte", jour, str(acte.acte_id))
            yield Du(cle, au_cent(somme), None, frozenset({str(acte.acte_id)}))


def _perte(
    source: str, jour: date, acte: FaitRecu, ouvre: FaitRecu, tarifs: Tarifs
) -> Iterator[Du]:
    produit = str(ouvre.faits["produit"])
    for code in tarifs.du_produit(produit, au_mois=True):
        tarif, prix = tarifs.tarif(code, jour), tarifs.prix(code, produit, jour)
        if tarif and prix is not None and tarif.mois_si_perte:
            somme = prix * tarif.mois_si_perte * _entier(ouvre, "quantite")
            cle = (source, code, "perte", jour, str(acte.acte_id))
            actes = frozenset({str(acte.acte_id), str(ouvre.acte_id)})
            yield Du(cle, au_cent(somme), None, actes)


def _mois(
    source: str,
    debut: date,
    ouvre: FaitRecu,
    fin: date,
    ferme: FaitRecu | None,
    tarifs: Tarifs,
    avant: date,
) -> Iterator[Du]:
    """Une somme par suite de jours d'un même mois au même prix."""
    produit, combien = str(ouvre.faits["produit"]), _entier(ouvre, "quantite")
    for code in tarifs.du_produit(produit, au_mois=True):
        suite: list[date] = []
        au_prix: Fraction | None = None
        jour = debut
        while jour <= min(fin, avant):
            prix = tarifs.prix(code, produit, jour) if jour < min(fin, avant) else None
            rompt = not suite or prix != au_prix or jour.month != suite[0].month
            if suite and (rompt or prix is None):
                yield _suite(source, code, suite, au_prix, combien, ouvre, ferme, fin)
                suite = []
            if prix is not None:
                suite, au_prix = [*suite, jour], prix
            jour += timedelta(1)


def _suite(
    source: str,
    code: str,
    jours: list[date],
    prix: Fraction | None,
    combien: int,
    ouvre: FaitRecu,
    ferme: FaitRecu | None,
    fin: date,
) -> Du:
    assert prix is not None
    premier, apres = jours[0], jours[-1] + timedelta(1)
    part = Fraction(len(jours), calendar.monthrange(premier.year, premier.month)[1])
    actes = {str(ouvre.acte_id)}
    if ferme is not None and apres == fin:
        actes.add(str(ferme.acte_id))
    cle = (source, code, "mois", premier, "")
    return Du(cle, au_cent(prix * combien * part), apres, frozenset(actes))


def _travaux(source: str, actes: Actes, tarifs: Tarifs) -> Iterator[Du]:
    """Le temps d'un article, d'un tarif et d'un jour, au quart d'heure supérieur."""
    ensemble: dict[tuple[str, date], list[FaitRecu]] = defaultdict(list)
    for le, acte in actes:
        ensemble[str(acte.faits["tarif"]), jour_de(le)].append(acte)
    for (code, jour), siens in ensemble.items():
        quarts = -(-sum(_entier(a, "minutes") for a in siens) // 15)
        prix = tarifs.prix(code, "", jour)
        if prix is not None:
            cle = (source, code, "acte", jour, jour.isoformat())
            yield Du(cle, au_cent(prix * quarts / 4), None, _noms(siens))


def _incident(source: str, actes: Actes, tarifs: Tarifs) -> Iterator[Du]:
    """Clos, un incident doit son appel, ses heures bornées, ses déplacements."""
    clotures = [jour_de(le) for le, acte in actes if acte.faits["cloture"] is True]
    if not clotures:
        return
    jour = clotures[0]
    siens = [acte for le, acte in actes if jour_de(le) <= jour]
    minutes = sum(_entier(a, "minutes") for a in siens)
    deplaces = [a for a in siens if a.faits["deplacement"] is True]
    quarts = min(max(-(-minutes // 15) * 15, 60), 180) if minutes else 0
    sommes = (
        ("SOUTIEN-APPEL", Fraction(1), siens),
        ("SOUTIEN-HEURE", Fraction(quarts, 60), siens),
        ("SOUTIEN-DEPLACEMENT", Fraction(len(deplaces)), deplaces),
    )
    for code, fois, comptes in sommes:
        prix = tarifs.prix(code, "", jour)
        if prix is not None and fois:
            cle = (source, code, "acte", jour, source)
            yield Du(cle, au_cent(prix * fois), None, _noms(comptes))


def _noms(actes: Iterable[FaitRecu]) -> frozenset[str]:
    return frozenset(str(acte.acte_id) for acte in actes)


def _entier(acte: FaitRecu, nom: str) -> int:
    valeur = acte.faits[nom]
    assert isinstance(valeur, int)
    return valeur


@dataclass(frozen=True)
class Ligne:
    """Une ligne du document d'un mois (cents), et les taux qui la frappent."""

    cle: Cle
    cents: int
    taxee: bool
    du: Du | None
    retranche: int
    """Ce que des décisions retranchent de son dû (cents); ce qui change fait une ligne."""


@dataclass
class Facturier:
    """Ce qu'un organisme a reçu de documents, tenu à la main."""

    facture: dict[Cle, int] = field(default_factory=lambda: defaultdict(int))
    taxes: dict[Cle, bool] = field(default_factory=dict)
    portes: dict[Cle, Du] = field(default_factory=dict)
    """Ce qu'était le dû de chaque ligne, la dernière fois qu'elle ne fut pas nulle."""
    retranches: dict[Cle, int] = field(default_factory=dict)
    """Ce qu'en retranchaient des décisions, à son dernier document."""

    def document(self, savoir: Savoir, avant: date) -> list[Ligne]:
        """Les lignes du mois qui finit là; rien ne s'y écrit encore."""
        tous = dus(savoir, avant)
        reste = {cle: du.cents for cle, du in tous.items()}
        _retrancher(reste, tous, savoir.credits)
        lignes = []
        for cle in {*reste, *self.facture}:
            cents, du = reste.get(cle, 0) - self.facture.get(cle, 0), tous.get(cle)
            retranche = du.cents - reste[cle] if du else 0
            if cents or retranche != self.retranches.get(cle, 0):
                lignes.append(Ligne(cle, cents, self._taxee(cle, savoir), du, retranche))
        return lignes

    def _taxee(self, cle: Cle, savoir: Savoir) -> bool:
        if cle in self.taxes:
            return self.taxes[cle]
        valent = [profil for profil in savoir.profils if profil[0] <= cle[3]]
        return max(valent)[1] if valent else False

    def emettre(self, lignes: Iterable[Ligne]) -> None:
        for ligne in lignes:
            self.facture[ligne.cle] += ligne.cents
            self.taxes[ligne.cle] = ligne.taxee
            self.retranches[ligne.cle] = ligne.retranche
            if ligne.du is not None and ligne.cents:
                self.portes[ligne.cle] = ligne.du


def _retrancher(reste: dict[Cle, int], tous: dict[Cle, Du], credits_: list[Credit]) -> None:
    """Un crédit suit sa ligne, puis ce que son dû est devenu; jamais plus que ce qui reste dû."""
    par_ligne: dict[Cle, list[Credit]] = defaultdict(list)
    for credit in credits_:
        par_ligne[credit.cle].append(credit)
    soldes = {cle: sum(c.cents for c in siens) for cle, siens in par_ligne.items()}
    for cle in par_ligne:
        soldes[cle] -= _prendre(reste, cle, soldes[cle])
    for cle, siens in par_ligne.items():
        for autre in sorted(tous, key=_ordre):
            if autre != cle and any(_devenu(credit, tous[autre]) for credit in siens):
                soldes[cle] -= _prendre(reste, autre, soldes[cle])


def _prendre(reste: dict[Cle, int], cle: Cle, voulu: int) -> int:
    pris = min(voulu, max(reste.get(cle, 0), 0))
    if pris:
        reste[cle] -= pris
    return pris


def _ordre(cle: Cle) -> tuple[str, str, str, date, str]:
    source, tarif, genre, debut, distingue = cle
    return source, tarif, {"mois": "abonnement"}.get(genre, genre), debut, distingue


def _devenu(credit: Credit, du: Du) -> bool:
    """Les mêmes actes le rendent dû; au mois, il paie de ses jours."""
    if credit.cle[:3] != du.cle[:3] or not credit.actes & du.actes:
        return False
    if du.fin is None or credit.fin is None:
        return True
    return du.cle[3] < credit.fin and credit.cle[3] < du.fin


def totaux(lignes: Iterable[Ligne]) -> tuple[int, int, int]:
    """Avant taxes, TPS, TVQ : chaque taux une fois, sur ce qu'il frappe (cents)."""
    toutes = list(lignes)
    taxees = Fraction(sum(ligne.cents for ligne in toutes if ligne.taxee), 100)
    avant = sum(ligne.cents for ligne in toutes)
    return avant, au_cent(taxees * TPS), au_cent(taxees * TVQ)

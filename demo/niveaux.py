"""La mesure éprouvée : disponibilité, date convenue, exclusion, mois fermé, rapports."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from demo.documents import Valeur
from demo.taux import Part
from demo.vie import Chiffres, dire
from noyau import QUEBEC


class Panne(Valeur):
    """Une indisponibilité, et ce que le mois d'un organisme en retient, en secondes."""

    service: str
    nature: str
    debut: datetime
    fin: datetime
    brute: int
    ajustee: int
    phrase: str


class Disponibilite(Valeur):
    """Ce qu'un mois compte de service et de panne pour un organisme, en secondes (SLA-5)."""

    indicateur: str
    organisme: str
    service: int
    panne: int
    service_ajuste: int
    panne_ajuste: int
    pannes: tuple[Panne, ...]
    fichiers: dict[str, str]

    def chiffres(self) -> Chiffres:
        yield "service", minutes(self.service)
        yield "panne", minutes(self.panne)
        yield "service, ajusté", minutes(self.service_ajuste)
        yield "panne, ajustée", minutes(self.panne_ajuste)
        for panne in self.pannes:
            nom = f"{panne.nature}, {panne.service}"
            yield f"{nom}, brut", minutes(panne.brute)
            yield f"{nom}, ajusté", minutes(panne.ajustee)


class Entente(Valeur):
    """Une date proposée d'un côté, acceptée de l'autre."""

    date_convenue: date
    proposee_par: str
    auteur: str
    proposee_le: datetime
    motif: str | None
    acceptee_le: datetime | None
    acceptee_par: str | None


class Secteur(Valeur):
    """Une demande mesurée contre la date dont on a convenu (PT-7)."""

    cle: str
    numero: str
    indicateur: str
    verdict: str
    raison: str
    fin: datetime
    dates: tuple[Entente, ...]

    def chiffres(self) -> Chiffres:
        yield "dates convenues", ", ".join(f"{e.date_convenue}" for e in self.dates)
        yield "finie le", self.fin.astimezone(QUEBEC).date()
        yield "verdict", self.verdict


class Exclusion(Valeur):
    """Une mesure que le MCN a sortie du taux ajusté, et pourquoi (SLA-8)."""

    cle: str
    organisme: str
    indicateur: str
    libelle: str
    motif: str
    preuve: str
    prononcee_le: datetime
    prononcee_par: str
    etat: str

    def chiffres(self) -> Chiffres:
        yield "mesure", self.cle
        yield "condition", self.libelle
        yield "par", self.prononcee_par
        yield "état", self.etat


class Publie(Valeur):
    """Un taux tel que le mois fermé l'a publié, et ce qu'il serait maintenant (SLA-7)."""

    indicateur: str
    organisme: str | None
    brut: Part
    ajuste: Part
    corrige_brut: Part
    corrige_ajuste: Part
    corrections: int

    @property
    def qui(self) -> str:
        """« PT-3, tous »."""
        return f"{self.indicateur}, {self.organisme or 'tous'}"

    def chiffres(self) -> Chiffres:
        qui = self.qui
        yield f"{qui}, publié brut", fraction(self.brut)
        yield f"{qui}, publié ajusté", fraction(self.ajuste)
        yield f"{qui}, corrigé brut", fraction(self.corrige_brut)
        yield f"{qui}, corrigé ajusté", fraction(self.corrige_ajuste)
        yield f"{qui}, corrections", self.corrections


class Correction(Valeur):
    """Ce qui change d'un mois fermé, à côté de ce qu'il a publié (SLA-7)."""

    cle: str
    organisme: str
    indicateur: str
    avant: str
    apres: str
    jours_avant: int
    jours_apres: int
    cause: str
    corrigee_le: datetime

    def chiffres(self) -> Chiffres:
        yield f"{self.cle}, avant", f"{self.avant}, {self.jours_avant} jours"
        yield f"{self.cle}, après", f"{self.apres}, {self.jours_apres} jours"
        yield f"{self.cle}, cause", self.cause
        yield f"{self.cle}, corrigée le", self.corrigee_le.astimezone(QUEBEC).date()


class Fermeture(Valeur):
    """Le mois fermé : quand, ce qu'il a publié, ce qui l'a corrigé (SLA-7)."""

    periode: str
    fermee_le: datetime
    manquants: tuple[str, ...]
    empreinte: str
    taux: tuple[Publie, ...]
    """De l'indicateur que des corrections ont touché."""
    corrections: tuple[Correction, ...]

    def chiffres(self) -> Chiffres:
        yield "fermée le", self.fermee_le.astimezone(QUEBEC).date()
        yield "producteurs manquants", len(self.manquants)
        for publie in self.taux:
            yield from publie.chiffres()
        yield "corrections", len(self.corrections)
        for correction in self.corrections:
            yield from correction.chiffres()


class Compte(Valeur):
    """Ce dont un taux est fait, avant puis après exclusions."""

    conformes: int
    mesurees: int
    conformes_ajuste: int
    mesurees_ajuste: int

    @property
    def dit(self) -> str:
        """« 11/17, ajusté 10/14 »."""
        ajuste = f"{self.conformes_ajuste}/{self.mesurees_ajuste}"
        return f"{self.conformes}/{self.mesurees}, ajusté {ajuste}"


class Deplace(Valeur):
    """Un taux de tous qui bougerait."""

    indicateur: str
    periode: str
    avant: Compte
    apres: Compte


class Recalcul(Valeur):
    """Ce qu'un calendrier proposé changerait, sans que rien ne change (SLA-7)."""

    nom: str
    jour: date
    etat: str
    empreinte: str
    sujets: int
    ecartes: int
    verdicts: int
    disponibilites: int
    corrections: dict[str, int]
    taux: tuple[Deplace, ...]
    cles: tuple[str, ...]
    """Les demandes dont le verdict bougerait."""

    def chiffres(self) -> Chiffres:
        yield "état", self.etat
        yield "sujets écartés", self.ecartes
        yield "verdicts qui bougeraient", self.verdicts
        yield "demandes", ", ".join(self.cles)
        yield "disponibilités qui bougeraient", self.disponibilites
        for periode, nombre in self.corrections.items():
            yield f"corrections de {periode}", nombre
        for taux in self.taux:
            yield f"{taux.indicateur}, avant", taux.avant.dit
            yield f"{taux.indicateur}, après", taux.apres.dit


class Rapport(Valeur):
    """Le rapport du mois, d'un organisme ou de tous (SLA-9)."""

    organisme: str | None
    empreinte: str
    fichiers: dict[str, str]


class Niveaux(Valeur):
    """Tout ce qui éprouve la mesure du mois."""

    disponibilite: Disponibilite
    secteur: Secteur
    exclusion: Exclusion
    fermeture: Fermeture
    recalcul: Recalcul
    rapports: tuple[Rapport, ...]

    def chiffres(self) -> Mapping[str, Mapping[str, str]]:
        """Chaque chiffre de l'oracle, par sujet et par nom."""
        sujets: Mapping[str, Iterator[tuple[str, object]]] = {
            "disponibilite": self.disponibilite.chiffres(),
            "secteur": self.secteur.chiffres(),
            "exclusion": self.exclusion.chiffres(),
            "fermeture": self.fermeture.chiffres(),
            "recalcul": self.recalcul.chiffres(),
        }
        return {s: {nom: dire(v) for nom, v in chiffres} for s, chiffres in sujets.items()}


def minutes(secondes: int) -> str:
    """« 414 min »; ce qui n'est pas une minute ronde se dit en secondes."""
    rondes, reste = divmod(secondes, 60)
    return f"{secondes} s" if reste else f"{rondes} min"


def fraction(part: Part) -> str:
    """« 2/3 »."""
    return f"{part.conformes}/{part.mesurees}"

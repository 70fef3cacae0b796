"""Les résultats au terminal : la progression, puis taux, factures, explications, vérification."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from demo.documents import Facture, Ligne
from demo.rendu import ecriture, niveaux, page
from demo.resultats import Rectification, Resultats
from demo.scenario.agenda import Tour
from demo.taux import Part
from pages import MOTIFS, Case, Ton, dessiner_frise
from pages import ecriture as dire

STYLES = {Ton.BON: "green", Ton.MAUVAIS: "red", Ton.NEUTRE: "dim"}
MARQUES = {Ton.BON: "✓", Ton.MAUVAIS: "✗", Ton.NEUTRE: "–"}
LARGEUR = 10
HUITIEMES = " ▏▎▍▌▋▊▉"


class Etapes:
    """La progression : une barre au terminal; une ligne par étape ailleurs."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.progres = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<46}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.tache = self.progres.add_task("", total=None)

    def __enter__(self) -> Self:
        self.progres.start()
        return self

    def __exit__(
        self,
        _genre: type[BaseException] | None,
        _erreur: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.progres.stop()

    def dire(self, texte: str) -> None:
        """Ce qui se fait maintenant."""
        self.progres.update(self.tache, description=texte)
        if not self.console.is_terminal:
            self.console.print(f"· {texte}", style="dim")

    def suivre(self, tours: Iterable[Tour]) -> Iterator[Tour]:
        """Avance d'un cran par tour du mois, en disant le jour."""
        prevus = tuple(tours)
        self.progres.update(self.tache, total=len(prevus), completed=0)
        for tour in prevus:
            gestes = "geste" if len(tour.actes) == 1 else "gestes"
            self.dire(
                f"{dire.jour_de_semaine(tour.instant.date())}"
                f", {tour.instant:%H h %M} : {len(tour.actes)} {gestes}"
            )
            yield tour
            self.progres.advance(self.tache)


def montrer(console: Console, resultats: Resultats, sortie: Path) -> None:
    """Imprime tout ce que le mois a donné."""
    console.print()
    console.print(_entete(resultats))
    for titre, corps in (
        ("L'ordre d'arrivée n'y change rien", _arrivees(resultats)),
        ("Niveaux de service", _taux(resultats)),
        ("La mesure éprouvée", _phrases(niveaux.phrases(resultats.niveaux))),
        ("Factures", _factures(resultats)),
        ("La vie des factures", _phrases(ecriture.vie(resultats.vie))),
        ("Une mesure manquée, expliquée", _mesure(resultats)),
        ("Une ligne de facture, expliquée", _ligne(resultats.ligne_expliquee)),
        ("Vérification", _verification(resultats)),
    ):
        console.print()
        console.rule(f"[bold]{titre}[/bold]", align="left", style="blue")
        console.print(Padding(corps, (0, 1)))
    console.print()
    console.print(f"Page à ouvrir : [bold]{sortie / 'index.html'}[/bold]", soft_wrap=True)
    console.print(
        f"Aussi sous {sortie} : resultats.json, et chaque facture en page, PDF, CSV et JSON."
        f" Durée : {dire.nombre(resultats.duree_s)} s.",
        soft_wrap=True,
    )


def _entete(resultats: Resultats) -> Text:
    vus = resultats.echanges
    return Text.assemble(
        (f"{dire.mois(resultats.periode).capitalize()}, joué par de vrais clients. ", "bold"),
        f"{len(resultats.organismes)} organismes, {len(resultats.mesures)} demandes, "
        f"{vus.appels} appels HTTP, {vus.evenements_itsm} événements signés de l'ITSM "
        f"et {vus.repetitions_itsm} répétitions, "
        f"{sum(vus.sortants.values())} webhooks rendus à l'ITSM malgré sa panne.",
    )


def _arrivees(resultats: Resultats) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column()
    for combien, texte in ecriture.arrivees(resultats.arrivees):
        table.add_row(str(combien), texte)
    for rectification in resultats.arrivees.rectifications:
        table.add_row("", Text(_rectification(rectification), style="dim"))
    return table


def _rectification(r: Rectification) -> str:
    return (
        f"{r.cle}, {ecriture.GESTES[r.geste]}, annoncée le {dire.instant(r.annonce_le)} :"
        f" {ecriture.rectifie(r)}. {r.motif[0].upper()}{r.motif[1:]}."
    )


def _taux(resultats: Resultats) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for colonne in ("Code", "Pour", "Taux brut", "Taux ajusté"):
        table.add_column(colonne, no_wrap=True)
    precedent = ""
    sans_objet = page.sans_objet(resultats.taux)
    for taux in sorted(
        (t for t in resultats.taux if t.indicateur not in sans_objet),
        key=lambda t: (t.indicateur, t.organisme is None, t.organisme or ""),
    ):
        if precedent and taux.indicateur != precedent:
            table.add_section()
        table.add_row(
            taux.indicateur if taux.indicateur != precedent else "",
            taux.organisme or Text("tous", style="bold"),
            barre(taux.brut, taux.unite),
            barre(taux.ajuste, taux.unite),
        )
        precedent = taux.indicateur
    return table


def barre(part: Part, unite: str = "mesures") -> Text:
    """« ████████▏      57,1 %  4 sur 7  ✗ »; sans objet, la barre est vide."""
    famille = ecriture.ton(part)
    huitiemes = int((part.taux or Decimal(0)) * LARGEUR * 8)
    pleine, reste = divmod(huitiemes, 8)
    dessin = ("█" * pleine + (HUITIEMES[reste] if reste else "")).ljust(LARGEUR)
    return Text.assemble(
        (dessin, f"{STYLES[famille]} on grey15"),
        f" {dire.pourcentage(part.taux):>10} ",
        (f"{ecriture.compte(part, unite):<10}", "dim"),
        (MARQUES[famille], STYLES[famille]),
    )


def _factures(resultats: Resultats) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for colonne in ("Numéro", "Pour"):
        table.add_column(colonne, no_wrap=True)
    for colonne in ("Avant taxes", "Taxes", "Total"):
        table.add_column(colonne, justify="right", no_wrap=True)
    table.add_column("= aperçu", no_wrap=True)
    for facture in resultats.factures:
        table.add_row(*_rangee(facture))
    return table


def _rangee(facture: Facture) -> tuple[str, ...]:
    montants = (facture.total_avant_taxes, facture.tps + facture.tvq)
    return (
        facture.numero,
        facture.organisme,
        *(dire.dollars(montant) for montant in montants),
        f"[bold]{dire.dollars(facture.total)}[/bold]",
        "[green]✓ oui[/green]" if facture.apercu_egal else "[red]✗ non[/red]",
    )


def _phrases(phrases: Iterable[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for sujet, phrase in phrases:
        table.add_row(sujet, phrase)
    return table


def _mesure(resultats: Resultats) -> Group:
    explication = resultats.explication
    titre = Text.assemble(
        (f"{explication.numero}", "bold"),
        f" ({explication.cle}, {explication.indicateur}) : {explication.conclusion}",
    )
    jours, rangs = Text(), Text()
    frise = dessiner_frise(explication.intervalles, explication.delai)
    for case in frise.cases if frise else ():
        jours.append(f"{case.jour.day:>3}", style=_style(case))
        rangs.append(f"{_rang(case):>3}", style=_style(case))
    legende = Text("Sous chaque jour, son rang s'il compte; c : au client.", style="dim")
    intervalles = Table(box=None, show_header=False, pad_edge=False)
    for intervalle in explication.intervalles:
        intervalles.add_row(f"+{intervalle.jours}" if intervalle.jours else "·", intervalle.phrase)
    return Group(titre, Text(), jours, rangs, legende, Text(), intervalles)


def _style(case: Case) -> str:
    if case.rang is not None:
        return "black on green"
    return "black on yellow" if case.sorte is MOTIFS["client"] else "dim on grey15"


def _rang(case: Case) -> str:
    """Ce que la couleur dit, en toutes lettres."""
    if case.rang is not None:
        return str(case.rang)
    return "c" if case.sorte is MOTIFS["client"] else "·"


def _ligne(ligne: Ligne) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    table.add_row("Objet", f"{ligne.produit_libelle or ligne.libelle}, {ligne.nom}")
    table.add_row("Source", ligne.source)
    table.add_row("Événements", "\n".join(ligne.evenements))
    table.add_row("Tarif", f"{ligne.tarif}, {ligne.libelle}")
    table.add_row("Fiche", f"{ligne.fiche}, version {ligne.version_fiche}")
    table.add_row("Fait du", f"{dire.jour(ligne.debut)}; période {ligne.periode}")
    table.add_row("Calcul", f"{ligne.calcul} = [bold]{dire.dollars(ligne.montant)}[/bold]")
    return table


def _verification(resultats: Resultats) -> Group | Panel:
    attente = resultats.attente
    comparaison = f"{resultats.chiffres_verifies} chiffres comparés à l'oracle calculé à la main"
    if not resultats.ecarts:
        levee = dire.instant(attente.levee_le) if attente.levee_le else "jamais"
        return Group(
            Text(
                f"{attente.tarif} : en attente le {dire.instant(attente.signalee_le)},"
                f" levée le {levee} par la grille publiée."
            ),
            Text(f"✓ {comparaison} (demo/attendu.toml) : aucun écart.", style="bold green"),
        )
    ecarts = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for colonne in ("Chiffre", "Attendu", "Obtenu", "Raisonnement"):
        ecarts.add_column(colonne)
    for ecart in resultats.ecarts:
        ecarts.add_row(ecart.chiffre, ecart.attendu, ecart.obtenu, ecart.raisonnement)
    return Panel(ecarts, title=f"✗ {comparaison} : {len(resultats.ecarts)} diffèrent", style="red")

"""Les cibles interdites des webhooks sortants : aucune connexion n'est même tentée (DEM-10)."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address, ip_network
from itertools import product
from urllib.parse import urljoin

import httpcore
import pytest

from demandes.webhooks.adaptateurs.connecteur import Connecteur
from tests.securite.constat import constater
from tests.securite.reseau_enregistre import (
    PUBLIQUE,
    Enregistreur,
    Noms,
    derouler,
    du_produit,
    essayer,
    tentees,
)

HOTES = """
127.0.0.1 127.0.0.53 127.255.255.254 127.1 127.0.1 0 0.0.0.0 0.1.2.3
0177.0.0.1 017700000001 0x7f.0.0.1 0x7f000001 0x7f.1 2130706433 0177.0x0.1
10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.0.1 192.168.255.255
012.0.0.1 0xa.1 167772161 0xc0a80001 3232235521
100.64.0.1 100.100.100.200 169.254.0.1 169.254.169.254 169.254.170.2 0xa9fea9fe 2852039166
0251.0376.0251.0376 192.0.0.1 192.0.0.170 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.7
203.0.113.9 192.88.99.1 168.63.129.16 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1]
[::ffff:169.254.169.254] [0:0:0:0:0:ffff:a9fe:a9fe] [::127.0.0.1] [::a9fe:a9fe]
[::ffff:0:127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::a00:1] [2002:7f00:1::]
[2002:a9fe:a9fe::1] [2001:0:53aa:64c::1] [fe80::1] [fe80::a9fe:a9fe] [fec0::1] [fc00::1]
[fd00:ec2::254] [fd12:3456::1] [ff02::1] [ff0e::1] [2001:db8::1] [100::1] [5f00::1]
""".split()
"""Boucle, lien local, métadonnées, privé, réservé; en court, en octal, en hexadécimal, en entier;
IPv6 mappé, compressé, traduit, tunnelé."""

REBONDS = ("127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:192.168.1.1")
NOMS: Mapping[str, Sequence[Sequence[str]]] = {
    "public.example": [[PUBLIQUE]],
    "interne.example": [["10.1.2.3"]],
    "metadonnees.example": [["169.254.169.254"]],
    "boucle.example": [["::1"]],
    "melange.example": [[PUBLIQUE, "127.0.0.1"]],
    "mappe.example": [["::ffff:192.168.1.1"]],
    "localhost": [["127.0.0.1"]],
    "localhost.": [["127.0.0.1"]],
    "x.localhost": [["::1"]],
    **{f"rebond{n}.example": [[PUBLIQUE], [vers]] for n, vers in enumerate(REBONDS)},
}
DETOURS = (
    *(f"https://{nom}/" for nom in NOMS if not nom.startswith(("public", "rebond"))),
    "https://public.example@127.0.0.1/",
    "https://public.example:443@169.254.169.254/latest/meta-data/",
    "https://public.example%40127.0.0.1@10.0.0.1/",
    "https://127.0.0.1#@public.example/",
    "https://127.0.0.1?@public.example/",
    "https://public.example\\@127.0.0.1/",
    "https://LOCALHOST/",
    "http://public.example/",
    f"http://{PUBLIQUE}/",
    *(f"https://public.example:{port}/" for port in (22, 25, 80, 2375, 3306, 5432, 6379, 9200)),
    *(f"http://public.example:{port}/" for port in (80, 443, 8080)),
    "ftp://public.example/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "https:///",
)  # fmt: skip
CIBLES = (*(f"https://{hote}/" for hote in HOTES), *DETOURS)


def test_aucune_connexion_vers_une_cible_interdite() -> None:
    fin = Enregistreur()

    async def tache() -> dict[str, list[tuple[str, int]]]:
        async with du_produit(fin) as porteur:
            return await tentees(porteur, fin, CIBLES)

    vues = derouler(Noms(NOMS), tache())
    constater("webhooks : cibles interdites essayées", len(set(CIBLES)))
    assert not vues
    constater("webhooks : cibles interdites jointes", len(vues))


@pytest.mark.parametrize("url", ["https://public.example/", "https://public.example:8443/x"])
def test_une_cible_publique_est_jointe_une_fois(url: str) -> None:
    """Le filtre ne prouverait rien s'il refusait tout."""
    tentatives, reponse = essayer(url, NOMS)
    assert [adresse for adresse, _ in tentatives] == [PUBLIQUE]
    assert reponse.statut == 204


VERS = ("http://169.254.169.254/", "https://127.0.0.1/", "//10.0.0.1/", "https://public.example/b")


def test_une_redirection_n_est_jamais_suivie() -> None:
    suivies = 0
    for statut, vers in product((300, 301, 302, 303, 305, 307, 308), VERS):
        rendu = f"HTTP/1.1 {statut} X\r\nlocation: {vers}\r\ncontent-length: 0\r\n\r\n"
        tentatives, reponse = essayer("https://public.example/", NOMS, reponse=rendu.encode())
        assert tentatives[0] == (PUBLIQUE, 443)
        assert (reponse.statut, reponse.erreur is None) == (statut, False)
        suivies += len(tentatives) - 1
    constater("webhooks : redirections suivies", suivies)


def test_un_rebond_de_nom_mene_a_l_adresse_verifiee() -> None:
    """Le nom répond « public » puis « boucle » : une seule question, une seule adresse."""
    jointes = [essayer(f"https://rebond{n}.example/", NOMS)[0] for n in range(len(REBONDS))]
    assert all(jointes)
    ailleurs = [j for j in jointes if j != [(PUBLIQUE, 443)]]
    constater("webhooks : rebonds de nom qui mènent ailleurs", len(ailleurs))


def test_un_reseau_permis_est_un_reglage_explicite() -> None:
    """L'ITSM sur un réseau privé, en clair, au port de son choix; rien au-delà de ce réseau."""
    permis = [ip_network("10.1.0.0/16")]
    assert essayer("http://interne.example:8080/", NOMS, permis=permis)[0] == [("10.1.2.3", 8080)]
    hors = [u for u in CIBLES if u != "https://interne.example/"]
    hors += ["http://10.2.0.1/", "http://10.0.255.255/", "http://[::ffff:10.2.0.1]/"]
    jointes = [url for url in hors if essayer(url, NOMS, permis=permis)[0]]
    assert not jointes
    constater("webhooks : adresses jointes hors d'un réseau permis", len(jointes))


# --- Les mutants : chacun laisse passer ce que la suite doit voir --------------------------------


class Naif(httpcore.AsyncNetworkBackend):
    """Vérifie le nom, puis s'y connecte par son nom : il se résout deux fois."""

    def __init__(self, fin: Enregistreur, juger: Callable[[str], bool]) -> None:
        self.fin = fin
        self.juger = juger

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- signature de httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            trouvees = await asyncio.get_running_loop().getaddrinfo(host, port)
        except OSError as erreur:
            raise httpcore.ConnectError from erreur
        if not all(self.juger(str(adresse[0])) for *_, adresse in trouvees):
            raise httpcore.ConnectError
        return await self.fin.connect_tcp(host, port)


def _globale(adresse: str) -> bool:
    return ip_address(adresse).is_global


MUTANTS: Mapping[str, Callable[[str], bool]] = {
    "sans filtre": lambda _: True,
    "is_global seul": _globale,
    "liste noire de trois réseaux": lambda a: not a.startswith(("10.", "127.", "192.168.")),
}


def _tenter(juger: Callable[[str], bool], *urls: str) -> dict[str, list[tuple[str, int]]]:
    fin = Enregistreur()

    async def tache() -> dict[str, list[tuple[str, int]]]:
        async with httpcore.AsyncConnectionPool(network_backend=Naif(fin, juger)) as reserve:
            return await tentees(Connecteur(reserve, reserve), fin, urls)

    return derouler(Noms(NOMS), tache())


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_un_filtre_plus_simple_est_attrape(mutant: str) -> None:
    assert _tenter(MUTANTS[mutant], *CIBLES)


def test_mutant_verifier_puis_se_connecter_par_le_nom_est_attrape() -> None:
    url = "https://rebond0.example/"
    assert _tenter(_globale, url) == {url: [("127.0.0.1", 443)]}


def test_mutant_qui_suit_les_redirections_est_attrape() -> None:
    fin = Enregistreur(b"HTTP/1.1 302 X\r\nlocation: http://169.254.169.254/\r\n\r\n")

    async def tache() -> None:
        async with httpcore.AsyncConnectionPool(network_backend=fin) as reserve:
            url = "https://public.example/"
            for _ in range(2):
                with suppress(httpcore.ProtocolError):
                    rendu = await reserve.request("POST", url)
                    url = urljoin(url, dict(rendu.headers)[b"location"].decode())

    derouler(Noms(NOMS), tache())
    assert ("169.254.169.254", 80) in fin.tentatives

"""Ce qui empêche la démonstration, en une phrase : le système, ou ce qu'on lui demande."""


class SystemeEnDefaut(Exception):
    """Le système ne peut démarrer ou ne répond plus; le message dit pourquoi, en clair."""

    sortie = 1
    """Le code que rend la commande."""


class ReglageIllisible(SystemeEnDefaut):
    """Ce qu'on demande se lit mal ou se contredit; rien n'a été essayé."""

    sortie = 2

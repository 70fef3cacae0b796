"""Ce qui se génère du registre des événements : schémas, EVENEMENTS.md, AsyncAPI.

`make schemas` régénère; `ARGS=--verifier` dit ce qui n'est plus à jour. Les deux refusent ce qui
rétrécirait un événement publié. `make cliche` prend le cliché de ce que l'on publie (`cliche`).
"""

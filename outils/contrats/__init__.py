"""Ce qui se génère du registre des événements : schémas, EVENEMENTS.md, AsyncAPI.

`python -m outils.contrats` régénère; `python -m outils.contrats --verifier` dit ce qui n'est plus
à jour. Un schéma déjà committé ne s'écrase que par un élargissement (`elargissement`).
"""

"""Ce qu'on peut faire d'un contrat spécifique, de sa préparation à sa fin (CI-14 à CI-17).

Tout acte sur un contrat lève aussi `VersionPerimee` s'il a changé depuis que l'appelant l'a lu.
"""

"""Ce qu'on peut faire d'un dossier d'acquisition (CI-10, CI-13 à CI-16).

Tout geste sur un dossier lève aussi `VersionPerimee` s'il a changé depuis que l'appelant l'a lu.
"""

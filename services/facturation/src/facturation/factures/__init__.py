"""Les factures : situation, projet, exécution d'une période, émission, documents et rendus.

L'aperçu est le même calcul que l'émission, et la même route rend l'un ou l'autre : une seule aire.
"""

"""Un service pair : le même travail que le témoin, écrit comme l'écrit une équipe Django.

Il vit dans son environnement, sous `.cache/pairs`, que `make preparer` n'installe pas; rien du
produit ne s'y charge.
"""

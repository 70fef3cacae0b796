"""D'où viennent les comptes d'un taux."""

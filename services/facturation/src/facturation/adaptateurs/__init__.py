"""Comment facturation rejoint le monde : tables, dépôts, vues, publications, rendus."""

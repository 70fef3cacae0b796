"""Le catalogue : fiches de service exécutables et produits du ROPN, versionnés et datés."""

"""Ce qui est vrai du catalogue : pur, sans horloge ni base."""

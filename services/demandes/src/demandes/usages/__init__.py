"""Ce que les organismes consomment des services tarifés à l'usage (CAT-9)."""

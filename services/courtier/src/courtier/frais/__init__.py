"""Les grilles de frais que publie le catalogue, pour estimer ceux du Courtier (CI-14, CI-20)."""

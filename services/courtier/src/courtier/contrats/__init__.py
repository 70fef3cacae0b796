"""Les contrats spécifiques : préparés, validés, signés, copiés (CI-14 à CI-17, CI-20)."""

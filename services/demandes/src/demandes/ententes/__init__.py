"""Les dates dont l'organisme et le MCN conviennent pour un secteur (PT-7, PT-8)."""

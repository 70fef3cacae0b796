"""Les versions de fiches reçues du catalogue, leurs indicateurs, et le calendrier qui juge."""

"""Les fiches et les calendriers : leurs routes, leurs écoutes."""

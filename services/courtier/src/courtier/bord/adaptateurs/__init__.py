"""Comment le bord lit les autres aires, et comment il se dessine."""

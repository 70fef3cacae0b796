"""Comment un service tourne; ne connaît aucun service ni aucune affaire."""

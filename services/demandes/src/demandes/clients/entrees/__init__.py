"""Les routes du fichier client et du registre, et la tâche qui en suit les dates."""

"""Les routes des abonnés, ce que l'aire écoute, et ses tâches."""

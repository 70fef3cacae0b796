"""Le soutien étendu : ses routes, sa tâche."""

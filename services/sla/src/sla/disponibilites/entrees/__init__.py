"""Les routes, les écoutes et la tâche des disponibilités."""

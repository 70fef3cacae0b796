"""La tâche qui annonce, et qui lit ce qui le fut."""

"""Comment les normes livrées avec le service se lisent."""

"""Le verdict de chaque demande, rejoué de son histoire; les taux, et le pourquoi de chacun."""

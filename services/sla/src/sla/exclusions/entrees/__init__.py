"""Les routes des exclusions et des contestations."""

"""Le rapport en page et sur papier."""

"""Quinze minutes à la pointe : rien ne monte qui ne redescende (`make endurance`)."""

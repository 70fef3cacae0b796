"""La validation, la contestation et son cycle, ses délais, ses pièces."""

"""Le tableau du Courtier, et les listes du dirigeant et du signataire : lus de toutes les aires."""

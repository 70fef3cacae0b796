"""Comment le Courtier atteint le monde : sa base, son calendrier, ses données, le bus."""

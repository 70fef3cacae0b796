"""Des faits et des tarifs datés à ce qui est dû; ni horloge, ni base."""

"""Le témoin : un service minuscule qui exerce tout le socle, pour ses essais et ses fautes."""

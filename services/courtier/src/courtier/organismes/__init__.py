"""La copie locale des organismes : qui contracte, qui est assujetti au RCTI, qui y signe."""

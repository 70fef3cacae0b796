"""La copie locale des organismes : qui peut contracter, et qui est assujetti au RCTI."""

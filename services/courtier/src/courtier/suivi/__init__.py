"""Un contrat conclu, tel que le voit ce qui suit sa signature, et ce qu'il fait devoir."""

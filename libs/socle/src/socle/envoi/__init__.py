"""Comment les faits partent : la boîte d'envoi, ses fragments, son relais, ses jalons."""

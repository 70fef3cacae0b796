"""Ce qui est dû à une date : copies, publications, évaluations, sorties."""

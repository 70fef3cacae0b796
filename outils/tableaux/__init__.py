"""Les tableaux de bord Grafana, en code : ce qu'ils montrent, et le fichier que Grafana lit."""

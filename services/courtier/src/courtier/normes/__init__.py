"""Les seuils, les délais et les durées que la loi, le guide et le Courtier fixent."""

"""The page 四至速绘: from a clause, or a list of them, to polygons on the map."""

"""The page 地图: one map, the card of a park, the table of the parks with its totals."""

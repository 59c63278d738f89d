"""The page 数据与口径: figures, derived values, periods, checks, facts, projects, sources."""

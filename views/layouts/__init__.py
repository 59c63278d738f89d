"""The page 布局: one layout, two side by side, the carriers of an industry."""

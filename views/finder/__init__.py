"""The page 选址: needs as a form, the parks ranked with their reasons, a proposal to hand over."""

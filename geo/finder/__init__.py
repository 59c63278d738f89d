"""The site finder: which park fits what is asked for, why, and what the plans promise there."""

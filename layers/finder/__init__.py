"""The site finder on the map: the parks by their score, and the words of scores and reasons."""

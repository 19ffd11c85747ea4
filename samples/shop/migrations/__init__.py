"""The tables of the shop and their content."""

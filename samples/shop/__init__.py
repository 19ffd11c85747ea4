"""The shop itself: departments, products and what customers said about them."""

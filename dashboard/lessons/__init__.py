"""The course: lessons that are files, carried out on the fleet, and what was measured beside what was expected."""

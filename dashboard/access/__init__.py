"""Who may do what: keys and roles, the guards before Django, Origin, and addresses."""

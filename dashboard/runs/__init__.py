"""What is fired and what came of it: scenarios, orders, the runner and the results of runs."""

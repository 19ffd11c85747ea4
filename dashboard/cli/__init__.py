"""What the terminal's commands share: they stand on everything else."""

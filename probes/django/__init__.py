"""The stages inside Django: add `"probes.django"` to a project's INSTALLED_APPS and nothing else."""

"""The stages inside Django: add this package, `"probes.django"`, to a project's INSTALLED_APPS and nothing else."""

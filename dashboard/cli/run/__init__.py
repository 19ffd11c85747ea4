"""`gatescope run -- COMMAND …`: starts the command of somebody's own project with the probes in it.

`command` is what happens in order. This process then becomes the command, so that exit status, signals, standard
input and terminal are the command's own.
"""

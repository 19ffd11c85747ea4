"""`python -m gatescope` is the command `gatescope`."""

from gatescope.command import main

if __name__ == "__main__":
    main()

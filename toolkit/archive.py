"""The file that a backup is: what it holds, how it is sealed, how damage is found."""

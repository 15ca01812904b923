"""The command line: parse options, call a room, hand the result to output."""

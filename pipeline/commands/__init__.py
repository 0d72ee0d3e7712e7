"""The commands, a module each: thin wrappers around plain functions. What they need they import when they run."""

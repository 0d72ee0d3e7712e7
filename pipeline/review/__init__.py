"""The review in the browser: an output folder and its decisions in, pages to decide on out; bound to this machine."""

"""Nothing stale, nothing twice: on what a result depends, and networks that are trained once."""

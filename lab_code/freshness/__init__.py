"""Nothing stale, nothing twice: what a result depends on, and networks that are trained once."""

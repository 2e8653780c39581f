"""Running: put each submission through the box, on this machine or on a cluster."""

"""The box in which student code runs: walls, warm worker, one confined child a submission.

``worker`` is the trusted side (it starts the box and talks to it); ``zygote``, ``confine``,
``shell`` and ``child`` run inside. Nothing in the box ever holds a key, an expected value or a
second student's work.
"""

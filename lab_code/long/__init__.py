"""What is too long for a build of the book: the best networks, and what they are compared with.

Each method is given recordings, or their seconds, the numbers of those to learn from and of those
to answer about, and a seed; and returns a `lab_code.long.trial.LongTrial`. Which are to learn from,
and what becomes of the answers, is decided in `lab_code.long.experiments`.
"""

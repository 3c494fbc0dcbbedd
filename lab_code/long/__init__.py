"""What is too long for a build of the book: the best networks, and what they are compared with.

Each method takes recordings, or their seconds; the numbers of the items to train on and of those to
test on; and a seed. It returns a `lab_code.long.trial.LongTrial`. The items are chosen, and the
answers recorded, in `lab_code.long.experiments`.
"""

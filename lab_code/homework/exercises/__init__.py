"""The exercises, in the order of the book."""

from lab_code.homework.exercises import (
    backpropagation,
    beat_the_baseline,
    bootstrap_interval,
    clipping,
    false_alarms,
    gru_step,
    half_life,
    honest_split,
    keep_a_value,
    padding,
    paired_comparison,
    softmax_gradient,
)

EXERCISES = {
    module.EXERCISE.name: module.EXERCISE
    for module in (
        padding,
        beat_the_baseline,
        softmax_gradient,
        backpropagation,
        half_life,
        clipping,
        gru_step,
        keep_a_value,
        honest_split,
        bootstrap_interval,
        paired_comparison,
        false_alarms,
    )
}

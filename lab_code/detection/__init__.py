"""How good a detector of seizures is at a bedside."""

from lab_code.detection.alarms import share_right
from lab_code.detection.bedside import Bedside, in_pairs, to_table
from lab_code.detection.calibration import calibration_error
from lab_code.detection.in_folds import fit_thresholds, train_detector
from lab_code.detection.joined import Joined, join_folds, join_parts
from lab_code.detection.threshold import DeviationThreshold

__all__ = [
    "Bedside",
    "DeviationThreshold",
    "Joined",
    "calibration_error",
    "fit_thresholds",
    "in_pairs",
    "join_folds",
    "join_parts",
    "share_right",
    "to_table",
    "train_detector",
]

"""How good a detector of seizures is at a bedside."""

from lab_code.detection.alarms import share_right
from lab_code.detection.bedside import Bedside
from lab_code.detection.calibration import calibration_error
from lab_code.detection.joined import Joined, join_parts
from lab_code.detection.threshold import DeviationThreshold

__all__ = [
    "Bedside",
    "DeviationThreshold",
    "Joined",
    "calibration_error",
    "join_parts",
    "share_right",
]

"""Reads an exported timeline with OpenTimelineIO and prints its clips as JSON.

Usage: read-timeline.py FILE [RATE]. RATE is that of the time codes of an EDL, such as 30000/1001.
"""

import json
import sys
from fractions import Fraction

import opentimelineio as otio

path = sys.argv[1]
options = {"rate": float(Fraction(sys.argv[2]))} if len(sys.argv) > 2 else {}
document = otio.adapters.read_from_file(path, **options)
timelines = [document] if isinstance(document, otio.schema.Timeline) else list(document.find_children(descended_from_type=otio.schema.Timeline))
(timeline,) = timelines


def describe(clip):
    range_in_track = clip.range_in_parent()
    return {
        "name": clip.name,
        "start": clip.source_range.start_time.to_seconds(),
        "duration": clip.source_range.duration.to_seconds(),
        "offset": range_in_track.start_time.to_seconds(),
        "rate": range_in_track.duration.rate,
    }


print(
    json.dumps(
        [
            [describe(clip) for clip in track if isinstance(clip, otio.schema.Clip)]
            for track in timeline.tracks
        ]
    )
)

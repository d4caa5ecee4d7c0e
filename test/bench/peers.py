"""Frames of a video through PyAV or OpenCV, as their users take them: seek to each time, decode up to it.

Usage: peers.py av|cv2 FILE COUNT -> processor seconds on stdout; exit code 3 where the library is missing.
"""
import sys
import time


def with_av(path, count):
    import av

    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        duration = container.duration / 1e6
        for n in range(count):
            target = (n + 0.5) * duration / count
            container.seek(int(target * 1e6))
            for frame in container.decode(stream):
                if frame.time >= target:
                    frame.reformat(384, 216, "rgb24").to_ndarray()
                    break


def with_cv2(path, count):
    import cv2

    cv2.setNumThreads(1)
    video = cv2.VideoCapture(path)
    frames = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    for n in range(count):
        video.set(cv2.CAP_PROP_POS_FRAMES, int((n + 0.5) * frames / count))
        ok, frame = video.read()
        if ok:
            cv2.resize(frame, (384, 216))


name, path, count = sys.argv[1:]
try:
    __import__(name)
except ImportError:
    sys.exit(3)
started = time.process_time()
(with_av if name == "av" else with_cv2)(path, int(count))
print(time.process_time() - started)
